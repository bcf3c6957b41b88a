//! Draws up one plan: one or several matters through one station in one mode.

use super::chain::Links;
use super::context::Context;
use super::course::{self, Decided, TakenIn};
use super::estimate::Sitting;
use super::giving;
use super::intake::{self, Intake, road_to};
use super::stop::Stop;
use super::timeline::{Timeline, Unkept};
use super::ways::{Collector, Way};
use super::{Actor, Desk, HandIn, Plan, PlanNotice, PlannedMatter, Reason, Step, StepKind, Visitor, papers, reasons};
use crate::catalogue::Mode;
use crate::district::At;
use crate::ids::{DivisionCode, StationCode};
use crate::time;

/// What a plan costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Costs {
    pub trips: u32,
    pub expected: At,
    pub distance_m: u32,
    pub fee_fen: i64,
    pub wait_min: i64,
}

impl Costs {
    /// No more trips, no later, no farther, no dearer.
    pub fn are_no_worse(&self, other: &Costs) -> bool {
        self.trips <= other.trips && self.expected <= other.expected && self.distance_m <= other.distance_m && self.fee_fen <= other.fee_fen
    }
}

/// What else came out of the arithmetic.
#[derive(Debug, Clone, Copy)]
struct Rest {
    latest: At,
    provisional: bool,
    visitor: Option<Visitor>,
}

/// Sheets to reckon on, used for one station after the other.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    sittings: Vec<Sitting>,
    decided: Vec<Decided>,
}

