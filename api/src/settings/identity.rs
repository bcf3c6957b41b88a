//! How people prove who they are.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// Codes, and how long a proof counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// For which a face check, or a document that a clerk saw, counts where an item asks for an identity check. Local; default: 30.
    pub holds_days: u16,
    /// For which a code by short message is good. Default: 5.
    pub sms_code_minutes: u32,
    /// Wrong tries at a code before it is good no more. Default: 5.
    pub sms_code_tries: u32,
    /// For which a code that a villager shows to a clerk is good. Default: 10.
    pub code_minutes: u32,
}

impl Default for Identity {
    fn default() -> Self {
        Self { holds_days: 30, sms_code_minutes: 5, sms_code_tries: 5, code_minutes: 10 }
    }
}

/// A provider that speaks the protocol of `docs/face-check.md`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Face {
    /// Where it answers. Without it there are no face checks, but in a demo, where a sandbox stands in.
    pub base_url: Option<String>,
    /// Our key there.
    #[serde(serialize_with = "hidden")]
    pub key: Option<SecretString>,
    pub key_file: Option<PathBuf>,
    /// For a whole call. Default: 5 seconds.
    pub timeout_secs: u64,
}

impl Default for Face {
    fn default() -> Self {
        Self { base_url: None, key: None, key_file: None, timeout_secs: 5 }
    }
}
