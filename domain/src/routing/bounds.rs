//! Which stations can't be in an answer: most of them, and they cost a comparison instead of a plan.
//!
//! A station that was looked at bounds another: one that is open whenever the other is, takes no longer, has nothing that holds it up,
//! and lies no farther from the person and from the desk that the papers wait for, costs no more in anything. (Whatever holds a station
//! up, a queue, a closure or an absence, only makes it later.) The other is then beaten if it costs clearly more, since the person
//! goes there and it is clearly farther, or if a candidate that ranks before it costs no more than the bound. One thing ends sooner
//! with shorter hours: a promise that the accepting station itself keeps, by its closing. There a station bounds only those with its
//! own hours and nothing that changes them.

use super::chain::Links;
use super::context::{Context, Site};
use super::draw::Costs;
use super::estimate::Road;
use super::queues::Queue;
use super::rank::after_finish;
use super::ways::{OneSitting, Way};
use super::{Ask, HandIn, Tuning, course};
use crate::district::{Direction, KindAt, KindSet, Known, StationAt};

/// On what the times of a plan depend, beside the station's hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    covers_a_road: bool,
    /// The person goes to the station: its distance counts.
    is_journey: bool,
    /// Who visits depends on the level.
    is_visit: bool,
    /// The desk that the papers wait for.
    desk: Option<Direction>,
    /// The station that takes in is the desk of a promise: it is kept when that closes, so longer hours keep it no sooner.
    is_kept_by_closing: bool,
}

impl Shape {
    pub fn of(ctx: &Context<'_>, ways: &[Way<'_>], links: Links<'_>) -> Self {
        let is_promised = |(way, days): (&Way<'_>, &u16)| way.sitting == OneSitting::Yes && course::waits_for_others(way, *days);
        let waits = ways.iter().find(|way| way.waits_for_papers());
        Self {
            covers_a_road: ways.iter().any(Way::covers_a_road),
            is_journey: ways.iter().any(Way::person_enters) && ctx.standing.start == Some(ctx.standing.home),
            is_visit: ways.iter().any(|way| way.hand_in == HandIn::Visit),
            desk: waits.and_then(|way| ctx.seat(way.desk.station())).map(|seat| seat.direction),
            is_kept_by_closing: ways.iter().zip(links.days).any(is_promised),
        }
    }

    fn roads(&self, site: &Site<'_>) -> Roads {
        Roads {
            person: if self.covers_a_road { site.chord2_home } else { 0.0 },
            desk: self.desk.map_or(0.0, |desk| site.seat.direction.chord2(desk)),
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

#[derive(Debug, Clone, Copy)]
struct Bound {
    kind: KindAt,
    /// The kinds that it may bound.
    over: KindSet,
    roads: Roads,
    /// From here on the square of the chord to the person counts more kilometres.
    clearly_farther: f64,
    costs: Costs,
    /// A candidate that costs no more ranks before every station from this one on.
    beaten_from: StationAt,
}

impl Bound {
    fn is_over(&self, kind: KindAt) -> bool {
        self.over.holds(kind) || self.kind == kind
    }

    fn beats_all_from(&self) -> f64 {
        if self.beaten_from == StationAt::FIRST { self.roads.person } else { self.clearly_farther }
    }

    fn beats(&self, site: &Site<'_>, roads: &Roads) -> bool {
        self.is_over(site.seat.kind)
            && self.roads.are_no_longer(roads)
            && (self.beaten_from <= site.at || self.clearly_farther <= roads.person)
    }
}

/// The bounds of stations that go the same way.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    shape: Option<Shape>,
    bounds: Vec<Bound>,
}

impl Bounds {
    /// So many are remembered: to forget one only costs time.
    const MAX: usize = 24;

    /// Whether the station can't be in the answer.
    pub fn beat(&self, site: &Site<'_>) -> bool {
        self.shape.is_some_and(|shape| {
            // A closure on the last day of a promise ends it sooner.
            if shape.is_kept_by_closing && site.seat.facts == Known::Something {
                return false;
            }
            let roads = shape.roads(site);
            self.bounds.iter().any(|bound| bound.beats(site, &roads))
        })
    }

    /// Whether it makes no difference how far a station is.
    pub fn are_alike_near_and_far(&self) -> bool {
        self.shape.is_some_and(|shape| !shape.covers_a_road)
    }

    /// For each of so many kinds the square of the chord to the person from which on all its stations are beaten, so far as is known.
    pub fn limits(&self, kinds: usize) -> Vec<f64> {
        let mut limits = vec![f64::INFINITY; kinds];
        if self.shape.is_none_or(|shape| shape.desk.is_some() || shape.is_kept_by_closing) {
            return limits;
        }
        for (kind, limit) in (0..).map(KindAt).zip(&mut limits) {
            let over = self.bounds.iter().filter(|bound| bound.is_over(kind));
            *limit = over.map(Bound::beats_all_from).fold(f64::INFINITY, f64::min);
        }
        limits
    }

    /// A candidate was found. Of several items apart one may finish later than it could, for the sake of its station's code: there an
    /// earlier finish alone beats nothing.
    pub fn learn(&mut self, ask: &Ask, at: StationAt, costs: &Costs) {
        for bound in self.bounds.iter_mut().filter(|bound| costs.are_no_worse(&bound.costs)) {
            let is_better = match ask.items.as_slice() {
                [_] => !bound.costs.are_no_worse(costs),
                [..] => after_finish(costs) != after_finish(&bound.costs),
            };
            bound.beaten_from = bound.beaten_from.min(if is_better { StationAt::FIRST } else { at });
        }
    }

    /// Adds a station that has a plan of this shape and that nothing holds up.
    pub fn add(&mut self, ctx: &Context<'_>, site: &Site<'_>, costs: Costs, shape: impl FnOnce() -> Shape) {
        let (shape, kind) = (*self.shape.get_or_insert_with(shape), site.seat.kind);
        let roads = shape.roads(site);
        self.bounds.retain(|other| other.kind != kind || !roads.are_no_longer(&other.roads));
        if self.bounds.len() < Self::MAX {
            let clearly_farther = if shape.is_journey { clearly_farther(ctx.tuning, roads.person) } else { f64::INFINITY };
            let over = if shape.is_visit { ctx.map.kinds().of_level(site.seat.level) } else { ctx.no_quicker(site.seat.level) };
            let covered = if shape.is_kept_by_closing { KindSet::default() } else { ctx.map.kinds().covered(kind) };
            let over = over.and(covered);
            self.bounds.push(Bound { kind, over, roads, clearly_farther, costs, beaten_from: site.at });
        }
    }
}

/// The square of the chord from which a road is longer, in whole metres, than that of the chord whose square is `chord2`.
fn clearly_farther(tuning: &Tuning, chord2: f64) -> f64 {
    let longer = chord2.sqrt() + Road::chord_of_more_than_a_metre(tuning);
    longer * longer
}

/// Nothing holds the station up: no queue, nobody away, nothing closed.
pub(super) fn is_unhindered(ctx: &Context<'_>, site: &Site<'_>) -> bool {
    site.seat.facts == Known::Nothing && ctx.queue(site.at) == Queue::IDLE
}
