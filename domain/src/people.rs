//! Who: persons, organisations, staff and what they are to each other.

mod numbers;
mod staff;

pub use numbers::*;
pub use staff::*;
