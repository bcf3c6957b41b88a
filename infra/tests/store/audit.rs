//! The audit log: a chain that nobody who serves can change, and in which whatever the owner changes is found and named.

use domain::audit::{Deed, Entry, Office, On, Purpose, Reason, Refusal, Stated, Thing, Who};
use domain::ids::{AccountId, CaseId, PersonId, UploadId};
use domain::people::Role;
use infra::store::{AuditFilter, AuditHash, AuditHead, DatabasePlace, Flaw, GrantError, StoreError, VaultSettings, Verdict};
use infra::vault::{Algorithm, MasterKey};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_empty_postgres, on_places};

fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(number))
}

fn clerk() -> Who {
    let office = Office { role: Role::Clerk, station: "511499101203-01".parse().unwrap() };
    Who::Staff { account: AccountId::new(Uuid::from_u128(1)), person: person(2), office: Some(office) }
}

/// One entry with every column filled, and others of each kind.
fn entries() -> Vec<Entry> {
    let case = CaseId::new(Uuid::from_u128(9));
    let refusal = Refusal { times: 7, ..Refusal::once("show_case".parse().unwrap(), "case_not_found".parse().unwrap()) };
    let reason: Reason = "核对名单".parse().unwrap();
    let full = Entry::refused(
        now(),
        clerk(),
        Deed::Request,
        On::case(Thing::Upload(UploadId::new(case.as_uuid())), case, Some(person(5))),
        refusal,
    );
    vec![
        Entry::done(now(), Who::Person { person: person(5) }, Deed::SignIn, On::of(Thing::Nothing)),
        full.for_purpose(Stated::new(Purpose::Other, Some(reason)).unwrap()),
        Entry::done(now(), clerk(), Deed::UnmaskedRead, On::case(Thing::Case, case, Some(person(5)))).for_purpose(Stated::delivering()),
        Entry::done(now(), Who::System, Deed::StationEdit, On::of(Thing::Station("511499101203-01".parse().unwrap()))),
        Entry::done(now(), Who::Nobody, Deed::ClockMove, On::of(Thing::Clock)),
    ]
}

async fn log(bench: &Bench, entries: Vec<Entry>) {
    bench.write(|tx| Box::pin(async move { tx.audit_all(&entries).await })).await.unwrap();
}

async fn verdict(bench: &Bench) -> Verdict {
    bench.view().verify_audit(None).await.unwrap()
}

