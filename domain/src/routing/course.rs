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

/// The course of a matter accepted at `stop` in `sitting`, of which `days` working days are promised: its own and, in a
/// bundle, those of the matters whose results it needs. What is taken home from the sitting is decided in it all the same: the
/// bundle would cost a journey more than its matters one by one. None: the deciding village is never open long enough.
pub(super) fn decide<T: Timeline>(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    way: &Way<'_>,
    (sitting, days): (Sitting, u16),
    timeline: &mut T,
) -> Option<Decided> {
    let waits_for_others = days > 0 && !way.is_taken_home();
    match (way.sitting, way.item().handling) {
        (OneSitting::Yes, _) if !waits_for_others => Some(Decided { expected: sitting.end, latest: sitting.close, provisional: false }),
        (OneSitting::No, Handling::Instant) if !waits_for_others => by_the_village(ctx, stop, way, sitting, timeline),
        (OneSitting::Yes | OneSitting::No, _) => Some(within_promise(ctx, stop, way, (sitting, days), timeline)),
    }
}

/// An instant certificate that another station accepted: its own village decides as soon as the papers are there.
fn by_the_village<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, accepted: Sitting, timeline: &mut T) -> Option<Decided> {
    let DeskAt::Station(village) = way.desk else { return None };
    let moved = papers_move(ctx, stop, village, accepted.end)?;
    let decided = estimate::empty_turn(ctx, (village, ctx.seat(village)?), moved.end)?;
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

fn within_promise<T: Timeline>(
    ctx: &Context<'_>,
    stop: &Stop<'_>,
    way: &Way<'_>,
    (accepted, days): (Sitting, u16),
    timeline: &mut T,
) -> Decided {
    let due = ctx.due(accepted.end.day(), days, way.item().publicity);
    let (last, latest) = (Day::of(due.on), Day::of(due.on).end());
    let closing = closing(ctx, way.desk, last);
    let expected = closing.filter(|closing| *closing > accepted.end).unwrap_or(latest);
    if T::KEEPS {
        stages(ctx, stop, way, (accepted.end, expected), timeline);
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

/// What follows acceptance, in the order of the case's own procedure; each stage within the promise.
fn stages<T: Timeline>(ctx: &Context<'_>, stop: &Stop<'_>, way: &Way<'_>, period: (At, At), timeline: &mut T) {
    let deciding = ctx.standing.decides_in.as_ref().ok();
    let (Some(line), Some(accepting)) = (deciding.and_then(|deciding| ctx.map.line_of(&deciding.line)), ctx.map.station_at(stop.at)) else {
        return;
    };
    if way.desk != DeskAt::Station(stop.at)
        && let Some(moved) = papers_move(ctx, stop, way.desk.station(), period.0)
    {
        let cut = (moved.begin.min(period.1), moved.end.min(period.1));
        timeline.add(|| step(StepKind::MovePapers, &way.item().code, Actor::Courier, Spot::OnTheWay, cut));
    }
    let places = Places { accepting, collect_at: &accepting.code, line: &line };
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
