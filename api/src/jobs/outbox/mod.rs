//! The outbox worker: news that were written with a change go out, at least once. It claims some, words them, sends them through
//! WeChat outside of any transaction, and notes of each what became of it. Who can't be reached has them in their list of messages.
//! Invariants: a claim that is not ended (the process died) is free again after `LEASE`; a passing fault is tried again, ever later,
//! until `outbox.attempts_max`. Units: the application's clock.

mod words;

use chrono::{Days, Duration};
use domain::time::{Timestamp, instant, local_date};
use futures_util::StreamExt;
use futures_util::stream;
use infra::store::{Channel, Claimed, News, StoreError};
use infra::wechat::SendError;
use tracing::{error, warn};

use crate::app::{App, Grounds};
use words::words;

/// Wakes the worker of whichever instance: news were written.
pub const NEWS_WAITING: &str = "news";
/// Longer than all of a batch may take.
const LEASE: Duration = Duration::minutes(5);
const AT_ONCE: usize = 8;
const FIRST_WAIT: Duration = Duration::minutes(1);
const LONGEST_WAIT: Duration = Duration::hours(6);

/// What became of the news of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub through_wechat: u32,
    /// In the person's list of messages alone.
    pub listed: u32,
    pub to_be_tried_again: u32,
    pub given_up: u32,
}

/// What is to become of one piece of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Sent(Channel),
    TryAgain { code: &'static str, at: Timestamp },
    GivenUp { code: &'static str },
}

/// Sends all that is due.
pub async fn send_waiting(app: &App) -> Result<Sent, StoreError> {
    let _turn = app.turns.outbox.lock().await;
    let mut sent = Sent::default();
    let batch = u64::from(app.settings.outbox.batch.max(1));
    loop {
        let now = app.clock.now();
        let claim = app.store.write(app.district(), move |tx| Box::pin(async move { tx.claim_news(batch, now, LEASE).await }));
        let claimed: Vec<Claimed> = claim.await?;
        if claimed.is_empty() {
            return Ok(sent);
        }
        let grounds = app.grounds();
        let mut fates = stream::iter(claimed).map(|claimed| send(app, &grounds, claimed)).buffer_unordered(AT_ONCE);
        while let Some(fate) = fates.next().await {
            sent.count(fate?);
        }
    }
}

impl Sent {
    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Sent(Channel::Wechat) => self.through_wechat += 1,
            Fate::Sent(Channel::List | Channel::Sms) => self.listed += 1,
            Fate::TryAgain { .. } => self.to_be_tried_again += 1,
            Fate::GivenUp { .. } => self.given_up += 1,
        }
    }
}

async fn send(app: &App, grounds: &Grounds, claimed: Claimed) -> Result<Fate, StoreError> {
    let outcome = send_through_wechat(app, grounds, &claimed.news).await?;
    let fate = fate(outcome, (claimed.attempt, app.settings.outbox.attempts_max), grounds.now);
    let (id, now) = (claimed.news.id, app.clock.now());
    let noted = app.store.write(app.district(), move |tx| {
        Box::pin(async move {
            match fate {
                Fate::Sent(channel) => tx.news_sent(id, channel, now).await,
                Fate::TryAgain { code, at } => tx.news_retry(id, code, at).await,
                Fate::GivenUp { code } => tx.news_given_up(id, code).await,
            }
        })
    });
    noted.await.map(|()| fate)
}

/// None where there is no way to the person: no WeChat is set up, or they never signed in with it.
async fn send_through_wechat(app: &App, grounds: &Grounds, news: &News) -> Result<Option<Result<(), SendError>>, StoreError> {
    let (Some(wechat), Some(template)) = (&app.wechat, &app.settings.wechat.templates.progress) else { return Ok(None) };
    let view = app.store.read(app.district());
    let Some(openid) = view.openid_of(news.to).await? else { return Ok(None) };
    let Some(words) = words(&view, grounds, &news.about).await? else { return Ok(None) };
    let message = words.message(template.clone(), &app.settings.wechat.templates);
    Ok(Some(wechat.send_subscribe(&openid, &message, grounds.now).await))
}

