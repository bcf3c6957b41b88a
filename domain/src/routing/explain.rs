//! The decision with everything that was looked at: each candidate, and why it lost or was impossible.
//! It goes through the same arithmetic as `plan`, but leaves nothing out.

use serde::{Deserialize, Serialize};

use super::alternatives::{Entry, Recipe, order};
use super::context::Context;
use super::draw::Costs;
use super::rank::Criterion;
use super::scan::{Candidate as Found, Watch};
use super::{Answer, Ask, Load, Reason};
use crate::catalogue::{Catalogue, Item, Mode};
use crate::district::{DistrictMap, StationAt};
use crate::ids::{ItemCode, StationCode};
use crate::time::Timestamp;

/// An answer, and all that it was chosen from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub answer: Answer,
    /// In the order of the modes, the items and the stations.
    pub candidates: Vec<Candidate>,
}

/// One way that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    pub mode: Mode,
    /// None: all that was asked, at one window.
    pub item: Option<ItemCode>,
    pub station: StationCode,
    /// Whose counter would meet the person.
    #[serde(default)]
    pub partner: Option<StationCode>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Planned { figures: Figures, fate: Fate },
    Impossible { reason: Reason },
}

/// What plans are ranked by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub trips: u32,
    pub expected: Timestamp,
    pub distance_m: u32,
    pub fee_fen: i64,
    pub wait_min: u32,
}

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The best of all.
    Best,
    /// Among the alternatives.
    Shown,
    /// Taken up in the plan of several items apart.
    Part,
    /// There is no such plan: another item of the ask has none in this mode.
    Alone,
    /// Behind the plan of `mode` at `to`, on what `by` says: the best of all, or of several items apart the part of the same item.
    Lost { mode: Mode, to: StationCode, by: Criterion },
}

/// The answer that `plan` gives, with every candidate.
pub fn explain(map: &DistrictMap, catalogue: &Catalogue, load: &Load, ask: &Ask, now: Timestamp) -> Decision {
    let ctx = Context::new(map, catalogue, load, ask, now);
    let (items, mut seen) = (ctx.items(), Seen::default());
    let (shown, impossible) = ctx.decide(&items, &mut seen);
    let candidates = seen.0.into_iter().filter_map(|look| candidate(&ctx, look, &shown)).collect();
    Decision { answer: ctx.answer(&items, shown, impossible), candidates }
}

#[derive(Debug, Default)]
struct Seen(Vec<Look>);

#[derive(Debug)]
struct Look {
    mode: Mode,
    item: Option<ItemCode>,
    at: StationAt,
    partner: Option<StationCode>,
    outcome: Result<Costs, Reason>,
}

impl Watch for Seen {
    const PRUNES: bool = false;

    fn saw(&mut self, mode: Mode, item: Option<&Item>, at: StationAt, outcome: &Result<Found<'_>, Reason>) {
        let partner = outcome.as_ref().ok().and_then(|found| found.partner).map(|partner| partner.code.clone());
        let outcome = outcome.as_ref().map(|found| found.costs).map_err(|reason| *reason);
        self.0.push(Look { mode, item: item.map(|item| item.code.clone()), at, partner, outcome });
    }
}

fn candidate(ctx: &Context<'_>, look: Look, shown: &[Entry<'_>]) -> Option<Candidate> {
    let station = ctx.map.station_at(look.at)?.code.clone();
    let outcome = match look.outcome {
        Ok(costs) => Outcome::Planned { figures: figures(&costs), fate: fate(ctx, &look, costs, shown)? },
        Err(reason) => Outcome::Impossible { reason },
    };
    Some(Candidate { mode: look.mode, item: look.item, station, partner: look.partner, outcome })
}

fn figures(costs: &Costs) -> Figures {
    Figures {
        trips: costs.trips,
        expected: costs.expected.timestamp(),
        distance_m: costs.distance_m,
        fee_fen: costs.fee_fen,
        wait_min: u32::try_from(costs.wait_min).unwrap_or_default(),
    }
}

/// What became of a candidate that had a plan; none where it is one of a whole ask and nothing is shown, which can't be.
fn fate(ctx: &Context<'_>, look: &Look, costs: Costs, shown: &[Entry<'_>]) -> Option<Fate> {
    let own = Entry::one(look.mode, Found { at: look.at, partner: None, costs });
    match part(ctx, look, shown) {
        Part::Of(chosen) if chosen.at == look.at => Some(Fate::Part),
        Part::Of(chosen) => lost(ctx, &own, &Entry::one(look.mode, chosen)),
        Part::OfNothing => Some(Fate::Alone),
        Part::Whole => match shown.iter().position(|entry| entry.mode == look.mode && entry.at == look.at) {
            Some(0) => Some(Fate::Best),
            Some(_) => Some(Fate::Shown),
            None => lost(ctx, &own, shown.first()?),
        },
    }
}

/// Whether a candidate is one of several items apart.
enum Part<'a> {
    /// It is, and this was taken for its item.
    Of(Found<'a>),
    OfNothing,
    Whole,
}

fn part<'a>(ctx: &Context<'_>, look: &Look, shown: &[Entry<'a>]) -> Part<'a> {
    let item = look.item.as_ref().filter(|_| ctx.ask.items.len() > 1);
    let Some(place) = item.map(|item| ctx.ask.items.iter().position(|other| other == item)) else { return Part::Whole };
    let taken = shown.iter().find(|entry| entry.mode == look.mode).and_then(|entry| match &entry.recipe {
        Recipe::Apart(candidates) => place.and_then(|place| candidates.get(place).copied()),
        Recipe::One(_) => None,
    });
    taken.map_or(Part::OfNothing, Part::Of)
}

fn lost(ctx: &Context<'_>, own: &Entry<'_>, to: &Entry<'_>) -> Option<Fate> {
    let (_, by) = order(ctx.ask, to, own);
    Some(Fate::Lost { mode: to.mode, to: ctx.map.station_at(to.at)?.code.clone(), by })
}
