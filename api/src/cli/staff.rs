//! `staff add`: opens an account beside the server, above all the first security administrator's, who then opens the others; `staff
//! reset-second-factor`: for the last of them, whom no other administrator can help. Whoever runs this has the database anyway; the first
//! password is printed once.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::ids::{AccountId, DivisionCode, StationCode};
use domain::people::{Grant, Phone, Role, Scope};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::open::{self, Wanted};
use super::{Place, print};
use crate::app::staff::{NewAccount, add_staff, reset_second_factor};
use crate::app::{STAFF_CHANGED, read_map};
use crate::clock::{Clock, ClockKind};
use infra::passwords::{self, PasswordSettings, Passwords};

#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Opens an account for a staff member and prints its first password.
    Add(StaffAdd),
    /// Takes authenticator and recovery codes of an account away: its sessions end, and others are set up at its next sign-in.
    ResetSecondFactor(StaffReset),
}

#[derive(Debug, Args)]
pub struct StaffReset {
    #[command(flatten)]
    place: Place,
    /// What the account signs in with.
    #[arg(long)]
    login: String,
}

#[derive(Debug, Args)]
pub struct StaffAdd {
    #[command(flatten)]
    place: Place,
    /// What they sign in with.
    #[arg(long)]
    login: String,
    /// Their name, as on the identity card.
    #[arg(long)]
    name: String,
    #[arg(long, value_name = "NUMBER")]
    citizen_id: String,
    #[arg(long)]
    phone: Option<String>,
    /// `clerk`, `approver`, `courier`, `supervisor`, `system_admin`, `security_admin` or `audit_admin`.
    #[arg(long, value_parser = role)]
    role: Role,
    /// Where the role holds: a division and all in it (an administrator's: the whole district).
    #[arg(long, value_name = "CODE", conflicts_with = "station")]
    division: Option<DivisionCode>,
    /// Where the role holds: one station.
    #[arg(long, value_name = "CODE")]
    station: Option<StationCode>,
}

fn role(text: &str) -> Result<Role, serde_json::Error> {
    serde_json::from_value(text.into())
}

pub async fn run(command: StaffCommand) -> anyhow::Result<()> {
    match command {
        StaffCommand::Add(args) => add(args).await,
        StaffCommand::ResetSecondFactor(args) => reset(args).await,
    }
}

async fn reset(args: StaffReset) -> anyhow::Result<()> {
    let settings = args.place.load()?.settings;
    let store = open::open_store(&settings, &args.place.data, Wanted::Live).await?;
    let app = open::open_alone(settings, &args.place.data, store).await?;
    let found = app.store.read(app.district()).account_by_login(&args.login).await?;
    let (id, now) = (found.with_context(|| format!("there is no account {}", args.login))?.id, app.clock.now());
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { reset_second_factor(tx, (None, now), id).await }));
    unit.await.context("the second factor can't be taken away")?;
    print(&format!("account {} is out, and sets up a second factor at its next sign-in", args.login))
}

async fn add(args: StaffAdd) -> anyhow::Result<()> {
    let scope = match (args.station, args.division) {
        (Some(station), None) => Scope::Station(station),
        (None, Some(division)) => Scope::Division(division),
        (Some(_), Some(_)) | (None, None) => bail!("say where the role holds: --division or --station"),
    };
    let phone = args.phone.as_deref().map(str::parse::<Phone>).transpose()?;
    let grants = vec![Grant { role: args.role, scope }];
    let new = NewAccount { login: args.login, name: args.name, citizen_id: args.citizen_id, phone, grants };
    let settings = args.place.load()?.settings;
    let store = open::open_store(&settings, &args.place.data, Wanted::Live).await?;
    let map = read_map(&store.read(&settings.district)).await.context("there is no district yet; run `bianmin seed` first")?;
    let shown = passwords::generate();
    let hash = Passwords::new(&PasswordSettings::default())?.hash(shown.clone()).await?;
    let (id, now) = (AccountId::new(Uuid::now_v7()), Clock::new(ClockKind::Real).now());
    let added = store.write(&settings.district, move |tx| Box::pin(async move { add_staff(tx, &map, None, new, (id, hash, now)).await }));
    let login = added.await.context("the account can't be opened")?.account.login;
    // Whoever isn't reached looks by itself, soon.
    open::shared(&settings.redis)?.notify(STAFF_CHANGED).await;
    print(&format!("account {login} is open; first password, to be changed at the first sign-in: {}", shown.expose_secret()))
}
