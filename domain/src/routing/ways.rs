//! The way of one matter through one station in one mode: how it comes in, what a courier carries, who collects.
//!
//! A trip is a journey of the person; a visit paid to them, an agent's or a courier's journey is none.

use super::context::Context;
use super::desks::{self, DeskAt};
use super::{Access, Agent, Carriage, CourierLeg, HandIn, Mobility, Reason, riders};
use crate::catalogue::{InPerson, Item, Listed, MaterialForm, Mode, ResultForm};
use crate::district::{Partner, Seat, StationAt, Steps};
use crate::ids::ItemCode;

/// An item taken into a plan, and the one asked for where it stands in for that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Take<'a> {
    pub listed: &'a Listed,
    pub taken_for: Option<&'a ItemCode>,
}

impl<'a> Take<'a> {
    pub fn as_asked(listed: &'a Listed) -> Self {
        Self { listed, taken_for: None }
    }

    /// The item that was asked for.
    pub fn asked(&self) -> &'a ItemCode {
        self.taken_for.unwrap_or(&self.listed.item.code)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'a> {
    pub take: Take<'a>,
    pub desk: DeskAt,
    /// Decided and given out in the sitting that accepts it.
    pub sitting: OneSitting,
    pub hand_in: HandIn,
    pub legs: Legs,
    pub collector: Option<Collector>,
    /// Whose counter meets the person.
    pub partner: Option<&'a Partner>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OneSitting {
    Yes,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collector {
    Person,
    Agent,
}

/// What a courier carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Legs {
    fetch: Option<CourierLeg>,
    bring: Option<CourierLeg>,
}

impl Legs {
    pub const NONE: Legs = Legs { fetch: None, bring: None };

    pub fn fetches(self) -> bool {
        self.fetch.is_some()
    }

    pub fn brings(self) -> bool {
        self.bring.is_some()
    }

    pub fn iter(self) -> impl Iterator<Item = CourierLeg> {
        self.fetch.into_iter().chain(self.bring)
    }
}

impl<'a> Way<'a> {
    /// The way of `take` in through the station `at`, met by `partner` where the mode needs one, or the first reason why there is
    /// none.
    pub fn settle(
        ctx: &Context<'_>,
        mode: Mode,
        (at, seat): (StationAt, &Seat),
        take: Take<'a>,
        partner: Option<&'a Partner>,
    ) -> Result<Self, Reason> {
        let item = &take.listed.item;
        let deciding = ctx.standing.decides_in.as_ref().map_err(|reason| *reason)?;
        let sitting = if desks::is_served_at_once(item, seat, deciding) { OneSitting::Yes } else { OneSitting::No };
        let hand_in = hand_in(ctx, mode, item, sitting);
        let collector = collector(ctx, mode, item, hand_in, sitting);
        let trips = u32::from(is_journey(hand_in)) + u32::from(collector == Some(Collector::Person));
        if ctx.ask.needs.mobility == Mobility::CannotLeaveHome && trips > 0 {
            return Err(Reason::CannotLeaveHome);
        }
        let desk = desks::deciding_desk(item, at, seat, deciding)?;
        let legs = legs(ctx.ask.carriage, mode, item);
        let way = Self { take, desk, sitting, hand_in, legs, collector, partner };
        way.check_station(ctx, at, seat)?;
        Ok(way)
    }

    fn check_station(&self, ctx: &Context<'_>, at: StationAt, seat: &Seat) -> Result<(), Reason> {
        if ctx.ask.needs.access == Access::StepFree && self.person_enters() && seat.access == Steps::Some {
            return Err(Reason::HasSteps);
        }
        if is_barred(ctx, at) {
            return Err(Reason::OnlyOwnPeople);
        }
        if self.hand_in == HandIn::Visit && !riders::visits(ctx, seat, self) {
            return Err(Reason::NobodyVisits);
        }
        Ok(())
    }

    /// Whether its times depend on how far the station is from the person.
    pub fn covers_a_road(&self) -> bool {
        self.hand_in != HandIn::Phone || self.collector.is_some() || self.legs.brings()
    }

    /// Whether they depend on how far it is from the desk that decides: an own village decides when the papers are there.
    pub fn waits_for_papers(&self) -> bool {
        self.sitting == OneSitting::No && self.item().is_instant()
    }

    /// Whether the person goes somewhere to hand it in.
    pub fn hands_in_person(&self) -> bool {
        is_journey(self.hand_in)
    }

    pub fn person_collects(&self) -> bool {
        self.collector == Some(Collector::Person)
    }

    /// Whether the person themself enters the accepting station.
    pub fn person_enters(&self) -> bool {
        self.hand_in == HandIn::Counter || self.person_collects()
    }

    /// The result is in the hands of whoever came for it when the sitting ends.
    pub fn is_taken_home(&self) -> bool {
        is_taken_home(self.hand_in, self.sitting)
    }

