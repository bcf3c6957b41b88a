//! Matters that need each other's results: they are taken in and done in the order of `after`, and the longest chain of it is the
//! joint promise of a bundle. A village item stands for its town service.

use super::ways::Way;
use crate::catalogue::{Catalogue, Item};
use crate::ids::ItemCode;

/// How the matters of a bundle hang together. All positions are those of the ask.
#[derive(Debug)]
pub(super) struct Chain {
    days: Vec<u16>,
    order: Vec<usize>,
    before: Vec<Vec<usize>>,
}

/// A chain as plans are drawn from it; that of a matter alone is on no heap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links<'c> {
    /// The working days promised for each matter, those of the matters before it included.
    pub days: &'c [u16],
    /// The matters as they are taken in and done.
    pub order: &'c [usize],
    before: &'c [Vec<usize>],
}

impl Chain {
    pub fn of(catalogue: &Catalogue, ways: &[Way<'_>]) -> Self {
        let before: Vec<Vec<usize>> = ways.iter().map(|way| before(catalogue, way.item(), ways)).collect();
        Self { days: days(ways, &before), order: order(&before), before }
    }

    pub fn links(&self) -> Links<'_> {
        Links { days: &self.days, order: &self.order, before: &self.before }
    }
}

impl<'c> Links<'c> {
    pub fn of_one(days: &'c u16) -> Self {
        Self { days: std::slice::from_ref(days), order: &[0], before: &[] }
    }

    /// The matters whose results the one at `at` needs.
    pub fn before(&self, at: usize) -> impl Iterator<Item = usize> {
        self.before.get(at).into_iter().flatten().copied()
    }
}

fn days(ways: &[Way<'_>], before: &[Vec<usize>]) -> Vec<u16> {
    let own: Vec<u16> = ways.iter().map(|way| way.item().promised_working_days).collect();
    // A chain has at most as many links as there are matters: so many rounds settle it.
    ways.iter().fold(own.clone(), |days, _| {
        let longest = |first: &Vec<usize>| first.iter().filter_map(|at| days.get(*at)).max().copied().unwrap_or_default();
        own.iter().zip(before).map(|(own, first)| own.saturating_add(longest(first))).collect()
    })
}

/// As asked, but each after those whose results it needs. Where they go round in a circle, which is a fault of the data, the first
/// asked of what is left goes on.
fn order(before: &[Vec<usize>]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(before.len());
    for _ in before {
        let left = || before.iter().enumerate().filter(|(at, _)| !order.contains(at));
        let free = left().find(|(_, first)| first.iter().all(|first| order.contains(first)));
        let next = free.or_else(|| left().next()).map(|(at, _)| at);
        order.extend(next);
    }
    order
}

/// The positions of the matters that come before `item`.
fn before(catalogue: &Catalogue, item: &Item, ways: &[Way<'_>]) -> Vec<usize> {
    let town_service = service_of(item).and_then(|code| catalogue.item(code)).map(|listed| &listed.item);
    let named: Vec<&ItemCode> = item.after.iter().chain(town_service.into_iter().flat_map(|service| &service.after)).collect();
    let comes_before = |other: &Item| named.iter().any(|code| is_same_matter(catalogue, other, code));
    ways.iter().enumerate().filter(|(_, way)| way.item().code != item.code && comes_before(way.item())).map(|(at, _)| at).collect()
}

fn service_of(item: &Item) -> Option<&ItemCode> {
    item.forwarding().and_then(|forwarding| forwarding.town_service.as_ref())
}

/// Whether `code` names `item`, its town service, or a village item that stands for it.
pub(super) fn is_same_matter(catalogue: &Catalogue, item: &Item, code: &ItemCode) -> bool {
    let named_service = catalogue.item(code).and_then(|listed| service_of(&listed.item));
    item.code == *code || service_of(item) == Some(code) || named_service == Some(&item.code)
}
