//! Remote face checks (人脸核验): whoever has a contract with a provider puts a few lines in between, in the small protocol of
//! `docs/face-check.md`. The picture never comes here: the person shows their face to the provider, and we hear what came of it.
//! Invariants: no name, number or key reaches an error or a log; the same id is the same check.

mod http;

use std::fmt;

use domain::people::{CitizenId, FaceState};
use futures_util::future::BoxFuture;
use uuid::Uuid;

pub use http::{FaceSettings, FaceSetupError, HttpFaceChecks};

/// Whose face is compared.
#[derive(Clone)]
pub struct Whom {
    pub name: String,
    pub citizen_id: CitizenId,
}

/// Shows nothing of the person.
impl fmt::Debug for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whom(..)")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// Asked again later, under the same id, it does no harm.
    #[error("the provider of face checks cannot be reached, or not now")]
    TryLater(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Our key or account isn't accepted, or what was answered isn't the protocol: somebody has to mend it.
    #[error("the provider of face checks answers with {0}")]
    Misconfigured(String),
}

/// A provider of face checks.
pub trait FaceChecks: fmt::Debug + Send + Sync {
    /// Begins a check; the address at which the person shows their face, on the phone in their hand.
    fn begin<'a>(&'a self, id: Uuid, whom: &'a Whom) -> BoxFuture<'a, Result<String, FaceError>>;

    /// What has come of it by now. A check that the provider doesn't know, or knows no more, is given up.
    fn result(&self, id: Uuid) -> BoxFuture<'_, Result<FaceState, FaceError>>;
}