    pub fn item(&self) -> &'a Item {
        &self.take.listed.item
    }

    /// The agent who hands it in, collects it, or at home hands it to the courier of a person elsewhere.
    pub fn agent(&self, ctx: &Context<'_>) -> Option<Agent> {
        let at_the_door = self.legs.iter().next().is_some() && ctx.ask.whereabouts.is_elsewhere();
        let acts = self.hand_in == HandIn::Agent || self.collector == Some(Collector::Agent) || at_the_door;
        acting_agent(ctx, self.item()).filter(|_| acts)
    }
}

fn is_barred(ctx: &Context<'_>, at: StationAt) -> bool {
    let barred = &ctx.ask.barred_stations;
    !barred.is_empty() && ctx.map.station_at(at).is_some_and(|station| barred.contains(&station.code))
}

/// The fewest trips that `item` may take in `mode`, at whatever station.
pub(super) fn fewest_trips(ctx: &Context<'_>, mode: Mode, item: &Item) -> u32 {
    let sitting = if item.is_instant() { OneSitting::Yes } else { OneSitting::No };
    let hand_in = hand_in(ctx, mode, item, sitting);
    u32::from(is_journey(hand_in)) + u32::from(collector(ctx, mode, item, hand_in, sitting) == Some(Collector::Person))
}

fn is_journey(hand_in: HandIn) -> bool {
    match hand_in {
        HandIn::Counter | HandIn::Partner => true,
        HandIn::Phone | HandIn::Agent | HandIn::Courier | HandIn::Visit | HandIn::Post => false,
    }
}

fn is_taken_home(hand_in: HandIn, sitting: OneSitting) -> bool {
    let somebody_there = match hand_in {
        HandIn::Counter | HandIn::Agent | HandIn::Visit => true,
        HandIn::Phone | HandIn::Courier | HandIn::Post | HandIn::Partner => false,
    };
    somebody_there && sitting == OneSitting::Yes
}

fn hand_in(ctx: &Context<'_>, mode: Mode, item: &Item, sitting: OneSitting) -> HandIn {
    match mode {
        Mode::Special => HandIn::Visit,
        Mode::Remote if item.in_person == InPerson::Once => HandIn::Partner,
        Mode::Remote if needs_originals(ctx, item) => HandIn::Post,
        Mode::Remote => HandIn::Phone,
        Mode::Express if item.in_person == InPerson::Once => HandIn::Counter,
        Mode::Express if legs(ctx.ask.carriage, mode, item).fetches() => HandIn::Courier,
        Mode::Express | Mode::Nearby | Mode::District | Mode::OneWindow => at_the_station(ctx, item, sitting),
    }
}

/// An agent who may goes; what takes no trip comes from the phone, unless a paper is better taken home at once.
fn at_the_station(ctx: &Context<'_>, item: &Item, sitting: OneSitting) -> HandIn {
    if acting_agent(ctx, item).is_some_and(|agent| agent.may_hand_in(item)) {
        HandIn::Agent
    } else if item.trips == 0 && !(sitting == OneSitting::Yes && must_be_collected(item) && acting_agent(ctx, item).is_none()) {
        HandIn::Phone
    } else {
        HandIn::Counter
    }
}

/// What a courier carries: papers that aren't electronic, and a result that may be carried. Whoever must come once brings their
/// papers along.
pub(super) fn legs(carriage: Carriage, mode: Mode, item: &Item) -> Legs {
    if mode != Mode::Express {
        return Legs::NONE;
    }
    let has_papers = item.materials.iter().any(|material| match material.form {
        MaterialForm::Original | MaterialForm::Copy | MaterialForm::Form => true,
        MaterialForm::Electronic => false,
    });
    let fetch = (carriage.fetches() && has_papers && item.in_person != InPerson::Once).then_some(CourierLeg::Fetch);
    let bring = (carriage.brings() && item.result.deliverable).then_some(CourierLeg::Bring);
    Legs { fetch, bring }
}

fn collector(ctx: &Context<'_>, mode: Mode, item: &Item, hand_in: HandIn, sitting: OneSitting) -> Option<Collector> {
    if mode == Mode::Special || !must_be_collected(item) || is_taken_home(hand_in, sitting) {
        return None;
    }
    Some(if acting_agent(ctx, item).is_some() { Collector::Agent } else { Collector::Person })
}

/// A paper that may not be carried; `both` is served electronically.
fn must_be_collected(item: &Item) -> bool {
    item.result.form == ResultForm::Paper && !item.result.deliverable
}

/// The agent, where they may stand in for this item.
pub(super) fn acting_agent(ctx: &Context<'_>, item: &Item) -> Option<Agent> {
    ctx.ask.agent.filter(|agent| agent.may_stand_in(item))
}

pub(super) fn needs_originals(ctx: &Context<'_>, item: &Item) -> bool {
    let held = |name: &str| ctx.ask.licences.contains(name);
    item.materials.iter().any(|m| m.required && m.form == MaterialForm::Original && !(m.reusable && held(&m.name)))
}
