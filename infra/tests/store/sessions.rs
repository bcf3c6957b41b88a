//! Sessions: asked for with whom they belong to, ended everywhere at once, forgotten in time; and the keys that sign their tokens.

use chrono::Duration;
use domain::ids::{AccountId, SessionId};
use domain::people::{Grant, Role, Scope};
use domain::session::{Device, End, Holder, RefreshToken, Session, SessionRules, Span, StaffDoor, Use};
use infra::second_factor::Authenticator;
use infra::store::{Account, CaseFiles, InForce, SecondFactor, SessionsOf, StaffSession, StoreError, VaultSettings};
use infra::tokens::Keyset;
use infra::vault::{Algorithm, MasterKey};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_each_place};
use crate::people::{add, add_family, id, wang};

const ACCOUNT: AccountId = AccountId::new(Uuid::from_u128(70));

fn rules() -> SessionRules {
    let span = Span { at_rest: Duration::minutes(30), in_all: Duration::hours(12) };
    SessionRules { staff: span, villager: span, repeat: Duration::seconds(60) }
}

fn session(number: u128, holder: Holder) -> Session {
    Session::begin(SessionId::new(Uuid::from_u128(number)), holder, Some(Device::Android), &rules(), now())
}

fn of_villager(number: u128) -> Session {
    session(number, Holder::Villager { person: id(1) })
}

fn of_staff(number: u128) -> Session {
    session(number, Holder::Staff { account: ACCOUNT, person: id(1), password: 1, door: StaffDoor::Own })
}

fn first_token(session: &Session) -> RefreshToken {
    RefreshToken { digest: format!("digest-{}", session.id), session: session.id, parent: None, issued_at: now(), used: None }
}

async fn begin(bench: &Bench, session: &Session) {
    let (session, token) = (session.clone(), first_token(session));
    bench.write(move |tx| Box::pin(async move { tx.add_session(&session, &token).await })).await.unwrap();
}

async fn hire(bench: &Bench, grants: Vec<Grant>) -> Account {
    let account = Account {
        id: ACCOUNT,
        login: "clerk".into(),
        password_hash: "$argon2id$".into(),
        password_number: 1,
        first_password: false,
        topics: [].into(),
        person: id(1),
        disabled: false,
        demo: true,
        version: 1,
    };
    let added = account.clone();
    bench.write(move |tx| Box::pin(async move { tx.add_account(&added, &grants).await })).await.unwrap();
    account
}

