//! Use cases of a case: submit it, act on it, read it. Each loads, asks `domain` to decide, and saves in one transaction.

mod act;
mod alerts;
mod choice;
pub mod decision;
mod dossier;
mod files;
mod identity;
mod order;
mod paper;
mod read;
mod reckoning;
mod record;
mod replan;
mod submit;
mod supplement;
mod turn;
mod unmasked;

pub use act::*;
pub use alerts::{due_alerts, look_after_alerts, raise_call};
pub use choice::*;
pub use dossier::*;
pub use files::FileError;
pub use order::*;
pub use paper::*;
pub use read::*;
pub use reckoning::reckon_anew;
pub use record::{command, tell, tell_supervisors};
pub use replan::*;
pub use submit::*;
pub use supplement::*;
pub use turn::step_goes_on;
pub use unmasked::*;
