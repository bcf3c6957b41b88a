//! From the decision to the person's hands: served, taken home, brought, sent, or collected.

use super::context::Context;
use super::estimate::{self, Road, service_min};
use super::stop::Stop;
use super::timeline::{Timeline, step};
use super::ways::{Collector, Way};
use super::{Actor, HandIn, Spot, StepKind, riders};
use crate::catalogue::ResultForm;
use crate::district::At;

/// When the person holds the result of a matter decided at `decided`. None: nobody carries it, or the station is never open long
/// enough.
pub(super) fn give_out<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, decided: At, timeline: &mut T) -> Option<At> {
    if way.is_taken_home() {
        return Some(decided);
    }
    if let Some(collector) = way.collector {
        return collect(ctx, stop, way, (collector, decided), timeline);
    }
    match (way.item().result.form, way.hand_in) {
        (ResultForm::None, _) => Some(decided),
        (ResultForm::Paper | ResultForm::Both | ResultForm::Electronic, _) if way.legs.brings() => bring(ctx, stop, way, decided, timeline),
        (ResultForm::Both | ResultForm::Electronic, _) => {
            timeline.add(|| step(StepKind::Serve, &way.item().code, Actor::Staff, Spot::WithPerson, (decided, decided)));
            Some(decided)
        }
        (ResultForm::Paper, HandIn::Visit) => bring_on_a_visit(ctx, stop, way, decided, timeline),
        (ResultForm::Paper, HandIn::Counter | HandIn::Phone | HandIn::Agent | HandIn::Courier | HandIn::Post | HandIn::Partner) => {
            Some(send(ctx, way, decided, timeline))
        }
    }
}

fn bring<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, decided: At, timeline: &mut T) -> Option<At> {
    let ride = riders::ride(ctx, decided.after_min(i64::from(ctx.tuning.handover_min)), stop.road_from_home(ctx))?;
    timeline.add(|| step(StepKind::Bring, &way.item().code, Actor::Courier, Spot::OnTheWay, (ride.begin, ride.end)));
    Some(ride.end)
}

fn bring_on_a_visit<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, decided: At, timeline: &mut T) -> Option<At> {
    let ride = riders::bring(ctx, stop.station(), decided, stop.to_person(ctx))?;
    timeline.add(|| step(StepKind::Bring, &way.item().code, ride.who.into(), Spot::OnTheWay, (ride.at.begin, ride.at.end)));
    Some(ride.at.end)
}

fn send<T: Timeline>(ctx: &Context<'_>, way: &Way<'_>, decided: At, timeline: &mut T) -> At {
    let there = decided.after_days(i64::from(ctx.tuning.post_days));
    timeline.add(|| step(StepKind::Send, &way.item().code, Actor::Post, Spot::OnTheWay, (decided, there)));
    there
}

fn collect<T: Timeline>(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    way: &Way<'_>,
    (collector, decided): (Collector, At),
    timeline: &mut T,
) -> Option<At> {
    let (who, road): (Actor, Road) = match collector {
        Collector::Person => (Actor::Person, stop.road_from_start(ctx)),
        Collector::Agent => (Actor::Agent, stop.road_from_home(ctx)),
    };
    let hours = ctx.map.hours(stop.at, stop.seat)?;
    let sitting = estimate::sitting(&hours, decided.after_min(road.min), service_min(ctx, stop.seat))?;
    let code = &way.item().code;
    timeline.add(|| step(StepKind::Travel, code, who, Spot::OnTheWay, (sitting.begin.after_min(-road.min), sitting.begin)));
    timeline.add(|| step(StepKind::Collect, code, who, stop.spot(ctx), (sitting.begin, sitting.end)));
    Some(sitting.end)
}
