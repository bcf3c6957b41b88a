//! One window (一窗快办): several items accepted in one go at one station, at no more trips than one by one.
//! A village item and its town service may replace each other if the one taken names `one_window`; the fewest trips win.

use super::bounds::{Bounds, Shape, is_unhindered};
use super::chain::Chain;
use super::context::Context;
use super::draw::{self, Costs, Scratch};
use super::rank::compare;
use super::scan::{Candidate, Watch};
use super::stop::Stop;
use super::ways::{self, Take, Way};
use super::{Blocked, Plan, Reason, candidates};
use crate::catalogue::{Listed, Mode};
use crate::district::{Accepting, Level, Seat, StationAt, Steps};
use crate::ids::ItemCode;

const MODE: Mode = Mode::OneWindow;

/// An item that may be taken, and which stations accept it.
struct Choosable<'a> {
    take: Take<'a>,
    accepting: Accepting,
}

/// For each item asked what may be taken for it.
pub(super) struct Window<'a> {
    options: Vec<Vec<Choosable<'a>>>,
}

/// What is taken in at a station, and at what costs.
struct Best<'a> {
    ways: Vec<Way<'a>>,
    chain: Chain,
    costs: Costs,
    /// Whether there was another bundle of as few trips to choose from.
    choice: Choices,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choices {
    One,
    /// Stations that have a choice can't be compared by their roads: they may choose differently.
    Several,
}

impl<'a> Window<'a> {
    /// What may be taken for each item, or the first reason of those for which nothing may.
    pub fn of(ctx: &Context<'a>, items: &[&'a Listed]) -> Result<Self, Blocked> {
        let (options, blocked): (Vec<_>, Vec<_>) = items.iter().map(|asked| options_for(ctx, asked, items)).partition(Result::is_ok);
        match blocked.into_iter().filter_map(Result::err).min_by_key(|blocked| blocked.reason) {
            Some(first) => Err(first),
            None => Ok(Self { options: options.into_iter().flatten().collect() }),
        }
    }

    /// The stations that take all items, or the first reason why there is none.
    pub fn scan<W: Watch>(&self, ctx: &Context<'a>, watch: &mut W) -> Result<Vec<Candidate<'a>>, Blocked> {
        let (mut found, mut first, mut scratch) = (Vec::new(), None, Scratch::default());
        let mut bounds: Vec<(Alike, Bounds)> = Vec::new();
        for site in ctx.sites().filter(|site| self.is_for_all(ctx, site.at, site.seat)) {
            let (at, seat, alike) = (site.at, site.seat, Alike::of(ctx, site.at, site.seat));
            if W::PRUNES && bounds.iter().any(|(other, bounds)| *other == alike && bounds.beat(&site)) {
                continue;
            }
            let settled = self.settle(ctx, at, seat);
            let best = settled.and_then(|settled| best_at(ctx, &Stop::new(at, seat), &settled, &mut scratch));
            if let Some(best) = best.as_ref().ok().filter(|best| best.choice == Choices::One && is_unhindered(ctx, &site)) {
                let alike = of_alike(&mut bounds, alike).into_iter();
                alike.for_each(|bounds| bounds.add(ctx, &site, best.costs, || Shape::of(ctx, &best.ways, best.chain.links())));
            }
            let candidate = best.map(|best| Candidate { at, partner: None, costs: best.costs });
            watch.saw(MODE, None, at, &candidate);
            match candidate {
                Ok(candidate) => found.push(candidate),
                Err(reason) => first = Some(first.map_or(reason, |first: Reason| first.min(reason))),
            }
        }
        match first {
            _ if !found.is_empty() => Ok(found),
            Some(reason) => Err(Blocked::whole(reason)),
            None => Err(self.nowhere(ctx)),
        }
    }

    /// The plan at the station `at`.
    pub fn plan_at(&self, ctx: &Context<'a>, at: StationAt) -> Result<Plan, Blocked> {
        let seat = ctx.seat(at).filter(|seat| self.is_for_all(ctx, at, seat)).ok_or(Blocked::whole(Reason::StationNotInMode))?;
        let stop = Stop::new(at, seat);
        let settled = self.settle(ctx, at, seat).map_err(Blocked::whole)?;
        let best = best_at(ctx, &stop, &settled, &mut Scratch::default()).map_err(Blocked::whole)?;
        draw::draw_up(ctx, MODE, &stop, &best.ways, best.chain.links()).map_err(Blocked::whole)
    }

    fn is_for_all(&self, ctx: &Context<'_>, at: StationAt, seat: &Seat) -> bool {
        self.options.iter().all(|options| options.iter().any(|option| option.is_taken_at(ctx, at, seat)))
    }

    /// The ways of each item through a station that takes them all, or the first reason of those that have none.
    fn settle(&self, ctx: &Context<'_>, at: StationAt, seat: &Seat) -> Result<Vec<Vec<Way<'a>>>, Reason> {
        let (mut settled, mut first) = (Vec::with_capacity(self.options.len()), None);
        for options in &self.options {
            match settle(ctx, at, seat, options) {
                Ok(ways) => settled.push(ways),
                Err(reason) => first = Some(first.map_or(reason, |first: Reason| first.min(reason))),
            }
        }
        first.map_or(Ok(settled), Err)
    }

    /// Why no station takes them all: one of them is accepted nowhere in reach, or they are nowhere together.
    fn nowhere(&self, ctx: &Context<'_>) -> Blocked {
        let is_somewhere = |option: &Choosable<'_>| ctx.map.seats().any(|(at, seat)| option.is_taken_at(ctx, at, seat));
        let alone = self.options.iter().find(|options| !options.iter().any(is_somewhere));
        match alone.and_then(|options| options.first()) {
            Some(option) => Blocked { item: Some(option.take.asked().clone()), reason: Reason::NoStationAccepts },
            None => Blocked::whole(Reason::NoCommonStation),
        }
    }
}

/// What two stations must have in common to take the items in alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Alike {
    level: Level,
    capability: u16,
    access: Steps,
    own_line: bool,
    own_village: bool,
}

