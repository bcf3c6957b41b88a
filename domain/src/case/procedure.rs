//! The stages of a case, from the keys of its item, never from its `steps` text, and the desk at which each is done.
//! Source: design page, "The case".

use serde::{Deserialize, Serialize};

use crate::catalogue::{Authority, Forwarding, InPerson, Item, Particulars, Verification};
use crate::district::{DistrictMap, Level, Line, Station};
use crate::ids::StationCode;
use crate::people::Role;

/// One thing to do on a case, in the order of the procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Accept, decide and produce in one sitting (即办).
    AtOnce,
    Accept,
    Inspect,
    Publicise,
    Review,
    Decide,
    Produce,
    /// Submit it to the body that decides.
    Forward,
    /// Record what an outside body answered.
    RecordAnswer,
    HandOver,
}

impl Stage {
    /// Before these can be done somebody else has to come, or to answer: the person who collects, the courier, the outside body.
    pub const UP_TO_OTHERS: [Stage; 2] = [Stage::RecordAnswer, Stage::HandOver];

    pub fn is_up_to_others(self) -> bool {
        Self::UP_TO_OTHERS.contains(&self)
    }
}

/// Who may sit at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Staff of the station.
    Station,
    /// Staff of the whole line: nobody at its top may take it, and a supervisor was told.
    Line,
}

/// Where a step is done and by which role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    pub station: StationCode,
    pub role: Role,
    /// The station in whose name it is done: another than `station` after the step rose.
    pub in_name_of: StationCode,
    pub reach: Reach,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub stage: Stage,
    pub desk: Desk,
}

/// Where a case goes: what its procedure depends on beside the item.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    pub accepting: &'a Station,
    pub collect_at: &'a StationCode,
    pub line: &'a Line,
}

impl<'a> Places<'a> {
    /// The places of a route; none where a station is no longer on the map.
    pub fn of(route: &'a super::Route, map: &'a DistrictMap) -> Option<Self> {
        let accepting = map.station(&route.accepting)?;
        Some(Self { accepting, collect_at: &route.collect_at, line: &route.line })
    }

    /// The line's own station of an authority; a line without it is served by the next one up.
    fn station_of(&self, authority: Authority) -> &'a StationCode {
        let level = match authority {
            Authority::Village => Level::Village,
            Authority::Town => Level::Town,
            Authority::District | Authority::City | Authority::Province => Level::District,
        };
        self.line.at(level).or_else(|| self.line.above(level)).unwrap_or(&self.line.district)
    }
}

/// All steps of a case, in order. A proxy item's own keys hold on the way through its town service's stages.
pub fn procedure(item: &Item, places: &Places<'_>) -> Vec<Step> {
    let mut steps = match &item.particulars {
        _ if is_served_at_once(item, places) => vec![clerk(Stage::AtOnce, &places.accepting.code)],
        Particulars::Certificate(_) => certificate(item, places),
        Particulars::TownService => town_service(item, &places.accepting.code, places),
        Particulars::VillageProxy(forwarding) => proxy(item, forwarding, places),
    };
    if item.result.form.has_paper() {
        steps.push(clerk(Stage::HandOver, places.collect_at));
    }
    steps
}

/// An instant certificate is its own village's: accepted elsewhere, its papers move there.
fn is_served_at_once(item: &Item, places: &Places<'_>) -> bool {
    let at_home = places.line.village.as_ref().is_none_or(|own| own.division() == places.accepting.division);
    item.is_instant() && (item.certificate().is_none() || at_home)
}

fn certificate(item: &Item, places: &Places<'_>) -> Vec<Step> {
    let village = places.station_of(Authority::Village);
    let mut steps = vec![clerk(Stage::Accept, &places.accepting.code)];
    if needs_inspection(item) {
        steps.push(clerk(Stage::Inspect, village));
    }
    if item.publicity.is_some() {
        steps.push(clerk(Stage::Publicise, village));
    }
    steps.push(approver(Stage::Decide, village));
    steps.push(clerk(Stage::Produce, village));
    steps
}

/// With a town service, its stages follow in the same case; without one the village records what the outside body answered.
fn proxy(item: &Item, forwarding: &Forwarding, places: &Places<'_>) -> Vec<Step> {
    let mut steps: Vec<_> = [Stage::Accept, Stage::Forward].map(|stage| clerk(stage, &places.accepting.code)).into();
    match forwarding.town_service {
        Some(_) => steps.extend(town_service(item, places.station_of(forwarding.level), places)),
        None => steps.push(clerk(Stage::RecordAnswer, &places.accepting.code)),
    }
    steps
}

/// The stages of a town service accepted at `accepting`; `item` may be the proxy item that stands for it.
fn town_service(item: &Item, accepting: &StationCode, places: &Places<'_>) -> Vec<Step> {
    let on_the_spot = places.station_of(Authority::Village);
    let (town, decider) = (places.station_of(Authority::Town), places.station_of(item.decided_at));
    let mut steps = vec![clerk(Stage::Accept, accepting)];
    if needs_inspection(item) {
        steps.push(clerk(Stage::Inspect, on_the_spot));
    }
    if item.publicity.is_some() {
        steps.push(clerk(Stage::Publicise, on_the_spot));
    }
    if town != accepting && town != decider {
        steps.push(clerk(Stage::Review, town));
    }
    match item.decided_at {
        Authority::Village | Authority::Town | Authority::District => {
            steps.extend([approver(Stage::Decide, decider), clerk(Stage::Produce, decider)]);
        }
        Authority::City | Authority::Province => {
            steps.extend([clerk(Stage::Forward, decider), clerk(Stage::RecordAnswer, decider)]);
        }
    }
    steps
}

fn needs_inspection(item: &Item) -> bool {
    let by_verification = item.certificate().is_some_and(|terms| match terms.verification {
        Verification::HouseholdVisit | Verification::Neighbours => true,
        Verification::Register | Verification::CommitteeMeeting | Verification::GridWorker => false,
    });
    by_verification || item.in_person == InPerson::SiteVisit
}

fn clerk(stage: Stage, station: &StationCode) -> Step {
    step(stage, station, Role::Clerk)
}

fn approver(stage: Stage, station: &StationCode) -> Step {
    step(stage, station, Role::Approver)
}

fn step(stage: Stage, station: &StationCode, role: Role) -> Step {
    Step { stage, desk: Desk { station: station.clone(), role, in_name_of: station.clone(), reach: Reach::Station } }
}
