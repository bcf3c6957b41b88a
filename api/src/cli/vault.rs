//! Where the master key is.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use infra::store::VaultSettings;
use infra::vault::{self, MasterKey};
use secrecy::ExposeSecret;

use super::open::Wanted;
use crate::settings::Settings;

/// In the data folder, where no setting names another place.
const OWN_FILE: &str = "keys/master.key";

/// The master key that is set up. Where none is, the data folder's own; it is made where data folder and database belong together
/// (SQLite), and in a demo.
pub fn settings(settings: &Settings, data: &Path, wanted: Wanted) -> anyhow::Result<VaultSettings> {
    Ok(VaultSettings { master: master(settings, data, wanted)?, algorithm: settings.vault.algorithm })
}

fn master(settings: &Settings, data: &Path, wanted: Wanted) -> anyhow::Result<MasterKey> {
    let own = data.join(OWN_FILE);
    let may_be_made = wanted == Wanted::Demo || settings.database.url.is_none();
    match (&settings.vault.master_key, &settings.vault.master_key_file) {
        (Some(key), _) => key.expose_secret().parse().context("the setting vault.master_key can't be used"),
        (None, Some(file)) => vault::load(file).context("the setting vault.master_key_file can't be used"),
        (None, None) if may_be_made => Ok(vault::load_or_create(&own)?),
        (None, None) if own.is_file() => Ok(vault::load(&own)?),
        (None, None) => bail!("{}", missing(own)),
    }
}

fn missing(own: PathBuf) -> String {
    format!(
        "there is no master key: personal data are sealed under one. Make it (openssl rand -hex 32 > FILE; chmod 600 FILE), keep a copy \
         apart from the database's backups, and name the file in the setting vault.master_key_file (or put it at {})",
        own.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_postgres() -> Settings {
        let mut settings = Settings::default();
        settings.database.url = Some("postgres://localhost/bianmin".into());
        settings
    }

    #[test]
    fn on_postgresql_a_missing_master_key_stops_the_start_and_names_the_setting() {
        let data = tempfile::tempdir().unwrap();
        let error = super::settings(&on_postgres(), data.path(), Wanted::Live).unwrap_err();
        assert!(error.to_string().contains("vault.master_key_file"), "{error}");
        assert!(super::settings(&on_postgres(), data.path(), Wanted::Demo).is_ok());
    }

    #[test]
    fn the_data_folders_own_key_is_made_once_and_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        let master = |settings: &Settings| super::settings(settings, data.path(), Wanted::Live).unwrap().master.fingerprint();
        let made = master(&Settings::default());
        assert_eq!(master(&Settings::default()), made);
        assert_eq!(master(&on_postgres()), made);
        let mode = std::fs::metadata(data.path().join(OWN_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_is_none_is_refused_without_being_shown() {
        let data = tempfile::tempdir().unwrap();
        let mut settings = on_postgres();
        settings.vault.master_key = Some("hunter2".into());
        let error = super::settings(&settings, data.path(), Wanted::Live).unwrap_err();
        assert!(!format!("{error:#} {error:?}").contains("hunter2"));
    }
}
