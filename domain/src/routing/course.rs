//! From acceptance to the decision: at once, at the village from papers that move, or within the promise.
//! A stage that is done within the promise has its whole time; the stages' own allowances are the case's business.

use chrono::Duration;

use super::estimate::{self, Lane, on_the_road, promise};
use super::hours::{Hours, Sitting};
use super::intake::step;
use super::ways::{OneSitting, Way};
use super::{Actor, Context, Desk, Spot, Step, StepKind};
use crate::case::{Places, Stage, procedure};
use crate::catalogue::Handling;
use crate::district::Station;
use crate::ids::StationCode;
use crate::time::{self, Timestamp};

/// When a matter is decided.
pub(super) struct Decided {
    pub expected: Timestamp,
    pub latest: Timestamp,
    pub provisional: bool,
    pub steps: Vec<Step>,
}

/// The course of a matter accepted at `station` in `sitting`, of which `days` working days are promised: its own and, in a
/// bundle, those of the matters whose results it needs. What is taken home from the sitting is decided in it all the same: the
/// bundle would cost a journey more than its matters one by one. None: the deciding village is never open long enough.
pub(super) fn decide(ctx: &Context<'_>, station: &Station, way: &Way<'_>, sitting: Sitting, days: u16) -> Option<Decided> {
    let waits_for_others = days > 0 && !way.is_taken_home();
    match (way.sitting, way.item().handling) {
        (OneSitting::Yes, _) if !waits_for_others => {
            Some(Decided { expected: sitting.end, latest: sitting.close, provisional: false, steps: Vec::new() })
        }
        (OneSitting::No, Handling::Instant) if !waits_for_others => by_the_village(ctx, station, way, sitting),
        (OneSitting::Yes | OneSitting::No, _) => Some(within_promise(ctx, station, way, sitting, days)),
    }
}

/// An instant certificate that another station accepted: its own village decides as soon as the papers are there.
fn by_the_village(ctx: &Context<'_>, station: &Station, way: &Way<'_>, accepted: Sitting) -> Option<Decided> {
    let Desk::Station(code) = &way.desk else { return None };
    let village = ctx.map.station(code)?;
    let moved = move_papers(ctx, station, way, accepted.end);
    let turn = estimate::turn(ctx, village, moved.to, 1, Lane::Empty)?;
    let decided = turn.sittings.first()?;
    let spot = Spot::Station(code.clone());
    let decision = step(StepKind::Decide, &way.item().code, Actor::Staff, spot, (decided.begin, decided.end));
    Some(Decided { expected: decided.end, latest: decided.close, provisional: false, steps: vec![moved, decision] })
}

fn move_papers(ctx: &Context<'_>, from: &Station, way: &Way<'_>, at: Timestamp) -> Step {
    let tuning = &ctx.load.tuning;
    let desk = match &way.desk {
        Desk::Station(code) => ctx.map.station(code),
        Desk::Outside { via } => ctx.map.station(via),
    };
    let road = desk.map_or(Duration::zero(), |desk| on_the_road(tuning, from.place, desk.place));
    let there = at + Duration::minutes(i64::from(tuning.handover_min)) + road;
    step(StepKind::MovePapers, &way.item().code, Actor::Courier, Spot::OnTheWay, (at, there))
}

fn within_promise(ctx: &Context<'_>, station: &Station, way: &Way<'_>, accepted: Sitting, days: u16) -> Decided {
    let item = way.item();
    let due = promise(&ctx.map.calendar, time::local_date(accepted.end), days, item.publicity.as_slice());
    let latest = time::end_of(due.on);
    let closing = closing_desk(ctx, &way.desk).and_then(|desk| Hours::kept(&ctx.map.calendar, &desk.hours).closing_on(due.on));
    let expected = closing.filter(|closing| *closing > accepted.end).unwrap_or(latest);
    let steps = stages(ctx, station, way, (accepted.end, expected));
    Decided { expected, latest, provisional: due.provisional, steps }
}

/// The station whose closing ends the last day; an outside body has until midnight.
fn closing_desk<'m>(ctx: &Context<'m>, desk: &Desk) -> Option<&'m Station> {
    match desk {
        Desk::Station(code) => ctx.map.station(code),
        Desk::Outside { .. } => None,
    }
}

/// What follows acceptance, in the order of the case's own procedure; each stage within the promise.
fn stages(ctx: &Context<'_>, station: &Station, way: &Way<'_>, period: (Timestamp, Timestamp)) -> Vec<Step> {
    let Some(line) = ctx.map.line(&way.line_of) else { return Vec::new() };
    let places = Places { accepting: station, collect_at: &station.code, line: &line };
    let moves = way.desk != Desk::Station(station.code.clone());
    let moved = moves.then(|| move_papers(ctx, station, way, period.0)).map(|moved| Step { to: moved.to.min(period.1), ..moved });
    let stages = procedure(way.item(), &places).into_iter();
    moved.into_iter().chain(stages.filter_map(|done| stage(way, done.stage, done.desk.station, period))).collect()
}

/// A stage of the case as a step of the plan; what only passes the matter on is none.
fn stage(way: &Way<'_>, stage: Stage, at: StationCode, period: (Timestamp, Timestamp)) -> Option<Step> {
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
