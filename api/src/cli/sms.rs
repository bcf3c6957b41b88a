//! Which gateway of short messages it is: the one that is set up, the sandbox of a demo, or none.

use std::time::Duration;

use anyhow::Context;
use infra::sms::{Sms, SmsSettings};
use secrecy::SecretString;

use crate::settings;

/// Where the gateway pushes its receipts, below the service's own address.
pub const RECEIPTS: &str = "/callbacks/sms";

/// The client for the gateway that is set up; else for `sandbox`, if there is one.
pub fn connect(sms: &settings::Sms, sandbox: Option<(String, SecretString)>) -> anyhow::Result<Option<Sms>> {
    let own = sms.base_url.clone().zip(sms.key.clone());
    let Some((base_url, key)) = own.or(sandbox) else { return Ok(None) };
    let timeout = Duration::from_secs(sms.timeout_secs.max(1));
    let settings = SmsSettings { base_url, key, signature: sms.signature.clone(), timeout };
    Sms::new(settings).map(Some).context("the client of the gateway of short messages can't be set up")
}
