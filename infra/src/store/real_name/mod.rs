//! What real-name levels come from: codes by short message, codes shown to a clerk, and face checks.

mod face_checks;
mod identity_codes;
mod sms_codes;

pub use face_checks::FaceCheck;
pub use sms_codes::Tried;
