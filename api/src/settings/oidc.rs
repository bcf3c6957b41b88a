//! The district's own identity provider.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// How this service is registered at the provider (OpenID Connect). Without an issuer staff have no such door.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oidc {
    /// As the provider writes it in its tokens: an https URL.
    pub issuer: Option<String>,
    pub client_id: String,
    /// None for a public client.
    #[serde(serialize_with = "hidden")]
    pub client_secret: Option<SecretString>,
    pub client_secret_file: Option<PathBuf>,
    /// The page of the staff's client to which the browser comes back; registered at the provider.
    pub redirect_uri: String,
    /// The claim that holds the login of the staff account. Default: `preferred_username`.
    pub login_claim: String,
    /// For one call. Default: 5 seconds.
    pub timeout_secs: u64,
}

impl Default for Oidc {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: String::new(),
            client_secret: None,
            client_secret_file: None,
            redirect_uri: String::new(),
            login_claim: "preferred_username".into(),
            timeout_secs: 5,
        }
    }
}
