//! Configuration: one typed struct, read and checked once, in `main`; each part goes to who needs it and nothing else
//! reads the environment.
//! Sources, later ones win: the defaults here, a TOML file, then `BIANMIN__SECTION__KEY` in the environment.
//! Units stand in the names (`_secs`, `_minutes`, `_bytes`). Secrets are never printed; each may stand in a file of its own, which
//! the setting of its name with `_file` names.
//! Errors: an unknown or wrong key stops the start; `SettingsError` names the key and where it came from.

mod check;
mod edge;
mod identity;
mod live;
mod load;
mod oidc;
mod secrets;
mod sms;
mod token;
mod wechat;

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::case::CaseRules;
use domain::channel::{ErrandRules, QuietHours};
use domain::evaluation::EvaluationRules;
use domain::floor::FloorRules;
use domain::ids::DistrictCode;
use domain::queue::StageAllowances;
use domain::routing::Tuning;
use infra::store::AuditHash;
use infra::vault::Algorithm;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

pub use edge::{ClassRates, Edge, Listed, Network, Origin, RateLimit, Rates};
pub use identity::{Face, Identity};
pub use live::Live;
pub use load::{Effective, Loaded, SettingsError, load};
pub use oidc::Oidc;
pub use sms::Sms;
pub use token::Token;
pub use wechat::{Wechat, WechatTemplates};

/// Everything that may differ between two installations.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where to listen. Default: 127.0.0.1:8080; `serve --listen` wins.
    pub listen: SocketAddr,
    /// What QR codes and links start with, without a trailing slash. Default: the address listened on.
    pub public_url: Option<String>,
    /// The district that this deployment serves. Default: 511499.
    pub district: DistrictCode,
    pub database: Database,
    pub redis: Redis,
    pub vault: Vault,
    pub token: Token,
    pub wechat: Wechat,
    pub sms: Sms,
    pub identity: Identity,
    pub face: Face,
    pub oidc: Oidc,
    pub uploads: Uploads,
    pub queue: Queue,
    pub live: Live,
    /// Numbers, slots and windows of the halls.
    pub floor: FloorRules,
    /// Periods of the case that local rules settle.
    pub cases: CaseRules,
    /// What local rules settle about reviews and what follows a bad one.
    pub evaluations: EvaluationRules,
    pub mandates: Mandates,
    pub rights: Rights,
    pub retention: Retention,
    /// Working days that a station gives itself for each stage.
    pub stages: StageAllowances,
    pub outbox: Outbox,
    /// Calls and visits by which stations tell people what no message could.
    pub errands: ErrandRules,
    pub audit: Audit,
    /// What the routing engine estimates with.
    pub routing: Tuning,
    pub paper: Paper,
    pub edge: Edge,
    pub rates: Rates,
    pub limits: Limits,
    pub log: Log,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            district: default_district(),
            database: Database::default(),
            redis: Redis::default(),
            vault: Vault::default(),
            token: Token::default(),
            wechat: Wechat::default(),
            sms: Sms::default(),
            identity: Identity::default(),
            face: Face::default(),
            oidc: Oidc::default(),
            uploads: Uploads::default(),
            queue: Queue::default(),
            live: Live::default(),
            floor: FloorRules::default(),
            cases: CaseRules::default(),
            evaluations: EvaluationRules::default(),
            mandates: Mandates::default(),
            rights: Rights::default(),
            retention: Retention::default(),
            stages: StageAllowances::default(),
            outbox: Outbox::default(),
            errands: ErrandRules::default(),
            audit: Audit::default(),
            routing: Tuning::default(),
            paper: Paper::default(),
            edge: Edge::default(),
            rates: Rates::default(),
            limits: Limits::default(),
            log: Log::default(),
        }
    }
}

#[expect(clippy::expect_used, reason = "a constant of the right form; a test loads it")]
fn default_district() -> DistrictCode {
    "511499".parse().expect("six digits")
}

/// Mandates (委托).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mandates {
    /// How long one lasts at most. Local; default: three years, 1095 days.
    pub days_max: u32,
}

impl Default for Mandates {
    fn default() -> Self {
        Self { days_max: 1095 }
    }
}

/// What people may ask about their data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rights {
    /// Calendar days for which what needs a second person's word waits for it. Local; default: 15.
    pub second_word_days: u16,
}

impl Default for Rights {
    fn default() -> Self {
        Self { second_word_days: 15 }
    }
}

