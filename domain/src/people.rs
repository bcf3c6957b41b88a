//! Who: persons, organisations, staff and what they are to each other.

mod credentials;
mod identity;
mod manning;
mod numbers;
mod person;
mod staff;

pub use credentials::*;
pub use identity::*;
pub use manning::Manning;
pub use numbers::*;
pub use person::*;
pub use staff::*;
