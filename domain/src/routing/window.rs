//! One window (一窗快办): several items accepted in one go at one station, at no more trips than one by one.
//! A village item and its town service may replace each other if the one taken names `one_window`; the fewest trips win.

use super::rank::rank;
use super::ways::{self, Take, Way};
use super::{Blocked, Context, Plan, Reason, candidates, chain, draw};
use crate::catalogue::{Listed, Mode};
use crate::district::Station;

const MODE: Mode = Mode::OneWindow;

/// The plans of every station that takes all `items`, or the first reason why there is none.
pub(super) fn plans(ctx: &Context<'_>, items: &[&Listed]) -> Result<Vec<Plan>, Blocked> {
    let options = options(ctx, items)?;
    let outcomes: Vec<_> = ctx.map.stations().filter(|s| accepts_all(ctx, s, &options)).map(|s| best_at(ctx, s, &options)).collect();
    if outcomes.is_empty() {
        return Err(nowhere(ctx, &options));
    }
    let (plans, reasons): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let plans: Vec<Plan> = plans.into_iter().flatten().collect();
    let first = reasons.into_iter().filter_map(Result::err).min();
    if plans.is_empty() { Err(Blocked::whole(first.unwrap_or(Reason::NoCommonStation))) } else { Ok(plans) }
}

/// The plan at the station that a person chose.
pub(super) fn plan_at(ctx: &Context<'_>, items: &[&Listed], station: &Station) -> Result<Plan, Blocked> {
    let options = options(ctx, items)?;
    if !accepts_all(ctx, station, &options) {
        return Err(Blocked::whole(Reason::StationNotInMode));
    }
    best_at(ctx, station, &options).map_err(Blocked::whole)
}

/// What may be taken for each item: itself first, then in a bundle what may replace it, by code.
fn options<'a>(ctx: &Context<'a>, items: &[&'a Listed]) -> Result<Vec<Vec<Take<'a>>>, Blocked> {
    items.iter().map(|asked| options_for(ctx, asked, items)).collect()
}

fn options_for<'a>(ctx: &Context<'a>, asked: &'a Listed, items: &[&'a Listed]) -> Result<Vec<Take<'a>>, Blocked> {
    let others = ctx.catalogue.items().map(AsRef::as_ref).filter(|other| items.len() > 1 && may_replace(ctx, other, asked, items));
    let replacements = others.map(|listed| Take { listed, taken_for: Some(&asked.item.code) });
    let all = std::iter::once(Take::as_asked(asked)).chain(replacements);
    let checked: Vec<_> = all.map(|take| candidates::check(ctx, MODE, &take.listed.item).map(|()| take)).collect();
    let (fit, unfit): (Vec<_>, Vec<_>) = checked.into_iter().partition(Result::is_ok);
    match unfit.into_iter().filter_map(Result::err).next() {
        Some(reason) if fit.is_empty() => Err(Blocked { item: Some(asked.item.code.clone()), reason }),
        Some(_) | None => Ok(fit.into_iter().flatten().collect()),
    }
}

/// Another item of the same matter that isn't itself asked for. One that takes more trips than the item asked for would make
/// the window dearer than its items one by one.
fn may_replace(ctx: &Context<'_>, other: &Listed, asked: &Listed, items: &[&Listed]) -> bool {
    let is_other = items.iter().all(|item| item.item.code != other.item.code);
    let trips = |listed: &Listed| ways::fewest_trips(ctx, MODE, &listed.item);
    is_other && chain::is_same_matter(ctx.catalogue, &other.item, &asked.item.code) && trips(other) <= trips(asked)
}

fn takes(ctx: &Context<'_>, station: &Station, take: &Take<'_>) -> bool {
    station.accepts(&take.listed.item) && candidates::is_in_reach(ctx, MODE, &take.listed.item, station)
}

fn accepts_all(ctx: &Context<'_>, station: &Station, options: &[Vec<Take<'_>>]) -> bool {
    options.iter().all(|options| options.iter().any(|take| takes(ctx, station, take)))
}

