//! From the ask to acceptance: how the matters of one plan come to the station, and the sittings that take them in.

use chrono::Duration;

use super::estimate::{self, Lane, on_the_road};
use super::hours::{Hours, Sitting};
use super::ways::{Way, needs_originals};
use super::{Actor, Context, HandIn, Spot, Step, StepKind, candidates};
use crate::district::Station;
use crate::ids::ItemCode;
use crate::time::Timestamp;

/// How the matters of a plan were taken in.
pub(super) struct Intake {
    /// One for each matter, in their order.
    pub sittings: Vec<Sitting>,
    pub wait: Duration,
    pub steps: Vec<Step>,
}

/// Takes `ways` in at `station` in one go; none where it is never open long enough, or nobody carries or meets in its time.
pub(super) fn take_in(ctx: &Context<'_>, station: &Station, ways: &[Way<'_>]) -> Option<Intake> {
    if ways.iter().any(|way| way.hand_in == HandIn::Visit) {
        return visit(ctx, station, ways);
    }
    let mut steps = Vec::new();
    let mut ready = ctx.now;
    for way in ways {
        let arrival = arrive(ctx, station, way)?;
        ready = ready.max(arrival.at);
        steps.extend(arrival.steps);
    }
    let turn = estimate::turn(ctx, station, ready, ways.len(), Lane::Queue)?;
    let counter = turn.sittings.first()?.begin - turn.wait;
    steps.extend(journeys(ctx, station, ways, counter));
    steps.extend(ways.iter().zip(&turn.sittings).map(|(way, sitting)| {
        let spot = Spot::Station(station.code.clone());
        step(StepKind::Accept, &way.item().code, Actor::Staff, spot, (sitting.begin, sitting.end))
    }));
    Some(Intake { sittings: turn.sittings, wait: turn.wait, steps })
}

/// When a matter is at the station, and what brought it there.
struct Arrival {
    at: Timestamp,
    steps: Vec<Step>,
}

fn arrive(ctx: &Context<'_>, station: &Station, way: &Way<'_>) -> Option<Arrival> {
    let code = &way.item().code;
    let tuning = &ctx.load.tuning;
    let applied = step(StepKind::Apply, code, Actor::Person, Spot::WithPerson, (ctx.now, ctx.now));
    Some(match way.hand_in {
        HandIn::Counter => {
            let road = ctx.standing.start.map_or(Duration::zero(), |start| on_the_road(tuning, start, station.place));
            Arrival { at: ctx.now + road, steps: Vec::new() }
        }
        HandIn::Agent => Arrival { at: ctx.now + on_the_road(tuning, ctx.standing.home, station.place), steps: Vec::new() },
        HandIn::Phone => Arrival { at: ctx.now, steps: vec![applied] },
        HandIn::Post => {
            let posted = posted(ctx, code, ctx.now);
            Arrival { at: posted.to, steps: vec![applied, posted] }
        }
        HandIn::Courier => {
            let fetched = fetch(ctx, station, code)?;
            Arrival { at: fetched.to + Duration::minutes(i64::from(tuning.handover_min)), steps: vec![applied, fetched] }
        }
        HandIn::Partner => meet(ctx, way, applied)?,
        // Taken in where the person is, by `visit`.
        HandIn::Visit => Arrival { at: ctx.now, steps: Vec::new() },
    })
}

fn posted(ctx: &Context<'_>, code: &ItemCode, from: Timestamp) -> Step {
    let days = Duration::days(i64::from(ctx.load.tuning.post_days));
    step(StepKind::Post, code, Actor::Post, Spot::OnTheWay, (from, from + days))
}

fn fetch(ctx: &Context<'_>, station: &Station, code: &ItemCode) -> Option<Step> {
    let tuning = &ctx.load.tuning;
    let ride = on_the_road(tuning, ctx.standing.home, station.place);
    let ride = Hours::kept(&ctx.map.calendar, &tuning.courier_hours).sitting(ctx.now, ride)?;
    Some(step(StepKind::Fetch, code, Actor::Courier, Spot::OnTheWay, (ride.begin, ride.end)))
}

/// The person is met at a partner's counter; originals go on by post.
fn meet(ctx: &Context<'_>, way: &Way<'_>, applied: Step) -> Option<Arrival> {
    let (tuning, item) = (&ctx.load.tuning, way.item());
    let partner = candidates::partner(ctx, item)?;
    let road = ctx.standing.start.map_or(Duration::zero(), |start| on_the_road(tuning, start, partner.place));
    let service = Duration::minutes(i64::from(tuning.service.district));
    let met = Hours::kept(&ctx.map.calendar, &tuning.partner_hours).sitting(ctx.now + road, service)?;
    let travel = step(StepKind::Travel, &item.code, Actor::Person, Spot::OnTheWay, (met.begin - road, met.begin));
    let meeting = step(StepKind::Meet, &item.code, Actor::Partner, Spot::Partner(partner.code.clone()), (met.begin, met.end));
    let mut steps = vec![applied, travel, meeting];
    if needs_originals(ctx, item) {
        steps.push(posted(ctx, &item.code, met.end));
    }
    Some(Arrival { at: steps.last()?.to, steps })
}

/// The journeys to the counter, timed so as to be there when the queue is joined: one of the person, one of the agent.
fn journeys(ctx: &Context<'_>, station: &Station, ways: &[Way<'_>], there_at: Timestamp) -> Vec<Step> {
    let to_counter = |hand_in, who, start| {
        let way = ways.iter().find(|way| way.hand_in == hand_in)?;
        let road = on_the_road(&ctx.load.tuning, start, station.place);
        Some(step(StepKind::Travel, &way.item().code, who, Spot::OnTheWay, (there_at - road, there_at)))
    };
    let person = ctx.standing.start.and_then(|start| to_counter(HandIn::Counter, Actor::Person, start));
    person.into_iter().chain(to_counter(HandIn::Agent, Actor::Agent, ctx.standing.home)).collect()
}

/// Staff come to the person, out of their station's hours if need be, and take the matters in there; nobody queues.
fn visit(ctx: &Context<'_>, station: &Station, ways: &[Way<'_>]) -> Option<Intake> {
    let tuning = &ctx.load.tuning;
    let place = ctx.standing.start.unwrap_or(ctx.standing.home);
    let mut ready = ctx.now + on_the_road(tuning, station.place, place);
    let service = Duration::minutes(i64::from(tuning.service.at(station.level)));
    let (mut sittings, mut steps) = (Vec::new(), Vec::new());
    for way in ways {
        let sitting = Hours::every_day(&tuning.visit_hours).sitting(ready, service)?;
        ready = sitting.end;
        steps.push(step(StepKind::Visit, &way.item().code, Actor::Staff, Spot::WithPerson, (sitting.begin, sitting.end)));
        sittings.push(sitting);
    }
    Some(Intake { sittings, wait: Duration::zero(), steps })
}

pub(super) fn step(kind: StepKind, item: &ItemCode, who: Actor, spot: Spot, (from, to): (Timestamp, Timestamp)) -> Step {
    Step { kind, item: item.clone(), who, r#where: spot, from, to }
}
