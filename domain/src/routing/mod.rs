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
mod bounds;
mod candidates;
mod chain;
mod context;
mod course;
mod desks;
mod draw;
mod estimate;
mod explain;
mod giving;
mod grounds;
mod inputs;
mod instead;
mod intake;
mod load;
mod papers;
mod queues;
mod rank;
mod reasons;
mod riders;
mod scan;
mod standing;
mod stop;
mod timeline;
mod ways;
mod window;

#[cfg(test)]
mod tests;

use crate::catalogue::{Authorisation, Catalogue, InPerson, Listed, Mode};
use crate::district::{DistrictMap, StationAt};
use crate::ids::{ItemCode, StationCode};
use crate::time::Timestamp;

use alternatives::{Entry, Recipe};
use chain::Links;
use context::Context;
use scan::{Unwatched, Watch};
use stop::Stop;
use ways::{Take, Way};
use window::Window;

pub use answer::*;
pub use ask::*;
pub use explain::*;
pub use grounds::*;
pub use inputs::*;
pub use instead::*;
pub use load::*;
pub use rank::Criterion;
pub use reasons::*;

/// The plans for an ask, best first, and a reason for each mode that has none.
pub fn plan(map: &DistrictMap, catalogue: &Catalogue, load: &Load, ask: &Ask, now: Timestamp) -> Answer {
    let ctx = Context::new(map, catalogue, load, ask, now);
    let items = ctx.items();
    let (shown, impossible) = ctx.decide(&items, &mut Unwatched);
    ctx.answer(&items, shown, impossible)
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
    chosen.map_err(|blocked| ctx.impossible(choice.mode, blocked))
}

/// The items of an ask, or why it is none.
type Items<'a> = Result<Vec<&'a Listed>, Blocked>;

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

