//! Who has what part in a rectification. Of a sealed case it stays with those who may open it: there an approver at one of its desks
//! does what a supervisor does elsewhere. Where the review names all of these, an approver further up the line of the case does.

use super::{Rectification, Secrecy};
use crate::case::{Case, is_impartial, may_read};
use crate::ids::StationCode;
use crate::people::{Role, Staff};

/// As whom somebody works on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Station,
    Supervisor,
}

/// As whom the staff member may read and rectify it; none for whom the review names, and for who is close to the people of the case.
pub fn turn_of(staff: &Staff, case: &Case, rectification: &Rectification) -> Option<Turn> {
    if !is_unconcerned(staff, case, rectification) {
        return None;
    }
    let station = &rectification.place.station;
    let (oversees, works) = match rectification.place.secrecy {
        Secrecy::Ordinary => (staff.has(Role::Supervisor, station), staff.works_as(Role::Clerk, station)),
        Secrecy::Sealed => (decides_in(staff, case) || it_rose_to(staff, rectification), may_read(staff, case).is_ok()),
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

/// The stations to which one of a sealed case may rise, nearest first: those of the case's line above the village.
pub fn rises_to(case: &Case) -> impl Iterator<Item = &StationCode> {
    let line = &case.route.line;
    line.town.iter().chain(std::iter::once(&line.district))
}

/// Whether they may decide about it, if it rises to their station.
pub fn may_decide_at(staff: &Staff, case: &Case, rectification: &Rectification, station: &StationCode) -> bool {
    staff.works_as(Role::Approver, station) && is_unconcerned(staff, case, rectification)
}

/// Neither named by the review nor close to the people of the case.
fn is_unconcerned(staff: &Staff, case: &Case, rectification: &Rectification) -> bool {
    !rectification.names(staff.person) && is_impartial(staff, case).is_ok()
}

fn it_rose_to(staff: &Staff, rectification: &Rectification) -> bool {
    rectification.raised_to.as_ref().is_some_and(|station| staff.works_as(Role::Approver, station))
}

fn decides_in(staff: &Staff, case: &Case) -> bool {
    may_read(staff, case).is_ok() && case.procedure.iter().any(|step| staff.works_as(Role::Approver, &step.desk.station))
}
