//! Alerts as they are kept: each once, whoever raises it; what a supervisor has to see to; what ran out in a month.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::ids::{AccountId, AlertId, CaseId, NoteId};
use domain::people::Scope;
use domain::supervision::{Cause, Colour, Month, Thresholds};
use domain::time::Timestamp;
use infra::store::{Acknowledged, Alert, AlertFilter, AlertState, OverdueFilter};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};

const VILLAGE: &str = "511499101203-01";
const NEXT_TOWN: &str = "511499102000-01";

fn alert(number: u128, colour: Colour, station: &str, raised_at: Timestamp) -> Alert {
    Alert {
        id: AlertId::new(Uuid::from_u128(number)),
        case: CaseId::new(Uuid::from_u128(1_000 + number)),
        number: format!("511499-20260914-{number:05}-2"),
        item: "T064".parse().unwrap(),
        sealed: false,
        cause: Cause::Promise,
        colour,
        turn: 0,
        station: station.parse().unwrap(),
        stage: None,
        due_on: None,
        raised_at,
        ended_at: None,
        overtaken: false,
        acknowledged: None,
        reason: None,
    }
}

async fn raise(bench: &Bench, alert: Alert) -> bool {
    bench.write(move |tx| Box::pin(async move { tx.raise_alert(&alert).await })).await.unwrap()
}

fn scopes(codes: &[&str]) -> Vec<Scope> {
    codes.iter().map(|code| Scope::Division(code.parse().unwrap())).collect()
}

fn filter(divisions: &[&str], state: AlertState) -> AlertFilter {
    AlertFilter { scopes: scopes(divisions), station: None, colour: None, state, not_about: BTreeSet::new() }
}

