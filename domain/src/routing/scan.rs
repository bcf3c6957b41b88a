//! Looks at every station that a mode may use for one item, and keeps what can be in an answer.
//!
//! The nearest of each kind of stations is looked at first, since it bounds most others (`bounds`); what is left, by code.

use super::bounds::{Bounds, Shape, is_unhindered};
use super::chain::Links;
use super::context::{Context, Site};
use super::draw::{self, Costs, Scratch};
use super::rank::compare;
use super::stop::Stop;
use super::ways::{Take, Way};
use super::{Ask, Blocked, Reason, candidates};
use crate::catalogue::{InPerson, Item, Listed, Mode};
use crate::district::{Partner, Seat, StationAt};

/// A station that may serve an item, or all of a window's, and at what costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub at: StationAt,
    pub partner: Option<&'a Partner>,
    pub costs: Costs,
}

/// Who sees what a scan looks at.
pub(super) trait Watch {
    /// Whether to leave out what can't be in the answer.
    const PRUNES: bool;

    fn saw(&mut self, mode: Mode, item: Option<&Item>, at: StationAt, outcome: &Result<Candidate<'_>, Reason>);
}

/// Nobody looks.
pub(super) struct Unwatched;

impl Watch for Unwatched {
    const PRUNES: bool = true;

    fn saw(&mut self, _: Mode, _: Option<&Item>, _: StationAt, _: &Result<Candidate<'_>, Reason>) {}
}

/// The candidates for one item in `mode`, by station, or why there is none.
pub(super) fn scan<'a, W: Watch>(ctx: &Context<'a>, mode: Mode, listed: &'a Listed, watch: &mut W) -> Result<Vec<Candidate<'a>>, Blocked> {
    candidates::check(ctx, mode, &listed.item).map_err(|reason| Blocked::by(listed, reason))?;
    let accepting = ctx.map.accepting(&listed.item);
    let mut scan = Scan { ctx, mode, listed, partners: partners(ctx, mode, &listed.item), found: Vec::new(), first: None, watch };
    match mode {
        Mode::Nearby => {
            for at in ctx.standing.own.into_iter().flat_map(|own| own.stations(ctx.map)) {
                scan.look(at, |seat| accepting.holds(seat));
            }
        }
        Mode::Remote => {
            let lowest = candidates::lowest_accepting(ctx, &accepting);
            for at in ctx.standing.applies_in.into_iter().flat_map(|line| line.stations(ctx.map)) {
                scan.look(at, |seat| accepting.holds(seat) && Some(seat.level) == lowest);
            }
        }
        Mode::District | Mode::OneWindow | Mode::Express | Mode::Special => {
            let own = ctx.standing.own;
            match Reach::of(mode, &listed.item) {
                Reach::Own => {
                    for at in own.into_iter().flat_map(|own| own.stations(ctx.map)) {
                        scan.look(at, |seat| accepting.holds(seat));
                    }
                }
                Reach::All => scan.look_at_all(|_, seat| accepting.holds(seat)),
                Reach::Others => scan.look_at_all(|at, seat| accepting.holds(seat) && !own.is_some_and(|own| own.holds(at, seat))),
            }
        }
    }
    let Scan { found, first, .. } = scan;
    match (found.is_empty(), first) {
        (false, _) => Ok(found),
        // What keeps a window from one item is the window's.
        (true, Some(reason)) if mode == Mode::OneWindow => Err(Blocked::whole(reason)),
        (true, first) => Err(Blocked::by(listed, first.unwrap_or(Reason::NoStationAccepts))),
    }
}

/// The partners of whom one must meet the person; none where no presence is asked.
pub(super) fn partners<'a>(ctx: &Context<'a>, mode: Mode, item: &Item) -> Vec<&'a Partner> {
    if mode == Mode::Remote && item.in_person == InPerson::Once { candidates::partners(ctx, item) } else { Vec::new() }
}

struct Scan<'a, 'c, W> {
    ctx: &'c Context<'a>,
    mode: Mode,
    listed: &'a Listed,
    partners: Vec<&'a Partner>,
    found: Vec<Candidate<'a>>,
    /// The first reason of the stations that can't.
    first: Option<Reason>,
    watch: &'c mut W,
}

