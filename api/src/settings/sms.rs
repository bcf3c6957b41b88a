//! The gateway of short messages.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// A gateway that speaks the protocol of `docs/sms-gateway.md`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sms {
    /// Where it answers. Without it nobody gets a short message, but in a demo, where a sandbox stands in.
    pub base_url: Option<String>,
    /// Our key there, which signs its receipts too.
    #[serde(serialize_with = "hidden")]
    pub key: Option<SecretString>,
    pub key_file: Option<PathBuf>,
    /// 签名, as it was granted: the gateway puts it in front of every text. Default: `便民服务`.
    pub signature: String,
    /// For a whole call. Default: 5 seconds.
    pub timeout_secs: u64,
}

impl Default for Sms {
    fn default() -> Self {
        Self { base_url: None, key: None, key_file: None, signature: "便民服务".into(), timeout_secs: 5 }
    }
}
