//! Two districts elsewhere that take some of our matters in (异地可办). Neither is real: their codes are unassigned.

use std::sync::Arc;

use domain::catalogue::{Catalogue, Item, ItemKind, Mode};
use domain::district::{Partner, Place};
use domain::ids::StationCode;

/// In the provincial capital, where many look for work or a hospital: takes in all that may be handled elsewhere.
pub const NEAR: &str = "510199";
/// By the sea, far away: takes in the towns' services alone.
pub const FAR: &str = "440499";

pub(super) fn partners(catalogue: &Catalogue) -> Vec<Partner> {
    let near = partner(NEAR, ("演示·云岭区", "云岭区政务服务中心（演示）"), Place { lat: 30.66, lng: 104.07 }, catalogue, |_| true);
    let is_of_town = |item: &Item| ItemKind::of(&item.code) == ItemKind::TownService;
    let far = partner(FAR, ("演示·海湾区", "海湾区政务服务中心（演示）"), Place { lat: 22.27, lng: 113.55 }, catalogue, is_of_town);
    [near, far].into_iter().flatten().collect()
}

fn partner(
    code: &str,
    (name, station_name): (&str, &str),
    place: Place,
    catalogue: &Catalogue,
    takes_in: impl Fn(&Item) -> bool,
) -> Option<Partner> {
    let code: StationCode = format!("{code}000000-01").parse().ok()?;
    let remote = catalogue.items().map(|listed| &listed.item).filter(|item| item.modes.contains(&Mode::Remote));
    let items = Arc::new(remote.filter(|item| takes_in(item)).map(|item| item.code.clone()).collect());
    Some(Partner { code, name: name.to_owned(), station_name: station_name.to_owned(), place, items, hours: [].into() })
}
