//! Reads the sources, refuses what no setting is called, and remembers where each value came from.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, Environment, File, FileFormat, Map, Source, Value, ValueKind};
use serde_json::Value as Json;

use super::Settings;
use super::secrets::{SecretFault, is_secret, read_files};

const PREFIX: &str = "BIANMIN";
const SEPARATOR: &str = "__";

/// Why the configuration can't be used. The text is for whoever runs the service.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("there is no configuration file {0}")]
    NoFile(PathBuf),
    /// Only the place: the text around it may hold a secret.
    #[error("configuration: {origin} can't be read: {fault}")]
    Unreadable { origin: String, fault: String },
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
        let keys = keys_of(&source).map_err(|error| unreadable(&path.display().to_string(), &error))?;
        origins.extend(keys.into_iter().map(|key| (key, path.display().to_string())));
        builder = builder.add_source(source);
    }
    let source = Environment::with_prefix(PREFIX).prefix_separator(SEPARATOR).separator(SEPARATOR).source(Some(environment));
    let keys = keys_of(&source).map_err(|error| unreadable("the environment", &error))?;
    origins.extend(keys.into_iter().map(|key| (key.clone(), format!("the environment ({})", variable(&key)))));
    let config = builder.add_source(source).build().map_err(|error| unreadable("a source", &error))?;
    refuse_unknown(&origins)?;
    let mut settings: Settings = config.try_deserialize().map_err(|error| blame(error, &origins))?;
    let from_files = read_files(&mut settings).map_err(|fault| blame_secret(fault, &origins))?;
    origins.extend(from_files.into_iter().map(|(key, path)| (key.to_owned(), path.display().to_string())));
    super::check::check(&settings).map_err(|(key, fault)| SettingsError::Wrong {
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

fn keys_of(source: &dyn Source) -> Result<Vec<String>, ConfigError> {
    let mut keys = Vec::new();
    collect_keys("", &source.collect()?, &mut keys);
    Ok(keys)
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

/// A parser's first line says where it stopped; the next ones quote what stands there.
fn unreadable(origin: &str, error: &ConfigError) -> SettingsError {
    let text = error.to_string();
    let place = text.lines().next().unwrap_or_default();
    let fault = if place.contains(" line ") { place } else { "it has no such form" };
    SettingsError::Unreadable { origin: origin.to_owned(), fault: fault.to_owned() }
}

/// Says which key a value of the wrong type belongs to, and who set it. The value itself isn't told: it may be a secret in a wrong place.
fn blame(error: ConfigError, origins: &BTreeMap<String, String>) -> SettingsError {
    let (key, fault) = match error {
        ConfigError::At { error, key: Some(key), .. } if !is_secret(&key) => (key, fault_of(*error)),
        ConfigError::At { key: Some(key), .. } => (key, "it has no such form".to_owned()),
        ConfigError::Type { key: Some(ref key), .. } => (key.clone(), fault_of(error)),
        other => return unreadable("a source", &other),
    };
    SettingsError::Wrong { origin: origin_of(origins, &key), key, fault }
}

fn fault_of(error: ConfigError) -> String {
    match error {
        ConfigError::Type { unexpected, expected, .. } => format!("{} where {expected} is expected", kind_of(unexpected)),
        other => other.to_string(),
    }
}

/// `string "long"`, `integer `5``, `sequence`: the kind alone.
fn kind_of(found: impl std::fmt::Display) -> String {
    found.to_string().split(['"', '`']).next().unwrap_or_default().trim().to_owned()
}

fn blame_secret(fault: SecretFault, origins: &BTreeMap<String, String>) -> SettingsError {
    let (key, fault) = match fault {
        SecretFault::Twice { key } => (key, format!("it is given itself and as {key}_file")),
        SecretFault::Unreadable { key, path, kind } => (key, format!("the file {} can't be read: {kind}", path.display())),
    };
    SettingsError::Wrong { origin: origin_of(origins, &format!("{key}_file")), key: key.to_owned(), fault }
}

fn origin_of(origins: &BTreeMap<String, String>, key: &str) -> String {
    origins.get(key).cloned().unwrap_or_else(|| "the defaults".into())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

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

    #[test]
    fn a_secret_is_never_shown_by_what_is_wrong_with_it_either() {
        let files = [
            "[wechat]\nsecret = \"hunter2",
            "[wechat]\nsecret = [\"hunter2\"]",
            "wechat = \"hunter2\"",
            "database = \"postgres://u:hunter2@h/d\"",
            "[database]\nurl = \"mysql://u:hunter2@h/d\"",
            "[redis.url]\nhunter2 = \"hunter2\"",
            "[queue]\nlease_minutes = \"hunter2\"",
            "[wechat]\nsecret = hunter2",
            "hunter2",
        ];
        for file in files {
            let error = with(file, &[]).unwrap_err();
            // The name of a key is shown, whatever it is called.
            let shown = format!("{error} {error:?}").replace("redis.url.hunter2", "");
            assert!(!shown.contains("hunter2"), "{file}: {shown}");
        }
    }

    #[test]
    fn a_secret_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://u:hunter2@h/d\n").unwrap();
        let named = [("BIANMIN__DATABASE__URL_FILE", path.to_str().unwrap())];
        let loaded = with("", &named).unwrap();
        assert_eq!(loaded.settings.database.url.as_ref().unwrap().expose_secret(), "postgres://u:hunter2@h/d");
        let shown = loaded.effective();
        let url = shown.iter().find(|setting| setting.key == "database.url").unwrap();
        assert_eq!((url.value.as_str(), url.origin.as_str()), ("\"***\"", path.to_str().unwrap()));

        let twice = refusal("[database]\nurl = \"postgres://h/d\"", &named);
        assert!(twice.contains("database.url") && twice.contains("database.url_file") && !twice.contains("hunter2"), "{twice}");
        let missing = refusal("", &[("BIANMIN__WECHAT__SECRET_FILE", "/nowhere/key")]);
        assert!(missing.contains("wechat.secret") && missing.contains("/nowhere/key"), "{missing}");
    }

    #[test]
    fn what_the_edge_lets_in_is_read_from_a_file_and_from_the_environment() {
        let file = "[edge]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[rates.person]\nread = \"5 per minute, burst 2\"";
        let origins = ("BIANMIN__EDGE__ALLOWED_ORIGINS", "https://a.example.cn, https://b.example.cn");
        let settings = with(file, &[origins, ("BIANMIN__RATES__ADDRESS__WRITE", "7 per hour, burst 1")]).unwrap().settings;
        assert_eq!((settings.edge.trusted_proxies.0.len(), settings.edge.allowed_origins.0.len()), (2, 2));
        assert_eq!(settings.rates.person.read.to_string(), "5 per minute, burst 2");
        assert_eq!(settings.rates.address.write.to_string(), "7 per hour, burst 1");
        assert_eq!(settings.rates.person.write.to_string(), "120 per minute, burst 120", "what isn't named keeps its default");
        let text = refusal("[rates.person]\nread = \"often\"", &[]);
        assert!(text.contains("\"rates.person.read\"") && text.contains("per minute"), "{text}");
        assert!(refusal("[rates.person]\nread_all = \"5 per minute, burst 2\"", &[]).contains("unknown key"));
    }
}