/// Why no station takes them all: one of them is accepted nowhere in reach, or they are nowhere together.
fn nowhere(ctx: &Context<'_>, options: &[Vec<Take<'_>>]) -> Blocked {
    let nowhere = |options: &&Vec<Take<'_>>| !ctx.map.stations().any(|station| options.iter().any(|take| takes(ctx, station, take)));
    let alone = options.iter().find(nowhere).and_then(|options| options.first());
    match alone {
        Some(take) => Blocked { item: Some(take.listed.item.code.clone()), reason: Reason::NoStationAccepts },
        None => Blocked::whole(Reason::NoCommonStation),
    }
}

/// Journeys that a bundle may take.
#[derive(Debug, Clone, Copy)]
struct Journeys {
    hand_in: Allowed,
    collect: Allowed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Yes,
    No,
}

impl Journeys {
    /// By how many trips they make: none, one, both.
    const BY_TRIPS: [&[Journeys]; 3] = [
        &[Journeys { hand_in: Allowed::No, collect: Allowed::No }],
        &[Journeys { hand_in: Allowed::Yes, collect: Allowed::No }, Journeys { hand_in: Allowed::No, collect: Allowed::Yes }],
        &[Journeys { hand_in: Allowed::Yes, collect: Allowed::Yes }],
    ];

    fn allow(self, way: &Way<'_>) -> bool {
        (self.hand_in == Allowed::Yes || !way.hands_in_person()) && (self.collect == Allowed::Yes || !way.person_collects())
    }
}

/// The best plan at `station`: of the ways that its items may take, those with the fewest trips together; of equal ones the
/// best rank, with the items as asked before their replacements.
fn best_at(ctx: &Context<'_>, station: &Station, options: &[Vec<Take<'_>>]) -> Result<Plan, Reason> {
    let settled = options.iter().map(|options| settle(ctx, station, options)).collect::<Result<Vec<_>, _>>()?;
    for journeys in Journeys::BY_TRIPS {
        let bundles = journeys.iter().filter_map(|journeys| bundle(*journeys, &settled));
        let plans: Vec<_> = bundles.map(|ways| draw::draw_up(ctx, MODE, station, &ways)).collect();
        if !plans.is_empty() {
            let (plans, reasons): (Vec<_>, Vec<_>) = plans.into_iter().partition(Result::is_ok);
            let best = plans.into_iter().flatten().min_by(|a, b| rank(ctx.ask, a).cmp(&rank(ctx.ask, b)));
            return best.ok_or_else(|| reasons.into_iter().filter_map(Result::err).min().unwrap_or(Reason::NeverOpen));
        }
    }
    Err(Reason::NoCommonStation)
}

fn settle<'a>(ctx: &Context<'_>, station: &Station, options: &[Take<'a>]) -> Result<Vec<Way<'a>>, Reason> {
    let ways = options.iter().filter(|take| takes(ctx, station, take)).map(|take| Way::settle(ctx, MODE, station, *take));
    let (ways, reasons): (Vec<_>, Vec<_>) = ways.partition(Result::is_ok);
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    if ways.is_empty() { Err(reasons.into_iter().filter_map(Result::err).min().unwrap_or(Reason::NoCommonStation)) } else { Ok(ways) }
}

/// For each item the first way that makes no other journeys than `journeys`, no matter twice.
fn bundle<'a>(journeys: Journeys, settled: &[Vec<Way<'a>>]) -> Option<Vec<Way<'a>>> {
    let mut bundle: Vec<Way<'a>> = Vec::with_capacity(settled.len());
    for ways in settled {
        let is_free = |way: &Way<'_>| bundle.iter().all(|taken| taken.item().code != way.item().code);
        let way = ways.iter().find(|way| journeys.allow(way) && is_free(way))?.clone();
        bundle.push(way);
    }
    Some(bundle)
}
