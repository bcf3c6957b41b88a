//! The part that somebody has in carrying papers: courier of the leg or of its station, staff at the desk, the people of the case.

use super::{Actor, ForWhom, LegOf};
use crate::case::{Applicant, Bar, Case, is_impartial, may_take};
use crate::delivery::{LegKind, Party};
use crate::people::{Role, Staff};

/// On which side of the leg's handovers the actor stands; none for whoever has nothing to do with it.
pub fn party(actor: Actor<'_>, of: &LegOf<'_>) -> Option<Party> {
    match (actor, of.for_whom) {
        (Actor::Anyone, _) => None,
        (Actor::Villager(person, today), _) => of.case.is_of(person, today).then_some(Party::Person),
        (Actor::Staff(staff), ForWhom::Person) => stands_in(staff, of.case).then_some(Party::Person),
        (Actor::Staff(staff), ForWhom::Station) => {
            if carries(staff, of) {
                return Some(Party::Courier);
            }
            hands_papers(staff, of).then_some(Party::Station)
        }
    }
}

/// The courier of the leg; while it has none, those of its station.
fn carries(staff: &Staff, of: &LegOf<'_>) -> bool {
    match of.leg.courier() {
        Some(courier) => courier == staff.account,
        None => staff.has(Role::Courier, of.station),
    }
}

/// Whether the courier has the leg, and may be told whom they fetch from or bring to.
pub(super) fn has_it(staff: &Staff, of: &LegOf<'_>) -> Result<bool, Bar> {
    is_impartial(staff, of.case)?;
    Ok(of.leg.courier() == Some(staff.account))
}

/// A clerk of the station that took the case in at its counter.
fn stands_in(staff: &Staff, case: &Case) -> bool {
    let entered = matches!(case.applicant, Applicant::Clerk { .. });
    entered && staff.works_as(Role::Clerk, &case.route.accepting) && is_impartial(staff, case).is_ok()
}

/// Staff of the station where the leg begins or ends, impartial in the case.
fn hands_papers(staff: &Staff, of: &LegOf<'_>) -> bool {
    let at_desk = match (of.leg.kind, of.case.current()) {
        (LegKind::Bring, Some((_, step))) => may_take(staff, of.case, step).is_ok(),
        (LegKind::Fetch, _) | (LegKind::Bring, None) => staff.works_as(Role::Clerk, of.station),
    };
    at_desk && is_impartial(staff, of.case).is_ok()
}
