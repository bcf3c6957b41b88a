//! The station floor: numbers, booked slots, windows, what keeps clerks busy, and what is set for a station. What a change was decided on
//! is named by its version: who saves on an older one gets `StoreError::Stale`.

mod appointments;
mod engagements;
mod paces;
mod rules;
mod ticket_row;
mod tickets;
mod windows;

use chrono::NaiveDate;

use super::{StoreError, Tx};

pub use appointments::{AfterSlot, Day};
pub use tickets::{Row, Waiting};

/// What a run of `forget_visits` removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub tickets: u64,
    pub appointments: u64,
    pub sittings: u64,
    pub engagements: u64,
}

impl Tx {
    /// Removes what was before `day`, but for what hasn't ended.
    pub async fn forget_visits(&self, day: NaiveDate) -> Result<Forgotten, StoreError> {
        Ok(Forgotten {
            tickets: self.forget_tickets(day).await?,
            appointments: self.forget_appointments(day).await?,
            sittings: self.forget_sittings(day).await?,
            engagements: self.forget_engagements(day).await?,
        })
    }
}
