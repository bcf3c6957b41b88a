//! Matters that need each other's results: the longest chain of `after` is the joint promise of a bundle.
//! A village item stands for its town service.

use super::ways::Way;
use crate::catalogue::{Catalogue, Item};
use crate::ids::ItemCode;

/// The working days promised for each matter, those of the matters before it included.
pub(super) fn days(catalogue: &Catalogue, ways: &[Way<'_>]) -> Vec<u16> {
    if let [only] = ways {
        return vec![only.item().promised_working_days];
    }
    let before: Vec<Vec<usize>> = ways.iter().map(|way| before(catalogue, way.item(), ways)).collect();
    let own: Vec<u16> = ways.iter().map(|way| way.item().promised_working_days).collect();
    // A chain has at most as many links as there are matters: so many rounds settle it.
    ways.iter().fold(own.clone(), |days, _| {
        let longest = |first: &Vec<usize>| first.iter().filter_map(|at| days.get(*at)).max().copied().unwrap_or_default();
        own.iter().zip(&before).map(|(own, first)| own.saturating_add(longest(first))).collect()
    })
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