async fn head(bench: &Bench) -> AuditHead {
    match verdict(bench).await {
        Verdict::Whole(head) => head,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

/// The database as its owner reaches it.
async fn owner(place: &DatabasePlace) -> DatabaseConnection {
    match place {
        DatabasePlace::Sqlite(path) => Database::connect(format!("sqlite://{}?mode=rw", path.display())).await.unwrap(),
        DatabasePlace::Postgres(url) => Database::connect(url.expose_secret()).await.unwrap(),
    }
}

/// Takes the guards away, as only the owner can.
async fn disarm(owner: &DatabaseConnection) {
    let off: &[&str] = match owner.get_database_backend() {
        DbBackend::Postgres => &[
            "ALTER TABLE audit_log DISABLE TRIGGER ALL",
            "ALTER TABLE audit_heads DISABLE TRIGGER ALL",
            "ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey",
        ],
        _sqlite => &[
            "DROP TRIGGER audit_log_no_update",
            "DROP TRIGGER audit_log_no_delete",
            "DROP TRIGGER audit_heads_no_delete",
            "DROP TRIGGER audit_heads_goes_on",
        ],
    };
    for statement in off {
        owner.execute_unprepared(statement).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_logged_is_read_as_it_was_newest_first() {
    on_each(async |bench| {
        log(&bench, entries()).await;
        let (page, total) = bench.view().audit_page(&AuditFilter::default(), None, 3).await.unwrap();
        let all = entries();
        assert_eq!((total, page.iter().map(|logged| logged.seq).collect::<Vec<_>>()), (5, vec![5, 4, 3]));
        assert!(page.iter().all(|logged| all[usize::try_from(logged.seq).unwrap() - 1] == logged.entry));
        let (rest, _) = bench.view().audit_page(&AuditFilter::default(), Some(3), 3).await.unwrap();
        assert_eq!(rest.iter().map(|logged| &logged.entry).collect::<Vec<_>>(), [&all[1], &all[0]]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_found_by_who_did_it_to_whom_what_and_when() {
    on_each(async |bench| {
        log(&bench, entries()).await;
        let found = async |filter: AuditFilter| {
            let (page, total) = bench.view().audit_page(&filter, None, 50).await.unwrap();
            assert_eq!(u64::try_from(page.len()).unwrap(), total);
            page.iter().map(|logged| logged.seq).collect::<Vec<_>>()
        };
        let all = AuditFilter::default;
        assert_eq!(found(AuditFilter { touched: Some(person(5)), ..all() }).await, [3, 2]);
        assert_eq!(found(AuditFilter { touched: Some(person(5)), done: true, ..all() }).await, [3]);
        assert_eq!(found(AuditFilter { actor: Some(Uuid::from_u128(1)), ..all() }).await, [3, 2]);
        assert_eq!(found(AuditFilter { actor: Some(Uuid::from_u128(2)), ..all() }).await, [3, 2]);
        assert_eq!(found(AuditFilter { deeds: vec![Deed::SignIn, Deed::ClockMove], ..all() }).await, [5, 1]);
        assert_eq!(found(AuditFilter { from: Some(now()), ..all() }).await.len(), 5);
        assert_eq!(found(AuditFilter { to: Some(now()), ..all() }).await, Vec::<u64>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_that_log_at_once_make_one_chain_without_a_gap_and_a_refused_one_leaves_none() {
    on_each(async |bench| {
        let done = bench.write_many(60, |tx, number| {
            Box::pin(async move {
                tx.audit(&entries()[usize::try_from(number % 5).unwrap()]).await?;
                if number % 3 == 0 { Err(StoreError::Stale) } else { Ok(()) }
            })
        });
        assert_eq!(done.await.iter().filter(|outcome| outcome.is_ok()).count(), 40);
        assert_eq!(head(&bench).await.seq, 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_is_whole_and_districts_have_a_chain_each() {
    on_each(async |bench| {
        assert_eq!(head(&bench).await, AuditHead { seq: 0, hash: String::new() });
        log(&bench, entries()).await;
        let other = Bench { district: "511402".parse().unwrap(), ..bench.clone() };
        log(&other, entries()).await;
        assert_eq!((head(&bench).await.seq, head(&other).await.seq), (5, 5));
        assert_ne!(head(&bench).await.hash, head(&other).await.hash);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_goes_on_with_another_hash() {
    on_each(async |bench| {
        log(&bench, entries()).await;
        bench.write(|tx| Box::pin(async move { tx.set_audit_hash(AuditHash::Sm3).await })).await.unwrap();
        log(&bench, entries()).await;
        let head = head(&bench).await;
        assert!(head.seq == 10 && head.hash.starts_with("sm3:"), "{head:?}");
        assert_eq!(bench.view().audit_hash().await.unwrap(), AuditHash::Sm3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_to_change_or_remove_an_entry() {
    on_places(async |place| {
        let bench = Bench::open(place.clone()).await;
        log(&bench, entries()).await;
        let owner = owner(&place).await;
        let mut attempts = vec![
            "UPDATE audit_log SET deed = 'look'",
            "UPDATE audit_log SET times = 1 WHERE seq = 2",
            "DELETE FROM audit_log",
            "DELETE FROM audit_log WHERE seq = 5",
            "DELETE FROM audit_heads",
            "UPDATE audit_heads SET seq = 4",
            "UPDATE audit_heads SET hash = 'sha256:00'",
        ];
        attempts.push(match owner.get_database_backend() {
            DbBackend::Postgres => "TRUNCATE audit_log",
            _sqlite => "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE seq = 5",
        });
        for attempt in attempts {
            assert!(owner.execute_unprepared(attempt).await.is_err(), "{attempt}");
        }
        assert_eq!(head(&bench).await.seq, 5);
    })
    .await;
}

/// Every column by itself, in the entry that has all of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_column_is_found_and_its_entry_named() {
    on_places(async |place| {
        let bench = Bench::open(place.clone()).await;
        log(&bench, entries()).await;
        let owner = owner(&place).await;
        disarm(&owner).await;
        let texts = ["by_kind", "by_role", "by_station", "deed", "on_thing", "on_id", "operation", "problem", "purpose", "purpose_words"];
        let texts =
            texts.into_iter().chain(["prev", "hash"]).map(|column| (column, format!("substr({column}, 1, length({column}) - 1) || '~'")));
        let numbers = ["at", "times"].into_iter().map(|column| (column, format!("{column} + 1")));
        let zero = if owner.get_database_backend() == DbBackend::Postgres {
            "'00000000-0000-0000-0000-000000000000'::uuid"
        } else {
            "zeroblob(16)"
        };
        let ids = ["by_account", "by_person", "on_case", "on_person"].into_iter().map(|column| (column, zero.to_owned()));
        let nothing = ["purpose_words", "on_person", "by_role"].into_iter().map(|column| (column, "NULL".to_owned()));
        for (column, value) in texts.chain(numbers).chain(ids).chain(nothing) {
            owner.execute_unprepared("CREATE TABLE kept AS SELECT * FROM audit_log").await.unwrap();
            let changed = owner.execute_unprepared(&format!("UPDATE audit_log SET {column} = {value} WHERE seq = 2")).await.unwrap();
            assert_eq!(changed.rows_affected(), 1);
            let found = verdict(&bench).await;
            assert!(matches!(found, Verdict::Broken { seq: 2, flaw: Flaw::HashDiffers | Flaw::PrevDiffers }), "{column}: {found:?}");
            for restore in ["DELETE FROM audit_log", "INSERT INTO audit_log SELECT * FROM kept", "DROP TABLE kept"] {
                owner.execute_unprepared(restore).await.unwrap();
            }
            assert_eq!(head(&bench).await.seq, 5);
        }
        owner.execute_unprepared("UPDATE audit_log SET district = '511402' WHERE seq = 2").await.unwrap();
        assert_eq!(verdict(&bench).await, Verdict::Broken { seq: 2, flaw: Flaw::Missing });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_the_wrong_kind_is_a_flaw_of_its_entry() {
    on_places(async |place| {
        let bench = Bench::open(place.clone()).await;
        log(&bench, entries()).await;
        let owner = owner(&place).await;
        if owner.get_database_backend() == DbBackend::Sqlite {
            disarm(&owner).await;
            owner.execute_unprepared("UPDATE audit_log SET by_person = 'nobody' WHERE seq = 3").await.unwrap();
            assert_eq!(verdict(&bench).await, Verdict::Broken { seq: 3, flaw: Flaw::Unreadable });
        }
    })
    .await;
}

/// What the owner does to a whole log, and what is told of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_a_swapped_and_a_cut_off_entry_are_named_and_so_is_a_wrong_head() {
    let swap = [
        "UPDATE audit_log SET seq = 100 WHERE seq = 2",
        "UPDATE audit_log SET seq = 2 WHERE seq = 3",
        "UPDATE audit_log SET seq = 3 WHERE seq = 100",
    ];
    let cases: [(&[&str], u64, Flaw); 7] = [
        (&["DELETE FROM audit_log WHERE seq = 3"], 3, Flaw::Missing),
        (&["DELETE FROM audit_log WHERE seq = 1"], 1, Flaw::Missing),
        (&["DELETE FROM audit_log WHERE seq = 5"], 5, Flaw::Missing),
        (&swap, 2, Flaw::PrevDiffers),
        (&["DELETE FROM audit_heads"], 5, Flaw::NoHead),
        (&["UPDATE audit_heads SET seq = 3"], 4, Flaw::BeyondHead),
        (&["UPDATE audit_heads SET hash = 'sha256:00'"], 5, Flaw::HeadDiffers),
    ];
    for (statements, seq, flaw) in cases {
        on_places(async |place| {
            let bench = Bench::open(place.clone()).await;
            log(&bench, entries()).await;
            let owner = owner(&place).await;
            disarm(&owner).await;
            for statement in statements {
                owner.execute_unprepared(statement).await.unwrap();
            }
            assert_eq!(verdict(&bench).await, Verdict::Broken { seq, flaw }, "{statements:?}");
        })
        .await;
    }
}

/// The owner could write a chain anew; who noted its head finds that out.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_written_anew_is_found_by_a_head_noted_elsewhere() {
    on_each(async |bench| {
        log(&bench, entries()).await;
        let noted = head(&bench).await;
        log(&bench, entries()).await;
        assert!(matches!(bench.view().verify_audit(Some(&noted)).await.unwrap(), Verdict::Whole(_)));
        let other = AuditHead { hash: "sha256:00".into(), ..noted.clone() };
        assert_eq!(bench.view().verify_audit(Some(&other)).await.unwrap(), Verdict::Broken { seq: 5, flaw: Flaw::NotAsNoted });
        let later = AuditHead { seq: 11, ..noted };
        assert_eq!(bench.view().verify_audit(Some(&later)).await.unwrap(), Verdict::Broken { seq: 11, flaw: Flaw::Missing });
    })
    .await;
}

fn as_role(place: &DatabasePlace, role: &str) -> DatabasePlace {
    let DatabasePlace::Postgres(url) = place else { panic!("only PostgreSQL has roles") };
    let (_, server) = url.expose_secret().split_once('@').unwrap();
    DatabasePlace::Postgres(format!("postgres://{role}@{server}").into())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_that_the_service_runs_as_adds_to_the_log_and_can_do_nothing_else_to_it() {
    on_empty_postgres(async |place| {
        let role = format!("service_{}", Uuid::now_v7().simple());
        let vault = VaultSettings { master: MasterKey::generate(), algorithm: Algorithm::default() };
        let (bench, owner) = (Bench::open_with(place.clone(), vault.clone()).await, owner(&place).await);
        assert!(matches!(bench.store.grant_service_role(&role).await, Err(GrantError::NoSuchRole(_))));
        owner.execute_unprepared(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
        bench.store.grant_service_role(&role).await.unwrap();
        log(&bench, entries()).await;

        // Opened as the role, which finds the tables made; it serves and logs.
        let service = Bench::open_with(as_role(&place, &role), vault).await;
        service.write(|tx| Box::pin(async move { tx.set_fact("demo", "yes").await })).await.unwrap();
        log(&service, entries()).await;
        assert_eq!(head(&service).await.seq, 10);

        let raw = self::owner(&as_role(&place, &role)).await;
        for attempt in [
            "UPDATE audit_log SET deed = 'look'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "DROP TABLE audit_log",
            "DROP TRIGGER audit_log_is_kept ON audit_log",
            "ALTER TABLE audit_log DISABLE TRIGGER audit_log_is_kept",
            "CREATE TRIGGER mine BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
            "DROP FUNCTION audit_is_kept CASCADE",
            "CREATE OR REPLACE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "SET session_replication_role = replica",
            "DELETE FROM audit_heads",
            "TRUNCATE audit_heads",
            "UPDATE audit_heads SET seq = 1",
            "UPDATE seaql_migrations SET applied_at = 0",
            "CREATE TABLE mine (id int)",
        ] {
            assert!(raw.execute_unprepared(attempt).await.is_err(), "{attempt}");
        }
        assert_eq!(head(&bench).await.seq, 10);
        raw.close().await.unwrap();
        let may = "SELECT string_agg(p, ',' ORDER BY p) AS may FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','TRIGGER']) p \
                   WHERE has_table_privilege($1, 'audit_log', p)";
        let row = owner.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, may, [role.as_str().into()])).await.unwrap().unwrap();
        assert_eq!(row.try_get::<String>("", "may").unwrap(), "INSERT,SELECT");
        owner.execute_unprepared(&format!("DROP OWNED BY {role}")).await.unwrap();
        owner.execute_unprepared(&format!("DROP ROLE {role}")).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_role_above_all_grants_is_let_run_the_service() {
    on_empty_postgres(async |place| {
        let bench = Bench::open(place.clone()).await;
        assert!(matches!(bench.store.grant_service_role("postgres").await, Err(GrantError::TooMighty(_))));
    })
    .await;
}
