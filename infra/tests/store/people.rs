//! Persons and what they are to each other.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::ids::{MandateId, PersonId};
use domain::mandate::{Mandate, MandateScope, Witnessing};
use domain::people::{CitizenId, Kinship, Person, Relative};
use infra::store::{CaseFiles, StoreError, Tx};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};

pub fn id(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(number))
}

pub async fn add(bench: &Bench, person: Person) -> Result<(), StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.add_person(&person, now()).await })).await
}

pub async fn save(bench: &Bench, person: Person) -> Result<Person, StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.save_person(person).await })).await
}

pub fn wang() -> Person {
    Person {
        name: Some("王芳".into()),
        citizen_id: Some("11010519491231002X".parse().unwrap()),
        phone: Some("13812345678".parse().unwrap()),
        ethnicity: Some("汉".into()),
        registered: Some("511499101203".parse().unwrap()),
        residence: Some("511499001001".parse().unwrap()),
        address: Some("永碾社区3组12号".into()),
        household: Some("511499000123".parse().unwrap()),
        demo: true,
        ..Person::unknown(id(1))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_read_as_they_were_written() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(wang()));
        assert_eq!(bench.view().person_by_citizen_id(&wang().citizen_id.unwrap()).await.unwrap(), Some(wang()));
        assert_eq!(bench.view().person(id(2)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_of_what_both_read_the_second_is_stale() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        let moved = Person { residence: None, ..wang() };
        let saved = save(&bench, moved.clone()).await.unwrap();
        assert_eq!(saved, Person { version: 2, ..moved });
        assert!(matches!(save(&bench, wang()).await, Err(StoreError::Stale)));
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(saved));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_id_number_and_an_openid_are_one_persons() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        add(&bench, Person::unknown(id(2))).await.unwrap();
        let same = Person { citizen_id: wang().citizen_id, ..Person::unknown(id(2)) };
        assert!(matches!(save(&bench, same).await, Err(StoreError::Taken)));
        let set = |person| bench.write(move |tx| Box::pin(async move { tx.set_openid(person, &"openid-1".parse().unwrap()).await }));
        set(id(1)).await.unwrap();
        assert!(matches!(set(id(2)).await, Err(StoreError::Taken)));
        let openid = "openid-1".parse().unwrap();
        assert_eq!(bench.view().person_by_openid(&openid).await.unwrap().map(|person| person.id), Some(id(1)));
        assert_eq!(bench.view().openid_of(id(1)).await.unwrap(), Some(openid));
        assert_eq!(bench.view().openid_of(id(2)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clerks_who_enter_somebody_at_once_enter_one_person() {
    on_each(async |bench| {
        let entered = bench.write_many(10, |tx, number| {
            Box::pin(async move {
                let entry = Person { citizen_id: wang().citizen_id, ..Person::unknown(id(u128::from(number))) };
                tx.find_or_add_person(entry, now()).await
            })
        });
        let people: BTreeSet<_> = entered.await.into_iter().map(|person| person.unwrap().id).collect();
        assert_eq!(people.len(), 1, "{people:?}");
    })
    .await;
}

/// Number `n`, in the form of a citizen ID number.
fn number_of(n: u32) -> CitizenId {
    let first = format!("51149919500101{:03}", n % 1000);
    let all = "0123456789X".chars().map(|check| format!("{first}{check}").parse());
    all.filter_map(Result::ok).next().unwrap()
}

/// Given by somebody whom a clerk finds by their number.
async fn gives_a_mandate(tx: &Tx, n: u32) -> Result<PersonId, StoreError> {
    let entry = Person { citizen_id: Some(number_of(n)), ..Person::unknown(id(20_000 + u128::from(n))) };
    let grantor = tx.find_or_add_person(entry, now()).await?;
    // What a use case reads before it writes.
    for _ in 0..5 {
        tx.person(grantor.id).await?;
    }
    let mandate = Mandate {
        id: MandateId::new(Uuid::from_u128(30_000 + u128::from(n))),
        grantor: grantor.id,
        holder: id(1),
        scope: MandateScope::default(),
        until: "2026-12-31".parse().unwrap(),
        witnessing: Witnessing::Told,
        witness: None,
        given_at: now(),
        entered_by: None,
        revoked: None,
    };
    tx.add_mandate(&mandate).await?;
    Ok(grantor.id)
}

async fn forgotten(tx: &Tx, person: PersonId) -> Result<(), StoreError> {
    if tx.begins_to_close(person).await? && tx.is_unused(person, now() + Duration::days(1)).await? {
        tx.close_person(person, CaseFiles::Gone, now()).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_forgotten_while_a_mandate_that_names_them_comes_in() {
    on_each(async |bench| {
        for n in 0..40 {
            let person =
                Person { name: Some("张某".into()), citizen_id: Some(number_of(n)), ..Person::unknown(id(10_000 + u128::from(n))) };
            add(&bench, person).await.unwrap();
            let both = bench.write_many(2, move |tx, which| {
                Box::pin(async move {
                    match which {
                        0 => gives_a_mandate(tx, n).await.map(Some),
                        _ => forgotten(tx, id(10_000 + u128::from(n))).await.map(|()| None),
                    }
                })
            });
            let grantor = both.await.remove(0).unwrap().unwrap();
            let grantor = bench.view().person(grantor).await.unwrap().unwrap();
            assert_eq!(grantor.citizen_id, Some(number_of(n)), "round {n}: the mandate is of somebody who is known");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_known_is_not_overwritten_by_a_clerks_entry() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        let entry = Person { citizen_id: wang().citizen_id, name: Some("汪方".into()), ..Person::unknown(id(2)) };
        let found = bench.write(move |tx| Box::pin(async move { tx.find_or_add_person(entry, now()).await }));
        assert_eq!(found.await.unwrap(), wang());
    })
    .await;
}

/// 1 and 2 live together; 3 recorded 1 as a parent, 1 recorded 4 as a sibling; 5 is nobody to them.
pub async fn add_family(bench: &Bench) {
    let household = wang().household;
    for number in [1, 2] {
        add(bench, Person { household: household.clone(), ..Person::unknown(id(number)) }).await.unwrap();
    }
    for number in [3, 4, 5] {
        add(bench, Person::unknown(id(number))).await.unwrap();
    }
    let recorded = bench.write(|tx| {
        Box::pin(async move {
            tx.add_relative(id(3), Relative { person: id(1), kinship: Kinship::Parent }).await?;
            tx.add_relative(id(1), Relative { person: id(4), kinship: Kinship::Other }).await?;
            tx.add_relative(id(1), Relative { person: id(4), kinship: Kinship::Sibling }).await
        })
    });
    recorded.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ties_are_the_household_and_the_relatives_in_both_directions() {
    on_each(async |bench| {
        add_family(&bench).await;
        let expected = [(1, vec![1, 2, 3, 4]), (2, vec![1, 2]), (3, vec![1, 3]), (4, vec![1, 4]), (5, vec![5])];
        for (number, tied) in expected {
            let ties = bench.view().ties(id(number)).await.unwrap();
            assert_eq!(ties.people, tied.into_iter().map(id).collect(), "{number}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_holds_the_person_and_those_of_the_same_register() {
    on_each(async |bench| {
        add_family(&bench).await;
        for (number, members) in [(1, vec![1, 2]), (3, vec![3]), (9, vec![])] {
            let household = bench.view().household_of(id(number)).await.unwrap();
            assert_eq!(household.iter().map(|person| person.id).collect::<Vec<_>>(), members.into_iter().map(id).collect::<Vec<_>>());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_is_recorded_once_and_can_be_taken_back() {
    on_each(async |bench| {
        add_family(&bench).await;
        assert_eq!(bench.view().relatives(id(1)).await.unwrap(), [Relative { person: id(4), kinship: Kinship::Sibling }]);
        bench.write(|tx| Box::pin(async move { tx.remove_relative(id(1), id(4)).await })).await.unwrap();
        assert_eq!(bench.view().relatives(id(1)).await.unwrap(), []);
        assert_eq!(bench.view().ties(id(4)).await.unwrap().people, BTreeSet::from([id(4)]));
    })
    .await;
}
