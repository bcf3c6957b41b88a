//! The identity token: whose it is, if all of it holds (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::{DateTime, TimeDelta};
use domain::time::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::OidcSettings;

/// With a public key alone: what a shared secret signs, anybody who knows the client's secret could make.
const ALGORITHMS: [Algorithm; 7] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];
/// How far the provider's clock may lie from ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// A token is made for this very sign-in.
const AGE_MAX: TimeDelta = TimeDelta::minutes(10);

/// Who signed in at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name for them, which never changes hands.
    pub subject: String,
    /// Of the staff account that they are.
    pub login: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    #[error("it is not a token in form")]
    Malformed,
    #[error("it is signed with an algorithm that is not let pass")]
    OtherAlgorithm,
    #[error("it is signed by a key that the provider does not publish")]
    UnknownKey,
    #[error("its signature does not fit")]
    BadSignature,
    #[error("it comes from another issuer")]
    OtherIssuer,
    #[error("it is meant for another service")]
    OtherAudience,
    #[error("it was made for another sign-in")]
    OtherNonce,
    #[error("it is not valid now")]
    OutOfTime,
    #[error("it does not name a login")]
    NoLogin,
}

pub(super) struct Expected<'a> {
    pub settings: &'a OidcSettings,
    pub nonce: &'a str,
    pub now: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    nonce: Option<String>,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(flatten)]
    others: Map<String, Value>,
}

pub(super) fn verify(token: &str, key: &Jwk, expected: &Expected<'_>) -> Result<Identity, TokenFault> {
    let algorithm = jsonwebtoken::decode_header(token).map_err(|error| fault(error.kind()))?.alg;
    let named = key.common.key_algorithm.map(|named| format!("{named:?}"));
    let fits = ALGORITHMS.contains(&algorithm) && named.is_none_or(|named| named == format!("{algorithm:?}"));
    let signs = key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    if !fits || !signs {
        return Err(TokenFault::OtherAlgorithm);
    }
    let verifying = DecodingKey::from_jwk(key).map_err(|_| TokenFault::UnknownKey)?;
    let decoded = jsonwebtoken::decode::<Claims>(token, &verifying, &validation(algorithm, expected.settings));
    identity(decoded.map_err(|error| fault(error.kind()))?.claims, expected)
}

/// The library checks all but time: it would read the machine's clock.
fn validation(algorithm: Algorithm, settings: &OidcSettings) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&[&settings.client_id]);
    validation
}

fn identity(claims: Claims, Expected { settings, nonce, now }: &Expected<'_>) -> Result<Identity, TokenFault> {
    if claims.azp.is_some_and(|party| party != settings.client_id) {
        return Err(TokenFault::OtherAudience);
    }
    if claims.nonce.as_deref() != Some(*nonce) {
        return Err(TokenFault::OtherNonce);
    }
    let instant = |secs| DateTime::from_timestamp(secs, 0).ok_or(TokenFault::Malformed);
    let (issued_at, expires_at) = (instant(claims.iat)?, instant(claims.exp)?);
    if expires_at + SKEW <= *now || issued_at > *now + SKEW || issued_at + AGE_MAX < *now {
        return Err(TokenFault::OutOfTime);
    }
    let login = match settings.login_claim.as_str() {
        "sub" => Some(claims.sub.clone()),
        claim => claims.others.get(claim).and_then(Value::as_str).map(str::to_owned),
    };
    let login = login.filter(|login| !login.is_empty() && login.len() <= 64).ok_or(TokenFault::NoLogin)?;
    Ok(Identity { subject: claims.sub, login })
}

/// The library's enum may grow: what it adds is a fault in form to us.
fn fault(kind: &ErrorKind) -> TokenFault {
    match kind {
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => TokenFault::OtherAlgorithm,
        ErrorKind::InvalidSignature => TokenFault::BadSignature,
        ErrorKind::InvalidIssuer => TokenFault::OtherIssuer,
        ErrorKind::InvalidAudience => TokenFault::OtherAudience,
        _ => TokenFault::Malformed,
    }
}
