//! Looks at every station that a mode may use for one item, and keeps what can be in an answer.
//!
//! A station can't be in it if a station before it, in the order of the codes, is of the same kind, has nothing that holds it up,
//! and lies no farther from the person and from the desk that the papers wait for: that one is no later, no farther and no dearer,
//! and ranks before it. So most stations cost a comparison. (Whatever holds a station up, a queue, a closure or an absence, only
//! makes it later.)

use super::context::{Context, Queue};
use super::draw::{self, Costs, Scratch};
use super::rank::compare;
use super::stop::Stop;
use super::ways::{Take, Way};
use super::{Blocked, Reason, candidates};
use crate::catalogue::{InPerson, Item, Listed, Mode};
use crate::district::{Known, Partner, Seat, StationAt};

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
            let modes = &listed.item.modes;
            let mut kept = Kept::default();
            for (at, seat) in ctx.map.seats() {
                if accepting.holds(seat) && candidates::is_in_reach(ctx, mode, modes, (at, seat), None) {
                    scan.look_unless_beaten(at, seat, &mut kept);
                }
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

    fn look_unless_beaten(&mut self, at: StationAt, seat: &'a Seat, kept: &mut Kept) {
        let take = Take::as_asked(self.listed);
        let way = match Way::settle(self.ctx, self.mode, (at, seat), take, None) {
            Ok(way) => way,
            Err(reason) => return self.keep(at, Err(reason)),
        };
        let own = Kind { village: u8::from(way.waits_for_papers()), ..Kind::of(seat) };
        let roads = Roads::of(self.ctx, seat, &[way]);
        if W::PRUNES && kept.beats(own, roads) {
            return;
        }
        let costs = draw::costs(self.ctx, &Stop::new(at, seat), &[way], &[way.item().promised_working_days], &mut kept.scratch);
        if costs.is_ok() && is_unhindered(self.ctx, at, seat) {
            kept.add(own, roads);
        }
        self.keep(at, costs.map(|costs| Candidate { at, partner: None, costs }));
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

/// What two stations must have in common to be compared by their roads alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub week: u16,
    pub level: u8,
    /// For a window: what it takes in, whether it is of the own line, and whether it is step-free.
    pub capability: u16,
    pub own: u8,
    pub access: u8,
    /// Whether it lies in the village that certifies.
    pub village: u8,
}

impl Kind {
    pub fn of(seat: &Seat) -> Self {
        Self { week: seat.week, level: seat.level as u8, capability: 0, own: 0, access: 0, village: 0 }
    }
}

/// Squares of chords, where a plan's times depend on the road; 0 where they don't.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roads {
    person: f64,
    desk: f64,
}

impl Roads {
    pub fn of(ctx: &Context<'_>, seat: &Seat, ways: &[Way<'_>]) -> Self {
        let covers = ways.iter().any(Way::covers_a_road);
        let papers = ways.iter().find(|way| way.waits_for_papers()).and_then(|way| ctx.seat(way.desk.station()));
        Self {
            person: if covers { seat.direction.chord2(ctx.standing.home) } else { 0.0 },
            desk: papers.map_or(0.0, |desk| seat.direction.chord2(desk.direction)),
        }
    }
}

/// The stations that beat later ones of their kind.
#[derive(Debug, Default)]
pub(super) struct Kept {
    best: Vec<(Kind, Roads)>,
    pub scratch: Scratch,
}

impl Kept {
    pub fn beats(&self, kind: Kind, roads: Roads) -> bool {
        let no_farther = |best: &Roads| best.person <= roads.person && best.desk <= roads.desk;
        self.best.iter().any(|(other, best)| *other == kind && no_farther(best))
    }

    pub fn add(&mut self, kind: Kind, roads: Roads) {
        self.best.retain(|(other, best)| !(*other == kind && roads.person <= best.person && roads.desk <= best.desk));
        self.best.push((kind, roads));
    }
}

/// Nothing holds the station up: no queue, nobody away, nothing closed.
pub(super) fn is_unhindered(ctx: &Context<'_>, at: StationAt, seat: &Seat) -> bool {
    seat.facts == Known::Nothing && ctx.queue(at) == Queue::IDLE
}
