//! The district, its stations and its calendar.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use domain::calendar::{Calendar, Year};
use domain::district::{Division, Level, Opening, Partner, Place, Station, StationFacts, StationNotice};
use domain::ids::ItemCode;
use infra::store::StoreError;

use crate::databases::{Bench, now, on_each};

const PLACE: Place = Place { lat: 30.123456, lng: 103.654321 };

fn division(code: &str, name: &str) -> Division {
    Division { code: code.parse().unwrap(), name: name.into(), place: PLACE }
}

fn items(codes: &[&str]) -> Arc<BTreeSet<ItemCode>> {
    Arc::new(codes.iter().map(|code| code.parse().unwrap()).collect())
}

fn station() -> Station {
    Station {
        code: "511499001001-01".parse().unwrap(),
        name: "永碾社区便民服务站".into(),
        level: Level::Village,
        division: "511499001001".parse().unwrap(),
        place: PLACE,
        windows: 1,
        staff: 2,
        terminal: false,
        accessible: true,
        hours: [Opening { days: vec![1, 2, 3], open: "08:30".parse().unwrap(), close: "12:00".parse().unwrap() }].into(),
        added: items(&["T001"]),
        removed: items(&[]),
        facts: Arc::new(StationFacts {
            notices: vec![StationNotice { from: now(), until: now() + chrono::Duration::days(1), text: "上午开会".into() }],
            ..StationFacts::default()
        }),
    }
}

async fn seed(bench: &Bench, stations: Vec<Station>) {
    bench.write(move |tx| Box::pin(async move { tx.seed_stations(&stations).await })).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn divisions_stations_and_partners_are_read_as_they_were_seeded() {
    on_each(async |bench| {
        let divisions = [division("511499000000", "青禾区"), division("511499001001", "永碾社区")];
        let partner = Partner {
            code: "510104000000-01".parse().unwrap(),
            name: "锦江区".into(),
            station_name: "锦江区政务服务中心".into(),
            place: PLACE,
            items: items(&["T001", "T002"]),
            hours: station().hours,
        };
        let seeded = (divisions.clone(), partner.clone());
        for _ in 0..2 {
            let (divisions, partner) = seeded.clone();
            let done = bench.write(move |tx| {
                Box::pin(async move {
                    tx.seed_divisions(&divisions).await?;
                    tx.seed_stations(&[station()]).await?;
                    tx.seed_partners(&[partner]).await
                })
            });
            done.await.unwrap();
        }
        let view = bench.view();
        assert_eq!(view.district_name().await.unwrap(), "青禾区");
        assert_eq!(view.divisions().await.unwrap(), divisions);
        assert_eq!(view.stations().await.unwrap(), [station()]);
        assert_eq!(view.partners().await.unwrap(), [partner]);
        assert_eq!(view.station(&station().code).await.unwrap(), Some(station()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seeding_again_renames_a_station_and_keeps_its_supervisors_edits() {
    on_each(async |bench| {
        seed(&bench, vec![station()]).await;
        let edited = Station { hours: [].into(), removed: items(&["T002"]), facts: Arc::default(), ..station() };
        let saved = edited.clone();
        bench.write(move |tx| Box::pin(async move { tx.save_station(&saved).await })).await.unwrap();
        seed(&bench, vec![Station { name: "永碾便民服务站".into(), ..station() }]).await;
        let kept = Station { name: "永碾便民服务站".into(), ..edited };
        assert_eq!(bench.view().station(&station().code).await.unwrap(), Some(kept));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_one_station_at_once_are_all_kept() {
    on_each(async |bench| {
        seed(&bench, vec![Station { added: items(&[]), ..station() }]).await;
        let edits = bench.write_many(10, |tx, number| {
            Box::pin(async move {
                let mut station = tx.station(&station().code).await?.ok_or(StoreError::Stale)?;
                Arc::make_mut(&mut station.added).insert(format!("T{number:03}").parse().unwrap());
                tx.save_station(&station).await
            })
        });
        edits.await.into_iter().for_each(|edit| edit.unwrap());
        assert_eq!(bench.view().station(&station().code).await.unwrap().unwrap().added.len(), 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_is_gone_cannot_be_saved() {
    on_each(async |bench| {
        let saved = bench.write(|tx| Box::pin(async move { tx.save_station(&station()).await }));
        assert!(matches!(saved.await, Err(StoreError::Stale)));
    })
    .await;
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 1, day).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loaded_year_is_replaced_by_an_edit_and_not_by_a_seeding() {
    on_each(async |bench| {
        let [first, amended] = [[day(1)], [day(4)]].map(|days| Year { holidays: days.into(), ..Year::default() });
        let (mut seeded, edit) = (Calendar::default(), amended.clone());
        seeded.load(2027, first).unwrap();
        let done = bench.write(move |tx| {
            Box::pin(async move {
                let loaded = tx.seed_years(&seeded).await?;
                tx.save_year(2027, &edit, None).await?;
                Ok((loaded, tx.seed_years(&seeded).await?))
            })
        });
        assert_eq!(done.await.unwrap(), (vec![2027], vec![]));
        assert_eq!(bench.view().calendar().await.unwrap().year(2027), Some(&amended));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_revision_of_the_calendar_said_can_be_read_again() {
    on_each(async |bench| {
        let years = [1, 4].map(|first| Year { holidays: [day(first)].into(), ..Year::default() });
        let amended_at = now() + Duration::hours(1);
        for (year, loaded_at) in years.clone().into_iter().zip([None, Some(amended_at)]) {
            bench.write(move |tx| Box::pin(async move { tx.save_year(2027, &year, loaded_at).await })).await.unwrap();
        }
        let view = bench.view();
        assert_eq!(view.calendar_revision().await.unwrap(), 2);
        for (revision, expected) in [(0, None), (1, Some(&years[0])), (2, Some(&years[1]))] {
            assert_eq!(view.calendar_at(revision).await.unwrap().year(2027), expected, "revision {revision}");
        }
        for (at, held) in [(now(), &years[0]), (amended_at, &years[1])] {
            assert_eq!(view.calendar_held_at(at).await.unwrap().year(2027), Some(held), "at {at}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_one_year_at_once_are_all_kept() {
    on_each(async |bench| {
        let edits = bench.write_many(10, |tx, number| {
            Box::pin(async move {
                let mut year = tx.calendar().await?.year(2027).cloned().unwrap_or_default();
                year.holidays.insert(day(number + 1));
                tx.save_year(2027, &year, None).await
            })
        });
        edits.await.into_iter().for_each(|edit| edit.unwrap());
        assert_eq!(bench.view().calendar().await.unwrap().year(2027).unwrap().holidays.len(), 10);
    })
    .await;
}
