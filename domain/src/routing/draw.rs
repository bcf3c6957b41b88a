//! Draws up one plan: one or several matters through one station in one mode.

use super::course::{self, Decided};
use super::estimate::road_m;
use super::giving::{self, Given};
use super::hours::Sitting;
use super::intake::{self, Intake};
use super::ways::{Collector, Way, acting_agent};
use super::{Context, HandIn, Plan, PlannedMatter, Reason, candidates, chain, papers, reasons};
use crate::catalogue::Mode;
use crate::district::Station;
use crate::ids::DistrictCode;
use crate::time::Timestamp;

/// The plan of `ways`, or why there is none: the station, or who carries, is never there long enough.
pub(super) fn draw_up(ctx: &Context<'_>, mode: Mode, station: &Station, ways: &[Way<'_>]) -> Result<Plan, Reason> {
    let days = chain::days(ctx.catalogue, ways);
    let intake = intake::take_in(ctx, station, ways).ok_or(Reason::NeverOpen)?;
    let decided = decide_all(ctx, station, ways, &intake.sittings, &days).ok_or(Reason::NeverOpen)?;
    let expected = give_out_all(ctx, station, ways, &decided, |decided| decided.expected).ok_or(Reason::NeverOpen)?;
    let latest = give_out_all(ctx, station, ways, &decided, |decided| decided.latest).ok_or(Reason::NeverOpen)?;
    let mut plan = Plan {
        mode,
        matters: ways.iter().map(|way| matter(ctx, station, way)).collect(),
        steps: Vec::new(),
        trips: trips(ways),
        distance_m: distance_m(ctx, station, ways),
        fee_fen: ways.iter().map(|way| way.item().fee_fen).sum(),
        wait_min: u32::try_from(intake.wait.num_minutes()).unwrap_or_default(),
        joint_working_days: (mode == Mode::OneWindow).then(|| days.iter().copied().max()).flatten(),
        expected: finish(ctx.now, &expected),
        latest: finish(ctx.now, &latest),
        provisional: decided.iter().any(|decided| decided.provisional),
        papers: papers::to_bring(ctx, mode, ways),
        pros: Vec::new(),
        cons: Vec::new(),
    };
    plan.steps = timeline(intake, decided, expected);
    reasons::weigh(ctx, &mut plan);
    Ok(plan)
}

fn decide_all(ctx: &Context<'_>, station: &Station, ways: &[Way<'_>], sittings: &[Sitting], days: &[u16]) -> Option<Vec<Decided>> {
    let matters = ways.iter().zip(sittings).zip(days);
    matters.map(|((way, sitting), days)| course::decide(ctx, station, way, *sitting, *days)).collect()
}

/// Gives everything out; what the same person collects is collected on one journey, when the last of it is there.
fn give_out_all(
    ctx: &Context<'_>,
    station: &Station,
    ways: &[Way<'_>],
    decided: &[Decided],
    when: fn(&Decided) -> Timestamp,
) -> Option<Vec<Given>> {
    let all_there = |collector: Collector| {
        let collected = ways.iter().zip(decided).filter(|(way, _)| way.collector == Some(collector));
        collected.map(|(_, decided)| when(decided)).max()
    };
    let (person, agent) = (all_there(Collector::Person), all_there(Collector::Agent));
    let matters = ways.iter().zip(decided).map(|(way, decided)| {
        let ready = match way.collector {
            Some(Collector::Person) => person,
            Some(Collector::Agent) => agent,
            None => None,
        };
        giving::give_out(ctx, station, way, ready.unwrap_or(when(decided)))
    });
    matters.collect()
}

fn finish(now: Timestamp, given: &[Given]) -> Timestamp {
    given.iter().map(|given| given.at).max().unwrap_or(now)
}

/// Matters handed in together, or collected together, share the journey.
fn trips(ways: &[Way<'_>]) -> u32 {
    u32::from(ways.iter().any(Way::hands_in_person)) + u32::from(ways.iter().any(Way::person_collects))
}

/// The person's journeys, there and back.
fn distance_m(ctx: &Context<'_>, station: &Station, ways: &[Way<'_>]) -> u32 {
    let Some(start) = ctx.standing.start else { return 0 };
    let both_ways = |place| road_m(&ctx.load.tuning, start, place).saturating_mul(2);
    let counter = ways.iter().any(|way| way.hand_in == HandIn::Counter).then(|| both_ways(station.place));
    let collect = ways.iter().any(Way::person_collects).then(|| both_ways(station.place));
    let met = ways.iter().find(|way| way.hand_in == HandIn::Partner);
    let partner = met.and_then(|way| candidates::partner(ctx, way.item())).map(|partner| both_ways(partner.place));
    [counter, collect, partner].into_iter().flatten().fold(0, u32::saturating_add)
}

fn timeline(intake: Intake, decided: Vec<Decided>, given: Vec<Given>) -> Vec<super::Step> {
    let after = decided.into_iter().flat_map(|d| d.steps).chain(given.into_iter().flat_map(|g| g.steps));
    let mut steps: Vec<_> = intake.steps.into_iter().chain(after).collect();
    steps.sort_by_key(|step| step.from);
    steps
}

fn matter(ctx: &Context<'_>, station: &Station, way: &Way<'_>) -> PlannedMatter {
    let item = way.item();
    let acts = way.hand_in == HandIn::Agent || way.collector == Some(Collector::Agent) || ctx.ask.whereabouts.is_elsewhere();
    PlannedMatter {
        item: item.code.clone(),
        version: way.take.listed.version,
        taken_for: way.take.taken_for.cloned(),
        accepting: station.code.clone(),
        deciding: way.desk.clone(),
        line_of: way.line_of.clone(),
        hand_in: way.hand_in,
        collect_at: way.collector.map(|_| station.code.clone()),
        agent: acting_agent(ctx, item).filter(|_| acts && way.hand_in != HandIn::Visit),
        partner: partner_of(ctx, way),
        legs: way.legs.clone(),
    }
}

fn partner_of(ctx: &Context<'_>, way: &Way<'_>) -> Option<DistrictCode> {
    let met = way.hand_in == HandIn::Partner;
    met.then(|| candidates::partner(ctx, way.item())).flatten().map(|partner| partner.code.clone())
}
