//! The step itself, outside of any transaction; and what its outcome means.

use chrono::{Days, Duration};
use domain::channel::{CreditChange, TryState};
use domain::time::{Timestamp, instant, local_date};
use infra::sms;
use infra::store::{Claimed, Try};
use infra::wechat::SendError;
use tracing::{error, warn};

use super::prepare::Step;
use crate::app::App;
use crate::app::news::receipt_state;

const FIRST_WAIT: Duration = Duration::minutes(1);
const LONGEST_WAIT: Duration = Duration::hours(6);
/// Where news that matter can take another way: they don't wait for hours for this one.
const ATTEMPTS_BEFORE_ANOTHER_WAY: u32 = 3;

/// How it stands after the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    pub state: TryState,
    /// Why, in a word.
    pub error: Option<String>,
    pub number: Option<String>,
    /// When to go on; none for at once.
    pub go_on_at: Option<Timestamp>,
    /// What WeChat's answer does to the ledger.
    pub credit: Option<CreditChange>,
}

impl Report {
    fn of(state: TryState, error: Option<&str>) -> Self {
        Self { state, error: error.map(str::to_owned), number: None, go_on_at: None, credit: None }
    }

    fn again(code: &str, at: Timestamp) -> Self {
        Self { go_on_at: Some(at), ..Self::of(TryState::Waiting, Some(code)) }
    }
}

/// How often a way is tried, and how often it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempts {
    pub done: u32,
    pub max: u32,
    /// Whether the news go another way where this one fails.
    pub other_way: bool,
}

pub(super) async fn carry(app: &App, claimed: &Claimed, kept: &Try, step: Step) -> Report {
    match step {
        Step::Wechat { to, message, other_way } => {
            let max = app.settings.outbox.attempts_max;
            let max = if other_way { max.min(ATTEMPTS_BEFORE_ANOTHER_WAY) } else { max };
            let Some(wechat) = &app.wechat else { return Report::of(TryState::Failed, Some("no_account")) };
            let sent = wechat.send_subscribe(&to, &message, app.clock.now()).await;
            of_wechat(sent, Attempts { done: kept.attempts, max, other_way }, app.clock.now())
        }
        Step::Sms { to, text } => {
            let Some(gateway) = &app.sms else { return Report::of(TryState::Failed, Some("no_gateway")) };
            let attempts = Attempts { done: kept.attempts, max: app.settings.outbox.attempts_max, other_way: false };
            of_sms(gateway.send(&claimed.news.id.to_string(), &to, &text).await, attempts, app.clock.now())
        }
        Step::Ask => {
            let Some(gateway) = &app.sms else { return Report::of(TryState::Unknown, Some("no_gateway")) };
            let answer = gateway.ask(&claimed.news.id.to_string()).await;
            let outbox = &app.settings.outbox;
            let last = kept.changed_at + Duration::hours(outbox.receipt_hours_max.into());
            of_receipt(answer, (last, Duration::minutes(outbox.receipt_minutes.max(1).into())), app.clock.now())
        }
    }
}