impl Alike {
    fn of(ctx: &Context<'_>, at: StationAt, seat: &Seat) -> Self {
        let deciding = ctx.standing.decides_in.as_ref().ok();
        Self {
            level: seat.level,
            capability: seat.capability,
            access: seat.access,
            own_line: ctx.standing.own.is_some_and(|own| own.holds(at, seat)),
            own_village: deciding.is_some_and(|deciding| super::desks::is_own_village(seat, deciding)),
        }
    }
}

fn of_alike(bounds: &mut Vec<(Alike, Bounds)>, alike: Alike) -> Option<&mut Bounds> {
    if !bounds.iter().any(|(other, _)| *other == alike) {
        bounds.push((alike, Bounds::default()));
    }
    bounds.iter_mut().find(|(other, _)| *other == alike).map(|(_, bounds)| bounds)
}

impl Choosable<'_> {
    fn is_taken_at(&self, ctx: &Context<'_>, at: StationAt, seat: &Seat) -> bool {
        self.accepting.holds(seat) && candidates::is_in_reach(ctx, MODE, &self.take.listed.item.modes, (at, seat), None)
    }
}

/// What may be taken for an item: itself first, then in a bundle what may replace it, by code.
fn options_for<'a>(ctx: &Context<'a>, asked: &'a Listed, items: &[&'a Listed]) -> Result<Vec<Choosable<'a>>, Blocked> {
    let same = ctx.catalogue.replacements(&asked.item);
    let others = same.filter(|other| items.len() > 1 && may_replace(ctx, other, asked, items));
    let replacements = others.map(|listed| Take { listed, taken_for: Some(&asked.item.code) });
    let (mut fit, mut first) = (Vec::new(), None);
    for take in std::iter::once(Take::as_asked(asked)).chain(replacements) {
        match candidates::check(ctx, MODE, &take.listed.item) {
            Ok(()) => fit.push(Choosable { accepting: ctx.map.accepting(&take.listed.item), take }),
            Err(reason) => first = first.or(Some(reason)),
        }
    }
    match first {
        Some(reason) if fit.is_empty() => Err(Blocked::by(asked, reason)),
        Some(_) | None => Ok(fit),
    }
}

