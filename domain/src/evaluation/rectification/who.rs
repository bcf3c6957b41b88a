//! Who has what part in a rectification. Of a sealed case it stays with those who may open it: there an approver at one of its desks
//! does what a supervisor does elsewhere.

use super::{Rectification, Secrecy};
use crate::case::{Case, is_impartial, may_read};
use crate::people::{Role, Staff};

/// As whom somebody works on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Station,
    Supervisor,
}

/// As whom the staff member may read and rectify it; none for whom the review names, and for who is close to the people of the case.
pub fn turn_of(staff: &Staff, case: &Case, rectification: &Rectification) -> Option<Turn> {
    if rectification.names(staff.person) || is_impartial(staff, case).is_err() {
        return None;
    }
    let station = &rectification.place.station;
    let (oversees, works) = match rectification.place.secrecy {
        Secrecy::Ordinary => (staff.has(Role::Supervisor, station), staff.works_as(Role::Clerk, station)),
        Secrecy::Sealed => (decides_in(staff, case), may_read(staff, case).is_ok()),
    };
    match (oversees, works) {
        (true, _) => Some(Turn::Supervisor),
        (false, true) => Some(Turn::Station),
        (false, false) => None,
    }
}

/// Whether they may look after it, and decide appeals.
pub fn oversees(staff: &Staff, case: &Case, rectification: &Rectification) -> bool {
    turn_of(staff, case, rectification) == Some(Turn::Supervisor)
}

fn decides_in(staff: &Staff, case: &Case) -> bool {
    may_read(staff, case).is_ok() && case.procedure.iter().any(|step| staff.works_as(Role::Approver, &step.desk.station))
}