/// What the plan of `ways` costs, or why there is none: the station, or who carries, is never there long enough.
pub(super) fn costs(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    ways: &[Way<'_>],
    links: Links<'_>,
    scratch: &mut Scratch,
) -> Result<Costs, Reason> {
    run(ctx, stop, ways, links, scratch, &mut Unkept).map(|(costs, _)| costs).ok_or(Reason::NeverOpen)
}

/// The plan of `ways`, drawn up.
pub(super) fn draw_up(ctx: &Context<'_>, mode: Mode, stop: &Stop<'_>, ways: &[Way<'_>], links: Links<'_>) -> Result<Plan, Reason> {
    let mut steps: Vec<Step> = Vec::with_capacity(8 * ways.len());
    let (costs, rest) = run(ctx, stop, ways, links, &mut Scratch::default(), &mut steps).ok_or(Reason::NeverOpen)?;
    steps.sort_by_key(|step| step.from);
    let deciding = ctx.standing.decides_in.as_ref().map_err(|reason| *reason)?;
    let mut plan = Plan {
        mode,
        matters: ways.iter().filter_map(|way| matter(ctx, stop, way, &deciding.division, rest.visitor)).collect(),
        steps,
        trips: costs.trips,
        distance_m: costs.distance_m,
        fee_fen: costs.fee_fen,
        wait_min: u32::try_from(costs.wait_min).unwrap_or_default(),
        joint_working_days: (mode == Mode::OneWindow).then(|| links.days.iter().copied().max()).flatten(),
        expected: costs.expected.timestamp(),
        latest: rest.latest.timestamp(),
        provisional: rest.provisional,
        papers: papers::to_bring(ctx, mode, ways),
        pros: Vec::new(),
        cons: Vec::new(),
        notices: Vec::new(),
    };
    settle(ctx, &mut plan);
    Ok(plan)
}

/// Writes into a plan what follows from the rest of it.
pub(super) fn settle(ctx: &Context<'_>, plan: &mut Plan) {
    plan.provisional |= plan.steps.iter().any(|step| rests_on_unpublished_days(ctx, step));
    plan.notices = notices(ctx, plan);
    reasons::weigh(ctx, plan);
}

fn run<T: Timeline>(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    ways: &[Way<'_>],
    links: Links<'_>,
    scratch: &mut Scratch,
    timeline: &mut T,
) -> Option<(Costs, Rest)> {
    let Scratch { sittings, decided } = scratch;
    let Intake { wait_min, visitor } = intake::take_in(ctx, stop, ways, links.order, sittings, timeline)?;
    decided.clear();
    decided.resize(ways.len(), Decided::not_before(ctx.now));
    for at in links.order.iter().copied() {
        let needed = links.before(at).filter_map(|first| decided.get(first)).map(|first| first.expected).max().unwrap_or(ctx.now);
        let taken = TakenIn { sitting: *sittings.get(at)?, days: *links.days.get(at)?, needed };
        *decided.get_mut(at)? = course::decide(ctx, stop, ways.get(at)?, taken, timeline)?;
    }
    let expected = give_out_all(ctx, stop, (ways, decided), |decided| decided.expected, timeline)?;
    let latest = give_out_all(ctx, stop, (ways, decided), |decided| decided.latest, &mut Unkept)?;
    let costs = Costs {
        trips: trips(ways),
        expected,
        distance_m: distance_m(ctx, stop, ways),
        fee_fen: ways.iter().map(|way| way.item().fee_fen).sum(),
        wait_min,
    };
    Some((costs, Rest { latest, provisional: decided.iter().any(|decided| decided.provisional), visitor }))
}

/// When everything is given out; what the same person collects is collected on one journey, when the last of it is there.
fn give_out_all<T: Timeline>(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    (ways, decided): (&[Way<'_>], &[Decided]),
    when: fn(&Decided) -> At,
    timeline: &mut T,
) -> Option<At> {
    let all_there = |collector: Collector| {
        let collected = ways.iter().zip(decided).filter(|(way, _)| way.collector == Some(collector));
        collected.map(|(_, decided)| when(decided)).max()
    };
    let mut last = ctx.now;
    for (way, decided) in ways.iter().zip(decided) {
        let ready = way.collector.and_then(all_there).unwrap_or(when(decided));
        last = last.max(giving::give_out(ctx, stop, way, ready, timeline)?);
    }
    Some(last)
}

/// Matters handed in together, or collected together, share the journey.
fn trips(ways: &[Way<'_>]) -> u32 {
    u32::from(ways.iter().any(Way::hands_in_person)) + u32::from(ways.iter().any(Way::person_collects))
}

/// The person's journeys, there and back.
fn distance_m(ctx: &Context<'_>, stop: &Stop<'_>, ways: &[Way<'_>]) -> u32 {
    let both_ways = |m: u32| m.saturating_mul(2);
    let counter = ways.iter().any(|way| way.hand_in == HandIn::Counter).then(|| both_ways(stop.road_from_start(ctx).m));
    let collect = ways.iter().any(Way::person_collects).then(|| both_ways(stop.road_from_start(ctx).m));
    let met = ways.iter().find(|way| way.hand_in == HandIn::Partner).and_then(|way| way.partner);
    let partner = met.map(|partner| both_ways(road_to(ctx, partner).m));
    [counter, collect, partner].into_iter().flatten().fold(0, u32::saturating_add)
}

fn matter(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, line_of: &DivisionCode, visitor: Option<Visitor>) -> Option<PlannedMatter> {
    let item = way.item();
    let accepting = ctx.map.station_at(stop.at)?.code.clone();
    Some(PlannedMatter {
        item: item.code.clone(),
        version: way.take.listed.version,
        taken_for: way.take.taken_for.cloned(),
        deciding: desk(ctx, way)?,
        line_of: line_of.clone(),
        hand_in: way.hand_in,
        collect_at: way.collector.map(|_| accepting.clone()),
        agent: way.agent(ctx),
        partner: way.partner.filter(|_| way.hand_in == HandIn::Partner).map(|partner| partner.code.clone()),
        visitor,
        legs: way.legs.iter().collect(),
        accepting,
    })
}

fn desk(ctx: &Context<'_>, way: &Way<'_>) -> Option<Desk> {
    let code = ctx.map.station_at(way.desk.station())?.code.clone();
    Some(match way.desk {
        super::desks::DeskAt::Station(_) => Desk::Station(code),
        super::desks::DeskAt::Outside { .. } => Desk::Outside { via: code },
    })
}

/// Whether a step keeps working days of a year whose holidays aren't published: it may turn out to begin on one.
fn rests_on_unpublished_days(ctx: &Context<'_>, step: &Step) -> bool {
    let keeps_working_days = match (step.kind, step.who) {
        (StepKind::Accept | StepKind::Meet | StepKind::Collect | StepKind::Fetch | StepKind::MovePapers | StepKind::Decide, _) => true,
        (StepKind::Bring, who) => who == Actor::Courier,
        (StepKind::Apply | StepKind::Travel | StepKind::Post | StepKind::Visit | StepKind::Inspect, _) => false,
        (StepKind::Publicise | StepKind::Review | StepKind::Forward | StepKind::Serve | StepKind::Send, _) => false,
    };
    keeps_working_days && !ctx.map.calendar.is_loaded(time::local_date(step.from))
}

/// What the accepting stations have to say from now until the expected finish.
fn notices(ctx: &Context<'_>, plan: &Plan) -> Vec<PlanNotice> {
    let mut said: Vec<&StationCode> = Vec::new();
    let mut notices = Vec::new();
    for station in plan.stations().filter_map(|code| ctx.map.station(code)) {
        if !said.contains(&&station.code) {
            said.push(&station.code);
            let holding = station.facts.notices_between(ctx.now.timestamp(), plan.expected);
            notices.extend(holding.map(|notice| PlanNotice {
                station: station.code.clone(),
                from: notice.from,
                until: notice.until,
                text: notice.text.clone(),
            }));
        }
    }
    notices
}
