//! Signing staff in through the district's own identity provider: OpenID Connect Core 1.0, the authorization code flow with PKCE.
//!
//! `begin` says where the browser is to go and what is to be remembered until it comes back; `finish` turns what it comes back with into
//! who it was. Invariants: one provider, named in the settings, and nothing that a token says about keys, algorithms or issuers is
//! taken on trust; a code is asked for once; no code, token, verifier or secret reaches an error or a log. Units: instants by the `now`
//! that comes in. Source: OpenID Connect Core 1.0, section 3.1; Discovery 1.0; RFC 7636 (PKCE), RFC 9700 (what to guard against).

mod id_token;
mod pending;
mod provider;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::client::is_safe;

pub use id_token::{Identity, TokenFault};
pub use pending::Pending;
use provider::Provider;

/// The provider, and how this service is registered there.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    /// As the provider writes it in its tokens; its discovery document lies below.
    pub issuer: String,
    pub client_id: String,
    /// None for a public client, which PKCE alone protects.
    pub client_secret: Option<SecretString>,
    /// The page of the staff's client to which the browser comes back; registered at the provider.
    pub redirect_uri: String,
    /// The claim that holds the login of the staff account. Most providers call it `preferred_username`.
    pub login_claim: String,
    /// For one call, its connection included.
    pub timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum OidcSetupError {
    #[error("oidc.{0} is not an https URL (http is let pass on this machine alone)")]
    Url(&'static str),
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// Nobody signs in this way before the provider answers again.
    #[error("the identity provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// What it answered is not what the standard or the settings say: somebody has to look.
    #[error("the identity provider answers what it should not: {0}")]
    Misconfigured(&'static str),
    /// The code is old, used or another's: the person begins anew.
    #[error("the identity provider refuses the code")]
    CodeRefused,
    #[error("the identity token does not hold")]
    Token(#[from] TokenFault),
}

/// Somebody at a provider, which never changes hands: another provider's of the same name is somebody else.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    issuer: String,
    name: String,
}

impl Subject {
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}", self.issuer, self.name)
    }
}

/// Where the browser goes, and what is remembered.
pub struct Begun {
    pub authorization_url: Url,
    /// Names `pending`; the client compares it with what the browser brings back.
    pub state: String,
    pub pending: Pending,
}

/// The client of one provider. A cheap handle.
#[derive(Clone)]
pub struct Oidc {
    provider: Arc<Provider>,
}

impl Oidc {
    pub fn new(settings: OidcSettings) -> Result<Self, OidcSetupError> {
        for (name, url) in [("issuer", &settings.issuer), ("redirect_uri", &settings.redirect_uri)] {
            if !is_safe(url) {
                return Err(OidcSetupError::Url(name));
            }
        }
        Ok(Self { provider: Arc::new(Provider::new(settings).map_err(OidcSetupError::Client)?) })
    }

    /// What a subject is called here.
    pub fn subject(&self, identity: &Identity) -> Subject {
        Subject { issuer: self.provider.settings().issuer.clone(), name: identity.subject.clone() }
    }

    pub async fn begin(&self, now: Timestamp) -> Result<Begun, OidcError> {
        let (state, pending) = (secret(), Pending { nonce: secret(), verifier: secret() });
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&pending.verifier));
        let endpoints = self.provider.endpoints(now).await?;
        let (settings, mut url) = (self.provider.settings(), endpoints.authorization.clone());
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &settings.client_id),
            ("redirect_uri", &settings.redirect_uri),
            ("scope", "openid profile"),
            ("state", &state),
            ("nonce", &pending.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(Begun { authorization_url: url, state, pending })
    }

    /// Who came back with `code`. It isn't asked for twice, whatever becomes of the call: it works once.
    pub async fn finish(&self, pending: &Pending, code: &SecretString, now: Timestamp) -> Result<Identity, OidcError> {
        let token = self.provider.exchange(code, &pending.verifier, now).await?;
        let expected = id_token::Expected { settings: self.provider.settings(), nonce: &pending.nonce, now };
        let key = self.provider.key_of(token.expose_secret(), now).await?;
        Ok(id_token::verify(token.expose_secret(), &key, &expected)?)
    }
}

/// 256 bits in letters that need no escape.
fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
