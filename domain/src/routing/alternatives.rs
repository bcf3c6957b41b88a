//! Which plans are shown: the best of each mode, and those that no other beats in trips, finish, kilometres and fee.

use std::cmp::Ordering;

use super::Ask;
use super::draw::Costs;
use super::rank::{Criterion, compare};
use super::scan::Candidate;
use crate::catalogue::Mode;
use crate::district::StationAt;

const SHOWN: usize = 6;

/// One plan that could be shown.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub mode: Mode,
    pub costs: Costs,
    /// The station of the plan; of several items apart, that of the first. It tells the plans of a mode apart: there is one for
    /// each station, and of items apart one altogether.
    pub at: StationAt,
    pub recipe: Recipe<'a>,
}

/// What to draw a plan up from.
#[derive(Debug, Clone)]
pub(super) enum Recipe<'a> {
    /// All at one station.
    One(Candidate<'a>),
    /// A station for each item.
    Apart(Vec<Candidate<'a>>),
}

impl<'a> Entry<'a> {
    pub fn one(mode: Mode, candidate: Candidate<'a>) -> Self {
        Self { mode, costs: candidate.costs, at: candidate.at, recipe: Recipe::One(candidate) }
    }
}

/// How two plans compare for `ask`, and on what.
pub(super) fn order(ask: &Ask, a: &Entry<'_>, b: &Entry<'_>) -> (Ordering, Criterion) {
    match compare(ask, &a.costs, &b.costs) {
        (Ordering::Equal, _) if a.mode != b.mode => (a.mode.cmp(&b.mode), Criterion::Mode),
        (Ordering::Equal, _) => (a.at.cmp(&b.at), Criterion::Station),
        differs => differs,
    }
}

/// At most six of `entries`, best first; the best of all is always among them.
pub(super) fn shown<'a>(ask: &Ask, entries: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
    let mut kept: Vec<usize> = Mode::ALL.iter().filter_map(|mode| best_of(ask, &entries, *mode)).collect();
    let mut others: Vec<usize> = unbeaten(ask, &entries).into_iter().filter(|at| !kept.contains(at)).collect();
    let by_rank = |a: &usize, b: &usize| match (entries.get(*a), entries.get(*b)) {
        (Some(a), Some(b)) => order(ask, a, b).0,
        (Some(_) | None, _) => Ordering::Equal,
    };
    others.sort_by(by_rank);
    kept.extend(others.into_iter().take(SHOWN.saturating_sub(kept.len())));
    kept.sort_by(by_rank);
    kept.into_iter().filter_map(|at| entries.get(at).cloned()).collect()
}

fn best_of(ask: &Ask, entries: &[Entry<'_>], mode: Mode) -> Option<usize> {
    let of_mode = entries.iter().enumerate().filter(|(_, entry)| entry.mode == mode);
    of_mode.min_by(|(_, a), (_, b)| order(ask, a, b).0).map(|(at, _)| at)
}

/// The entries to which none is at least as good in everything and better in something, or equal in everything and before in rank.
fn unbeaten(ask: &Ask, entries: &[Entry<'_>]) -> Vec<usize> {
    let mut front: Vec<usize> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let beats = |a: &Entry<'_>, b: &Entry<'_>| {
            a.costs.are_no_worse(&b.costs) && (!b.costs.are_no_worse(&a.costs) || order(ask, a, b).0.is_lt())
        };
        if front.iter().filter_map(|other| entries.get(*other)).any(|other| beats(other, entry)) {
            continue;
        }
        front.retain(|other| entries.get(*other).is_none_or(|other| !beats(entry, other)));
        front.push(at);
    }
    front
}
