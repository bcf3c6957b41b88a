//! Access tokens: JWT signed with Ed25519 (RFC 7519, RFC 8037).
//! Invariants: the algorithm, the issuer and the audience are pinned by us and never taken from the token; a token is judged against the
//! `now` it is given, since a demo may move the clock. Units: seconds since the epoch on the wire, instants in UTC here.
//! Errors: every `TokenError` means "sign in again"; they differ for the log and the tests.

mod key;
#[cfg(test)]
mod tests;

use std::path::Path;

use chrono::{DateTime, Duration};
use domain::ids::DistrictCode;
use domain::time::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use key::KeyError;

/// How far the clocks of two instances may lie apart.
const SKEW_SECS: i64 = 30;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenSettings {
    pub issuer: String,
    pub audience: String,
    /// How long a token lives. Default: 12 hours, a working day with its way there and back.
    pub lifetime_secs: u32,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self { issuer: "bianmin".to_owned(), audience: "bianmin-api".to_owned(), lifetime_secs: 12 * 3600 }
    }
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
    /// Of a staff account, the number of the password that it was got with; a token doesn't outlive its password.
    pub password: Option<u32>,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub holder: Holder,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub token_id: Uuid,
}

impl Claims {
    /// The claims again if the holder came through the door that the caller serves.
    pub fn of_kind(self, kind: Kind) -> Result<Self, TokenError> {
        if self.holder.kind == kind { Ok(self) } else { Err(TokenError::OtherKind) }
    }
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

/// Signing failed: the key or the library is broken, not the request.
#[derive(Debug, thiserror::Error)]
#[error("a token could not be signed")]
pub struct IssueError(#[source] jsonwebtoken::errors::Error);

/// The claims as they travel.
#[derive(Debug, Serialize, Deserialize)]
struct Wire {
    iss: String,
    aud: String,
    sub: Uuid,
    kind: Kind,
    district: DistrictCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<u32>,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// The key pair that signs and verifies, with what is pinned beside it.
pub struct TokenKeys {
    signing: EncodingKey,
    verifying: DecodingKey,
    header: Header,
    validation: Validation,
    settings: TokenSettings,
}

impl TokenKeys {
    /// The key of `dir`, made on the first start. Instances that share tokens share the key: give it with `from_pem` instead.
    pub fn load_or_create(dir: &Path, settings: TokenSettings) -> Result<Self, KeyError> {
        Self::from_pem(&key::load_or_create(dir)?, settings)
    }

    /// The key of a PKCS#8 PEM text (`openssl genpkey -algorithm ed25519`).
    pub fn from_pem(pem: &SecretString, settings: TokenSettings) -> Result<Self, KeyError> {
        let pair = key::parse(pem)?;
        Ok(Self {
            signing: pair.signing,
            verifying: pair.verifying,
            header: Header { kid: Some(pair.id), ..Header::new(Algorithm::EdDSA) },
            validation: validation(&settings),
            settings,
        })
    }

    pub fn issue(&self, holder: Holder, now: Timestamp) -> Result<Issued, IssueError> {
        let iat = now.timestamp();
        let exp = iat + i64::from(self.settings.lifetime_secs);
        let wire = self.wire(&holder, iat, exp);
        let token = jsonwebtoken::encode(&self.header, &wire, &self.signing).map_err(IssueError)?;
        let expires_at = now + Duration::seconds(i64::from(self.settings.lifetime_secs));
        let claims = Claims { holder, issued_at: now, expires_at, token_id: wire.jti };
        Ok(Issued { token: token.into(), claims: whole_seconds(claims) })
    }

    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| refusal(error.kind()))?;
        if header.alg == Algorithm::EdDSA && header.kid != self.header.kid {
            return Err(TokenError::UnknownKey);
        }
        let wire = jsonwebtoken::decode::<Wire>(token, &self.verifying, &self.validation).map_err(|error| refusal(error.kind()))?.claims;
        in_force(wire.try_into()?, now)
    }

    fn wire(&self, holder: &Holder, iat: i64, exp: i64) -> Wire {
        Wire {
            iss: self.settings.issuer.clone(),
            aud: self.settings.audience.clone(),
            sub: holder.subject,
            kind: holder.kind,
            district: holder.district.clone(),
            password: holder.password,
            iat,
            exp,
            jti: Uuid::new_v4(),
        }
    }
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

impl TryFrom<Wire> for Claims {
    type Error = TokenError;
    fn try_from(wire: Wire) -> Result<Self, TokenError> {
        Ok(Self {
            holder: Holder { subject: wire.sub, kind: wire.kind, district: wire.district, password: wire.password },
            issued_at: instant(wire.iat)?,
            expires_at: instant(wire.exp)?,
            token_id: wire.jti,
        })
    }
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
