//! The client of the district's own identity provider, where it has one.

use std::time::Duration;

use anyhow::Context;
use infra::oidc::{Oidc, OidcSettings};

use crate::settings;

pub fn connect(oidc: &settings::Oidc) -> anyhow::Result<Option<Oidc>> {
    let Some(issuer) = oidc.issuer.clone() else { return Ok(None) };
    let settings = OidcSettings {
        issuer,
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.clone(),
        redirect_uri: oidc.redirect_uri.clone(),
        login_claim: oidc.login_claim.clone(),
        timeout: Duration::from_secs(oidc.timeout_secs),
    };
    Oidc::new(settings).map(Some).context("the client of the identity provider can't be set up")
}
