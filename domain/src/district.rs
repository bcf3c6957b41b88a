//! The district: its divisions, its stations with hours, capability and facts, and one immutable map of them.
//! Coordinates are WGS-84. Hours are local time.

mod capability;
mod country;
mod facts;
mod kinds;
mod line;
mod map;
mod open_time;
mod partners;
mod place;
mod shared;
mod station;
mod week;

pub use country::*;
pub use facts::*;
pub use line::Line;
pub use map::{BadDistrict, DistrictMap, Division};
pub use partners::*;
pub use place::Place;
pub use shared::*;
pub use station::{Level, Opening, Station, weekday_number};

pub(crate) use capability::Accepting;
pub(crate) use kinds::{KindAt, KindSet};
pub(crate) use line::LineAt;
pub(crate) use map::{Known, Seat, StationAt, Steps};
pub(crate) use place::Direction;
use station::without;
pub(crate) use week::{At, Day, Hours, Span, Week};
