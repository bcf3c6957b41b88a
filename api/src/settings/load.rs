//! Reads the sources, refuses what no setting is called, and remembers where each value came from.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, Environment, File, FileFormat, Map, Source, Value, ValueKind};
use serde_json::Value as Json;

use super::Settings;

const PREFIX: &str = "BIANMIN";
const SEPARATOR: &str = "__";

/// Why the configuration can't be used. The text is for whoever runs the service.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("there is no configuration file {0}")]
    NoFile(PathBuf),
    #[error("configuration: {0}")]
    Unreadable(#[source] Box<ConfigError>),
    #[error("configuration: unknown key {key:?} in {origin}")]
    Unknown { key: String, origin: String },
    #[error("configuration: {key:?} in {origin}: {fault}")]
    Wrong { key: String, origin: String, fault: String },
}

/// The settings, and where each that isn't a default came from.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    origins: BTreeMap<String, String>,
}

/// One setting as it holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Effective {
    pub key: String,
    /// As JSON; a secret only as `"***"`.
    pub value: String,
    pub origin: String,
}

/// Reads `file` (which must be there if named), else `bianmin.toml` in the data folder if there is one, then `environment`.
pub fn load(file: Option<&Path>, data: &Path, environment: HashMap<String, String>) -> Result<Loaded, SettingsError> {
    let mut origins = BTreeMap::new();
    let mut builder = Config::builder();
    if let Some(path) = config_file(file, data)? {
        let source = File::from(path.as_path()).format(FileFormat::Toml);
        note_origins(&mut origins, &source, &|_| path.display().to_string())?;
        builder = builder.add_source(source);
    }
    let source = Environment::with_prefix(PREFIX).prefix_separator(SEPARATOR).separator(SEPARATOR).source(Some(environment));
    note_origins(&mut origins, &source, &|key| format!("the environment ({})", variable(key)))?;
    let config = builder.add_source(source).build().map_err(unreadable)?;
    refuse_unknown(&origins)?;
    let settings: Settings = config.try_deserialize().map_err(|error| blame(error, &origins))?;
    check(&settings).map_err(|(key, fault)| SettingsError::Wrong {
        key: key.into(),
        origin: origin_of(&origins, key),
        fault: fault.into(),
    })?;
    Ok(Loaded { settings, origins })
}

impl Loaded {
    /// Every setting, by key.
    pub fn effective(&self) -> Vec<Effective> {
        let leaves = leaves(&self.settings).into_iter();
        leaves.map(|(key, value)| Effective { origin: origin_of(&self.origins, &key), key, value: value.to_string() }).collect()
    }
}

fn config_file(named: Option<&Path>, data: &Path) -> Result<Option<PathBuf>, SettingsError> {
    let own = data.join("bianmin.toml");
    match named {
        Some(path) if path.is_file() => Ok(Some(path.to_owned())),
        Some(path) => Err(SettingsError::NoFile(path.to_owned())),
        None => Ok(own.is_file().then_some(own)),
    }
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{SEPARATOR}{}", key.to_uppercase().replace('.', SEPARATOR))
}

fn note_origins(origins: &mut BTreeMap<String, String>, source: &dyn Source, origin: &dyn Fn(&str) -> String) -> Result<(), SettingsError> {
    let mut keys = Vec::new();
    collect_keys("", &source.collect().map_err(unreadable)?, &mut keys);
    origins.extend(keys.into_iter().map(|key| {
        let origin = origin(&key);
        (key, origin)
    }));
    Ok(())
}

fn collect_keys(prefix: &str, table: &Map<String, Value>, keys: &mut Vec<String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match &value.kind {
            ValueKind::Table(inner) => collect_keys(&key, inner, keys),
            _scalar_or_list => keys.push(key),
        }
    }
}

fn refuse_unknown(origins: &BTreeMap<String, String>) -> Result<(), SettingsError> {
    let known = leaves(&Settings::default());
    match origins.iter().find(|(key, _)| !known.contains_key(*key) && !is_section(&known, key)) {
        Some((key, origin)) => Err(SettingsError::Unknown { key: key.clone(), origin: origin.clone() }),
        None => Ok(()),
    }
}

/// A section given as a plain value is known, and refused later as of the wrong type.
fn is_section(known: &BTreeMap<String, Json>, key: &str) -> bool {
    known.keys().any(|leaf| leaf.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
}

fn leaves(settings: &Settings) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    collect_leaves("", serde_json::to_value(settings).unwrap_or_default(), &mut found);
    found
}

fn collect_leaves(key: &str, value: Json, found: &mut BTreeMap<String, Json>) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let key = if key.is_empty() { name } else { format!("{key}.{name}") };
                collect_leaves(&key, value, found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            found.insert(key.to_owned(), value);
        }
    }
}

fn unreadable(error: ConfigError) -> SettingsError {
    SettingsError::Unreadable(Box::new(error))
}

