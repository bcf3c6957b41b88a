//! News on its way out.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::Tidings;
use domain::ids::{CaseId, MandateId, MessageId, PersonId};
use domain::mandate;
use domain::time::Timestamp;
use infra::store::{About, Channel, Claimed, News};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};

fn person() -> PersonId {
    PersonId::new(Uuid::from_u128(1))
}

fn news(number: u128, tidings: Tidings) -> News {
    let about = About::Case { case: CaseId::new(Uuid::from_u128(2)), tidings };
    News { id: MessageId::new(Uuid::from_u128(number)), to: person(), about }
}

/// What news of a case say.
fn said(news: &News) -> Tidings {
    match &news.about {
        About::Case { tidings, .. } => tidings.clone(),
        About::Mandate { .. } | About::Correction { .. } | About::Consent { .. } | About::Request { .. } => {
            panic!("news of something else: {news:?}")
        }
    }
}

async fn add(bench: &Bench, news: News, at: Timestamp) {
    bench.write(move |tx| Box::pin(async move { tx.add_news(&news, at).await })).await.unwrap();
}

async fn claim(bench: &Bench, at: Timestamp) -> Vec<Claimed> {
    bench.write(move |tx| Box::pin(async move { tx.claim_news(10, at, lease()).await })).await.unwrap()
}

fn lease() -> Duration {
    Duration::minutes(2)
}

#[tokio::test(flavor = "multi_thread")]
async fn news_is_claimed_once_until_its_lease_is_over() {
    on_each(async |bench| {
        let accepted = news(1, Tidings::Accepted);
        add(&bench, accepted.clone(), now()).await;
        assert_eq!(claim(&bench, now()).await, [Claimed { news: accepted.clone(), attempt: 1 }]);
        assert_eq!(claim(&bench, now() + lease() - Duration::microseconds(1)).await, []);
        assert_eq!(claim(&bench, now() + lease()).await, [Claimed { news: accepted, attempt: 2 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_longest_is_claimed_first_and_what_is_not_due_isnt() {
    on_each(async |bench| {
        let whole_second = "2026-09-14T01:00:00Z".parse().unwrap();
        add(&bench, news(1, Tidings::Accepted), now()).await;
        add(&bench, news(2, Tidings::Submitted), whole_second).await;
        add(&bench, news(3, Tidings::Completed), now() + Duration::microseconds(1)).await;
        let claimed: Vec<_> = claim(&bench, now()).await.into_iter().map(|claimed| said(&claimed.news)).collect();
        assert_eq!(claimed, [Tidings::Submitted, Tidings::Accepted]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_at_once_never_claim_the_same() {
    on_each(async |bench| {
        for number in 1..=30 {
            add(&bench, news(number, Tidings::Accepted), now()).await;
        }
        let claims = bench.write_many(10, |tx, _| Box::pin(async move { tx.claim_news(3, now(), lease()).await })).await;
        let claims: Vec<_> = claims.into_iter().flat_map(Result::unwrap).map(|claimed| claimed.news.id).collect();
        assert_eq!(claims.iter().collect::<BTreeSet<_>>().len(), claims.len(), "{claims:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_claimed_again_when_its_time_comes_and_what_was_sent_or_given_up_never() {
    on_each(async |bench| {
        for number in 1..=3 {
            add(&bench, news(number, Tidings::Accepted), now()).await;
        }
        claim(&bench, now()).await;
        let [sent, failed, given_up] = [1, 2, 3].map(|number| MessageId::new(Uuid::from_u128(number)));
        let later = now() + Duration::seconds(30);
        let ended = bench.write(move |tx| {
            Box::pin(async move {
                tx.news_sent(sent, Channel::Wechat, now()).await?;
                tx.news_retry(failed, "timed_out", later).await?;
                tx.news_given_up(given_up, "refused_by_user").await
            })
        });
        ended.await.unwrap();
        assert_eq!(claim(&bench, later - Duration::microseconds(1)).await, []);
        let again = claim(&bench, later + lease() * 2).await;
        assert_eq!(again.iter().map(|claimed| (claimed.news.id, claimed.attempt)).collect::<Vec<_>>(), [(failed, 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_stays_sent_when_a_late_sender_reports_a_failure() {
    on_each(async |bench| {
        add(&bench, news(1, Tidings::Accepted), now()).await;
        claim(&bench, now()).await;
        let id = MessageId::new(Uuid::from_u128(1));
        let ended = bench.write(move |tx| {
            Box::pin(async move {
                tx.news_sent(id, Channel::Sms, now()).await?;
                tx.news_retry(id, "timed_out", now()).await
            })
        });
        ended.await.unwrap();
        assert_eq!(claim(&bench, now() + lease()).await, []);
        let (messages, _) = bench.view().news_of(person(), None, 10).await.unwrap();
        assert_eq!((messages[0].channel, messages[0].sent_at, messages[0].at), (Some(Channel::Sms), Some(now()), now()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_turns_the_pages_of_their_own_news_newest_first() {
    on_each(async |bench| {
        let told = [Tidings::Submitted, Tidings::Accepted, Tidings::Completed];
        for (number, tidings) in (1..).zip(told) {
            add(&bench, news(number, tidings), now()).await;
        }
        add(&bench, News { to: PersonId::new(Uuid::from_u128(9)), ..news(4, Tidings::Refused) }, now()).await;
        let (first, total) = bench.view().news_of(person(), None, 2).await.unwrap();
        let (second, _) = bench.view().news_of(person(), first.last().map(|message| message.news.id), 2).await.unwrap();
        let read: Vec<_> = first.into_iter().chain(second).map(|message| said(&message.news)).collect();
        assert_eq!((read, total), (vec![Tidings::Completed, Tidings::Accepted, Tidings::Submitted], 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_a_mandate_stand_beside_those_of_cases() {
    on_each(async |bench| {
        let about = About::Mandate { mandate: MandateId::new(Uuid::from_u128(3)), tidings: mandate::Tidings::EnteredInYourName };
        let entered = News { about, ..news(1, Tidings::Accepted) };
        add(&bench, entered.clone(), now()).await;
        add(&bench, news(2, Tidings::Accepted), now()).await;
        assert_eq!(claim(&bench, now()).await[0].news, entered);
        let (messages, total) = bench.view().news_of(person(), None, 10).await.unwrap();
        assert_eq!((&messages[1].news, total), (&entered, 2));
    })
    .await;
}