/// Another item of the same matter that isn't itself asked for. One that takes more trips than the item asked for would make
/// the window dearer than its items one by one.
fn may_replace(ctx: &Context<'_>, other: &Listed, asked: &Listed, items: &[&Listed]) -> bool {
    let is_other = items.iter().all(|item| item.item.code != other.item.code);
    let trips = |listed: &Listed| ways::fewest_trips(ctx, MODE, &listed.item);
    is_other && trips(other) <= trips(asked)
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

/// The best at `stop`: of the ways that its items may take, those with the fewest trips together; of equal ones the best rank,
/// with the items as asked before their replacements. What nobody is there long enough for is no choice.
fn best_at<'a>(ctx: &Context<'_>, stop: &Stop<'_>, settled: &[Vec<Way<'a>>], scratch: &mut Scratch) -> Result<Best<'a>, Reason> {
    let mut first: Option<Reason> = None;
    for journeys in Journeys::BY_TRIPS {
        let bundles: Vec<_> = journeys.iter().filter_map(|journeys| Some((*journeys, bundle(*journeys, settled)?))).collect();
        let is_choice = bundles.len() > 1 || bundles.iter().any(|(journeys, ways)| may_give_way(*journeys, ways, settled));
        let choice = if is_choice { Choices::Several } else { Choices::One };
        let mut best: Option<Best<'a>> = None;
        for (journeys, ways) in bundles {
            let drawn = cost(ctx, stop, ways, choice, scratch).or_else(|reason| {
                first = Some(first.map_or(reason, |first| first.min(reason)));
                others(journeys, settled).into_iter().find_map(|ways| cost(ctx, stop, ways, choice, scratch).ok()).ok_or(reason)
            });
            match drawn {
                Ok(drawn) if best.as_ref().is_none_or(|best| is_before(ctx, (&drawn.costs, &drawn.ways), best)) => best = Some(drawn),
                Ok(_) | Err(_) => {}
            }
        }
        if let Some(best) = best {
            return Ok(best);
        }
    }
    Err(first.unwrap_or(Reason::NoCommonStation))
}

fn cost<'a>(ctx: &Context<'_>, stop: &Stop<'_>, ways: Vec<Way<'a>>, choice: Choices, scratch: &mut Scratch) -> Result<Best<'a>, Reason> {
    let chain = Chain::of(ctx.catalogue, &ways);
    draw::costs(ctx, stop, &ways, chain.links(), scratch).map(|costs| Best { ways, chain, costs, choice })
}

fn is_before(ctx: &Context<'_>, (costs, ways): (&Costs, &[Way<'_>]), best: &Best<'_>) -> bool {
    fn codes<'w>(ways: &'w [Way<'_>]) -> impl Iterator<Item = &'w ItemCode> {
        ways.iter().map(|way| &way.item().code)
    }
    compare(ctx.ask, costs, &best.costs).0.then_with(|| codes(ways).cmp(codes(&best.ways))).is_lt()
}

fn settle<'a>(ctx: &Context<'_>, at: StationAt, seat: &Seat, options: &[Choosable<'a>]) -> Result<Vec<Way<'a>>, Reason> {
    let (mut ways, mut first) = (Vec::with_capacity(options.len()), None);
    for option in options.iter().filter(|option| option.is_taken_at(ctx, at, seat)) {
        match Way::settle(ctx, MODE, (at, seat), option.take, None) {
            Ok(way) => ways.push(way),
            Err(reason) => first = Some(first.map_or(reason, |first: Reason| first.min(reason))),
        }
    }
    if ways.is_empty() { Err(first.unwrap_or(Reason::NoCommonStation)) } else { Ok(ways) }
}

/// For each item the first way that makes no other journeys than `journeys`, no matter twice.
fn bundle<'a>(journeys: Journeys, settled: &[Vec<Way<'a>>]) -> Option<Vec<Way<'a>>> {
    let mut bundle: Vec<Way<'a>> = Vec::with_capacity(settled.len());
    for ways in settled {
        bundle.push(*ways.iter().find(|way| journeys.allow(way) && is_free(&bundle, way))?);
    }
    Some(bundle)
}

/// Every further choice, where the first can't be: the items as asked before their replacements.
fn others<'a>(journeys: Journeys, settled: &[Vec<Way<'a>>]) -> Vec<Vec<Way<'a>>> {
    let mut bundles: Vec<Vec<Way<'a>>> = vec![Vec::new()];
    for ways in settled {
        let longer = |bundle: &Vec<Way<'a>>| {
            let free = ways.iter().filter(|way| journeys.allow(way) && is_free(bundle, way));
            free.map(|way| bundle.iter().copied().chain([*way]).collect()).collect::<Vec<_>>()
        };
        bundles = bundles.iter().flat_map(longer).collect();
    }
    bundles.into_iter().skip(1).collect()
}

/// Whether the bundle, where papers have too far to go to the desk that they wait for, has another to give way to.
fn may_give_way(journeys: Journeys, bundle: &[Way<'_>], settled: &[Vec<Way<'_>>]) -> bool {
    let has_others = |ways: &Vec<Way<'_>>| ways.iter().filter(|way| journeys.allow(way)).nth(1).is_some();
    bundle.iter().any(Way::waits_for_papers) && settled.iter().any(has_others)
}

fn is_free(bundle: &[Way<'_>], way: &Way<'_>) -> bool {
    bundle.iter().all(|taken| taken.item().code != way.item().code)
}
