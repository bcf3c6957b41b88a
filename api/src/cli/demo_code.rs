//! `demo-code`: what the authenticator of a demo account shows. Whoever runs this has the demo's data anyway.

use anyhow::{Context, ensure};

use super::open::{self, Wanted};
use super::{DemoCode, print};
use crate::clock::ClockKind;

pub async fn demo_code(args: &DemoCode) -> anyhow::Result<()> {
    let (settings, data) = (args.place.load()?.settings, &args.place.data);
    let store = open::open_store(&settings, data, Wanted::Demo).await?;
    let app = open::open_alone(settings, data, store).await?;
    ensure!(app.clock.kind() == ClockKind::Demo, "this data folder wasn't made with --demo: its staff have authenticators of their own");
    let code = app.demo_code(&args.login, app.clock.now()).await;
    print(&code.with_context(|| format!("there is no code for {}", args.login))?)
}
