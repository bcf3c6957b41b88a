//! Looks at every station that a mode may use for one item, and keeps what can be in an answer.
//!
//! A station can't be in it if a station before it, in the order of the codes, is open whenever it is, takes no longer, has
//! nothing that holds it up, and lies no farther from the person and from the desk that the papers wait for: that one is no later,
//! no farther and no dearer, and ranks before it. So most stations cost a comparison. (Whatever holds a station up, a queue, a
//! closure or an absence, only makes it later.)

use super::context::{Context, Queue};
use super::draw::{self, Costs, Scratch};
use super::rank::compare;
use super::stop::Stop;
use super::ways::{Take, Way};
use super::{Blocked, HandIn, Reason, candidates};
use crate::catalogue::{InPerson, Item, Listed, Mode};
use crate::district::{Direction, KindAt, KindSet, Known, Partner, Seat, StationAt};

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

    fn saw(&mut self, mode: Mode, item: Option<&Item>, at: StationAt, outcome: &Result<Costs, Reason>);
}

/// Nobody looks.
pub(super) struct Unwatched;

impl Watch for Unwatched {
    const PRUNES: bool = true;

    fn saw(&mut self, _: Mode, _: Option<&Item>, _: StationAt, _: &Result<Costs, Reason>) {}
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
        let village = self.ctx.standing.decides_in.as_ref().ok().and_then(|deciding| deciding.village);
        let mut scratch = Scratch::default();
        let [mut elsewhere, mut at_home] = [Kept::default(), Kept::default()];
        for (at, seat) in self.ctx.map.seats().filter(|(at, seat)| may(*at, seat)) {
            // An own village's certificate goes another way than one for another village.
            let kept = if village == Some(seat.division) { &mut at_home } else { &mut elsewhere };
            if W::PRUNES && kept.beats(self.ctx, seat) {
                continue;
            }
            let way = match Way::settle(self.ctx, self.mode, (at, seat), Take::as_asked(self.listed), None) {
                Ok(way) => way,
                Err(reason) => {
                    self.keep(at, Err(reason));
                    continue;
                }
            };
            let costs = draw::costs(self.ctx, &Stop::new(at, seat), &[way], &[way.item().promised_working_days], &mut scratch);
            if costs.is_ok() && is_unhindered(self.ctx, at, seat) {
                kept.add(self.ctx, seat, || Shape::of(self.ctx, &[way]));
            }
            self.keep(at, costs.map(|costs| Candidate { at, partner: None, costs }));
        }
    }

    fn keep(&mut self, at: StationAt, outcome: Result<Candidate<'a>, Reason>) {
        let costs = outcome.as_ref().map(|candidate| candidate.costs).map_err(|reason| *reason);
        self.watch.saw(self.mode, Some(&self.listed.item), at, &costs);
        match outcome {
            Ok(candidate) => self.found.push(candidate),
            Err(reason) => self.first = Some(self.first.map_or(reason, |first| first.min(reason))),
        }
    }
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
        let costs = draw::costs(ctx, &stop, &[way], &[listed.item.promised_working_days], &mut scratch)?;
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

/// On what the times of a plan depend, beside the station's hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    covers_a_road: bool,
    /// Who visits depends on the level.
    is_visit: bool,
    /// The desk that the papers wait for.
    desk: Option<Direction>,
}

impl Shape {
    pub fn of(ctx: &Context<'_>, ways: &[Way<'_>]) -> Self {
        let waits = ways.iter().find(|way| way.waits_for_papers());
        Self {
            covers_a_road: ways.iter().any(Way::covers_a_road),
            is_visit: ways.iter().any(|way| way.hand_in == HandIn::Visit),
            desk: waits.and_then(|way| ctx.seat(way.desk.station())).map(|seat| seat.direction),
        }
    }

    fn roads(self, ctx: &Context<'_>, seat: &Seat) -> Roads {
        Roads {
            person: if self.covers_a_road { seat.direction.chord2(ctx.standing.home) } else { 0.0 },
            desk: self.desk.map_or(0.0, |desk| seat.direction.chord2(desk)),
        }
    }
}

/// Squares of chords, where a plan's times depend on the road; 0 where they don't.
#[derive(Debug, Clone, Copy)]
struct Roads {
    person: f64,
    desk: f64,
}

impl Roads {
    fn are_no_longer(&self, other: &Roads) -> bool {
        self.person <= other.person && self.desk <= other.desk
    }
}

/// The stations that beat later ones, of those that go the same way.
#[derive(Debug, Default)]
pub(super) struct Kept {
    shape: Option<Shape>,
    /// For each kind of station its best; none before the first.
    best: Vec<[Option<Roads>; Self::OF_A_KIND]>,
    present: KindSet,
}

impl Kept {
    /// So many of a kind are remembered: to forget one only costs time.
    const OF_A_KIND: usize = 4;

    /// Whether a station that was added can't be behind `seat` in anything.
    pub fn beats(&self, ctx: &Context<'_>, seat: &Seat) -> bool {
        let Some(shape) = self.shape else { return false };
        let roads = shape.roads(ctx, seat);
        let quick = if shape.is_visit { ctx.map.kinds().of_level(seat.level) } else { ctx.no_slower(seat.level) };
        let open = self.present.and(ctx.map.kinds().covering(seat.kind)).and(quick);
        open.iter().any(|kind| self.are_beaten(kind, roads)) || self.are_beaten(seat.kind, roads)
    }

    fn are_beaten(&self, kind: KindAt, roads: Roads) -> bool {
        let best = self.best.get(usize::from(kind.0));
        best.is_some_and(|best| best.iter().flatten().any(|best| best.are_no_longer(&roads)))
    }

    /// Adds a station that has a plan of this shape and that nothing holds up.
    pub fn add(&mut self, ctx: &Context<'_>, seat: &Seat, shape: impl FnOnce() -> Shape) {
        let roads = self.shape.get_or_insert_with(shape).roads(ctx, seat);
        self.present = self.present.or(KindSet::of(seat.kind));
        self.best.resize(ctx.map.kinds().len(), [None; Self::OF_A_KIND]);
        if let Some(best) = self.best.get_mut(usize::from(seat.kind.0)) {
            let free = best.iter().position(|best| best.is_none_or(|best| roads.are_no_longer(&best)));
            let place = best.get_mut(free.unwrap_or(Self::OF_A_KIND - 1));
            place.into_iter().for_each(|place| *place = Some(roads));
        }
    }
}

/// Nothing holds the station up: no queue, nobody away, nothing closed.
pub(super) fn is_unhindered(ctx: &Context<'_>, at: StationAt, seat: &Seat) -> bool {
    seat.facts == Known::Nothing && ctx.queue(at) == Queue::IDLE
}
