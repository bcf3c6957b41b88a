//! Who: persons, organisations, staff and what they are to each other.

mod numbers;
mod person;
mod staff;

pub use numbers::*;
pub use person::*;
pub use staff::*;
