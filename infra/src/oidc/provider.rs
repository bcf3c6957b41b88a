//! The provider over HTTP: where its endpoints are, its keys, and the exchange of a code. What it publishes is read when first needed and
//! then kept: endpoints for an hour, keys until a token names one that isn't among them.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::time::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::id_token::TokenFault;
use super::{OidcError, OidcSettings};
use crate::client::{client, is_safe};
use crate::percent::encoded;

const ENDPOINTS_KEPT: TimeDelta = TimeDelta::hours(1);
/// How often unknown keys make us ask at most: anybody may send tokens that name one.
const KEYS_ASKED: TimeDelta = TimeDelta::minutes(1);
/// More than any answer of a provider needs.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    pub authorization: Url,
    token: Url,
    keys: Url,
    /// Whether the secret goes into the form, where the provider takes it nowhere else.
    secret_in_form: bool,
}

pub(super) struct Provider {
    settings: OidcSettings,
    http: reqwest::Client,
    endpoints: Mutex<Option<(Arc<Endpoints>, Timestamp)>>,
    keys: Mutex<Option<(JwkSet, Timestamp)>>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: SecretString,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Provider {
    pub fn new(settings: OidcSettings) -> reqwest::Result<Self> {
        let http = client(settings.timeout, settings.timeout)?;
        Ok(Self { settings, http, endpoints: Mutex::default(), keys: Mutex::default() })
    }

    pub fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    pub async fn endpoints(&self, now: Timestamp) -> Result<Arc<Endpoints>, OidcError> {
        let kept = self.endpoints.lock().await.clone();
        if let Some((endpoints, _)) = kept.filter(|(_, read_at)| is_recent(*read_at, now, ENDPOINTS_KEPT)) {
            return Ok(endpoints);
        }
        // Asked for without the lock: nobody waits in line before a provider that hangs.
        let url = format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let endpoints = Arc::new(self.discovered(self.get(&url).await?)?);
        *self.endpoints.lock().await = Some((Arc::clone(&endpoints), now));
        Ok(endpoints)
    }

    /// Another issuer's document, or endpoints in the clear, would hand codes to somebody else (RFC 9700, section 2.6).
    fn discovered(&self, found: Discovery) -> Result<Endpoints, OidcError> {
        if found.issuer != self.settings.issuer {
            return Err(OidcError::Misconfigured("its document names another issuer"));
        }
        let endpoint =
            |url: &str| Url::parse(url).ok().filter(|_| is_safe(url)).ok_or(OidcError::Misconfigured("an endpoint is no https URL"));
        let methods = &found.token_endpoint_auth_methods_supported;
        let offers = |method: &str| methods.iter().any(|offered| offered == method);
        Ok(Endpoints {
            authorization: endpoint(&found.authorization_endpoint)?,
            token: endpoint(&found.token_endpoint)?,
            keys: endpoint(&found.jwks_uri)?,
            // The standard's default is the header.
            secret_in_form: offers("client_secret_post") && !offers("client_secret_basic"),
        })
    }

    /// The identity token that a code stands for.
    pub async fn exchange(&self, code: &SecretString, verifier: &str, now: Timestamp) -> Result<SecretString, OidcError> {
        let endpoints = self.endpoints(now).await?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", &self.settings.redirect_uri),
            ("client_id", &self.settings.client_id),
            ("code_verifier", verifier),
        ];
        let mut request = self.http.post(endpoints.token.clone());
        match &self.settings.client_secret {
            Some(secret) if endpoints.secret_in_form => form.push(("client_secret", secret.expose_secret())),
            // Both encoded, as RFC 6749 wants in section 2.3.1.
            Some(secret) => request = request.basic_auth(encoded(&self.settings.client_id), Some(encoded(secret.expose_secret()))),
            None => {}
        }
        let response = request.form(&form).send().await.map_err(unreachable)?;
        let status = response.status();
        let body = body_of(response).await?;
        match status {
            StatusCode::OK => parsed::<Tokens>(&body).map(|tokens| tokens.id_token),
            _ => Err(refusal(status, &body)),
        }
    }

    /// The key that a token says it is signed with.
    pub async fn key_of(&self, token: &str, now: Timestamp) -> Result<Jwk, OidcError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenFault::Malformed)?;
        let kept = self.keys.lock().await.clone();
        if let Some(key) = kept.as_ref().and_then(|(keys, _)| named(keys, header.kid.as_deref())) {
            return Ok(key);
        }
        if kept.as_ref().is_some_and(|(_, read_at)| is_recent(*read_at, now, KEYS_ASKED)) {
            return Err(TokenFault::UnknownKey.into());
        }
        let endpoints = self.endpoints(now).await?;
        let keys: JwkSet = self.get(endpoints.keys.as_str()).await?;
        let key = named(&keys, header.kid.as_deref());
        *self.keys.lock().await = Some((keys, now));
        key.ok_or(TokenFault::UnknownKey.into())
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, OidcError> {
        let response = self.http.get(url).send().await.map_err(unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(OidcError::Misconfigured("its document is not there"));
        }
        parsed(&body_of(response).await?)
    }
}

/// A clock that was put back doesn't make what was read last for ever.
fn is_recent(read_at: Timestamp, now: Timestamp, kept: TimeDelta) -> bool {
    (now - read_at).abs() < kept
}

/// The key of this name; a provider with a single one needs no names.
fn named(keys: &JwkSet, kid: Option<&str>) -> Option<Jwk> {
    match kid {
        Some(kid) => keys.find(kid).cloned(),
        None => keys.keys.first().filter(|_| keys.keys.len() == 1).cloned(),
    }
}

fn unreachable(error: reqwest::Error) -> OidcError {
    OidcError::Unreachable(error.without_url())
}

async fn body_of(mut response: reqwest::Response) -> Result<Vec<u8>, OidcError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(OidcError::Misconfigured("its answer is too long"));
        }
    }
    Ok(body)
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, OidcError> {
    serde_json::from_slice(body).map_err(|_| OidcError::Misconfigured("its answer is not what the standard says"))
}

/// `invalid_grant` is about the code, everything else about us or the provider (RFC 6749, section 5.2).
fn refusal(status: StatusCode, body: &[u8]) -> OidcError {
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) if refusal.error == "invalid_grant" => OidcError::CodeRefused,
        Ok(refusal) if refusal.error == "invalid_client" => OidcError::Misconfigured("it does not know this client or its secret"),
        _ if status.is_server_error() => OidcError::Misconfigured("it fails"),
        _ => OidcError::Misconfigured("it refuses the exchange"),
    }
}