pub(super) fn of_wechat(sent: Result<Option<String>, SendError>, attempts: Attempts, now: Timestamp) -> Report {
    let credit = |report, change| Report { credit: Some(change), ..report };
    match sent {
        Ok(number) => credit(Report { number, ..Report::of(TryState::HandedOver, None) }, CreditChange::Sent),
        Err(SendError::RefusedByUser) => credit(Report::of(TryState::Failed, Some("refused_by_user")), CreditChange::UsedUp),
        // An openid that WeChat doesn't know any more is asked for no more.
        Err(SendError::UnknownUser) => credit(Report::of(TryState::Failed, Some("unknown_user")), CreditChange::UsedUp),
        // WeChat knows no repetition: what it may have taken isn't sent to it again.
        Err(SendError::Open(cause)) => {
            warn!(error = &cause as &dyn std::error::Error, "it isn't known whether wechat took a message");
            Report::of(TryState::Unknown, Some("no_answer"))
        }
        Err(SendError::TryLater { after, cause }) => {
            warn!(error = &cause as &dyn std::error::Error, attempt = attempts.done, "wechat can't take a message now");
            let after = Duration::from_std(after).unwrap_or(FIRST_WAIT);
            // At first as WeChat asks, who may want a moment alone.
            let wait = if attempts.done <= 1 { after } else { after.max(back_off(attempts.done)) };
            later("try_later", now + wait, attempts)
        }
        Err(SendError::QuotaSpent) => {
            warn!("the day's quota of messages is spent");
            match attempts.other_way {
                true => Report::of(TryState::Failed, Some("quota_spent")),
                false => later("quota_spent", next_midnight(now), attempts),
            }
        }
        Err(fault @ SendError::Misconfigured(_)) => {
            error!(error = &fault as &dyn std::error::Error, attempt = attempts.done, "wechat doesn't accept this service or its template");
            later("misconfigured", now + back_off(attempts.done), attempts)
        }
        Err(fault @ (SendError::BadMessage(_) | SendError::BadValue(_))) => {
            error!(error = &fault as &dyn std::error::Error, "a message of ours is at fault");
            Report::of(TryState::Failed, Some("bad_message"))
        }
    }
}

/// The gateway knows a repetition by its id, so that a message without an answer is sent again.
pub(super) fn of_sms(sent: Result<sms::Taken, sms::SendError>, attempts: Attempts, now: Timestamp) -> Report {
    match sent {
        Ok(taken) => Report { number: Some(taken.number), ..Report::of(TryState::HandedOver, None) },
        Err(sms::SendError::Refused(why)) => Report::of(TryState::Failed, Some(why.word())),
        Err(sms::SendError::TryLater(cause)) => {
            warn!(error = &cause as &dyn std::error::Error, attempt = attempts.done, "the gateway can't take a short message now");
            match attempts.done >= attempts.max {
                true => Report::of(TryState::Unknown, Some("no_answer")),
                false => Report::again("try_later", now + back_off(attempts.done)),
            }
        }
        Err(fault @ sms::SendError::Misconfigured(_)) => {
            error!(error = &fault as &dyn std::error::Error, attempt = attempts.done, "the gateway doesn't accept this service");
            later("misconfigured", now + back_off(attempts.done), attempts)
        }
    }
}

/// What the gateway says when it is asked; after `last` nobody will know.
pub(super) fn of_receipt(
    answer: Result<Option<sms::Receipt>, sms::CallError>,
    (last, again): (Timestamp, Duration),
    now: Timestamp,
) -> Report {
    let known = match &answer {
        Ok(Some(receipt)) => receipt_state(receipt).map(|state| Report::of(state, receipt.code.as_deref())),
        Ok(None) => Some(Report::of(TryState::Unknown, Some("not_known_there"))),
        Err(cause) => {
            warn!(error = cause as &dyn std::error::Error, "the gateway can't say what became of a short message");
            None
        }
    };
    known.unwrap_or_else(|| match now >= last {
        true => Report::of(TryState::Unknown, Some("no_receipt")),
        false => Report { go_on_at: Some(now + again), ..Report::of(TryState::HandedOver, None) },
    })
}

fn later(code: &str, at: Timestamp, attempts: Attempts) -> Report {
    if attempts.done >= attempts.max { Report::of(TryState::Failed, Some(code)) } else { Report::again(code, at) }
}

/// Twice as long each time.
pub(super) fn back_off(attempt: u32) -> Duration {
    let doubled = 2_i32.saturating_pow(attempt.saturating_sub(1).min(16));
    (FIRST_WAIT * doubled).min(LONGEST_WAIT)
}

fn next_midnight(now: Timestamp) -> Timestamp {
    let tomorrow = local_date(now).checked_add_days(Days::new(1)).unwrap_or_default();
    instant(tomorrow.and_time(chrono::NaiveTime::MIN))
}
