//! Personal data at rest: sealed, bound to their place, and sealed anew without a moment's stop.

use domain::case::Note;
use domain::evaluation::{Evaluation, Satisfaction};
use domain::ids::{AccountId, CaseId, NoteId};
use domain::people::Person;
use infra::register::{Kept, PERSONAL};
use infra::store::{DatabasePlace, StoreError, VaultSettings, sealed_tables};
use infra::vault::{Algorithm, KeyId, MasterKey, VaultError};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_each_place, raw};
use crate::people::{add, id, save, wang};

fn settings(algorithm: Algorithm) -> VaultSettings {
    VaultSettings { master: MasterKey::generate(), algorithm }
}

async fn write_something_of_everything(bench: &Bench) {
    add(bench, wang()).await.unwrap();
    let written = bench.write(|tx| {
        Box::pin(async move {
            let case = CaseId::new(Uuid::from_u128(7));
            tx.set_openid(id(1), &"openid-of-wang".parse().unwrap()).await?;
            let note = Note::Text { text: "她的电话是13812345678".into() };
            tx.add_note(NoteId::new(Uuid::from_u128(8)), case, AccountId::new(Uuid::from_u128(9)), &note, now()).await?;
            let text = "我住在永碾社区3组12号".into();
            let review = Evaluation { case, level: Satisfaction::Satisfied, text, by: id(1), at: now(), counter_at: None };
            tx.add_evaluation(&review, None).await?;
            tx.begin_once("villager:1", "k", "digest-of-a-request", now()).await?;
            tx.end_once("villager:1", "k", 201, r#"{"citizen_id":"11010519491231002X"}"#).await
        })
    });
    written.await.unwrap();
}

const SECRETS: [&str; 6] = ["11010519491231002X", "13812345678", "永碾社区3组12号", "openid-of-wang", "digest-of-a-request", "她的电话"];

/// All that lies in a registered table, words as they are and bytes as hexadecimal digits.
async fn dump(database: &DatabaseConnection) -> String {
    let mut tables: Vec<_> = PERSONAL.iter().map(|entry| entry.column.table).collect();
    tables.dedup();
    let mut dump = String::new();
    for table in tables {
        let columns = PERSONAL.iter().filter(|entry| entry.column.table == table && !matches!(entry.kept, Kept::Clear(_)));
        for column in columns.map(|entry| entry.column.column) {
            let words = match database.get_database_backend() {
                DbBackend::Postgres => format!("encode({column}, 'hex')"),
                _ => format!("hex({column})"),
            };
            let sql = format!("SELECT coalesce({words}, '') AS words FROM {table}");
            // The hash of a password is text, and sealed nowhere.
            let Ok(rows) = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await else { continue };
            rows.iter().for_each(|row| dump.push_str(&row.try_get::<String>("", "words").unwrap().to_lowercase()));
        }
    }
    dump
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_readable_in_the_rows() {
    on_each_place(async |place| {
        let bench = Bench::open(place.clone()).await;
        write_something_of_everything(&bench).await;
        let dump = dump(&raw(&place).await).await;
        assert!(dump.len() > 1000, "{dump}");
        for secret in SECRETS {
            assert!(!dump.contains(&hex::encode(secret)), "{secret}");
        }
        if let DatabasePlace::Sqlite(path) = &place {
            for file in [path.clone(), path.with_extension("db-wal")] {
                let bytes = std::fs::read(file).unwrap();
                for secret in SECRETS {
                    assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
                }
            }
        }
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(wang()));
        assert_eq!(bench.view().answer_under("villager:1", "k").await.unwrap().unwrap().digest, "digest-of-a-request");
    })
    .await;
}

async fn sealed_phone(database: &DatabaseConnection, number: u128) -> Vec<u8> {
    let phone = Query::select().column("phone").from("persons").and_where(Expr::col("id").eq(id(number).as_uuid())).to_owned();
    database.query_one(&phone).await.unwrap().unwrap().try_get("", "phone").unwrap()
}

async fn put_phone(database: &DatabaseConnection, number: u128, sealed: Vec<u8>) {
    let put = Query::update().table("persons").value("phone", sealed).and_where(Expr::col("id").eq(id(number).as_uuid())).to_owned();
    database.execute(&put).await.unwrap();
}

fn phone_is_forged(read: Result<Option<Person>, StoreError>, number: u128) {
    match read.unwrap_err() {
        StoreError::Sealed { column, row, why: VaultError::Forged } => {
            assert_eq!((column.to_string(), row), ("persons.phone".to_owned(), id(number).to_string()));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_were_swapped_between_rows_or_changed_are_refused_and_named() {
    on_each_place(async |place| {
        let (bench, database) = (Bench::open(place.clone()).await, raw(&place).await);
        add(&bench, wang()).await.unwrap();
        add(&bench, Person { phone: Some("13987654321".parse().unwrap()), ..Person::unknown(id(2)) }).await.unwrap();
        let (one, two) = (sealed_phone(&database, 1).await, sealed_phone(&database, 2).await);
        put_phone(&database, 1, two.clone()).await;
        put_phone(&database, 2, one.clone()).await;
        for number in [1, 2] {
            phone_is_forged(bench.view().person(id(number)).await, number);
        }
        let mut flipped = one.clone();
        flipped[20] ^= 1;
        put_phone(&database, 1, flipped).await;
        put_phone(&database, 2, two).await;
        phone_is_forged(bench.view().person(id(1)).await, 1);
        assert!(bench.view().person(id(2)).await.unwrap().is_some());
        put_phone(&database, 1, one).await;
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(wang()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_their_exact_phone() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        add(&bench, Person { phone: wang().phone, ..Person::unknown(id(2)) }).await.unwrap();
        let found = async |phone: &str| {
            let people = bench.view().people_by_phone(&phone.parse().unwrap()).await.unwrap();
            people.into_iter().map(|person| person.id).collect::<Vec<_>>()
        };
        assert_eq!(found("138 1234 5678").await, [id(1), id(2)]);
        assert_eq!(found("13812345679").await, []);
        save(&bench, Person { phone: None, ..wang() }).await.unwrap();
        assert_eq!(found("13812345678").await, [id(2)]);
    })
    .await;
}

async fn rotate(bench: &Bench) -> [KeyId; 2] {
    bench.write(|tx| Box::pin(async move { tx.rotate_keys(now()).await })).await.unwrap()
}

/// Walks through all tables once, as the job does.
async fn reseal(bench: &Bench) -> u64 {
    let mut renewed = 0;
    for table in sealed_tables() {
        let mut cursor = None;
        loop {
            let (renewals, last) = bench.view().renewals(table, cursor.as_ref(), 3).await.unwrap();
            renewed += bench.write(move |tx| Box::pin(async move { tx.renew(&renewals).await })).await.unwrap();
            match last {
                Some(_) => cursor = last,
                None => break,
            }
        }
    }
    renewed
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_everything_comes_to_lie_under_the_new_key() {
    on_each(async |bench| {
        write_something_of_everything(&bench).await;
        let before = bench.view().sealed_counts().await.unwrap();
        let [new, _] = rotate(&bench).await;
        bench.store.keys(&bench.district).reload().await.unwrap();
        assert_eq!(reseal(&bench).await, 4, "the person, the note, the evaluation, the answer");
        let values: u64 = before.values().sum();
        assert_eq!(bench.view().sealed_counts().await.unwrap(), [(new, values)].into());
        assert_eq!(reseal(&bench).await, 0);
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(wang()));
        assert_eq!(bench.view().person_by_citizen_id(&wang().citizen_id.unwrap()).await.unwrap(), Some(wang()));
    })
    .await;
}

/// Two instances: one makes a key of the other algorithm and seals with it, the other hasn't heard of it.
#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_meets_a_key_that_it_does_not_know_loads_it() {
    on_each_place(async |place| {
        let aes = settings(Algorithm::Aes256Gcm);
        let one = Bench::open_with(place.clone(), VaultSettings { algorithm: Algorithm::Sm4Gcm, ..aes.clone() }).await;
        let other = Bench::open_with(place, aes).await;
        add(&other, Person::unknown(id(2))).await.unwrap();
        rotate(&one).await;
        one.store.keys(&one.district).reload().await.unwrap();
        add(&one, wang()).await.unwrap();
        assert_eq!(other.view().person(id(1)).await.unwrap(), Some(wang()));
        let read = other.write(|tx| Box::pin(async move { tx.person(id(1)).await })).await.unwrap();
        assert_eq!(read, Some(wang()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_between_reading_and_saving_wins_over_sealing_anew() {
    on_each(async |bench| {
        add(&bench, wang()).await.unwrap();
        rotate(&bench).await;
        bench.store.keys(&bench.district).reload().await.unwrap();
        let (renewals, _) = bench.view().renewals(sealed_tables().next().unwrap(), None, 10).await.unwrap();
        let moved = save(&bench, Person { address: Some("平桥村3组1号".into()), ..wang() }).await.unwrap();
        let renewed = bench.write(move |tx| Box::pin(async move { tx.renew(&renewals).await })).await.unwrap();
        assert_eq!(renewed, 0);
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(moved));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rotations_while_everybody_writes_lose_nothing() {
    const PEOPLE: u32 = 20;
    const EDITS: u64 = 8;
    let address = |person: u128, edit: u64| Some(format!("平桥村{person}组{edit}号"));
    on_each(async |bench| {
        for number in 0..PEOPLE {
            add(&bench, Person { phone: wang().phone, ..Person::unknown(id(u128::from(number))) }).await.unwrap();
        }
        let editing = (0..PEOPLE).map(|number| {
            let bench = bench.clone();
            tokio::spawn(async move {
                for edit in 1..=EDITS {
                    let person = bench.view().person(id(u128::from(number))).await.unwrap().unwrap();
                    save(&bench, Person { address: address(u128::from(number), edit), ..person }).await.unwrap();
                }
            })
        });
        let editing: Vec<_> = editing.collect();
        for _ in 0..3 {
            rotate(&bench).await;
            bench.store.keys(&bench.district).reload().await.unwrap();
            reseal(&bench).await;
        }
        for edited in editing {
            edited.await.unwrap();
        }
        reseal(&bench).await;
        for number in 0..u128::from(PEOPLE) {
            let person = bench.view().person(id(number)).await.unwrap().unwrap();
            assert_eq!((person.phone, person.address), (wang().phone, address(number, EDITS)));
        }
        assert_eq!(bench.view().sealed_counts().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_new_master_key_all_opens_and_under_the_old_one_nothing_does() {
    on_each_place(async |place| {
        let (old, new) = (settings(Algorithm::Aes256Gcm), settings(Algorithm::Aes256Gcm));
        let bench = Bench::open_with(place.clone(), old.clone()).await;
        add(&bench, wang()).await.unwrap();
        let master = new.master.clone();
        let wrapped = bench.write(move |tx| Box::pin(async move { tx.rewrap_keys(&master).await })).await.unwrap();
        assert_eq!(wrapped, 3);
        bench.store.keys(&bench.district).reload().await.unwrap();
        assert_eq!(bench.view().person(id(1)).await.unwrap(), Some(wang()), "who runs goes on");
        let later = Bench::open_with(place.clone(), new).await;
        assert_eq!(later.view().person(id(1)).await.unwrap(), Some(wang()));
        let refused = Bench::try_open_with(place, old).await.map(|_| ());
        assert!(matches!(refused, Err(StoreError::WrongMaster { .. })), "{refused:?}");
    })
    .await;
}