/// How long what is kept is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Whole years after the day on which a case ended. The archive rules know 10 and 30 (国家档案局令第8号). Default: 10.
    pub case_years: u16,
    /// Days after which a file that was handed in and never used is erased. Default: 7.
    pub loose_upload_days: u16,
    /// Days that a person's list of messages goes back. Default: 365.
    pub news_days: u16,
    /// Days that numbers taken in a hall, and booked slots, are looked back on. Default: 90.
    pub visit_days: u16,
    /// Whole years after which somebody is forgotten who was entered at a counter, never signed in, and is named by nothing any more.
    /// Default: 3.
    pub unused_person_years: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { case_years: 10, loose_upload_days: 7, news_days: 365, visit_days: 90, unused_person_years: 3 }
    }
}

/// Where truth is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `postgres://…` in production. Default: SQLite in the data folder.
    #[serde(serialize_with = "hidden")]
    pub url: Option<SecretString>,
    pub url_file: Option<PathBuf>,
    /// Default: 16 connections.
    pub connections_max: u32,
    /// How long a request waits for a connection. Default: 5 seconds.
    pub acquire_timeout_secs: u64,
    /// Default: 5 seconds.
    pub connect_timeout_secs: u64,
    /// After which PostgreSQL gives a statement up. Default: 15 seconds.
    pub statement_timeout_secs: u64,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            connections_max: 16,
            acquire_timeout_secs: 5,
            connect_timeout_secs: 5,
            statement_timeout_secs: 15,
        }
    }
}

/// Shared state that may be lost: caches, live load, wake-ups.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Redis {
    /// `redis://…`. Default: kept in this process, which is right for a single instance.
    #[serde(serialize_with = "hidden")]
    pub url: Option<SecretString>,
    pub url_file: Option<PathBuf>,
    /// Stands before every key, so that deployments can share a server. Default: `bianmin`.
    pub prefix: String,
    /// How long a call waits before this instance goes on alone. Default: 500 milliseconds.
    pub timeout_ms: u64,
}

impl Default for Redis {
    fn default() -> Self {
        Self { url: None, url_file: None, prefix: "bianmin".into(), timeout_ms: 500 }
    }
}

/// What personal data are sealed under.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vault {
    /// The file of the master key (64 hexadecimal digits), the same on every instance. Default: with SQLite, and in a demo, made on
    /// first start and kept in `keys/`.
    pub master_key_file: Option<PathBuf>,
    /// The master key itself, for whoever hands secrets over in the environment. One of the two may be given.
    #[serde(serialize_with = "hidden")]
    pub master_key: Option<SecretString>,
    /// `aes_256_gcm` or `sm4_gcm`, for keys that are made from now on; what there is opens as before. Default: `aes_256_gcm`.
    pub algorithm: Algorithm,
}

/// Photos and PDFs of materials.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Uploads {
    /// One file. Default: 10 MiB.
    pub file_bytes_max: usize,
    /// Files that one person may hold without a case. Default: 60.
    pub loose_files_max: u32,
    /// Width times height of a picture. Default: 52 million, what a phone's large sensor gives.
    pub picture_points_max: u64,
    /// Pictures decoded at once; more wait. Each may take four bytes a point, twice where it is turned. Default: 2.
    pub pictures_at_once: usize,
    /// What all uploads under way may hold in memory together; what would exceed it is asked to come again. Default: 128 MiB.
    pub receiving_bytes_max: usize,
    /// How long a client may take to send a file: over a weak rural network, some minutes. Default: 300 seconds.
    pub receive_secs: u64,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            file_bytes_max: 10 * 1024 * 1024,
            loose_files_max: 60,
            picture_points_max: 52_000_000,
            pictures_at_once: 2,
            receiving_bytes_max: 128 * 1024 * 1024,
            receive_secs: 300,
        }
    }
}

