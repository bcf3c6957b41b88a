//! The queue (待办): one thing to do on a case, the pool from which it is claimed, and the lease that holds it.
//! Invariants: one live lease an item; a lease that ran out frees the item, and its late holder is fenced off by number.
//! Order: earliest deadline first; a lane is a head start, never an absolute right (`lane`). Source: design page, "The queue".

mod allowances;
mod claimant;
mod due;
mod lane;
mod lease;
mod relief;
mod work_item;

pub use allowances::StageAllowances;
pub use claimant::{Claimant, Pool};
pub use due::due_day;
pub use lane::Lane;
pub use lease::{ClaimError, Lease, LeaseError, Moved, ParkError};
pub use relief::{comes_before_own, is_overloaded};
pub use work_item::{Bond, Kept, Sharing, Terms, WorkItem, WorkState};

#[cfg(test)]
pub(crate) mod tests;
