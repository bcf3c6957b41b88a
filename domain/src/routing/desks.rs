//! Who decides: the station of level `decided_at` in the line of the division where the matter lies.

use super::{Desk, Reason};
use crate::catalogue::{Authority, Item, Mode};
use crate::district::{Level, Line, Station};

/// The desk that decides `item` when `accepting` takes it in. An instant item is decided by the station that accepts; a
/// certificate is always its own village's; a proxy item without a town service, and what city or province decide, is
/// decided outside this system. A line without a station of the level is served by the next one up. A certificate is accepted
/// outside its own village only where it names `district`.
pub(super) fn deciding_desk(item: &Item, accepting: &Station, line: &Line) -> Result<Desk, Reason> {
    check_village(item, accepting, line)?;
    if is_served_at_once(item, accepting, line) {
        return Ok(Desk::Station(accepting.code.clone()));
    }
    if item.forwarding().is_some_and(|forwarding| forwarding.town_service.is_none()) {
        return Ok(Desk::Outside { via: accepting.code.clone() });
    }
    if item.certificate().is_some() {
        return line.village.clone().map(Desk::Station).ok_or(Reason::NoDeciding);
    }
    let level = match item.decided_at {
        Authority::Village => Level::Village,
        Authority::Town => Level::Town,
        Authority::District => Level::District,
        Authority::City | Authority::Province => return Ok(Desk::Outside { via: line.district.clone() }),
    };
    line.at(level).or_else(|| line.above(level)).map(|code| Desk::Station(code.clone())).ok_or(Reason::NoDeciding)
}

/// Accepted, decided and given out in one sitting. An instant certificate is that within its own village alone.
pub(super) fn is_served_at_once(item: &Item, accepting: &Station, line: &Line) -> bool {
    item.is_instant() && (item.certificate().is_none() || is_own_village(accepting, line))
}

fn check_village(item: &Item, accepting: &Station, line: &Line) -> Result<(), Reason> {
    if item.certificate().is_none() {
        Ok(())
    } else if line.village.is_none() {
        Err(Reason::NoDeciding)
    } else if is_own_village(accepting, line) || item.modes.contains(&Mode::District) {
        Ok(())
    } else {
        Err(Reason::OwnVillageOnly)
    }
}

fn is_own_village(station: &Station, line: &Line) -> bool {
    line.village.as_ref().is_some_and(|village| village.division() == station.division)
}
