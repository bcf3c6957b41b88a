//! The project's own catalogue, for tests.

use std::sync::LazyLock;

use super::{Catalogue, CatalogueFiles, Item, Listed, Prohibited, load};

pub(crate) const FILES: CatalogueFiles<'static> = CatalogueFiles {
    town_services: include_str!("../../../infra/data/catalogue/town_services.json"),
    village_proxy: include_str!("../../../infra/data/catalogue/village_proxy.json"),
    certificates: include_str!("../../../infra/data/catalogue/certificates.json"),
    prohibited_certificates: include_str!("../../../infra/data/catalogue/prohibited_certificates.json"),
};

static LOADED: LazyLock<(Vec<Item>, Vec<Prohibited>)> = LazyLock::new(|| load(&FILES).unwrap());

/// All 251, by code.
pub(crate) fn items() -> Vec<Item> {
    LOADED.0.clone()
}

pub(crate) fn prohibited() -> Vec<Prohibited> {
    LOADED.1.clone()
}

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::new(items().into_iter().map(|item| Listed { version: 1, item }))
}
