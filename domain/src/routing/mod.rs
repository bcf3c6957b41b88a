//! The routing engine (办理方案): one pure function that decides how and where a matter is best handled, and says why.
//!
//! `plan` looks at every mode and every station, keeps what may be, and ranks it in one total order. Nothing here reads a
//! clock or a database: the map, the catalogue, the load and `now` come in as values, and the same values give the same answer.
//! Units: minutes, metres, fen, working days; instants are UTC. Errors: none; what can't be is a `Reason` for its mode.
//! Source: the design page, "The routing engine", and the keys of the catalogue.

mod alternatives;
mod answer;
mod apart;
mod ask;
mod candidates;
mod chain;
mod course;
mod desks;
mod draw;
mod estimate;
mod giving;
mod grounds;
mod hours;
mod intake;
mod load;
mod papers;
mod rank;
mod reasons;
mod standing;
mod ways;
mod window;

#[cfg(test)]
mod tests;

use crate::catalogue::{Catalogue, Listed, Mode};
use crate::district::{DistrictMap, Station};
use crate::ids::{ItemCode, StationCode};
use crate::time::Timestamp;

use standing::Standing;
use ways::{Take, Way};

pub use answer::*;
pub use ask::*;
pub use grounds::*;
pub use load::*;
pub use reasons::*;

/// The plans for an ask, best first, and a reason for each mode that has none.
pub fn plan(map: &DistrictMap, catalogue: &Catalogue, load: &Load, ask: &Ask, now: Timestamp) -> Answer {
    let ctx = Context::new(map, catalogue, load, ask, now);
    let (mut candidates, mut impossible) = (Vec::new(), Vec::new());
    let items = ctx.items();
    for mode in Mode::ALL {
        match items.as_ref().map_err(Blocked::clone).and_then(|items| ctx.candidates(mode, items)) {
            Ok(plans) => candidates.extend(plans),
            Err(Blocked { item, reason }) => impossible.push(Impossible { mode, reason, item }),
        }
    }
    Answer { plans: alternatives::shown(ask, candidates), impossible }
}

/// The plan of exactly the mode and stations that a person chose, whether or not it is among the alternatives.
pub fn plan_for(
    map: &DistrictMap,
    catalogue: &Catalogue,
    load: &Load,
    ask: &Ask,
    now: Timestamp,
    choice: &Choice,
) -> Result<Plan, Impossible> {
    let ctx = Context::new(map, catalogue, load, ask, now);
    let chosen = ctx.items().and_then(|items| ctx.chosen(&items, choice));
    chosen.map_err(|Blocked { item, reason }| Impossible { mode: choice.mode, reason, item })
}

/// What every decision looks at.
struct Context<'a> {
    map: &'a DistrictMap,
    catalogue: &'a Catalogue,
    load: &'a Load,
    ask: &'a Ask,
    now: Timestamp,
    standing: Standing,
}

/// Why there is no plan, and the item at fault where it is one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Blocked {
    item: Option<ItemCode>,
    reason: Reason,
}

impl Blocked {
    fn whole(reason: Reason) -> Self {
        Self { item: None, reason }
    }

    fn by(listed: &Listed, reason: Reason) -> Self {
        Self { item: Some(listed.item.code.clone()), reason }
    }
}

impl<'a> Context<'a> {
    fn new(map: &'a DistrictMap, catalogue: &'a Catalogue, load: &'a Load, ask: &'a Ask, now: Timestamp) -> Self {
        Self { map, catalogue, load, ask, now, standing: Standing::of(map, ask) }
    }

