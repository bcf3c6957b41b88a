//! Who comes by in slots: couriers in their shifts, and the clerks, grid workers and volunteers who visit.
//! A slot begins a whole number of slot lengths after its shift; a ride begins with a slot and ends within the shift.

use super::context::Context;
use super::estimate::{Road, Sitting, service_min};
use super::ways::{OneSitting, Way};
use super::{Actor, Presence, Visitor, VisitorTerms};
use crate::catalogue::InPerson;
use crate::district::{At, Hours, Known, Seat, Span, StationAt};

/// A courier's ride that is ordered at `ordered`: the first slot after the cut-off.
pub(super) fn ride(ctx: &Context<'_>, ordered: At, road: Road) -> Option<Sitting> {
    let hours = Hours::kept(&ctx.map.calendar, &ctx.couriers);
    let ready = ordered.after_min(i64::from(ctx.tuning.courier_cut_off_min));
    slot(&hours, ready, ctx.tuning.courier_slot_min, road.min)
}

/// A visit or a ride by whoever of those who may is there first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    pub who: Visitor,
    pub at: Sitting,
}

/// Whether somebody of the station's level may visit for the matter.
pub(super) fn visits(ctx: &Context<'_>, seat: &Seat, way: &Way<'_>) -> bool {
    ctx.visitors.iter().any(|(terms, _)| terms.levels.contains(&seat.level) && may_visit(terms, way))
}

/// Whoever checks the person's presence where the item asks for it, and where the visit is the whole procedure also decides.
fn may_visit(terms: &VisitorTerms, way: &Way<'_>) -> bool {
    let is_met = way.item().in_person != InPerson::Once || terms.presence == Presence::Checks;
    let is_decided = way.sitting == OneSitting::No || terms.who.may_decide();
    is_met && is_decided
}

/// Takes the matter in where the person is.
pub(super) fn visit(ctx: &Context<'_>, stop: (StationAt, &Seat), way: &Way<'_>, road: Road) -> Option<Visit> {
    let ready = ctx.now.after_min(road.min);
    first(ctx, stop, ready, service_min(ctx, stop.1), |terms| may_visit(terms, way))
}

/// Brings a result, ready at `decided`.
pub(super) fn bring(ctx: &Context<'_>, stop: (StationAt, &Seat), decided: At, road: Road) -> Option<Visit> {
    first(ctx, stop, decided, road.min, |_| true)
}

fn first(ctx: &Context<'_>, (at, seat): (StationAt, &Seat), ready: At, minutes: i64, may: impl Fn(&VisitorTerms) -> bool) -> Option<Visit> {
    let usable = ctx.visitors.iter().filter(|(terms, _)| terms.levels.contains(&seat.level) && may(terms));
    let visits = usable.filter_map(|(terms, week)| {
        let hours = Hours::every_day(week);
        let hours = match (terms.who, seat.facts, ctx.map.station_at(at)) {
            (Visitor::Clerk, Known::Something, Some(station)) => hours.without_absences(&station.facts, station.staff),
            (Visitor::Clerk | Visitor::GridWorker | Visitor::Volunteer, _, _) => hours,
        };
        Some(Visit { who: terms.who, at: slot(&hours, ready, ctx.tuning.visit_slot_min, minutes)? })
    });
    visits.min_by_key(|visit| visit.at.begin)
}

/// The first slot at or after `ready` that lasts `minutes`.
fn slot(hours: &Hours<'_>, ready: At, slot_min: u32, minutes: i64) -> Option<Sitting> {
    if hours.longest_min() < minutes {
        return None;
    }
    hours.find_whole(ready, |whole: Span, left: Span| {
        let begin = next_slot(whole.open, left.open.max(ready), i64::from(slot_min.max(1)));
        let end = begin.after_min(minutes);
        (end <= left.close).then_some(Sitting { begin, end, close: left.close })
    })
}

/// The first slot, counted from `open`, at or after `ready`.
fn next_slot(open: At, ready: At, slot_min: i64) -> At {
    let begun = ready.minutes_since(open).max(0) / slot_min;
    let slot = open.after_min(begun * slot_min);
    if slot < ready { slot.after_min(slot_min) } else { slot }
}

impl From<Visitor> for Actor {
    fn from(visitor: Visitor) -> Self {
        match visitor {
            Visitor::Clerk => Actor::Staff,
            Visitor::GridWorker => Actor::GridWorker,
            Visitor::Volunteer => Actor::Volunteer,
        }
    }
}
