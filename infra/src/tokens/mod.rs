//! Access tokens: JWT signed with Ed25519 (RFC 7519, RFC 8037, RFC 9068), each naming its session and the key that signed it.
//! Invariants: the algorithm, the type, the issuer and the audience are pinned by us and never taken from the token; a token is judged
//! against the `now` it is given, since a demo may move the clock, and by its signature alone: whether its session goes on is asked of the
//! store. Units: seconds since the epoch on the wire, instants in UTC here.
//! Errors: every `TokenError` means "sign in again", `Expired` "refresh"; they differ for the log and the tests.

mod key;
mod keyset;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwap;
use chrono::{DateTime, Duration};
use domain::ids::{DistrictCode, SessionId};
use domain::time::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use key::{KeyError, Pair};
pub use keyset::{Keyset, TokenKey};

/// How far the clocks of two instances may lie apart.
const SKEW_SECS: i64 = 30;
/// RFC 9068, section 2.1: so no other JWT of the same issuer passes for an access token.
const TYPE: &str = "at+jwt";
/// How often, at most, keys are looked for because a token names one that isn't known: whoever makes names up costs one read a second.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

#[derive(Debug, Clone)]
pub struct TokenSettings {
    pub issuer: String,
    pub audience: String,
    /// How long a token lives.
    pub lifetime: Duration,
}

/// Through which door the holder came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Villager,
    Staff,
}

/// Whom a token is issued to: a villager's person id, or a staff member's account id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub subject: Uuid,
    pub kind: Kind,
    pub district: DistrictCode,
    pub session: SessionId,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub holder: Holder,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub token_id: Uuid,
    /// The name of the key that signed it.
    pub kid: String,
}

/// A fresh token with what the client needs to know about it.
pub struct Issued {
    pub token: SecretString,
    pub claims: Claims,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("the token is not one of ours in form")]
    Malformed,
    #[error("the token names another algorithm")]
    OtherAlgorithm,
    #[error("the token is signed by a key that is not ours")]
    UnknownKey,
    #[error("the token is signed by a key that is retired")]
    RetiredKey,
    #[error("the token's signature does not fit")]
    BadSignature,
    #[error("the token comes from another issuer")]
    OtherIssuer,
    #[error("the token is meant for another audience")]
    OtherAudience,
    #[error("the token is of another kind")]
    OtherKind,
    #[error("the token is not valid yet")]
    NotYetValid,
    #[error("the token has expired")]
    Expired,
}

/// The keys or the library are broken, not the request.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error("there is no key to sign a token with")]
    NoKey,
    #[error("a token could not be signed")]
    Unsigned(#[source] jsonwebtoken::errors::Error),
}

/// The claims as they travel.
#[derive(Debug, Serialize, Deserialize)]
struct Wire {
    iss: String,
    aud: String,
    sub: Uuid,
    kind: Kind,
    district: DistrictCode,
    sid: SessionId,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// The keys as this instance knows them, with what is pinned beside them.
pub struct TokenKeys {
    keys: ArcSwap<Keyset>,
    /// When they were last looked for because of a token.
    looked_at: Mutex<Option<Instant>>,
    validation: Validation,
    settings: TokenSettings,
}

impl TokenKeys {
    /// Without any key yet.
    pub fn new(settings: TokenSettings) -> Self {
        Self { keys: ArcSwap::default(), looked_at: Mutex::default(), validation: validation(&settings), settings }
    }

    pub fn known(&self) -> Arc<Keyset> {
        self.keys.load_full()
    }

    /// Takes up the keys as the store has them.
    pub fn take_up(&self, keys: Keyset) {
        self.keys.store(Arc::new(keys));
    }

    /// Whether the store may be asked again for a key that isn't known; yes is an answer that isn't given again for a second.
    pub fn may_look(&self) -> bool {
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may = looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
        if may {
            *looked_at = Some(Instant::now());
        }
        may
    }

    /// A token that lives no longer than `until`.
    pub fn issue(&self, holder: Holder, until: Timestamp, now: Timestamp) -> Result<Issued, IssueError> {
        let keys = self.keys.load();
        let key = keys.signing(now).ok_or(IssueError::NoKey)?;
        let expires_at = until.min(now + self.settings.lifetime);
        let wire = self.wire(&holder, now.timestamp(), expires_at.timestamp());
        let token = jsonwebtoken::encode(&header(key.kid()), &wire, &key.pair.signing).map_err(IssueError::Unsigned)?;
        let claims = Claims { holder, issued_at: now, expires_at, token_id: wire.jti, kid: key.kid().to_owned() };
        Ok(Issued { token: token.into(), claims: whole_seconds(claims) })
    }

    /// `UnknownKey` may only mean that the key is new (`may_look`).
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| refusal(error.kind()))?;
        if header.alg != Algorithm::EdDSA {
            return Err(TokenError::OtherAlgorithm);
        }
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError::OtherKind);
        }
        let kid = header.kid.filter(|kid| key::is_kid(kid)).ok_or(TokenError::Malformed)?;
        let keys = self.keys.load();
        let key = keys.verifying(&kid, now)?;
        let decoded = jsonwebtoken::decode::<Wire>(token, &key.pair.verifying, &self.validation);
        let wire = decoded.map_err(|error| refusal(error.kind()))?.claims;
        in_force(claims(wire, kid)?, now)
    }

    fn wire(&self, holder: &Holder, iat: i64, exp: i64) -> Wire {
        Wire {
            iss: self.settings.issuer.clone(),
            aud: self.settings.audience.clone(),
            sub: holder.subject,
            kind: holder.kind,
            district: holder.district.clone(),
            sid: holder.session,
            iat,
            exp,
            jti: Uuid::new_v4(),
        }
    }
}

fn header(kid: &str) -> Header {
    Header { typ: Some(TYPE.to_owned()), kid: Some(kid.to_owned()), ..Header::new(Algorithm::EdDSA) }
}

/// The library checks all but time: it would read the machine's clock.
fn validation(settings: &TokenSettings) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&[&settings.audience]);
    validation
}

fn in_force(claims: Claims, now: Timestamp) -> Result<Claims, TokenError> {
    if claims.issued_at > now + Duration::seconds(SKEW_SECS) {
        return Err(TokenError::NotYetValid);
    }
    if claims.expires_at <= now { Err(TokenError::Expired) } else { Ok(claims) }
}

fn claims(wire: Wire, kid: String) -> Result<Claims, TokenError> {
    Ok(Claims {
        holder: Holder { subject: wire.sub, kind: wire.kind, district: wire.district, session: wire.sid },
        issued_at: instant(wire.iat)?,
        expires_at: instant(wire.exp)?,
        token_id: wire.jti,
        kid,
    })
}

fn instant(secs: i64) -> Result<Timestamp, TokenError> {
    DateTime::from_timestamp(secs, 0).ok_or(TokenError::Malformed)
}

/// The claims as `verify` will give them back: tokens carry no fraction of a second.
fn whole_seconds(claims: Claims) -> Claims {
    use chrono::SubsecRound;
    Claims { issued_at: claims.issued_at.trunc_subsecs(0), expires_at: claims.expires_at.trunc_subsecs(0), ..claims }
}

/// The library's enum may grow: what it adds is a fault in form to us.
fn refusal(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => TokenError::OtherAlgorithm,
        ErrorKind::InvalidSignature => TokenError::BadSignature,
        ErrorKind::InvalidIssuer => TokenError::OtherIssuer,
        ErrorKind::InvalidAudience => TokenError::OtherAudience,
        _ => TokenError::Malformed,
    }
}
