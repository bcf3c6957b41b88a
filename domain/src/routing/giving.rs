//! From the decision to the person's hands: served, taken home, brought, sent, or collected.

use chrono::Duration;

use super::estimate::on_the_road;
use super::hours::Hours;
use super::intake::step;
use super::ways::{Collector, Way};
use super::{Actor, Context, CourierLeg, HandIn, Spot, Step, StepKind};
use crate::catalogue::ResultForm;
use crate::district::Station;
use crate::time::Timestamp;

/// When the person holds the result, and the steps to it.
pub(super) struct Given {
    pub at: Timestamp,
    pub steps: Vec<Step>,
}

/// Gives out the result of a matter decided at `decided`. None: nobody carries it, or the station is never open long enough.
pub(super) fn give_out(ctx: &Context<'_>, station: &Station, way: &Way<'_>, decided: Timestamp) -> Option<Given> {
    if way.is_taken_home() {
        return Some(Given { at: decided, steps: Vec::new() });
    }
    if let Some(collector) = way.collector {
        return collect(ctx, station, way, collector, decided);
    }
    let given = match (way.item().result.form, way.hand_in) {
        (ResultForm::None, _) => return Some(Given { at: decided, steps: Vec::new() }),
        (ResultForm::Paper | ResultForm::Both | ResultForm::Electronic, _) if way.legs.contains(&CourierLeg::Bring) => {
            bring(ctx, station, way, decided)?
        }
        (ResultForm::Both | ResultForm::Electronic, _) => {
            step(StepKind::Serve, &way.item().code, Actor::Staff, Spot::WithPerson, (decided, decided))
        }
        (ResultForm::Paper, HandIn::Visit) => bring_on_a_visit(ctx, station, way, decided)?,
        (ResultForm::Paper, HandIn::Counter | HandIn::Phone | HandIn::Agent | HandIn::Courier | HandIn::Post | HandIn::Partner) => {
            send(ctx, way, decided)
        }
    };
    Some(Given { at: given.to, steps: vec![given] })
}

fn bring(ctx: &Context<'_>, station: &Station, way: &Way<'_>, decided: Timestamp) -> Option<Step> {
    let tuning = &ctx.load.tuning;
    let ready = decided + Duration::minutes(i64::from(tuning.handover_min));
    let ride = on_the_road(tuning, station.place, ctx.standing.home);
    let ride = Hours::kept(&ctx.map.calendar, &tuning.courier_hours).sitting(ready, ride)?;
    Some(step(StepKind::Bring, &way.item().code, Actor::Courier, Spot::OnTheWay, (ride.begin, ride.end)))
}

fn bring_on_a_visit(ctx: &Context<'_>, station: &Station, way: &Way<'_>, decided: Timestamp) -> Option<Step> {
    let tuning = &ctx.load.tuning;
    let ride = on_the_road(tuning, station.place, ctx.standing.start.unwrap_or(ctx.standing.home));
    let ride = Hours::every_day(&tuning.visit_hours).sitting(decided, ride)?;
    Some(step(StepKind::Bring, &way.item().code, Actor::Staff, Spot::OnTheWay, (ride.begin, ride.end)))
}

fn send(ctx: &Context<'_>, way: &Way<'_>, decided: Timestamp) -> Step {
    let days = Duration::days(i64::from(ctx.load.tuning.post_days));
    step(StepKind::Send, &way.item().code, Actor::Post, Spot::OnTheWay, (decided, decided + days))
}

fn collect(ctx: &Context<'_>, station: &Station, way: &Way<'_>, collector: Collector, decided: Timestamp) -> Option<Given> {
    let tuning = &ctx.load.tuning;
    let (who, start) = match collector {
        Collector::Person => (Actor::Person, ctx.standing.start),
        Collector::Agent => (Actor::Agent, Some(ctx.standing.home)),
    };
    let road = start.map_or(Duration::zero(), |start| on_the_road(tuning, start, station.place));
    let service = Duration::minutes(i64::from(tuning.service.at(station.level)));
    let sitting = Hours::kept(&ctx.map.calendar, &station.hours).sitting(decided + road, service)?;
    let code = &way.item().code;
    let travel = step(StepKind::Travel, code, who, Spot::OnTheWay, (sitting.begin - road, sitting.begin));
    let collected = step(StepKind::Collect, code, who, Spot::Station(station.code.clone()), (sitting.begin, sitting.end));
    Some(Given { at: sitting.end, steps: vec![travel, collected] })
}
