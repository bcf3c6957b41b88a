//! Numbers: each one once.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use infra::store::StoreError;

use crate::databases::on_each;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_writers_at_once_get_fifty_numbers_without_a_gap() {
    on_each(async |bench| {
        let serials = bench.write_many(50, |tx, _| Box::pin(async move { tx.next_serial("case/2026-09-14").await })).await;
        let serials: BTreeSet<_> = serials.into_iter().map(Result::unwrap).collect();
        assert_eq!(serials, (1..=50).collect());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_a_refused_unit_is_given_to_the_next() {
    on_each(async |bench| {
        let refused = bench.write(|tx| {
            Box::pin(async move {
                tx.next_serial("case").await?;
                Err::<(), _>(StoreError::Stale)
            })
        });
        assert!(refused.await.is_err());
        assert_eq!(bench.write(|tx| Box::pin(async move { tx.next_serial("case").await })).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_count_by_day_and_certificates_by_village_item_and_year() {
    on_each(async |bench| {
        let monday = NaiveDate::from_ymd_opt(2026, 9, 14).unwrap();
        let numbers = bench.write(move |tx| {
            Box::pin(async move {
                let days = [monday, monday, monday.succ_opt().unwrap()];
                let mut cases = Vec::new();
                for day in days {
                    cases.push(tx.next_case_number(day).await?.serial());
                }
                let (village, item) = ("511499101203".parse().unwrap(), "C001".parse().unwrap());
                let this_year = tx.next_certificate_number(&village, &item, 2026).await?.serial();
                let next_year = tx.next_certificate_number(&village, &item, 2027).await?.serial();
                Ok((cases, this_year, next_year))
            })
        });
        assert_eq!(numbers.await.unwrap(), (vec![1, 2, 1], 1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_ends_with_a_letter_that_reads_like_a_digit() {
    on_each(async |bench| {
        let day = NaiveDate::from_ymd_opt(2026, 9, 14).unwrap();
        let numbers = bench.write(move |tx| {
            Box::pin(async move {
                let (village, item) = ("511499101203".parse().unwrap(), "C001".parse().unwrap());
                let mut numbers = Vec::new();
                for _ in 0..100 {
                    numbers.push(tx.next_case_number(day).await?.to_string());
                    numbers.push(tx.next_certificate_number(&village, &item, 2026).await?.to_string());
                }
                Ok(numbers)
            })
        });
        let numbers = numbers.await.unwrap();
        assert!(numbers.iter().all(|number| !number.ends_with(['O', 'I'])), "{numbers:?}");
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 200);
    })
    .await;
}
