//! The command line. Answers go to stdout, logs and complaints to stderr; a failure ends with a status other than 0.

mod audit;
mod check_config;
mod demo_code;
mod explain;
mod face;
mod find;
mod keys;
mod oidc;
mod open;
mod seed;
mod serve;
mod sms;
mod staff;
mod token_keys;
mod vault;
mod wechat;
mod welcome;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::clock::ClockKind;
use crate::http::openapi;
use crate::settings::{self, Loaded};

/// One-stop convenience services for a district (便民服务).
#[derive(Debug, Parser)]
#[command(name = "bianmin", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves; an empty data folder is migrated and seeded first.
    Serve(Serve),
    /// Brings the database to this version's shape.
    Migrate(Migrate),
    /// Looks after the audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Loads the catalogue, the district and the calendar; what is there already and equal stays.
    Seed(Seed),
    /// The keys that personal data are sealed under, and those that tokens are signed with.
    #[command(subcommand)]
    Keys(Keys),
    /// Says in which columns given texts stand, what is sealed included, and which files no row names: to prove an erasure.
    Find(Find),
    /// Prints why a case is handled as it is: every way that was looked at when it got its plan, what was chosen, and why the rest lost.
    Explain(Explain),
    /// Opens accounts of staff, and takes second factors away from who lost them.
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// Prints the code that the authenticator of a demo's account shows now: it is good for one sign-in.
    DemoCode(DemoCode),
    /// Runs a sandbox that stands in for WeChat, for trials and tests of whatever speaks with it.
    WechatSandbox(WechatSandbox),
    /// Prints the settings that hold, each with its source; secrets are hidden.
    CheckConfig(Place),
    /// Prints the OpenAPI document.
    Openapi,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Lists the data keys, each with how many values and files it still seals.
    List(Place),
    /// Makes new data keys, of the algorithm that is set. Services that run take them up, and seal anew what there is.
    Rotate(Place),
    /// Wraps all keys under the master key in FILE; makes it where there is none. Then name it in the settings.
    Rewrap(Rewrap),
    /// The keys that access tokens are signed with.
    #[command(subcommand)]
    Tokens(TokenKeys),
}

#[derive(Debug, Subcommand)]
enum TokenKeys {
    /// Lists them, with what each does and until when.
    List(Place),
    /// Makes the next one, and publishes it; it signs after `token.key_lead_minutes`.
    Rotate(Place),
    /// Forgets one that leaked, at once and for good; another signs from now on, and whoever is signed in refreshes.
    Drop(DropKey),
}

#[derive(Debug, Args)]
struct DropKey {
    #[command(flatten)]
    place: Place,
    /// The key's name (`kid`).
    kid: String,
}

#[derive(Debug, Args)]
struct Rewrap {
    #[command(flatten)]
    place: Place,
    /// The file of the new master key.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Where data and settings are.
#[derive(Debug, Args)]
struct Place {
    /// The folder with the database, files and keys.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Settings; without it, `bianmin.toml` in the data folder if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn load(&self) -> anyhow::Result<Loaded> {
        let environment = std::env::vars().collect();
        Ok(settings::load(self.config.as_deref(), &self.data, environment)?)
    }
}

#[derive(Debug, Args)]
struct Migrate {
    #[command(flatten)]
    place: Place,
    /// A PostgreSQL role to let run the service: it may add to the audit log, and neither change nor empty it.
    #[arg(long, value_name = "NAME")]
    service_role: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Walks the whole log and names the first entry that isn't as it was written; then the status isn't 0.
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    place: Place,
    /// A head that an earlier run told, as it told it: the log must still go through it.
    #[arg(long, value_name = "NUMBER:HASH")]
    noted: Option<String>,
}

#[derive(Debug, Args)]
struct Explain {
    #[command(flatten)]
    place: Place,
    /// The case's number.
    case_no: String,
}

#[derive(Debug, Args)]
struct DemoCode {
    #[command(flatten)]
    place: Place,
    /// What the account signs in with.
    login: String,
}

#[derive(Debug, Args)]
struct Find {
    #[command(flatten)]
    place: Place,
    /// A file with the texts, a line each: what is personal is never on a command line.
    #[arg(long, value_name = "FILE")]
    texts: PathBuf,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where to listen; port 0 takes a free one. Wins over the setting `listen`.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// With demo accounts and cases, a sandbox for WeChat and a clock that can be moved. Never on real data.
    #[arg(long)]
    demo: bool,
}

#[derive(Debug, Args)]
struct WechatSandbox {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The app that it knows, its templates, quotas and where it pushes to, as TOML; without it, the demo's.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Seed {
    #[command(flatten)]
    place: Place,
    /// Adds demo accounts and cases.
    #[arg(long)]
    demo: bool,
    /// A folder of catalogue files to load in the place of those that come along.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
}

/// Does what the command line says.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(args) => runtime()?.block_on(serve::serve(args)),
        Command::Migrate(args) => runtime()?.block_on(open::migrate(&args)),
        Command::Audit(Audit::Verify(args)) => runtime()?.block_on(audit::verify(&args)),
        Command::Seed(args) => runtime()?.block_on(seed::seed(&args)),
        Command::Keys(Keys::List(place)) => runtime()?.block_on(keys::list(&place)),
        Command::Keys(Keys::Rotate(place)) => runtime()?.block_on(keys::rotate(&place)),
        Command::Keys(Keys::Rewrap(args)) => runtime()?.block_on(keys::rewrap(&args.place, &args.to)),
        Command::Keys(Keys::Tokens(command)) => runtime()?.block_on(token_keys::run(command)),
        Command::Explain(args) => runtime()?.block_on(explain::explain(&args)),
        Command::Find(args) => runtime()?.block_on(find::find(&args)),
        Command::DemoCode(args) => runtime()?.block_on(demo_code::demo_code(&args)),
        Command::Staff(command) => runtime()?.block_on(staff::run(command)),
        Command::WechatSandbox(args) => runtime()?.block_on(wechat::sandbox(&args)),
        Command::CheckConfig(place) => check_config::check_config(&place),
        Command::Openapi => print(&openapi::document(ClockKind::Real).to_pretty_json()?),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the async runtime doesn't start")
}

/// Prints a line; whoever closed the pipe early has seen enough.
fn print(line: &str) -> anyhow::Result<()> {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("stdout can't be written"),
    }
}

/// An application over a data folder, with default settings.
#[cfg(test)]
pub(crate) async fn open_for_tests(data: &std::path::Path, clock: ClockKind) -> std::sync::Arc<crate::app::App> {
    let wanted = match clock {
        ClockKind::Real => open::Wanted::Live,
        ClockKind::Demo => open::Wanted::Demo,
    };
    let settings = settings::Settings::default();
    let store = open::open_store(&settings, data, wanted).await.unwrap();
    seed::seed_if_new(&store, &settings, wanted).await.unwrap();
    open::open(settings, data, store).await.unwrap()
}