fn fate(outcome: Option<Result<(), SendError>>, (attempt, attempts_max): (u32, u32), now: Timestamp) -> Fate {
    let later = |code, at| if attempt >= attempts_max { Fate::GivenUp { code } } else { Fate::TryAgain { code, at } };
    match outcome {
        None => Fate::Sent(Channel::List),
        Some(Ok(())) => Fate::Sent(Channel::Wechat),
        Some(Err(SendError::RefusedByUser | SendError::UnknownUser)) => Fate::Sent(Channel::List),
        Some(Err(SendError::TryLater { after, cause })) => {
            warn!(error = &cause as &dyn std::error::Error, attempt, "wechat can't take a message now");
            let after = Duration::from_std(after).unwrap_or(FIRST_WAIT);
            later("try_later", now + after.max(back_off(attempt)))
        }
        Some(Err(SendError::Open(cause))) => {
            warn!(error = &cause as &dyn std::error::Error, attempt, "whether wechat took a message is not known");
            later("outcome_open", now + back_off(attempt))
        }
        Some(Err(SendError::QuotaSpent)) => {
            warn!("the day's quota of messages is spent");
            later("quota_spent", next_midnight(now))
        }
        Some(Err(fault @ SendError::Misconfigured(_))) => {
            error!(error = &fault as &dyn std::error::Error, attempt, "wechat doesn't accept this service or its template");
            later("misconfigured", now + back_off(attempt))
        }
        Some(Err(fault @ (SendError::BadMessage(_) | SendError::BadValue(_)))) => {
            error!(error = &fault as &dyn std::error::Error, "a message of ours is at fault");
            Fate::GivenUp { code: "bad_message" }
        }
    }
}

/// Twice as long each time.
fn back_off(attempt: u32) -> Duration {
    let doubled = 2_i32.saturating_pow(attempt.saturating_sub(1).min(16));
    (FIRST_WAIT * doubled).min(LONGEST_WAIT)
}

fn next_midnight(now: Timestamp) -> Timestamp {
    let tomorrow = local_date(now).checked_add_days(Days::new(1)).unwrap_or_default();
    instant(tomorrow.and_time(chrono::NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use infra::wechat::CallError;

    use super::*;

    const MAX: u32 = 3;

    fn now() -> Timestamp {
        instant("2026-09-14T09:30:00".parse().unwrap())
    }

    fn unreachable_at(attempt: u32) -> Fate {
        let error = SendError::TryLater { after: std::time::Duration::from_secs(1), cause: CallError::Status(502) };
        fate(Some(Err(error)), (attempt, MAX), now())
    }

    #[test]
    fn a_passing_fault_is_tried_again_ever_later_and_then_given_up() {
        assert_eq!(unreachable_at(1), Fate::TryAgain { code: "try_later", at: now() + Duration::minutes(1) });
        assert_eq!(unreachable_at(2), Fate::TryAgain { code: "try_later", at: now() + Duration::minutes(2) });
        assert_eq!(unreachable_at(3), Fate::GivenUp { code: "try_later" });
        assert_eq!(back_off(40), LONGEST_WAIT);
    }

    #[test]
    fn who_cannot_be_reached_has_the_news_in_their_list() {
        assert_eq!(fate(None, (1, MAX), now()), Fate::Sent(Channel::List));
        assert_eq!(fate(Some(Err(SendError::RefusedByUser)), (1, MAX), now()), Fate::Sent(Channel::List));
    }

    #[test]
    fn a_spent_quota_waits_for_midnight() {
        let midnight = instant("2026-09-15T00:00:00".parse().unwrap());
        assert_eq!(fate(Some(Err(SendError::QuotaSpent)), (1, MAX), now()), Fate::TryAgain { code: "quota_spent", at: midnight });
    }
}
