//! From the ask to acceptance: how the matters of one plan come to the station, and the sittings that take them in.

use super::context::Context;
use super::estimate::{self, Road, Sitting};
use super::stop::Stop;
use super::timeline::{Timeline, step};
use super::ways::{Way, needs_originals};
use super::{Actor, HandIn, Spot, StepKind, Visitor, riders};
use crate::district::{At, Hours, Partner};
use crate::ids::ItemCode;

/// How the matters of a plan were taken in; their sittings stand beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intake {
    pub wait_min: i64,
    pub visitor: Option<Visitor>,
}

/// Takes `ways` in at `stop` in one go, a sitting for each, one after the other in `order`; none where it is never open long enough,
/// or nobody carries or meets in its time.
pub(super) fn take_in<T: Timeline>(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    ways: &[Way<'_>],
    order: &[usize],
    sittings: &mut Vec<Sitting>,
    timeline: &mut T,
) -> Option<Intake> {
    if let [way] = ways
        && way.hand_in == HandIn::Visit
    {
        return visit(ctx, stop, way, sittings, timeline);
    }
    let mut ready = ctx.now;
    for way in ways {
        ready = ready.max(arrive(ctx, stop, way, timeline)?);
    }
    let wait_min = estimate::turn(ctx, stop.station(), ready, ways.len(), sittings)?;
    let counter = sittings.first()?.begin.after_min(-wait_min);
    journeys(ctx, stop, ways, counter, timeline);
    if !order.is_sorted() {
        *sittings = of_each(sittings, order);
    }
    for (way, sitting) in ways.iter().zip(&*sittings) {
        timeline.add(|| step(StepKind::Accept, &way.item().code, Actor::Staff, stop.spot(ctx), (sitting.begin, sitting.end)));
    }
    Some(Intake { wait_min, visitor: None })
}

/// The sitting of each matter, from sittings that follow `order`.
fn of_each(in_order: &[Sitting], order: &[usize]) -> Vec<Sitting> {
    let mut of_each: Vec<_> = order.iter().zip(in_order).collect();
    of_each.sort_unstable_by_key(|(at, _)| **at);
    of_each.into_iter().map(|(_, sitting)| *sitting).collect()
}

/// When a matter is at the station.
fn arrive<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, timeline: &mut T) -> Option<At> {
    let code = &way.item().code;
    Some(match way.hand_in {
        HandIn::Counter => ctx.now.after_min(stop.road_from_start(ctx).min),
        HandIn::Agent => ctx.now.after_min(stop.road_from_home(ctx).min),
        HandIn::Phone => {
            apply(ctx, code, timeline);
            ctx.now
        }
        HandIn::Post => {
            apply(ctx, code, timeline);
            post(ctx, code, ctx.now, timeline)
        }
        HandIn::Courier => {
            apply(ctx, code, timeline);
            let ride = riders::ride(ctx, ctx.now, stop.road_from_home(ctx))?;
            timeline.add(|| step(StepKind::Fetch, code, Actor::Courier, Spot::OnTheWay, (ride.begin, ride.end)));
            ride.end.after_min(i64::from(ctx.tuning.handover_min))
        }
        HandIn::Partner => {
            apply(ctx, code, timeline);
            meet(ctx, way, way.partner?, timeline)?
        }
        // Taken in where the person is, by `visit`.
        HandIn::Visit => ctx.now,
    })
}

fn apply<T: Timeline>(ctx: &Context<'_>, code: &ItemCode, timeline: &mut T) {
    timeline.add(|| step(StepKind::Apply, code, Actor::Person, Spot::WithPerson, (ctx.now, ctx.now)));
}

fn post<T: Timeline>(ctx: &Context<'_>, code: &ItemCode, from: At, timeline: &mut T) -> At {
    let to = from.after_days(i64::from(ctx.tuning.post_days));
    timeline.add(|| step(StepKind::Post, code, Actor::Post, Spot::OnTheWay, (from, to)));
    to
}

/// The person is met at a partner's counter; originals go on by post.
fn meet<T: Timeline>(ctx: &Context<'_>, way: &Way<'_>, partner: &Partner, timeline: &mut T) -> Option<At> {
    let code = &way.item().code;
    let road = road_to(ctx, partner);
    let own = ctx.partner_week(partner);
    let hours = Hours::kept(&ctx.map.calendar, own.as_ref().unwrap_or(&ctx.partners));
    let met = estimate::sitting(&hours, ctx.now.after_min(road.min), i64::from(ctx.tuning.service.district))?;
    timeline.add(|| step(StepKind::Travel, code, Actor::Person, Spot::OnTheWay, (met.begin.after_min(-road.min), met.begin)));
    timeline.add(|| step(StepKind::Meet, code, Actor::Partner, Spot::Partner(partner.code.clone()), (met.begin, met.end)));
    Some(if needs_originals(ctx, way.item()) { post(ctx, code, met.end, timeline) } else { met.end })
}

/// The person's road to a partner.
pub(super) fn road_to(ctx: &Context<'_>, partner: &Partner) -> Road {
    ctx.standing.start.map_or(Road::NONE, |start| Road::between(ctx.tuning, start, partner.place.direction()))
}

/// The journeys to the counter, timed so as to be there when the queue is joined: one of the person, one of the agent.
fn journeys<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, ways: &[Way<'_>], there_at: At, timeline: &mut T) {
    if !T::KEEPS {
        return;
    }
    let mut to_counter = |hand_in, who, road: Road| {
        if let Some(way) = ways.iter().find(|way| way.hand_in == hand_in) {
            timeline.add(|| step(StepKind::Travel, &way.item().code, who, Spot::OnTheWay, (there_at.after_min(-road.min), there_at)));
        }
    };
    if ctx.standing.start.is_some() {
        to_counter(HandIn::Counter, Actor::Person, stop.road_from_start(ctx));
    }
    to_counter(HandIn::Agent, Actor::Agent, stop.road_from_home(ctx));
}

/// Somebody comes to the person, out of the station's hours if need be, and takes the matter in there; nobody queues.
fn visit<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, sittings: &mut Vec<Sitting>, timeline: &mut T) -> Option<Intake> {
    let visit = riders::visit(ctx, stop.station(), way, stop.to_person(ctx))?;
    sittings.clear();
    sittings.push(visit.at);
    timeline.add(|| step(StepKind::Visit, &way.item().code, visit.who.into(), Spot::WithPerson, (visit.at.begin, visit.at.end)));
    Some(Intake { wait_min: 0, visitor: Some(visit.who) })
}
