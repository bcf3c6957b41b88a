//! Which provider of face checks it is: the one that is set up, the sandbox of a demo, or none.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use infra::face::{FaceChecks, FaceSettings, HttpFaceChecks};
use secrecy::SecretString;

use crate::settings;

/// The client for the provider that is set up; else for `sandbox`, if there is one.
pub fn connect(face: &settings::Face, sandbox: Option<(String, SecretString)>) -> anyhow::Result<Option<Arc<dyn FaceChecks>>> {
    let own = face.base_url.clone().zip(face.key.clone());
    let Some((base_url, key)) = own.or(sandbox) else { return Ok(None) };
    let settings = FaceSettings { base_url, key, timeout: Duration::from_secs(face.timeout_secs.max(1)) };
    let client = HttpFaceChecks::new(settings).context("the client of the provider of face checks can't be set up")?;
    Ok(Some(Arc::new(client)))
}