impl<'a, W: Watch> Scan<'a, '_, W> {
    fn look(&mut self, at: StationAt, may: impl Fn(&Seat) -> bool) {
        if let Some(seat) = self.ctx.seat(at).filter(|seat| may(seat)) {
            self.keep(at, candidate(self.ctx, self.mode, (at, seat), self.listed, &self.partners));
        }
    }

    fn look_at_all(&mut self, may: impl Fn(StationAt, &Seat) -> bool) {
        let (ctx, mut sheet) = (self.ctx, Sheet::default());
        if W::PRUNES {
            self.look_at_the_nearest(&may, &mut sheet);
        }
        let (ahead, limits) = (self.found.len(), sheet.elsewhere.limits(ctx.map.kinds().len()));
        for site in ctx.sites() {
            let limit = limits.get(usize::from(site.seat.kind.0));
            if limit.is_some_and(|limit| *limit <= site.chord2_home) && !ctx.standing.is_in_deciding_village(site.seat) {
                continue;
            }
            let is_new = |found: &[Candidate<'_>]| found.iter().take(ahead).all(|found| found.at != site.at);
            if !(W::PRUNES && sheet.bounds(ctx, site.seat).beat(&site)) && may(site.at, site.seat) && is_new(&self.found) {
                self.look_and_bound(&site, &mut sheet);
            }
        }
    }

    /// Looks ahead at the nearest of each kind that nothing holds up.
    fn look_at_the_nearest(&mut self, may: impl Fn(StationAt, &Seat) -> bool, sheet: &mut Sheet) {
        for site in nearest_of_each_kind(self.ctx, may) {
            if !sheet.bounds(self.ctx, site.seat).beat(&site) {
                self.look_and_bound(&site, sheet);
            }
            if sheet.elsewhere.are_alike_near_and_far() {
                break;
            }
        }
        self.found.iter().for_each(|found| sheet.learn(self.ctx.ask, found));
    }

    fn look_and_bound(&mut self, site: &Site<'_>, sheet: &mut Sheet) {
        let ((at, seat), ctx) = ((site.at, site.seat), self.ctx);
        let way = match Way::settle(ctx, self.mode, (at, seat), Take::as_asked(self.listed), None) {
            Ok(way) => way,
            Err(reason) => return self.keep(at, Err(reason)),
        };
        let days = way.item().promised_working_days;
        let found = draw::costs(ctx, &Stop::new(at, seat), &[way], Links::of_one(&days), &mut sheet.scratch);
        let found = found.map(|costs| Candidate { at, partner: None, costs });
        if let (true, Ok(found)) = (W::PRUNES, &found) {
            sheet.learn(ctx.ask, found);
            if is_unhindered(ctx, site) {
                sheet.bounds(ctx, seat).add(ctx, site, found.costs, || Shape::of(ctx, &[way], Links::of_one(&days)));
            }
        }
        self.keep(at, found);
    }

    fn keep(&mut self, at: StationAt, outcome: Result<Candidate<'a>, Reason>) {
        self.watch.saw(self.mode, Some(&self.listed.item), at, &outcome);
        match outcome {
            Ok(candidate) => self.found.push(candidate),
            Err(reason) => self.first = Some(self.first.map_or(reason, |first| first.min(reason))),
        }
    }
}

/// What a scan reckons on.
#[derive(Debug, Default)]
struct Sheet {
    scratch: Scratch,
    elsewhere: Bounds,
    /// An own village's certificate goes another way than one for another village.
    at_home: Bounds,
}

impl Sheet {
    fn bounds(&mut self, ctx: &Context<'_>, seat: &Seat) -> &mut Bounds {
        if ctx.standing.is_in_deciding_village(seat) { &mut self.at_home } else { &mut self.elsewhere }
    }

    fn learn(&mut self, ask: &Ask, found: &Candidate<'_>) {
        self.elsewhere.learn(ask, found.at, &found.costs);
        self.at_home.learn(ask, found.at, &found.costs);
    }
}

/// The nearest first.
fn nearest_of_each_kind<'a>(ctx: &Context<'a>, may: impl Fn(StationAt, &Seat) -> bool) -> Vec<Site<'a>> {
    let mut nearest: Vec<Option<Site<'a>>> = vec![None; ctx.map.kinds().len()];
    for site in ctx.sites() {
        let of_kind = nearest.get_mut(usize::from(site.seat.kind.0));
        let nearer = of_kind.filter(|known| known.is_none_or(|known| site.chord2_home < known.chord2_home));
        if let Some(nearer) = nearer.filter(|_| may(site.at, site.seat) && is_unhindered(ctx, &site)) {
            *nearer = Some(site);
        }
    }
    let mut nearest: Vec<_> = nearest.into_iter().flatten().collect();
    nearest.sort_unstable_by(|a, b| a.chord2_home.total_cmp(&b.chord2_home));
    nearest
}

/// What one station costs: with partners to choose from, at the best of them.
pub(super) fn candidate<'a>(
    ctx: &Context<'a>,
    mode: Mode,
    (at, seat): (StationAt, &Seat),
    listed: &'a Listed,
    partners: &[&'a Partner],
) -> Result<Candidate<'a>, Reason> {
    let (stop, mut scratch) = (Stop::new(at, seat), Scratch::default());
    let mut with = |partner: Option<&'a Partner>| {
        let way = Way::settle(ctx, mode, (at, seat), Take::as_asked(listed), partner)?;
        let costs = draw::costs(ctx, &stop, &[way], Links::of_one(&listed.item.promised_working_days), &mut scratch)?;
        Ok(Candidate { at, partner, costs })
    };
    if partners.is_empty() {
        return with(None);
    }
    let mut outcomes: Vec<Result<Candidate<'a>, Reason>> = partners.iter().map(|partner| with(Some(*partner))).collect();
    outcomes.sort_by(|a, b| match (a, b) {
        (Ok(a), Ok(b)) => compare(ctx.ask, &a.costs, &b.costs).0.then_with(|| code(a).cmp(&code(b))),
        (Err(a), Err(b)) => a.cmp(b),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
    });
    outcomes.into_iter().next().unwrap_or(Err(Reason::NoPartner))
}

fn code<'c>(candidate: &Candidate<'c>) -> Option<&'c crate::ids::StationCode> {
    candidate.partner.map(|partner| &partner.code)
}

/// Which stations a mode may use for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Own,
    All,
    Others,
}

impl Reach {
    fn of(mode: Mode, item: &Item) -> Self {
        let names = |mode: Mode| item.modes.contains(&mode);
        match mode {
            Mode::Nearby | Mode::Remote => Reach::Own,
            Mode::District if names(Mode::Nearby) => Reach::Others,
            Mode::District => Reach::All,
            Mode::OneWindow | Mode::Express | Mode::Special if names(Mode::District) => Reach::All,
            Mode::OneWindow | Mode::Express | Mode::Special => Reach::Own,
        }
    }
}
