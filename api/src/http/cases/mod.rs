//! Cases (办件): submit, read, supplement, choose another plan, withdraw; their notices and files; why they are handled as they are.

mod choice;
mod decision;
mod files;
mod lists;
mod own_acts;
mod submit;
mod unmasked;
pub mod view;

pub use choice::*;
pub use decision::*;
pub use files::*;
pub use lists::{form, history, list, show};
pub use own_acts::*;
pub use submit::*;
pub use unmasked::*;
