//! Cases (办件): submit, read, supplement, choose another plan, withdraw; their notices and files; why they are handled as they are.

mod choice;
mod clock;
mod decision;
mod files;
mod lists;
mod moves;
mod own_acts;
mod submit;
mod unmasked;
pub mod view;

pub use choice::*;
pub use clock::*;
pub use decision::*;
pub use files::*;
pub use lists::{form, history, list, show};
pub use moves::*;
pub use own_acts::*;
pub use submit::*;
pub use unmasked::*;
