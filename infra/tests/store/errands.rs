//! Errands of stations.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::channel::{Attempt, Errand, ErrandState, Outcome};
use domain::ids::{AccountId, ErrandId, MessageId, PersonId};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};

const HERE: &str = "511499101203-01";
const THERE: &str = "511499101204-01";

fn errand(number: u128, station: &str) -> Errand {
    Errand {
        id: ErrandId::new(Uuid::from_u128(number)),
        news: MessageId::new(Uuid::from_u128(100 + number)),
        person: PersonId::new(Uuid::from_u128(200 + number)),
        case: None,
        station: station.parse().unwrap(),
        state: ErrandState::Waiting,
        opened_at: now(),
        due_at: now(),
        remind_at: Some(now() + Duration::days(1)),
        attempts: Vec::new(),
        ended_at: None,
    }
}

async fn add(bench: &Bench, errand: Errand) {
    bench.write(move |tx| Box::pin(async move { tx.add_errand(&errand).await })).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_sees_what_waits_there_oldest_first_and_nothing_of_those_whom_its_clerk_is_close_to() {
    on_each(async |bench| {
        for (number, station) in [(2, HERE), (1, HERE), (3, THERE), (4, HERE)] {
            add(&bench, errand(number, station)).await;
        }
        add(&bench, Errand { state: ErrandState::Reached, remind_at: None, ..errand(5, HERE) }).await;
        let here = HERE.parse().unwrap();
        let close = BTreeSet::from([PersonId::new(Uuid::from_u128(204))]);
        let (first, total) = bench.view().errands_at(&here, &close, None, 1).await.unwrap();
        let (second, _) = bench.view().errands_at(&here, &close, Some(first[0].id), 9).await.unwrap();
        assert_eq!((first, second, total), (vec![errand(1, HERE)], vec![errand(2, HERE)], 2));
        let (all, _) = bench.view().errands_at(&here, &BTreeSet::new(), None, 9).await.unwrap();
        assert_eq!(all.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_touched_is_found_when_its_time_is_over_and_what_was_done_is_kept() {
    on_each(async |bench| {
        add(&bench, errand(1, HERE)).await;
        add(&bench, errand(2, HERE)).await;
        let touched = Attempt { at: now(), by: AccountId::new(Uuid::from_u128(9)), outcome: Outcome::NotReached };
        let done = Errand { attempts: vec![touched], remind_at: None, ..errand(2, HERE) };
        let saved = done.clone();
        bench.write(move |tx| Box::pin(async move { tx.save_errand(&saved).await })).await.unwrap();
        let tomorrow = now() + Duration::days(1);
        assert_eq!(bench.view().errands_to_remind(tomorrow - Duration::microseconds(1), 9).await.unwrap(), []);
        assert_eq!(bench.view().errands_to_remind(tomorrow, 9).await.unwrap(), [errand(1, HERE).id]);
        assert_eq!(bench.view().errand(done.id).await.unwrap(), Some(done));
    })
    .await;
}
