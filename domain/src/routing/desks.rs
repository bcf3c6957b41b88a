//! Who decides: the station of level `decided_at` in the line of the division where the matter lies.

use super::Reason;
use super::standing::Deciding;
use crate::catalogue::{Authority, Item, Mode};
use crate::district::{Level, Seat, StationAt};

/// Who decides, by the station's number on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeskAt {
    Station(StationAt),
    Outside { via: StationAt },
}

impl DeskAt {
    /// The station to which the papers go.
    pub fn station(self) -> StationAt {
        match self {
            DeskAt::Station(at) | DeskAt::Outside { via: at } => at,
        }
    }
}

/// The desk that decides `item` when the station `at` takes it in. An instant item is decided by the station that accepts; a
/// certificate is always its own village's; a proxy item without a town service, and what city or province decide, is
/// decided outside this system. A line without a station of the level is served by the next one up. A certificate is accepted
/// outside its own village only where it names `district`.
pub(super) fn deciding_desk(item: &Item, at: StationAt, seat: &Seat, deciding: &Deciding) -> Result<DeskAt, Reason> {
    check_village(item, seat, deciding)?;
    if is_served_at_once(item, seat, deciding) {
        return Ok(DeskAt::Station(at));
    }
    if item.forwarding().is_some_and(|forwarding| forwarding.town_service.is_none()) {
        return Ok(DeskAt::Outside { via: at });
    }
    if item.certificate().is_some() {
        return deciding.line.village.map(DeskAt::Station).ok_or(Reason::NoDeciding);
    }
    let level = match item.decided_at {
        Authority::Village => Level::Village,
        Authority::Town => Level::Town,
        Authority::District => Level::District,
        Authority::City | Authority::Province => return Ok(DeskAt::Outside { via: deciding.line.district }),
    };
    Ok(DeskAt::Station(deciding.line.at_or_above(level)))
}

/// Accepted, decided and given out in one sitting. An instant certificate is that within its own village alone.
pub(super) fn is_served_at_once(item: &Item, seat: &Seat, deciding: &Deciding) -> bool {
    item.is_instant() && (item.certificate().is_none() || is_own_village(seat, deciding))
}

fn check_village(item: &Item, seat: &Seat, deciding: &Deciding) -> Result<(), Reason> {
    if item.certificate().is_none() {
        Ok(())
    } else if deciding.village.is_none() {
        Err(Reason::NoDeciding)
    } else if is_own_village(seat, deciding) || item.modes.contains(&Mode::District) {
        Ok(())
    } else {
        Err(Reason::OwnVillageOnly)
    }
}

pub(super) fn is_own_village(seat: &Seat, deciding: &Deciding) -> bool {
    deciding.village == Some(seat.division)
}
