//! Watching over the clocks (督办): the yellow alert before a period runs out (黄牌), the red one after (红牌), how late something
//! was, and from when on a station is overloaded.
//! Invariants: an alert is dated at the instant at which it was due, whoever finds it and whenever; within one run of a clock each
//! colour comes once. Units: working days of the district's calendar; instants are UTC. Source: design page, "The case" (clocks).

mod alert;
mod month;
mod reconcile;
#[cfg(test)]
mod tests;
mod thresholds;

pub use alert::{Cause, Clocks, Colour, Due, alerts, colour_at, late_at_stage, look_at, next_after};
pub use month::{Month, working_days_late};
pub use reconcile::{Change, Kept, reconcile};
pub use thresholds::{BadThresholds, Thresholds};
