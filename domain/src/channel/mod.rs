//! The way that news take to somebody (渠道): WeChat, a short message, or an errand of a station, whose clerk calls or visits them; and
//! in any case their list of messages. One piece of news goes one way at a time: what somebody has to act on takes the next one where
//! one fails, what merely tells how things go takes WeChat alone. Nothing rings in quiet hours.

mod at_wechat;
mod credit;
mod errand;
mod next;
mod quiet;
#[cfg(test)]
mod tests;
mod weight;

pub use at_wechat::{AtWechat, Doubt, TOLD_WITHIN, meant_by_wechat};
pub use credit::{Credit, CreditChange, CreditKind};
pub use errand::{Attempt, Errand, ErrandRules, ErrandState, NotNoted, Outcome, Tidings};
pub use next::{Ending, Next, Reach, Tried, TryState, goes_another_way, next};
pub use quiet::{BadQuietHours, QuietHours};
pub use weight::{Weight, of_appointment, of_case, of_consent, of_correction, of_errand, of_mandate, of_request};

use serde::{Deserialize, Serialize};

/// A way that reaches somebody who isn't looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Wechat,
    Sms,
    /// A clerk calls or visits.
    Errand,
}
