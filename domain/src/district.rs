//! The district: its divisions, its stations with hours and capability, and one immutable map of them.
//! Coordinates are WGS-84. Hours are local time.

mod map;
mod station;

pub use map::*;
pub use station::*;
