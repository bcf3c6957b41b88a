//! The ledger of what people allow WeChat to bring them.

use chrono::Duration;
use domain::channel::{CreditChange, CreditKind};
use domain::ids::{MessageId, PersonId};
use domain::time::Timestamp;
use infra::store::{Begun, Template};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_empty_postgres, until_somebody_waits};

const PROGRESS: Template<'static> = Template { id: "progress", kind: CreditKind::OneTime };
const OTHER: Template<'static> = Template { id: "other", kind: CreditKind::OneTime };

fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(number))
}

fn news(number: u128) -> MessageId {
    MessageId::new(Uuid::from_u128(number))
}

async fn change(bench: &Bench, template: Template<'static>, change: CreditChange) -> u32 {
    bench.write(move |tx| Box::pin(async move { tx.change_credit(person(1), template, change).await })).await.unwrap().left
}

async fn begin(bench: &Bench, template: Template<'static>, number: u128, at: Timestamp) -> Begun {
    bench.write(move |tx| Box::pin(async move { tx.begin_to_send(person(1), template, news(number), at).await })).await.unwrap()
}

async fn end(bench: &Bench, number: u128) -> bool {
    bench.write(move |tx| Box::pin(async move { tx.end_sending(person(1), news(number)).await })).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_consent_counts_for_its_person_and_template_alone() {
    on_each(async |bench| {
        assert_eq!(change(&bench, PROGRESS, CreditChange::Accepted).await, 1);
        assert_eq!(change(&bench, PROGRESS, CreditChange::Accepted).await, 2);
        assert_eq!(change(&bench, PROGRESS, CreditChange::Sent).await, 1);
        let left = async |who, template| bench.view().credit(person(who), template).await.unwrap().left;
        assert_eq!((left(1, PROGRESS).await, left(1, OTHER).await, left(2, PROGRESS).await), (1, 0, 0));
        let long = Template { kind: CreditKind::LongTerm, ..PROGRESS };
        assert_eq!(left(1, long).await, 0, "a one-time consent is no long-term one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_is_under_way_to_a_person_at_a_time() {
    on_each(async |bench| {
        assert_eq!(begin(&bench, PROGRESS, 1, now()).await, Begun::NotAllowed);
        change(&bench, PROGRESS, CreditChange::Accepted).await;
        change(&bench, OTHER, CreditChange::Accepted).await;
        assert_eq!(begin(&bench, PROGRESS, 1, now()).await, Begun::Reserved);
        assert_eq!(begin(&bench, PROGRESS, 1, now()).await, Begun::Reserved, "the same again");
        assert_eq!(begin(&bench, PROGRESS, 2, now()).await, Begun::AnotherFirst);
        assert_eq!(begin(&bench, OTHER, 2, now()).await, Begun::AnotherFirst, "by another template neither");
        assert!(!end(&bench, 2).await && end(&bench, 1).await);
        assert_eq!(begin(&bench, OTHER, 2, now()).await, Begun::Reserved);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_begin_at_once_one_does() {
    on_each(async |bench| {
        change(&bench, PROGRESS, CreditChange::Accepted).await;
        let begun = bench
            .write_many(8, |tx, number| Box::pin(async move { tx.begin_to_send(person(1), PROGRESS, news(number.into()), now()).await }));
        let reserved = begun.await.into_iter().filter(|begun| matches!(begun, Ok(Begun::Reserved))).count();
        assert_eq!(reserved, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_comes_while_an_answer_is_noted_waits_for_it() {
    on_empty_postgres(async |place| {
        let bench = Bench::open(place.clone()).await;
        change(&bench, PROGRESS, CreditChange::Accepted).await;
        begin(&bench, PROGRESS, 1, now()).await;
        let ((begun, has_begun), (end, may_end)) = (oneshot::channel(), oneshot::channel::<()>());
        let noting = bench.clone();
        let noting = tokio::spawn(async move {
            let unit = noting.write(move |tx| {
                Box::pin(async move {
                    tx.end_sending(person(1), news(1)).await?;
                    begun.send(()).unwrap();
                    may_end.await.unwrap();
                    tx.change_credit(person(1), PROGRESS, CreditChange::Sent).await
                })
            });
            unit.await
        });
        has_begun.await.unwrap();
        let phone = bench.clone();
        let phone = tokio::spawn(async move { change(&phone, PROGRESS, CreditChange::Accepted).await });
        until_somebody_waits(&place).await;
        end.send(()).unwrap();
        assert_eq!((noting.await.unwrap().unwrap().left, phone.await.unwrap()), (0, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_sender_is_gone_holds_nobody_up_for_ever() {
    on_each(async |bench| {
        change(&bench, PROGRESS, CreditChange::Accepted).await;
        begin(&bench, PROGRESS, 1, now()).await;
        let free =
            async |before: Timestamp| bench.write(move |tx| Box::pin(async move { tx.end_sendings_before(before).await })).await.unwrap();
        assert_eq!(free(now()).await, 0, "it may be under way still");
        assert_eq!(free(now() + Duration::minutes(20)).await, 1);
        assert_eq!(begin(&bench, PROGRESS, 2, now()).await, Begun::Reserved);
        assert_eq!(bench.view().credit(person(1), PROGRESS).await.unwrap().left, 1, "what nobody knows costs nothing");
    })
    .await;
}
