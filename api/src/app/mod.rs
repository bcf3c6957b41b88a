//! Use cases: load, decide, save, in one transaction. A file a part of the field; `App` holds what they need.

mod clock;
mod people;
mod ready;

pub use clock::MoveClockError;
pub use ready::NotReady;

use domain::ids::DistrictCode;
use infra::store::Store;
use infra::tokens::TokenKeys;

use crate::clock::Clock;
use crate::http::idempotency::InProgress;
use crate::settings::Settings;

/// What every request and job shares.
pub struct App {
    pub settings: Settings,
    pub clock: Clock,
    pub store: Store,
    pub tokens: TokenKeys,
    pub in_progress: InProgress,
}

impl App {
    /// The district that this deployment serves.
    pub fn district(&self) -> &DistrictCode {
        &self.settings.district
    }
}