/// Whether a window for one item alone is what the counters of the own line and of the district are: the same stations, the same
/// way in. Its plans rank behind theirs, so the best of them is all that can be shown.
fn takes_from_counters(listed: &Listed, entries: &[Entry<'_>]) -> bool {
    listed.item.modes.contains(&Mode::OneWindow) && entries.iter().any(|entry| is_at_counter(entry.mode))
}

fn is_at_counter(mode: Mode) -> bool {
    match mode {
        Mode::Nearby | Mode::District => true,
        Mode::Remote | Mode::OneWindow | Mode::Express | Mode::Special => false,
    }
}

impl<'a> Context<'a> {
    /// What is shown, best first, and the modes that have nothing to show.
    fn decide<W: Watch>(&self, items: &Items<'a>, watch: &mut W) -> (Vec<Entry<'a>>, Vec<Impossible>) {
        let (mut entries, mut impossible) = (Vec::new(), Vec::new());
        for mode in Mode::ALL {
            let found = match items {
                Ok(items) => self.entries(mode, items, &mut entries, watch),
                Err(blocked) => Err(blocked.clone()),
            };
            impossible.extend(found.err().map(|blocked| self.impossible(mode, blocked)));
        }
        (alternatives::shown(self.ask, entries), impossible)
    }

    fn answer(&self, items: &Items<'a>, shown: Vec<Entry<'a>>, impossible: Vec<Impossible>) -> Answer {
        let items = items.as_ref().map(Vec::as_slice).unwrap_or_default();
        Answer { plans: shown.iter().filter_map(|entry| self.drawn(items, entry)).collect(), impossible }
    }

    /// The items asked for, each a matter of its own.
    fn items(&self) -> Items<'a> {
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

    /// Adds what `mode` has to show to `entries`; for several items apart, the one that they add up to.
    fn entries<W: Watch>(&self, mode: Mode, items: &[&'a Listed], entries: &mut Vec<Entry<'a>>, watch: &mut W) -> Result<(), Blocked> {
        let one = |candidate| Entry::one(mode, candidate);
        match (mode, items) {
            (Mode::OneWindow, [only]) if W::PRUNES && takes_from_counters(only, entries) => {
                let counters = entries.iter().filter(|entry| is_at_counter(entry.mode));
                let windows = counters.map(|entry| Entry { mode, ..entry.clone() });
                let best = windows.min_by(|a, b| alternatives::order(self.ask, a, b).0);
                entries.extend(best);
            }
            (_, [only]) => entries.extend(scan::scan(self, mode, only, watch)?.into_iter().map(one)),
            (Mode::OneWindow, items) => entries.extend(Window::of(self, items)?.scan(self, watch)?.into_iter().map(one)),
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::Express | Mode::Special, items) => {
                let each: Vec<_> = items.iter().map(|item| scan::scan(self, mode, item, watch)).collect();
                match each.iter().filter_map(|found| found.as_ref().err()).min_by_key(|blocked| blocked.reason) {
                    Some(first) => return Err(first.clone()),
                    None => entries.extend(apart::together(self.ask, mode, each.into_iter().flatten().collect())),
                }
            }
        }
        Ok(())
    }

    fn drawn(&self, items: &[&'a Listed], entry: &Entry<'a>) -> Option<Plan> {
        match (&entry.recipe, entry.mode, items) {
            (Recipe::One(candidate), Mode::OneWindow, items @ [_, _, ..]) => Window::of(self, items).ok()?.plan_at(self, candidate.at).ok(),
            (Recipe::One(candidate), mode, items) => self.plan_of(mode, items.first()?, candidate).ok(),
            (Recipe::Apart(candidates), mode, items) => {
                let each = items.iter().zip(candidates).map(|(item, candidate)| self.plan_of(mode, item, candidate).ok());
                apart::drawn_together(self, each.collect::<Option<_>>()?)
            }
        }
    }

    fn plan_of(&self, mode: Mode, listed: &'a Listed, candidate: &scan::Candidate<'a>) -> Result<Plan, Reason> {
        let seat = self.seat(candidate.at).ok_or(Reason::StationNotInMode)?;
        let way = Way::settle(self, mode, (candidate.at, seat), Take::as_asked(listed), candidate.partner)?;
        draw::draw_up(self, mode, &Stop::new(candidate.at, seat), &[way], Links::of_one(&listed.item.promised_working_days))
    }

    fn chosen(&self, items: &[&'a Listed], choice: &Choice) -> Result<Plan, Blocked> {
        match (choice.mode, choice.stations.as_slice(), items) {
            // A plan names its window once for each item.
            (Mode::OneWindow, [code, others @ ..], items) if others.iter().all(|other| other == code) => {
                let at = self.map.at(code).ok_or(Blocked::whole(Reason::StationNotInMode))?;
                Window::of(self, items)?.plan_at(self, at)
            }
            (Mode::OneWindow, _, _) => Err(Blocked::whole(Reason::StationNotInMode)),
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::Express | Mode::Special, _, items) => {
                let numbered = items.iter().enumerate();
                let each = numbered.map(|(at, item)| self.chosen_for(choice.mode, item, choice.station(at)));
                apart::drawn_together(self, each.collect::<Result<_, _>>()?).ok_or(Blocked::whole(Reason::NothingAsked))
            }
        }
    }

    fn chosen_for(&self, mode: Mode, listed: &'a Listed, code: Option<&StationCode>) -> Result<Plan, Blocked> {
        candidates::check(self, mode, &listed.item).map_err(|reason| Blocked::by(listed, reason))?;
        let at = code.and_then(|code| self.map.at(code)).filter(|at| self.may_use(mode, listed, *at));
        let found = at.ok_or(Reason::StationNotInMode).and_then(|at| {
            let seat = self.seat(at).ok_or(Reason::StationNotInMode)?;
            let candidate = scan::candidate(self, mode, (at, seat), listed, &scan::partners(self, mode, &listed.item))?;
            self.plan_of(mode, listed, &candidate)
        });
        found.map_err(|reason| Blocked::by(listed, reason))
    }

    /// Whether `mode` may use the station `at` for the item, and it accepts it.
    fn may_use(&self, mode: Mode, listed: &Listed, at: StationAt) -> bool {
        let accepting = self.map.accepting(&listed.item);
        let lowest = candidates::lowest_accepting(self, &accepting);
        self.seat(at)
            .is_some_and(|seat| accepting.holds(seat) && candidates::is_in_reach(self, mode, &listed.item.modes, (at, seat), lowest))
    }

    fn impossible(&self, mode: Mode, Blocked { item, reason }: Blocked) -> Impossible {
        Impossible { mode, reason, item, mandate: self.mandate_missing(mode, reason) }
    }

    /// What an agent would have to show, where only they, or a stronger mandate of theirs, are missing.
    fn mandate_missing(&self, mode: Mode, reason: Reason) -> Option<Authorisation> {
        let is_for_agents = match mode {
            Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express => true,
            Mode::Remote | Mode::Special => false,
        };
        if !is_for_agents || !matches!(reason, Reason::Elsewhere | Reason::AgentMayNotStandIn) {
            return None;
        }
        let items = self.ask.items.iter().map(|code| self.catalogue.item(code).map(|listed| &listed.item));
        let asked = items.map(|item| item.filter(|item| item.proxy.allowed && item.in_person != InPerson::Once));
        asked.map(|item| item.map(|item| item.proxy.authorisation)).collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}
