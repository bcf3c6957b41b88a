//! News on its way out.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::Tidings;
use domain::channel::{Channel, TryState};
use domain::ids::{CaseId, MandateId, MessageId, PersonId};
use domain::mandate;
use domain::time::Timestamp;
use infra::store::{About, Claimed, News, Try};
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
        About::Mandate { .. }
        | About::Correction { .. }
        | About::Consent { .. }
        | About::Request { .. }
        | About::Errand { .. }
        | About::Appointment { .. } => {
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

fn id(number: u128) -> MessageId {
    MessageId::new(Uuid::from_u128(number))
}

fn before() -> Timestamp {
    now() - Duration::seconds(1)
}

async fn holds(bench: &Bench, claimed: &Claimed) -> bool {
    let claimed = claimed.clone();
    bench.write(move |tx| Box::pin(async move { tx.holds_news(&claimed).await })).await.unwrap()
}

async fn keep(bench: &Bench, number: u128, kept: Try) {
    let news = news(number, Tidings::Accepted);
    bench.write(move |tx| Box::pin(async move { tx.save_try(&news, &kept).await })).await.unwrap();
}

async fn put_back(bench: &Bench, number: u128, at: Timestamp) {
    bench.write(move |tx| Box::pin(async move { tx.put_news_back(id(number), at).await })).await.unwrap();
}

async fn receipt(bench: &Bench, number: u128, state: TryState) -> bool {
    bench.write(move |tx| Box::pin(async move { tx.note_receipt(id(number), Channel::Sms, (state, None), now()).await })).await.unwrap()
}

fn lease() -> Duration {
    Duration::minutes(2)
}

#[tokio::test(flavor = "multi_thread")]
async fn news_is_claimed_once_until_its_lease_is_over() {
    on_each(async |bench| {
        let accepted = news(1, Tidings::Accepted);
        add(&bench, accepted.clone(), now()).await;
        let first = claim(&bench, now()).await;
        assert_eq!(first, [Claimed { news: accepted.clone(), until: now() + lease() }]);
        assert_eq!(claim(&bench, now() + lease() - Duration::microseconds(1)).await, []);
        let second = claim(&bench, now() + lease()).await;
        assert_eq!(second, [Claimed { news: accepted, until: now() + lease() * 2 }]);
        assert_eq!((holds(&bench, &first[0]).await, holds(&bench, &second[0]).await), (false, true), "the later claim counts");
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
async fn what_was_put_back_is_claimed_again_when_its_time_comes_and_what_is_settled_never() {
    on_each(async |bench| {
        for number in 1..=2 {
            add(&bench, news(number, Tidings::Accepted), now()).await;
        }
        claim(&bench, now()).await;
        let [settled, back] = [1, 2].map(id);
        let later = now() + Duration::seconds(30);
        let ended = bench.write(move |tx| {
            Box::pin(async move {
                tx.settle_news(settled).await?;
                tx.put_news_back(back, later).await
            })
        });
        ended.await.unwrap();
        assert_eq!(claim(&bench, later - Duration::microseconds(1)).await, []);
        let again = claim(&bench, later + lease() * 2).await;
        assert_eq!(again.iter().map(|claimed| claimed.news.id).collect::<Vec<_>>(), [back]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_is_one_row_a_way_and_keeps_what_is_known_of_it() {
    on_each(async |bench| {
        add(&bench, news(1, Tidings::Accepted), now()).await;
        let begun = Try { begun_at: Some(now()), attempts: 1, ..Try::new(Channel::Sms, now()) };
        let taken = Try { state: TryState::HandedOver, number: Some("g-7".into()), begun_at: None, ..begun.clone() };
        keep(&bench, 1, Try { state: TryState::Failed, error: Some("not_allowed".into()), ..Try::new(Channel::Wechat, before()) }).await;
        keep(&bench, 1, begun).await;
        keep(&bench, 1, taken.clone()).await;
        let tries = bench.view().tries(id(1)).await.unwrap();
        assert_eq!(tries.iter().map(|kept| kept.channel).collect::<Vec<_>>(), [Channel::Wechat, Channel::Sms]);
        assert_eq!(tries[1], taken);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_noted_once_and_what_arrived_stays_arrived() {
    on_each(async |bench| {
        add(&bench, news(1, Tidings::Accepted), now()).await;
        keep(&bench, 1, Try { state: TryState::HandedOver, ..Try::new(Channel::Sms, now()) }).await;
        put_back(&bench, 1, now() + Duration::hours(1)).await;
        assert!(receipt(&bench, 1, TryState::Delivered).await);
        assert!(!receipt(&bench, 1, TryState::Delivered).await, "the same again");
        assert!(!receipt(&bench, 1, TryState::Failed).await, "a late one that says otherwise");
        assert!(!receipt(&bench, 2, TryState::Delivered).await, "of no news of ours");
        assert_eq!(bench.view().tries(id(1)).await.unwrap()[0].state, TryState::Delivered);
        assert_eq!(claim(&bench, now()).await.len(), 1, "who waited for it looks at it now");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_turns_out_not_to_have_arrived_is_looked_at_again_though_nothing_more_was_to_be_sent() {
    on_each(async |bench| {
        for number in 1..=2 {
            add(&bench, news(number, Tidings::Accepted), now()).await;
            keep(&bench, number, Try { state: TryState::HandedOver, ..Try::new(Channel::Sms, now()) }).await;
            bench.write(move |tx| Box::pin(async move { tx.settle_news(id(number)).await })).await.unwrap();
        }
        assert!(receipt(&bench, 1, TryState::Delivered).await && receipt(&bench, 2, TryState::Failed).await);
        let again = claim(&bench, now()).await;
        assert_eq!(again.iter().map(|claimed| claimed.news.id).collect::<Vec<_>>(), [id(2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wechat_has_and_says_nothing_of_yet_is_found_in_the_order_in_which_it_left() {
    on_each(async |bench| {
        let (wechat, later) = (|at| Try::new(Channel::Wechat, at), now() + Duration::seconds(1));
        let under_way = Try { begun_at: Some(later), changed_at: later, ..wechat(now()) };
        let taken = Try { state: TryState::HandedOver, number: Some("7".into()), ..wechat(now()) };
        let open = Try { state: TryState::Unknown, ..wechat(now()) };
        let told = Try { state: TryState::Delivered, ..wechat(now()) };
        let again = wechat(now());
        let old = Try { state: TryState::HandedOver, changed_at: before(), ..wechat(before()) };
        for (number, kept) in (1..).zip([under_way, taken, open, told, again, old]) {
            add(&bench, news(number, Tidings::Accepted), now()).await;
            keep(&bench, number, kept).await;
        }
        let open = bench.view().at_wechat(person(), before()).await.unwrap();
        assert_eq!(open.iter().map(|message| message.news).collect::<Vec<_>>(), [id(2), id(3), id(1)]);
        assert_eq!((open[0].number.as_deref(), open[2].left_at), (Some("7"), later));
        let takes = async |number| bench.write(move |tx| Box::pin(async move { tx.take_at_wechat(id(number)).await })).await.unwrap();
        let states = [takes(1).await, takes(3).await, takes(4).await, takes(5).await, takes(9).await];
        assert_eq!(states, [Some(TryState::Waiting), Some(TryState::Unknown), None, None, None]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_news_go_with_the_ways_that_they_took() {
    on_each(async |bench| {
        for number in 1..=2 {
            add(&bench, news(number, Tidings::Accepted), now()).await;
            keep(&bench, number, Try::new(Channel::Sms, now())).await;
        }
        bench.write(|tx| Box::pin(async move { tx.settle_news(id(1)).await })).await.unwrap();
        let later = now() + Duration::days(400);
        let erased = bench.write(move |tx| Box::pin(async move { tx.erase_news_before(later).await })).await.unwrap();
        let left = [bench.view().tries(id(1)).await.unwrap().len(), bench.view().tries(id(2)).await.unwrap().len()];
        assert_eq!((erased, left), (1, [0, 1]), "what waits to be sent stays");
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
