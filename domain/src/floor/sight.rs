//! How much of a booked slot its station's staff see: as much as they need to receive who comes.

use super::Appointment;
use crate::catalogue::is_sealed;
use crate::people::{Role, Staff};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitSight {
    /// Who comes and for what: for those who will receive them.
    Whole,
    /// What for, and no more of the person than the family name: for those who watch over the station.
    Watched,
    /// When, which kind of matter, and the family name. Of a sealed matter nobody sees more before it is a case; nor of what somebody close
    /// to them comes for.
    Outline,
}

/// For staff whom the policy lets see the station's slots at all.
pub fn sight_of(staff: &Staff, appointment: &Appointment) -> VisitSight {
    if is_sealed(&appointment.item) || staff.is_close_to(appointment.person) {
        VisitSight::Outline
    } else if staff.works_as(Role::Clerk, &appointment.station) {
        VisitSight::Whole
    } else {
        VisitSight::Watched
    }
}
