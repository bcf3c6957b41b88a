//! The routing engine (办理方案): one pure function that decides how and where a matter is best handled, and says why.
//!
//! `plan` looks at every mode and every station, keeps what may be, and ranks it in one total order. Nothing here reads a
//! clock or a database: the map, the catalogue, the load and `now` come in as values, and the same values give the same answer.
//! Units: minutes, metres, fen, working days; instants are UTC. Errors: none; what can't be is a `Reason` for its mode.
//! Source: the design page, "The routing engine", and the keys of the catalogue.

mod answer;
mod ask;
mod grounds;
mod load;
mod reasons;

pub use answer::*;
pub use ask::*;
pub use grounds::*;
pub use load::*;
pub use reasons::*;