async fn save(bench: &Bench, account: Account) -> Account {
    bench.write(move |tx| Box::pin(async move { tx.save_account(account).await })).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_staff_session_comes_with_account_roles_and_ties_in_one_statement() {
    on_each(async |bench| {
        add_family(&bench).await;
        let grants =
            ["511499101203-01", "511499101204-01"].map(|code| Grant { role: Role::Clerk, scope: Scope::Station(code.parse().unwrap()) });
        let account = hire(&bench, grants.to_vec()).await;
        let own = of_staff(1);
        begin(&bench, &own).await;
        let StaffSession { session, account: read, staff, enrolled } = bench.view().staff_session(own.id, None).await.unwrap().unwrap();
        assert_eq!((session, &read, enrolled), (own.clone(), &account, false));
        let in_force = InForce { authenticator: Authenticator::generate().unwrap(), used: None, since: now() };
        let factor = SecondFactor { in_force: Some(in_force), pending: None };
        bench.write(|tx| Box::pin(async move { tx.save_second_factor(ACCOUNT, &factor).await })).await.unwrap();
        assert!(bench.view().staff_session(own.id, None).await.unwrap().unwrap().enrolled);
        assert_eq!((staff.grants.as_slice(), staff.is_close_to(id(2)), staff.is_close_to(id(5))), (grants.as_slice(), true, false));
        assert!(bench.view().villager_session(own.id, None).await.unwrap().is_none(), "the other door");
        bench.write(|tx| Box::pin(async move { tx.set_grants(ACCOUNT, &[]).await })).await.unwrap();
        assert!(bench.view().staff_session(own.id, None).await.unwrap().unwrap().staff.grants.is_empty());
        let other = save(&bench, Account { password_number: 2, ..account }).await;
        assert!(bench.view().staff_session(own.id, None).await.unwrap().is_none(), "it goes with its password");
        let back = save(&bench, Account { password_number: 1, ..other }).await;
        save(&bench, Account { disabled: true, ..back }).await;
        assert!(bench.view().staff_session(own.id, None).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_villager_s_session_is_nobody_s_once_their_data_are_erased() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        let own = of_villager(1);
        begin(&bench, &own).await;
        assert_eq!(bench.view().villager_session(own.id, None).await.unwrap(), Some(own.clone()));
        bench.write(|tx| Box::pin(async move { tx.close_person(id(1), CaseFiles::Gone, now()).await })).await.unwrap();
        assert!(bench.view().villager_session(own.id, None).await.unwrap().is_none());
        let held = bench.write(move |tx| Box::pin(async move { tx.hold_session(own.id).await })).await.unwrap();
        assert!(held.is_none(), "the row went with the rest");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_s_sessions_are_listed_newest_first_and_end_together() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        for number in 1..=3 {
            begin(&bench, &of_villager(number)).await;
        }
        begin(&bench, &of_staff(4)).await;
        let mine = SessionsOf::Villager(id(1));
        let ids = async |after: Option<u128>, limit: u64, at| {
            let after = after.map(|number| SessionId::new(Uuid::from_u128(number)));
            let (sessions, total) = bench.view().live_sessions(mine, after, (limit, at)).await.unwrap();
            (sessions.iter().map(|session| session.id.as_uuid().as_u128()).collect::<Vec<_>>(), total)
        };
        assert_eq!(ids(None, 2, now()).await, (vec![3, 2], 3));
        assert_eq!(ids(Some(2), 2, now()).await, (vec![1], 3));
        assert_eq!(ids(None, 9, now() + Duration::minutes(30)).await, (vec![], 0), "at rest for too long");
        let why = End::SignedOutEverywhere;
        let ended = bench.write(move |tx| Box::pin(async move { tx.end_sessions(mine, why, now()).await })).await.unwrap();
        assert_eq!((ended, ids(None, 9, now()).await), (3, (vec![], 0)));
        assert!(bench.view().villager_session(of_villager(1).id, None).await.unwrap().unwrap().over(now()) == Some(why));
        let others = bench.view().live_sessions(SessionsOf::Account(ACCOUNT), None, (9, now())).await.unwrap();
        assert_eq!(others.1, 1, "what they do as staff goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_session_one_token_alone_is_unused() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        let own = of_villager(1);
        begin(&bench, &own).await;
        let second = RefreshToken { digest: "second".into(), parent: Some(first_token(&own).digest), ..first_token(&own) };
        let add_second = async || {
            let second = second.clone();
            bench.write(move |tx| Box::pin(async move { tx.add_refresh_token(&second).await })).await
        };
        assert!(matches!(add_second().await, Err(StoreError::Taken)));
        let first = first_token(&own).digest;
        let used = Use { at: now(), key: Some("key".into()) };
        let (digest, mark) = (first.clone(), used.clone());
        bench.write(move |tx| Box::pin(async move { tx.use_refresh_token(&digest, mark).await })).await.unwrap();
        add_second().await.unwrap();
        assert_eq!(bench.view().refresh_token(&first).await.unwrap().unwrap().used, Some(used));
        assert_eq!(bench.view().unused_refresh_token(own.id).await.unwrap(), Some(second));
        assert!(bench.view().refresh_token("never").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_were_over_long_ago_are_forgotten_with_their_tokens() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        let (old, ended, live) = (of_villager(1), of_villager(2).end(End::SignedOut, now()), of_villager(3));
        let live = Session { rests_until: now() + Duration::days(9), ends_at: now() + Duration::days(9), ..live };
        for session in [&old, &ended, &live] {
            begin(&bench, session).await;
        }
        let forget = async |before| bench.write(move |tx| Box::pin(async move { tx.forget_sessions(before).await })).await.unwrap();
        assert_eq!(forget(now()).await, 0);
        assert_eq!(forget(now() + Duration::hours(1)).await, 2);
        let there = async |session: &Session| bench.view().refresh_token(&first_token(session).digest).await.unwrap().is_some();
        assert_eq!((there(&old).await, there(&ended).await, there(&live).await), (false, false, true));
    })
    .await;
}

async fn add_key(bench: &Bench, hours: i64) -> String {
    let (signs_from, others_retire_at) = (now() + Duration::hours(hours), now() + Duration::hours(hours + 1));
    let added = bench.write(move |tx| Box::pin(async move { tx.add_token_key(signs_from, others_retire_at).await }));
    added.await.unwrap().kid().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_wrapped_under_the_master_key_and_known_to_every_instance() {
    on_each_place(async |place| {
        let vault = |master: &MasterKey| VaultSettings { master: master.clone(), algorithm: Algorithm::default() };
        let (master, other) = (MasterKey::generate(), MasterKey::generate());
        let bench = Bench::open_with(place.clone(), vault(&master)).await;
        let (first, second) = (add_key(&bench, 0).await, add_key(&bench, 1).await);
        let there = Bench::open_with(place.clone(), vault(&master)).await;
        let keys = there.view().token_keys(&Keyset::default()).await.unwrap();
        let listed: Vec<_> = keys.keys().map(|key| (key.number, key.kid().to_owned(), key.retires_at)).collect();
        assert_eq!(listed, [(1, first.clone(), Some(now() + Duration::hours(2))), (2, second.clone(), None)]);

        let rewrapped = other.clone();
        bench.write(move |tx| Box::pin(async move { tx.rewrap_keys(&rewrapped).await })).await.unwrap();
        assert!(there.view().token_keys(&keys).await.is_ok(), "what runs goes on");
        let refused = there.view().token_keys(&Keyset::default()).await;
        assert!(matches!(refused, Err(StoreError::WrongMaster { .. })), "{refused:?}");
        let added = there.write(|tx| Box::pin(async move { tx.add_token_key(now(), now()).await })).await;
        assert!(matches!(added, Err(StoreError::WrongMaster { .. })), "no key is added that the next start can't open");
        let later = Bench::open_with(place, vault(&other)).await;
        assert!(later.view().token_keys(&Keyset::default()).await.unwrap().find(&first).is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_key_that_was_dropped_is_nobody_s() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        let (own, kid) = (of_villager(1), add_key(&bench, 0).await);
        begin(&bench, &own).await;
        let signed = async |kid: &str| bench.view().villager_session(own.id, Some(kid)).await.unwrap().is_some();
        assert_eq!((signed(&kid).await, signed("another").await), (true, false));
        let dropped = kid.clone();
        assert!(bench.write(move |tx| Box::pin(async move { tx.remove_token_key(&dropped).await })).await.unwrap());
        assert!(!signed(&kid).await);
        add_key(&bench, 0).await;
        add_key(&bench, 1).await;
        let retired = bench.write(|tx| Box::pin(async move { tx.remove_retired_token_keys(now() + Duration::hours(2)).await }));
        assert_eq!(retired.await.unwrap(), 1);
    })
    .await;
}