async fn listed(bench: &Bench, filter: &AlertFilter) -> Vec<u128> {
    let (found, total) = bench.view().alerts(filter, None, 100).await.unwrap();
    assert_eq!(u64::try_from(found.len()).unwrap(), total);
    found.iter().map(|alert| alert.id.as_uuid().as_u128()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_find_an_alert_at_once_one_raises_it() {
    on_each(async |bench| {
        let raised = bench.write_many(10, |tx, number| {
            let same = alert(7, Colour::Red, VILLAGE, now());
            let found = Alert { id: AlertId::new(Uuid::from_u128(100 + u128::from(number))), ..same };
            Box::pin(async move { tx.raise_alert(&found).await })
        });
        let news = raised.await.into_iter().filter(|raised| *raised.as_ref().unwrap()).count();
        assert_eq!(news, 1);
        assert_eq!(listed(&bench, &filter(&["511499000000"], AlertState::All)).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_sees_to_live_yellow_and_to_red_until_it_is_answered_for_in_their_division_alone() {
    on_each(async |bench| {
        raise(&bench, alert(1, Colour::Yellow, VILLAGE, now())).await;
        raise(&bench, alert(2, Colour::Red, VILLAGE, now())).await;
        raise(&bench, alert(3, Colour::Red, NEXT_TOWN, now())).await;
        let whole = filter(&["511499000000"], AlertState::ToSeeTo);
        assert_eq!(listed(&bench, &whole).await, [3, 2, 1]);
        assert_eq!(listed(&bench, &filter(&["511499101000"], AlertState::ToSeeTo)).await, [2, 1]);
        assert_eq!(listed(&bench, &filter(&["511499101203"], AlertState::ToSeeTo)).await, [2, 1]);
        assert_eq!(listed(&bench, &filter(&[], AlertState::All)).await, [0u128; 0], "who watches over nothing sees nothing");
        let yellow = AlertFilter { colour: Some(Colour::Yellow), ..whole.clone() };
        assert_eq!(listed(&bench, &yellow).await, [1]);

        let done = Acknowledged { at: now(), by: AccountId::new(Uuid::from_u128(5)), measure: NoteId::new(Uuid::from_u128(6)) };
        let twice = bench.write(move |tx| {
            Box::pin(async move {
                let [yellow, red] = [1, 2].map(|number| AlertId::new(Uuid::from_u128(number)));
                tx.end_alert(yellow, now() + Duration::hours(1)).await?;
                tx.end_alert(red, now() + Duration::hours(1)).await?;
                Ok((tx.acknowledge_alert(red, done).await?, tx.acknowledge_alert(red, done).await?))
            })
        });
        assert_eq!(twice.await.unwrap(), (true, false));
        assert_eq!(listed(&bench, &whole).await, [3]);
        assert_eq!(listed(&bench, &filter(&["511499000000"], AlertState::Acknowledged)).await, [2]);
        assert_eq!(bench.view().alert(AlertId::new(Uuid::from_u128(2))).await.unwrap().unwrap().acknowledged, Some(done));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_days_leave_nothing_of_is_nobodys_to_see_to_and_may_come_again() {
    on_each(async |bench| {
        raise(&bench, alert(1, Colour::Red, VILLAGE, now())).await;
        let id = AlertId::new(Uuid::from_u128(1));
        bench.write(move |tx| Box::pin(async move { tx.overtake_alert(id, now() + Duration::hours(1)).await })).await.unwrap();
        let whole = filter(&["511499000000"], AlertState::ToSeeTo);
        assert_eq!(listed(&bench, &whole).await, [0u128; 0]);
        assert!(bench.view().kept_alerts(CaseId::new(Uuid::from_u128(1_001))).await.unwrap()[0].overtaken);
        bench.write(move |tx| Box::pin(async move { tx.resume_alert(id).await })).await.unwrap();
        assert_eq!(listed(&bench, &whole).await, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_case_was_alerted_of_is_sealed_with_it_once_its_matter_is_known() {
    on_each(async |bench| {
        raise(&bench, alert(1, Colour::Yellow, VILLAGE, now())).await;
        raise(&bench, alert(2, Colour::Red, VILLAGE, now())).await;
        let sealed = alert(1, Colour::Yellow, VILLAGE, now()).case;
        bench.write(move |tx| Box::pin(async move { tx.seal_alerts(sealed).await })).await.unwrap();
        let kept = [1, 2].map(|number| AlertId::new(Uuid::from_u128(number)));
        assert!(bench.view().alert(kept[0]).await.unwrap().unwrap().sealed);
        assert!(!bench.view().alert(kept[1]).await.unwrap().unwrap().sealed, "and no other case's");
    })
    .await;
}

async fn overdue(bench: &Bench, month: &str) -> (Vec<u128>, Vec<(String, u64, u64)>) {
    let month: Month = month.parse().unwrap();
    let (scopes, not_about) = (scopes(&["511499101000"]), BTreeSet::new());
    let filter = OverdueFilter { scopes, station: None, month: (month.begins(), month.ends()), not_about };
    let found = bench.view().overdue(&filter, None, 100).await.unwrap();
    let totals = bench.view().overdue_totals(&filter).await.unwrap();
    let totals = totals.into_iter().map(|total| (total.station.to_string(), total.cases, total.open));
    (found.iter().map(|overdue| overdue.alert.id.as_uuid().as_u128()).collect(), totals.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_months_list_has_what_was_late_at_some_time_of_it() {
    on_each(async |bench| {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let ended = |alert: Alert, at: Timestamp| Alert { ended_at: Some(at), ..alert };
        let red = |number, raised| alert(number, Colour::Red, VILLAGE, at(raised));
        // The first instant of September in the district is 16:00 on the last of August, UTC.
        raise(&bench, ended(red(1, "2026-08-10T16:00:00Z"), at("2026-08-31T15:59:59Z"))).await;
        raise(&bench, ended(red(2, "2026-08-10T16:00:00Z"), at("2026-08-31T16:00:01Z"))).await;
        raise(&bench, ended(red(3, "2026-09-30T15:59:59Z"), at("2026-10-05T00:00:00Z"))).await;
        raise(&bench, red(4, "2026-09-30T16:00:00Z")).await;
        raise(&bench, red(5, "2026-09-10T16:00:00Z")).await;
        raise(&bench, alert(6, Colour::Yellow, VILLAGE, at("2026-09-10T16:00:00Z"))).await;
        raise(&bench, alert(7, Colour::Red, NEXT_TOWN, at("2026-09-10T16:00:00Z"))).await;
        assert_eq!(overdue(&bench, "2026-09").await, (vec![2, 3, 5], vec![(VILLAGE.to_owned(), 3, 1)]));
        assert_eq!(overdue(&bench, "2026-10").await, (vec![3, 4, 5], vec![(VILLAGE.to_owned(), 3, 2)]));
        assert_eq!(overdue(&bench, "2026-07").await, (vec![], vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thresholds_are_the_defaults_until_somebody_settles_others() {
    on_each(async |bench| {
        assert_eq!(bench.view().thresholds().await.unwrap(), Thresholds::default());
        for yellow_percent in [50, 60] {
            let settled = Thresholds { yellow_percent, yellow_days: 3, items_per_clerk: 5 };
            bench.write(move |tx| Box::pin(async move { tx.save_thresholds(&settled, now()).await })).await.unwrap();
            assert_eq!(bench.view().thresholds().await.unwrap(), settled);
        }
    })
    .await;
}
