//! Consents: read as they were written, and never two live ones of a person and kind.

use chrono::Duration;
use domain::consent::{Consent, Ended, Ending, Entered, Said, Sensitive, Spoken, TextVersion};
use domain::ids::{AccountId, ConsentId, MandateId};
use domain::mandate::AtStation;
use infra::store::StoreError;
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};
use crate::people::id;

fn consent(number: u128, kind: Sensitive) -> Consent {
    let at = AtStation { account: AccountId::new(Uuid::from_u128(7)), station: "511499101203-01".parse().unwrap() };
    let given = Said {
        by: id(2),
        mandate: Some(MandateId::new(Uuid::from_u128(8))),
        entered: Some(Entered { at, how: Spoken::Told { witness: Some(id(3)) } }),
    };
    Consent { id: ConsentId::new(Uuid::from_u128(number)), person: id(1), kind, text: TextVersion(1), given_at: now(), given, ended: None }
}

fn ended(consent: Consent) -> Consent {
    let said = Said { by: id(1), mandate: None, entered: None };
    Consent { ended: Some(Ended { at: now() + Duration::hours(1), why: Ending::Withdrawn, said }), ..consent }
}

async fn add(bench: &Bench, consent: Consent) -> Result<(), StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.add_consent(&consent).await })).await
}

async fn end(bench: &Bench, consent: Consent) -> Result<(), StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.end_consent(&consent).await })).await
}

async fn live(bench: &Bench) -> Vec<Consent> {
    let mut live = bench.write(|tx| Box::pin(async move { tx.live_consents(id(1)).await })).await.unwrap();
    live.sort_by_key(|consent| consent.id);
    live
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_read_as_it_was_written_and_ends_once() {
    on_each(async |bench| {
        let (health, account) = (consent(1, Sensitive::Health), consent(2, Sensitive::Account));
        add(&bench, health.clone()).await.unwrap();
        add(&bench, account.clone()).await.unwrap();
        assert_eq!(live(&bench).await, [health.clone(), account.clone()]);
        end(&bench, ended(health.clone())).await.unwrap();
        assert!(matches!(end(&bench, ended(health.clone())).await, Err(StoreError::Stale)));
        assert_eq!(live(&bench).await, std::slice::from_ref(&account));
        let (all, total) = bench.view().consents_of(id(1), None, 10).await.unwrap();
        assert_eq!((all, total), (vec![account.clone(), ended(health.clone())], 2));
        let (older, _) = bench.view().consents_of(id(1), Some(account.id), 10).await.unwrap();
        assert_eq!(older, [ended(health)]);
        assert_eq!(bench.view().consents_of(id(2), None, 10).await.unwrap(), (vec![], 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_becomes_the_live_consent_of_its_kind() {
    on_each(async |bench| {
        let added = bench.write_many(10, |tx, number| {
            Box::pin(async move { tx.add_consent(&consent(100 + u128::from(number), Sensitive::Child)).await })
        });
        let added = added.await;
        assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 1);
        assert!(added.iter().all(|added| matches!(added, Ok(()) | Err(StoreError::Taken))), "{added:?}");
        end(&bench, ended(live(&bench).await.remove(0))).await.unwrap();
        add(&bench, consent(200, Sensitive::Child)).await.unwrap();
        end(&bench, ended(consent(200, Sensitive::Child))).await.unwrap();
        assert_eq!(bench.view().consents_of(id(1), None, 10).await.unwrap().1, 2, "any number may have ended");
    })
    .await;
}
