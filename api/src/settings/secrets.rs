//! Secrets that stand in files of their own, as container platforms hand them out. A file's last line break isn't part of the secret.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::Settings;

/// The keys of all secrets: nothing of their values is ever told, not even what is wrong with one.
const SECRETS: [&str; 9] = [
    "database.url",
    "redis.url",
    "wechat.secret",
    "wechat.push_token",
    "wechat.push_key",
    "sms.key",
    "face.key",
    "oidc.client_secret",
    "vault.master_key",
];

/// Why a secret can't be had; whose it is and where it should be, never what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SecretFault {
    /// Given as a value and as a file.
    Twice {
        key: &'static str,
    },
    Unreadable {
        key: &'static str,
        path: PathBuf,
        kind: std::io::ErrorKind,
    },
}

/// Reads every secret that a file is named for; answers which came from where. The master key's file is the vault's to read.
pub(super) fn read_files(settings: &mut Settings) -> Result<Vec<(&'static str, PathBuf)>, SecretFault> {
    let all = [
        (&mut settings.database.url, &settings.database.url_file),
        (&mut settings.redis.url, &settings.redis.url_file),
        (&mut settings.wechat.secret, &settings.wechat.secret_file),
        (&mut settings.wechat.push_token, &settings.wechat.push_token_file),
        (&mut settings.wechat.push_key, &settings.wechat.push_key_file),
        (&mut settings.sms.key, &settings.sms.key_file),
        (&mut settings.face.key, &settings.face.key_file),
        (&mut settings.oidc.client_secret, &settings.oidc.client_secret_file),
    ];
    let mut read = Vec::new();
    for (key, (secret, file)) in SECRETS.into_iter().zip(all) {
        let Some(path) = file else { continue };
        if secret.is_some() {
            return Err(SecretFault::Twice { key });
        }
        *secret = Some(read_file(path).map_err(|kind| SecretFault::Unreadable { key, path: path.clone(), kind })?);
        read.push((key, path.clone()));
    }
    Ok(read)
}

fn read_file(path: &Path) -> Result<SecretString, std::io::ErrorKind> {
    let text = std::fs::read_to_string(path).map_err(|error| error.kind())?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

/// Whether `key` is a secret or a section that holds one.
pub(super) fn is_secret(key: &str) -> bool {
    SECRETS.iter().any(|secret| *secret == key || secret.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
}
