//! Watching over the queue (督办): alerts and what is done about them, what ran out in a month, who holds what, how the work goes, and
//! from when on somebody is warned. Each supervisor sees the stations of their own division, and no case of somebody close to them.
//! Figures about clerks are for those who watch over them, and for each clerk about themself.

mod alerts;
mod clerks;
mod figures;
mod overdue;
mod thresholds;
mod windows;

use std::collections::BTreeSet;

use domain::ids::PersonId;
use domain::people::{Role, Scope, Staff};

pub use alerts::{AlertError, AlertLine, acknowledge, alert_lines};
pub use clerks::{ClerkDay, ClerkLine, ClerkWork, by_clerk, own_work};
pub use figures::{HeldLine, MoveLine, StationLine, held_lines, moves, receiver, stations};
pub use overdue::{OverdueLine, all_overdue, filter as overdue_filter, overdue_lines};
pub use thresholds::ThresholdsError;

/// Where a supervisor watches, and whose cases they don't see.
#[derive(Debug, Clone)]
pub struct Watch {
    pub scopes: Vec<Scope>,
    pub not_about: BTreeSet<PersonId>,
}

impl Watch {
    pub fn of(staff: &Staff) -> Self {
        let not_about = staff.ties.people.iter().copied().chain([staff.person]).collect();
        Self { scopes: staff.scopes(Role::Supervisor), not_about }
    }
}
