//! Use cases: load, decide, save, in one transaction. A file a part of the field; `App` holds what they need.

pub mod audit;
pub mod cases;
mod checks;
mod clock;
pub mod consents;
pub mod deliveries;
pub mod floor;
mod grounds;
mod keys;
pub mod live;
pub mod mandates;
mod manning;
mod mini_codes;
pub mod news;
mod own_password;
mod partners;
mod people;
mod plans;
pub mod queue;
mod ready;
mod real_name;
mod reference;
pub mod reviews;
pub mod rights;
mod roster;
pub mod second_factor;
mod secret;
mod sessions;
pub mod staff;
mod stations;
pub mod supervision;
mod token_keys;
pub mod uploads;

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::ids::{DistrictCode, StationCode};
use domain::notice::Marking;
use domain::people::Manning;
use domain::routing::Load;
use infra::face::FaceChecks;
use infra::objects::Objects;
use infra::oidc::Oidc;
use infra::paper::Press;
use infra::passwords::Passwords;
use infra::shared::Shared;
use infra::sms::Sms;
use infra::store::Store;
use infra::tokens::TokenKeys;
use infra::uploads::Cleaner;
use infra::wechat::{PushDoor, Wechat};

use crate::clock::{Clock, ClockKind};
use crate::http::idempotency::InProgress;
use crate::jobs::{Turns, Walked};
use crate::settings::Settings;

pub use checks::{CheckError, CheckedCertificate};
pub use clock::MoveClockError;
pub use grounds::Grounds;
pub use keys::{KEYS_CHANGED, ResealError, Resealed, sealed_files, unnamed_files};
pub use manning::STAFF_CHANGED;
pub use mini_codes::{Drawn, MiniCodeError, SceneError};
pub use own_password::ChangePasswordError;
pub use partners::{PartnerError, add_partner};
pub use people::{KnownRelative, NewRelative, ProfileEdit, ProfileError, RelativeError, add_relative, names_of};
pub use plans::PlanError;
pub use ready::NotReady;
pub use real_name::{
    CheckIdentityError, FaceCheckError, IdentityCheck, ProvePhoneError, ProvenBy, SendCodeError, SmsCodeSent, check_identity,
};
pub use reference::{
    CatalogueSnapshot, LoadYearError, NoSuchItem, PlanSnapshot, REFERENCE_CHANGED, Reckoning, Reference, ReferenceError, read_catalogue,
    read_map,
};
pub use roster::{Roster, supervisors_over};
pub use sessions::{
    BegunAtProvider, BindWechatError, Credentials, FirstSteps, ProviderError, RefreshError, SignInDevice, SignInError, SignedIn,
};
pub use stations::{EditStationError, StationEdit};
pub use token_keys::{TOKEN_KEYS_CHANGED, VerifyError};

/// What every request and job shares.
pub struct App {
    pub settings: Settings,
    pub clock: Arc<Clock>,
    pub store: Store,
    pub objects: Objects,
    /// Looks through files before they are stored.
    pub cleaner: Cleaner,
    pub receiving: uploads::Receiving,
    pub shared: Shared,
    pub tokens: TokenKeys,
    pub passwords: Passwords,
    /// None where no account at WeChat is set up.
    pub wechat: Option<Wechat>,
    /// The door that WeChat's pushes come through; none where it isn't told to push here.
    pub pushes: Option<PushDoor>,
    /// None where no gateway is set up.
    pub sms: Option<Sms>,
    /// None where no provider is set up.
    pub face: Option<Arc<dyn FaceChecks>>,
    /// None where the district has no identity provider of its own.
    pub oidc: Option<Oidc>,
    /// The district with its calendar and the catalogue, swapped whole.
    pub reference: ArcSwap<Reference>,
    /// Stations at which so much waits that others help.
    pub overloaded: ArcSwap<BTreeSet<StationCode>>,
    /// Who works at which station.
    pub manning: ArcSwap<Manning>,
    /// The live load of the stations, as far as it is known.
    pub load: ArcSwap<Load>,
    /// Prints certificates and notices.
    pub press: Arc<Press>,
    /// Those who watch what changes.
    pub live: live::Hub,
    /// What the next-call doesn't offer to whom.
    pub bars: Arc<queue::Bars>,
    pub in_progress: InProgress,
    /// What was refused and isn't in the audit log yet.
    pub refusals: audit::Refusals,
    /// Who runs a job waits for whoever runs it already.
    pub turns: Turns,
    /// How far what lies sealed under older keys was sealed anew.
    pub walked: Walked,
}

impl App {
    /// Whether what is printed may be taken at its word.
    pub fn marking(&self) -> Marking {
        match self.clock.kind() {
            ClockKind::Demo => Marking::Demo,
            ClockKind::Real => Marking::Live,
        }
    }

    /// The district that this deployment serves.
    pub fn district(&self) -> &DistrictCode {
        &self.settings.district
    }
}
