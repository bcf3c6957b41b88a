//! News on their way to people: in words, what people allow WeChat to bring them, what carriers say and WeChat pushes, and the errands of
//! stations.

mod errands;
mod pushes;
mod receipts;
mod subscriptions;
mod words;

pub use errands::{ErrandError, ErrandLine, WholeErrand, lines_at, open_errand, record_attempt, remind};
pub use pushes::{PushError, echo, take_push};
pub use receipts::{ReceiptError, state as receipt_state, take_receipt};
pub use subscriptions::{CountedBy, DialogOutcome, Subscribed, SubscriptionError, note_dialog, subscriptions};
pub use words::{Words, words};
