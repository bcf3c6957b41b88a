//! A second engine: every mode at every station by every way of standing in, without index or pruning, written from the words of
//! the design page ("The routing engine") and of the catalogue's keys. It shares with the engine the arithmetic of a single step
//! alone (`arithmetic`). `equal` holds both against each other over generated districts.

mod apart;
mod arithmetic;
mod course;
mod equal;
mod explained;
mod giving;
mod journey;
mod order;
mod papers;
mod reasons;
mod standing;
mod window;

use crate::catalogue::{Authorisation, Catalogue, InPerson, Item, Listed, Mode};
use crate::district::{DistrictMap, Station};
use crate::ids::ItemCode;
use crate::routing::{Answer, Ask, HandIn, Impossible, Load, Plan, Reason};
use crate::time::Timestamp;

use journey::Journey;

/// What is asked of both engines.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub map: &'a DistrictMap,
    pub catalogue: &'a Catalogue,
    pub load: &'a Load,
    pub ask: &'a Ask,
    pub now: Timestamp,
}

/// Why there is no plan, and the item at fault where it is one of several.
type Refusal = (Reason, Option<ItemCode>);

impl<'a> Question<'a> {
    pub fn answer(&self) -> Answer {
        let (mut plans, mut impossible) = (Vec::new(), Vec::new());
        for mode in Mode::ALL {
            match self.of_mode(mode) {
                Ok(found) => plans.extend(found),
                Err((reason, item)) => impossible.push(Impossible { mode, reason, item, mandate: self.missing_mandate(mode, reason) }),
            }
        }
        Answer { plans: order::shown(self.ask, plans), impossible }
    }

    fn of_mode(&self, mode: Mode) -> Result<Vec<Plan>, Refusal> {
        let items = self.items()?;
        match (mode, items.as_slice()) {
            (Mode::OneWindow, items) => window::plans(self, items),
            (_, [only]) => self.of_item(mode, only),
            (_, items) => apart::plans(self, mode, items),
        }
    }

    /// What an agent would have to show: where only an agent is missing, and one may do all of it.
    fn missing_mandate(&self, mode: Mode, reason: Reason) -> Option<Authorisation> {
        let missing = matches!(reason, Reason::Elsewhere | Reason::AgentMayNotStandIn);
        let would_do = matches!(mode, Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express);
        let items = self.items().ok()?;
        let delegable = |listed: &&Listed| listed.item.proxy.allowed && listed.item.in_person != InPerson::Once;
        let strongest = items.iter().map(|listed| listed.item.proxy.authorisation).max()?;
        (missing && would_do && items.iter().all(delegable)).then_some(strongest)
    }

    /// The items asked for: at least one, each known, none of them the matter of another.
    fn items(&self) -> Result<Vec<&'a Listed>, Refusal> {
        let asked = &self.ask.items;
        if asked.is_empty() {
            return Err((Reason::NothingAsked, None));
        }
        if let Some(unknown) = asked.iter().find(|code| self.catalogue.item(code).is_none()) {
            return Err((Reason::NoSuchItem, Some(unknown.clone())));
        }
        for (at, code) in asked.iter().enumerate() {
            if asked[..at].iter().any(|earlier| self.is_same_matter(earlier, code)) {
                return Err((Reason::SameMatterTwice, Some(code.clone())));
            }
        }
        Ok(asked.iter().filter_map(|code| self.catalogue.item(code)).map(AsRef::as_ref).collect())
    }

    /// The plans of one item, one a station, or the first true reason why it has none.
    fn of_item(&self, mode: Mode, listed: &'a Listed) -> Result<Vec<Plan>, Refusal> {
        let refused = |reason| (reason, Some(listed.item.code.clone()));
        if let Some(reason) = reasons::of_item_and_person(self, mode, &listed.item).into_iter().min() {
            return Err(refused(reason));
        }
        let stations = self.map.stations().filter(|station| self.may_take(mode, &listed.item, station));
        let tried: Vec<_> = stations.map(|station| self.at(mode, station, listed)).collect();
        let (plans, lost): (Vec<_>, Vec<_>) = tried.into_iter().partition(Result::is_ok);
        let first = lost.into_iter().filter_map(Result::err).min().unwrap_or(Reason::NoStationAccepts);
        if plans.is_empty() { Err(refused(first)) } else { Ok(plans.into_iter().flatten().collect()) }
    }

    fn at(&self, mode: Mode, station: &'a Station, listed: &'a Listed) -> Result<Plan, Reason> {
        let journey = Journey::through(self, mode, station, listed, None);
        if let Some(reason) = reasons::of_station(self, mode, station, &listed.item, &journey).into_iter().min() {
            return Err(reason);
        }
        let ways = journey.into_iter().flat_map(|journey| self.by_each_partner(journey));
        let plans = ways.filter_map(|journey| course::plan(self, mode, station, &[journey]));
        plans.min_by(|a, b| order::compare(self.ask, a, b)).ok_or(Reason::NeverOpen)
    }

    /// The same journey by every partner who may meet the person, or as it is where none has to.
    fn by_each_partner(&self, journey: Journey<'a>) -> Vec<Journey<'a>> {
        match journey.hand_in {
            HandIn::Partner => {
                let met = |partner| Journey { partner: Some(partner), ..journey.clone() };
                self.partners(journey.item()).into_iter().map(met).collect()
            }
            HandIn::Counter | HandIn::Phone | HandIn::Agent | HandIn::Courier | HandIn::Visit | HandIn::Post => vec![journey],
        }
    }

    /// A station that accepts the item and that the mode may use.
    fn may_take(&self, mode: Mode, item: &Item, station: &Station) -> bool {
        station.accepts(item) && self.is_in_reach(mode, item, station)
    }

    /// Whether two codes name one matter: the same item, or a village item and the town service that it stands for.
    fn is_same_matter(&self, one: &ItemCode, other: &ItemCode) -> bool {
        one == other || self.stands_for(one) == Some(other) || self.stands_for(other) == Some(one)
    }

    fn stands_for(&self, code: &ItemCode) -> Option<&ItemCode> {
        self.catalogue.item(code)?.item.forwarding()?.town_service.as_ref()
    }
}
