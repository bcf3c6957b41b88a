//! How people prove who they are (实名认证): a phone by its code or through WeChat, a face check from afar, an identity document before a
//! clerk. Invariants: a phone signs one person in; who proved who they are can't be renamed by whoever holds their phone.

mod at_station;
mod face;
mod phone;
mod sms_code;

pub use at_station::{CheckIdentityError, IdentityCheck, check_identity};
pub use face::FaceCheckError;
pub use phone::{ProvePhoneError, ProvenBy};
pub use sms_code::{SendCodeError, SmsCodeSent};
