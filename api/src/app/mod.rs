//! Use cases: load, decide, save, in one transaction. A file a part of the field; `App` holds what they need.

mod checks;
mod clock;
mod people;
mod plans;
mod ready;
mod reference;
mod sessions;
mod stations;

use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::district::DistrictMap;
use domain::ids::DistrictCode;
use infra::objects::Objects;
use infra::passwords::Passwords;
use infra::shared::Shared;
use infra::store::Store;
use infra::tokens::TokenKeys;
use infra::wechat::Wechat;

use crate::clock::Clock;
use crate::http::idempotency::InProgress;
use crate::settings::Settings;

pub use checks::{CheckError, CheckedCertificate};
pub use clock::MoveClockError;
pub use people::{NewRelative, ProfileEdit, ProfileError, Relative, RelativeError, add_relative};
pub use plans::PlanError;
pub use ready::NotReady;
pub use reference::{CatalogueSnapshot, LoadYearError, NoSuchItem, REFERENCE_CHANGED, ReferenceError, read_catalogue, read_map};
pub use sessions::{SignInError, SignedIn};
pub use stations::{EditStationError, StationEdit};

/// What every request and job shares.
pub struct App {
    pub settings: Settings,
    pub clock: Arc<Clock>,
    pub store: Store,
    pub objects: Objects,
    pub shared: Shared,
    pub tokens: TokenKeys,
    pub passwords: Passwords,
    /// None where no account at WeChat is set up.
    pub wechat: Option<Wechat>,
    /// One snapshot of the district with its calendar, swapped whole.
    pub map: ArcSwap<DistrictMap>,
    /// One snapshot of the catalogue with its search index, swapped whole.
    pub catalogue: ArcSwap<CatalogueSnapshot>,
    pub in_progress: InProgress,
}

impl App {
    /// The district that this deployment serves.
    pub fn district(&self) -> &DistrictCode {
        &self.settings.district
    }
}