    /// The items asked for, each a matter of its own.
    fn items(&self) -> Result<Vec<&'a Listed>, Blocked> {
        if self.ask.items.is_empty() {
            return Err(Blocked::whole(Reason::NothingAsked));
        }
        let mut items: Vec<&Listed> = Vec::with_capacity(self.ask.items.len());
        let mut twice = None;
        for code in &self.ask.items {
            let unknown = || Blocked { item: Some(code.clone()), reason: Reason::NoSuchItem };
            let listed = self.catalogue.item(code).ok_or_else(unknown)?;
            if items.iter().any(|other| chain::is_same_matter(self.catalogue, &other.item, code)) {
                twice = twice.or(Some(Blocked::by(listed, Reason::SameMatterTwice)));
            }
            items.push(listed);
        }
        twice.map_or(Ok(items), Err)
    }

    /// Every plan of `mode`; for several items apart, the one that they add up to.
    fn candidates(&self, mode: Mode, items: &[&'a Listed]) -> Result<Vec<Plan>, Blocked> {
        match (mode, items) {
            (Mode::OneWindow, items) => window::plans(self, items),
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::Express | Mode::Special, [only]) => self.plans_of(mode, only),
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::Express | Mode::Special, items) => {
                let (each, blocked): (Vec<_>, Vec<_>) = items.iter().map(|item| self.plans_of(mode, item)).partition(Result::is_ok);
                match blocked.into_iter().filter_map(Result::err).min_by_key(|blocked| blocked.reason) {
                    Some(first) => Err(first),
                    None => Ok(apart::together(self, each.into_iter().flatten().collect()).into_iter().collect()),
                }
            }
        }
    }

    /// One plan a station, for one item.
    fn plans_of(&self, mode: Mode, listed: &Listed) -> Result<Vec<Plan>, Blocked> {
        candidates::check(self, mode, &listed.item).map_err(|reason| Blocked::by(listed, reason))?;
        let outcomes = candidates::stations(self, mode, &listed.item).into_iter().map(|station| self.plan_at(mode, listed, station));
        let (plans, reasons): (Vec<_>, Vec<_>) = outcomes.partition(Result::is_ok);
        let plans: Vec<Plan> = plans.into_iter().flatten().collect();
        let first = reasons.into_iter().filter_map(Result::err).min();
        if plans.is_empty() { Err(Blocked::by(listed, first.unwrap_or(Reason::NoStationAccepts))) } else { Ok(plans) }
    }

    fn plan_at(&self, mode: Mode, listed: &Listed, station: &Station) -> Result<Plan, Reason> {
        let way = Way::settle(self, mode, station, Take::as_asked(listed))?;
        draw::draw_up(self, mode, station, &[way])
    }

    fn chosen(&self, items: &[&'a Listed], choice: &Choice) -> Result<Plan, Blocked> {
        match (choice.mode, choice.stations.as_slice()) {
            // A plan names its window once for each item.
            (Mode::OneWindow, [code, others @ ..]) if others.iter().all(|other| other == code) => {
                let station = self.map.station(code).ok_or(Blocked::whole(Reason::StationNotInMode))?;
                window::plan_at(self, items, station)
            }
            (Mode::OneWindow, _) => Err(Blocked::whole(Reason::StationNotInMode)),
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::Express | Mode::Special, _) => {
                let numbered = items.iter().enumerate();
                let each = numbered.map(|(at, item)| self.chosen_for(choice.mode, item, choice.station(at)).map(|plan| vec![plan]));
                apart::together(self, each.collect::<Result<_, _>>()?).ok_or(Blocked::whole(Reason::NothingAsked))
            }
        }
    }

    fn chosen_for(&self, mode: Mode, listed: &Listed, code: Option<&StationCode>) -> Result<Plan, Blocked> {
        candidates::check(self, mode, &listed.item).map_err(|reason| Blocked::by(listed, reason))?;
        let may_be = |station: &&Station| station.accepts(&listed.item) && candidates::is_in_reach(self, mode, &listed.item, station);
        let station = code.and_then(|code| self.map.station(code)).filter(may_be).ok_or(Blocked::by(listed, Reason::StationNotInMode))?;
        self.plan_at(mode, listed, station).map_err(|reason| Blocked::by(listed, reason))
    }
}
