//! From acceptance to the decision: at once, at the village from papers that move, or within the promise.
//! A stage that is done within the promise has its whole time; the stages' own allowances are the case's business.

use super::context::Context;
use super::desks::DeskAt;
use super::estimate::{self, Road, Sitting};
use super::riders;
use super::stop::{Stop, spot};
use super::timeline::{Timeline, step};
use super::ways::{OneSitting, Way};
use super::{Actor, Spot, Step, StepKind};
use crate::case::{Places, Stage, procedure};
use crate::catalogue::Handling;
use crate::district::{At, Day, StationAt};
use crate::ids::StationCode;

/// When a matter is decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided {
    pub expected: At,
    pub latest: At,
    pub provisional: bool,
}

impl Decided {
    /// Nothing is decided yet.
    pub fn not_before(at: At) -> Self {
        Self { expected: at, latest: at, provisional: false }
    }
}

/// How a matter was taken in, and what it waits for.
#[derive(Debug, Clone, Copy)]
pub(super) struct TakenIn {
    pub sitting: Sitting,
    /// Its own working days and, in a bundle, those of the matters whose results it needs.
    pub days: u16,
    /// When the last of those results is expected.
    pub needed: At,
}

impl TakenIn {
    /// When work on it can begin.
    fn ready(&self) -> At {
        self.sitting.end.max(self.needed)
    }
}

/// The course of a matter that was taken in at `stop`. What is taken home from the sitting is decided in it all the same: the
/// bundle would cost a journey more than its matters one by one. None: the deciding village is never open long enough.
pub(super) fn decide<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, taken: TakenIn, timeline: &mut T) -> Option<Decided> {
    let (sitting, waits_for_others) = (taken.sitting, waits_for_others(way, taken.days));
    match (way.sitting, way.item().handling) {
        (OneSitting::Yes, _) if !waits_for_others => Some(Decided { expected: sitting.end, latest: sitting.close, provisional: false }),
        (OneSitting::No, Handling::Instant) if !waits_for_others => by_the_village(ctx, stop, way, taken, timeline),
        (OneSitting::Yes | OneSitting::No, _) => Some(within_promise(ctx, stop, way, taken, timeline)),
    }
}

/// Whether an instant matter whose chain takes `days` working days is given a promise all the same.
pub(super) fn waits_for_others(way: &Way<'_>, days: u16) -> bool {
    days > 0 && !way.is_taken_home()
}

/// An instant certificate that another station accepted: its own village decides as soon as the papers are there.
fn by_the_village<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, taken: TakenIn, timeline: &mut T) -> Option<Decided> {
    let DeskAt::Station(village) = way.desk else { return None };
    let moved = papers_move(ctx, stop, village, taken.sitting.end)?;
    let decided = estimate::empty_turn(ctx, (village, ctx.seat(village)?), moved.end.max(taken.needed))?;
    let code = &way.item().code;
    timeline.add(|| step(StepKind::MovePapers, code, Actor::Courier, Spot::OnTheWay, (moved.begin, moved.end)));
    timeline.add(|| step(StepKind::Decide, code, Actor::Staff, spot(ctx, village), (decided.begin, decided.end)));
    Some(Decided { expected: decided.end, latest: decided.close, provisional: false })
}

/// A courier takes the papers to `desk` after acceptance; none where no courier ever drives so long.
fn papers_move(ctx: &Context<'_>, stop: &Stop<'_>, desk: StationAt, accepted: At) -> Option<Sitting> {
    let road = Road::between(ctx.tuning, stop.seat.direction, ctx.seat(desk)?.direction);
    riders::ride(ctx, accepted.after_min(i64::from(ctx.tuning.handover_min)), road)
}

fn within_promise<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, taken: TakenIn, timeline: &mut T) -> Decided {
    let accepted = taken.sitting.end;
    let due = ctx.due(accepted.day(), taken.days, way.item().publicity);
    let (last, latest) = (Day::of(due.on), Day::of(due.on).end());
    let closing = closing(ctx, way.desk, last);
    let expected = closing.filter(|closing| *closing > accepted).unwrap_or(latest);
    if T::KEEPS {
        stages(ctx, stop, way, (taken, expected), timeline);
    }
    Decided { expected, latest, provisional: due.provisional }
}

/// When the deciding station closes on `day`; an outside body has until midnight.
fn closing(ctx: &Context<'_>, desk: DeskAt, day: Day) -> Option<At> {
    match desk {
        DeskAt::Station(at) => ctx.map.hours(at, ctx.seat(at)?)?.closing_on(day),
        DeskAt::Outside { .. } => None,
    }
}

/// What follows acceptance, in the order of the case's own procedure; each stage within the promise. The papers go ahead, but no
/// stage begins before the results that it needs are there. Where no courier is there in time for the promise, the stations find
/// another way for the papers: a ride that nobody drives is no step.
fn stages<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, (taken, end): (TakenIn, At), timeline: &mut T) {
    let deciding = ctx.standing.decides_in.as_ref().ok();
    let (Some(line), Some(accepting)) = (deciding.and_then(|deciding| ctx.map.line_of(&deciding.line)), ctx.map.station_at(stop.at)) else {
        return;
    };
    if way.desk != DeskAt::Station(stop.at)
        && let Some(moved) = papers_move(ctx, stop, way.desk.station(), taken.sitting.end).filter(|moved| moved.end <= end)
    {
        timeline.add(|| step(StepKind::MovePapers, &way.item().code, Actor::Courier, Spot::OnTheWay, (moved.begin, moved.end)));
    }
    let (places, period) = (Places { accepting, collect_at: &accepting.code, line: &line }, (taken.ready().min(end), end));
    for done in procedure(way.item(), &places) {
        if let Some(stage) = stage(way, done.stage, done.desk.station, period) {
            timeline.add(|| stage);
        }
    }
}

/// A stage of the case as a step of the plan; what only passes the matter on is none.
fn stage(way: &Way<'_>, stage: Stage, at: StationCode, period: (At, At)) -> Option<Step> {
    let code = &way.item().code;
    let kind = match stage {
        Stage::Inspect => StepKind::Inspect,
        Stage::Publicise => StepKind::Publicise,
        Stage::Review => StepKind::Review,
        Stage::Decide | Stage::AtOnce => StepKind::Decide,
        Stage::RecordAnswer => return Some(step(StepKind::Forward, code, Actor::OutsideBody, Spot::Outside, period)),
        Stage::Accept | Stage::Forward | Stage::Produce | Stage::HandOver => return None,
    };
    Some(step(kind, code, Actor::Staff, Spot::Station(at), period))
}