/// Work items and their leases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// How long a claim holds before the work item returns to its pool. Default: 30 minutes.
    pub lease_minutes: u32,
    /// After which a stage that nobody present may take rises to the station above. Default: 60 minutes.
    pub rise_after_minutes: u32,
    /// How long an item is kept for the one clerk whom it is meant for: who knows the case after a supplement, whom a colleague or a
    /// supervisor gave it to. Default: 120 minutes in which its station is open.
    pub keep_minutes: u32,
    /// How long an item waits for somebody who is trained for its topic. Default: 240 minutes in which the claimant's station is open.
    pub trained_only_minutes: u32,
    /// How long an item isn't offered again to who was found to be barred from it. Default: 10 minutes.
    pub ask_again_minutes: u32,
    /// How often ended leases, risen stages and run-out clocks are looked for. Default: 15 seconds.
    pub sweep_secs: u64,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            lease_minutes: 30,
            rise_after_minutes: 60,
            keep_minutes: 120,
            trained_only_minutes: 240,
            ask_again_minutes: 10,
            sweep_secs: 15,
        }
    }
}

/// Side effects on their way out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbox {
    /// Rows taken at once. Default: 50.
    pub batch: u32,
    /// Attempts before a message is given up on a way. Where there is another way, WeChat has three. Default: 8.
    pub attempts_max: u32,
    /// How often waiting rows are looked for when nothing wakes the worker. Default: 2 seconds.
    pub poll_secs: u64,
    /// When nothing rings on anybody's phone: what falls into them waits for their end. Default: `21:00-08:00`.
    pub quiet_hours: QuietHours,
    /// After which the gateway is asked what became of a short message that it took; and then every so often. Default: 30 minutes.
    pub receipt_minutes: u32,
    /// After which nobody will know what became of it: whom it matters for is called. Default: 24 hours.
    pub receipt_hours_max: u32,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { batch: 50, attempts_max: 8, poll_secs: 2, quiet_hours: QuietHours::default(), receipt_minutes: 30, receipt_hours_max: 24 }
    }
}

/// The audit log.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audit {
    /// How new entries are bound to the ones before: `sha256` or `sm3`. Default: `sha256`.
    pub hash: AuditHash,
}

/// Fonts for certificates and notices; Debian's `fonts-noto-cjk` has the defaults.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paper {
    pub font: PathBuf,
    pub font_bold: PathBuf,
}

impl Default for Paper {
    fn default() -> Self {
        let noto = PathBuf::from("/usr/share/fonts/opentype/noto");
        Self { font: noto.join("NotoSerifCJK-Regular.ttc"), font_bold: noto.join("NotoSerifCJK-Bold.ttc") }
    }
}

/// Everything has a limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// A JSON body. Default: 256 KiB.
    pub json_bytes_max: usize,
    /// The body of a sign-in. Default: 8 KiB.
    pub sign_in_bytes_max: usize,
    /// How long a client may take to send a body that is no file. Default: 30 seconds.
    pub body_secs: u64,
    /// A request's address with its query. Default: 8 KiB.
    pub uri_bytes_max: usize,
    /// All header fields of a request together. Default: 16 KiB; past 128 KiB, or 96 fields, the connection is closed without a word.
    pub header_bytes_max: usize,
    /// Default: 32.
    pub query_parameters_max: usize,
    /// How long an answer is kept for a repeated `Idempotency-Key`. Default: 48 hours.
    pub idempotency_hours: u32,
    /// How long a client may take to send a request's head. Default: 5 seconds.
    pub request_head_secs: u64,
    /// How long a connection may rest between two requests. Default: 15 seconds.
    pub keep_alive_secs: u64,
    /// How long a client may take to close a connection that ends. Default: 3 seconds.
    pub disconnect_secs: u64,
    /// Connections of one worker thread, of which there is one a core; more wait. Default: 5000.
    pub connections_max: usize,
    /// How long requests under way may take once the server is told to stop. Default: 20 seconds.
    pub shutdown_secs: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes_max: 256 * 1024,
            sign_in_bytes_max: 8 * 1024,
            body_secs: 30,
            uri_bytes_max: 8 * 1024,
            header_bytes_max: 16 * 1024,
            query_parameters_max: 32,
            idempotency_hours: 48,
            request_head_secs: 5,
            keep_alive_secs: 15,
            disconnect_secs: 3,
            connections_max: 5_000,
            shutdown_secs: 20,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A JSON object a line, for machines.
    Json,
    /// For a person at a terminal.
    Text,
}

/// Logs go to stderr.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// As `tracing_subscriber::EnvFilter` reads it. Default: `info,actix_server=warn,sea_orm_migration=warn`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, filter: "info,actix_server=warn,sea_orm_migration=warn".into() }
    }
}

/// A secret is shown as set or not set, never as itself.
fn hidden<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(_) => serializer.serialize_some("***"),
        None => serializer.serialize_none(),
    }
}
