//! Accounts, roles, and who works where.

use domain::district::Line;
use domain::ids::{AccountId, StationCode};
use domain::people::{Grant, Person, Role, Scope};
use infra::store::{Account, StaffFilter, StoreError};
use uuid::Uuid;

use crate::databases::{Bench, on_each};
use crate::people::{add_family, id};

fn account(number: u128) -> Account {
    Account {
        id: AccountId::new(Uuid::from_u128(number)),
        login: format!("clerk-{number}"),
        password_hash: "$argon2id$".into(),
        password_number: 1,
        first_password: false,
        topics: [].into(),
        person: id(number),
        disabled: false,
        demo: true,
        version: 1,
    }
}

fn at_station(code: &str) -> Grant {
    Grant { role: Role::Clerk, scope: Scope::Station(code.parse().unwrap()) }
}

fn in_division(code: &str) -> Grant {
    Grant { role: Role::Supervisor, scope: Scope::Division(code.parse().unwrap()) }
}

async fn add(bench: &Bench, account: Account, grants: Vec<Grant>) -> Result<(), StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.add_account(&account, &grants).await })).await
}

async fn save(bench: &Bench, account: Account) -> Result<Account, StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.save_account(account).await })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_staff_member_comes_with_roles_and_ties() {
    on_each(async |bench| {
        add_family(&bench).await;
        add(&bench, account(1), vec![at_station("511499101203-01"), in_division("511499101000")]).await.unwrap();
        let staff = bench.view().staff(account(1).id).await.unwrap().unwrap();
        assert_eq!((staff.person, staff.grants.len()), (id(1), 2));
        assert!(staff.has(Role::Clerk, &"511499101203-01".parse().unwrap()));
        assert!([2, 3, 4].into_iter().all(|number| staff.is_close_to(id(number))) && !staff.is_close_to(id(5)));
        assert_eq!(bench.view().account_by_login("clerk-1").await.unwrap(), Some(account(1)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_station_work_those_granted_for_it_or_for_a_division_around_it() {
    on_each(async |bench| {
        let grants = ["511499101203-01", "511499101204-01"].map(at_station).into_iter();
        let around = ["511499101203", "511499101000", "511499000000", "511499102000"].map(in_division);
        for (number, grant) in (1..).zip(grants.chain(around)) {
            add(&bench, account(number), vec![grant]).await.unwrap();
        }
        let station: StationCode = "511499101203-01".parse().unwrap();
        let there: Vec<_> = bench.view().staff_at(&station).await.unwrap().iter().map(|staff| staff.person).collect();
        assert_eq!(there, [1, 3, 4, 5].map(id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_line_work_those_of_its_stations_and_of_its_villages_points_and_nobody_else() {
    on_each(async |bench| {
        let line = ["511499101203-01", "511499101203-11", "511499101000-01", "511499000000-01"].map(at_station).into_iter();
        let line = line.chain(["511499101203", "511499101000"].map(in_division));
        let others = ["511499101204-01", "511499101204-11", "511499102000-01"].map(at_station).into_iter();
        let others = others.chain([in_division("511499102000")]);
        for (number, grant) in (1..).zip(line.chain(others)) {
            add(&bench, account(number), vec![grant]).await.unwrap();
        }
        let [village, town, district] = ["511499101203-01", "511499101000-01", "511499000000-01"].map(|code| code.parse().unwrap());
        let line = Line { village: Some(village), town: Some(town), district };
        let there: Vec<_> = bench.view().staff_in_line(&line).await.unwrap().iter().map(|staff| staff.person).collect();
        assert_eq!(there, [1, 2, 3, 4, 5, 6].map(id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_nobodys() {
    on_each(async |bench| {
        add(&bench, account(1), vec![at_station("511499101203-01")]).await.unwrap();
        let closed = save(&bench, Account { disabled: true, ..account(1) }).await.unwrap();
        assert_eq!(closed.version, 2);
        assert_eq!(bench.view().staff(account(1).id).await.unwrap(), None);
        assert_eq!(bench.view().staff_at(&"511499101203-01".parse().unwrap()).await.unwrap(), []);
        assert!(matches!(save(&bench, account(1)).await, Err(StoreError::Stale)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_one_accounts_and_grants_are_set_as_a_whole() {
    on_each(async |bench| {
        add(&bench, account(1), vec![at_station("511499101203-01")]).await.unwrap();
        let same = Account { login: "clerk-1".into(), ..account(2) };
        assert!(matches!(add(&bench, same, Vec::new()).await, Err(StoreError::Taken)));
        let grants = vec![in_division("511499000000")];
        let set = grants.clone();
        bench.write(move |tx| Box::pin(async move { tx.set_grants(account(1).id, &set).await })).await.unwrap();
        assert_eq!(bench.view().staff(account(1).id).await.unwrap().unwrap().grants, grants);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_listed_in_order_by_station_and_by_a_part_of_login_or_name() {
    on_each(async |bench| {
        crate::people::add(&bench, Person { name: Some("李强".into()), ..Person::unknown(id(1)) }).await.unwrap();
        for number in 1..=3 {
            add(&bench, account(number), vec![at_station("511499101203-01")]).await.unwrap();
        }
        save(&bench, Account { disabled: true, ..account(3) }).await.unwrap();
        let logins = async |filter: &StaffFilter, limit| {
            let (page, total) = bench.view().list_accounts(filter, limit).await.unwrap();
            (page.into_iter().map(|(account, _)| account.login).collect::<Vec<_>>(), total)
        };
        let all = StaffFilter::default();
        assert_eq!(logins(&all, 2).await, (vec!["clerk-1".to_owned(), "clerk-2".to_owned()], 3));
        let rest = StaffFilter { after: Some(account(2).id), ..all.clone() };
        assert_eq!(logins(&rest, 2).await, (vec!["clerk-3".to_owned()], 3), "a disabled one is listed too");
        let elsewhere = StaffFilter { station: Some("511499101204-01".parse().unwrap()), ..all.clone() };
        assert_eq!(logins(&elsewhere, 2).await, (Vec::new(), 0));
        let like = |words: &str| StaffFilter { words: Some(words.into()), ..StaffFilter::default() };
        assert_eq!(logins(&like("ERK-2"), 9).await.0, ["clerk-2"]);
        for wild in ["%", "_", "\\"] {
            assert_eq!(logins(&like(wild), 9).await.1, 0, "{wild}");
        }
        assert_eq!(logins(&like("强"), 9).await.0, ["clerk-1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_have_several_accounts_and_each_its_own_password() {
    on_each(async |bench| {
        add(&bench, account(1), vec![at_station("511499101203-01")]).await.unwrap();
        let second = Account { person: id(1), first_password: true, password_number: 7, ..account(2) };
        add(&bench, second.clone(), Vec::new()).await.unwrap();
        let of_person = bench.view().accounts_of(id(1)).await.unwrap();
        assert_eq!(of_person, [(account(1), vec![at_station("511499101203-01")]), (second.clone(), Vec::new())]);
        assert_eq!(bench.view().granted_account(second.id).await.unwrap(), Some((second.clone(), Vec::new())));
        assert_eq!(bench.view().account(second.id).await.unwrap(), Some(second));
    })
    .await;
}
