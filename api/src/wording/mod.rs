//! The sentences that people read, made from the values that the rules answer with. One place, so that a word means one thing.

mod consents;
mod history;
pub mod register;
mod routing;
pub mod sms;
mod supervision;
mod terms;
pub mod tidings;

pub use consents::{CONSENT_TEXTS, ConsentText, agreed, current_text, ended, sensitive};
pub use history::{said, who_did};
pub use routing::*;
pub use sms::sms_code;
pub use supervision::*;
pub use terms::*;