/// Says which key a value of the wrong type belongs to, and who set it.
fn blame(error: ConfigError, origins: &BTreeMap<String, String>) -> SettingsError {
    match error {
        ConfigError::Type { unexpected, expected, key: Some(key), .. } => {
            SettingsError::Wrong { origin: origin_of(origins, &key), fault: format!("{unexpected} where {expected} is expected"), key }
        }
        ConfigError::At { error, key: Some(key), .. } => {
            SettingsError::Wrong { origin: origin_of(origins, &key), fault: error.to_string(), key }
        }
        other => unreadable(other),
    }
}

fn origin_of(origins: &BTreeMap<String, String>, key: &str) -> String {
    origins.get(key).cloned().unwrap_or_else(|| "the defaults".into())
}

/// What types alone don't say.
fn check(settings: &Settings) -> Result<(), (&'static str, &'static str)> {
    let at_least_one = [
        ("database.connections_max", u64::from(settings.database.connections_max)),
        ("token.access_minutes", u64::from(settings.token.access_minutes)),
        ("queue.lease_minutes", u64::from(settings.queue.lease_minutes)),
        ("queue.sweep_secs", settings.queue.sweep_secs),
        ("outbox.batch", u64::from(settings.outbox.batch)),
        ("outbox.poll_secs", settings.outbox.poll_secs),
        ("limits.idempotency_hours", u64::from(settings.limits.idempotency_hours)),
    ];
    if let Some((key, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
        return Err((key, "must be at least 1"));
    }
    if settings.wechat.secret.is_some() && settings.wechat.appid.is_empty() {
        return Err(("wechat.appid", "must be given together with wechat.secret"));
    }
    if settings.vault.master_key_file.is_some() && settings.vault.master_key.is_some() {
        return Err(("vault.master_key", "must not be given together with vault.master_key_file"));
    }
    if settings.limits.json_bytes_max < 1024 {
        return Err(("limits.json_bytes_max", "must be at least 1024"));
    }
    let positive = [("routing.speed_kmh", settings.routing.speed_kmh), ("routing.road_factor", settings.routing.road_factor)];
    match positive.into_iter().find(|(_, value)| !value.is_finite() || *value <= 0.0) {
        Some((key, _)) => Err((key, "must be more than 0")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::LogFormat;

    fn with(file: &str, environment: &[(&str, &str)]) -> Result<Loaded, SettingsError> {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("bianmin.toml"), file).unwrap();
        load(None, data.path(), environment.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect())
    }

    fn refusal(file: &str, environment: &[(&str, &str)]) -> String {
        with(file, environment).unwrap_err().to_string()
    }

    #[test]
    fn without_any_source_the_defaults_hold() {
        let loaded = load(None, Path::new("/nowhere"), HashMap::new()).unwrap();
        assert_eq!(loaded.settings.district.as_str(), "511499");
        assert!(loaded.effective().iter().all(|setting| setting.origin == "the defaults"));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = "[queue]\nlease_minutes = 10\nrise_after_minutes = 5\n[log]\nformat = \"text\"";
        let settings = with(file, &[("BIANMIN__QUEUE__LEASE_MINUTES", "20")]).unwrap().settings;
        assert_eq!((settings.queue.lease_minutes, settings.queue.rise_after_minutes), (20, 5));
        assert_eq!(settings.log.format, LogFormat::Text);
    }

    #[test]
    fn digits_in_the_environment_stay_text_where_text_is_asked() {
        assert_eq!(with("", &[("BIANMIN__DISTRICT", "011499")]).unwrap().settings.district.as_str(), "011499");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_source() {
        assert!(refusal("[queue]\nleese = 1", &[]).starts_with("configuration: unknown key \"queue.leese\" in "));
        assert_eq!(
            refusal("", &[("BIANMIN__QUEU__LEASE_MINUTES", "1")]),
            "configuration: unknown key \"queu.lease_minutes\" in the environment (BIANMIN__QUEU__LEASE_MINUTES)"
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_its_source() {
        let text = refusal("", &[("BIANMIN__QUEUE__LEASE_MINUTES", "long")]);
        assert!(text.starts_with("configuration: \"queue.lease_minutes\" in the environment (BIANMIN__QUEUE__LEASE_MINUTES)"), "{text}");
        let text = refusal("district = \"51\"", &[]);
        assert!(text.starts_with("configuration: \"district\" in ") && text.contains("bianmin.toml"), "{text}");
        let text = refusal("queue = 5", &[]);
        assert!(text.contains("\"queue\"") && text.contains("bianmin.toml"), "{text}");
        let text = refusal("[queue]\nlease_minutes = 0", &[]);
        assert!(text.contains("\"queue.lease_minutes\"") && text.contains("at least 1"), "{text}");
    }

    #[test]
    fn a_named_file_must_be_there() {
        let missing = load(Some(Path::new("/nowhere/x.toml")), Path::new("/nowhere"), HashMap::new());
        assert!(matches!(missing, Err(SettingsError::NoFile(_))));
    }

    #[test]
    fn a_secret_is_never_shown() {
        let loaded =
            with("[wechat]\nappid = \"wx1\"\nsecret = \"hunter2\"", &[("BIANMIN__DATABASE__URL", "postgres://u:hunter2@h/d")]).unwrap();
        let shown = format!("{:?} {:?}", loaded, loaded.effective());
        assert!(!shown.contains("hunter2") && shown.contains("***"), "{shown}");
    }
}
