//! Cases (办件): submit, read, supplement, withdraw; their notices and files.

mod files;
mod list;
mod own_acts;
mod submit;
pub mod view;

pub use files::*;
pub use list::*;
pub use own_acts::*;
pub use submit::*;
