//! `serve`: opens the data folder, takes the port, says so, and serves until it is told to stop.

use std::io;
use std::sync::Arc;

use actix_web::web::Data;
use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

use super::{Serve, open, print, seed, welcome};
use crate::app::audit::Ripe;
use crate::http::{self, telemetry};
use crate::jobs;

/// Requests under way when SIGTERM or SIGINT comes are answered before the end.
pub async fn serve(args: Serve) -> anyhow::Result<()> {
    let mut settings = args.place.load()?.settings;
    settings.listen = args.listen.unwrap_or(settings.listen);
    telemetry::start(&settings.log)?;
    let bound = http::bind(settings.listen).with_context(|| format!("{} can't be listened on", settings.listen))?;
    let address = bound.address;
    settings.public_url.get_or_insert_with(|| format!("http://{address}"));
    let wanted = open::Wanted::of(args.demo);
    let store = open::open_store(&settings, &args.place.data, wanted).await?;
    seed::seed_if_new(&store, &settings, wanted).await?;
    if args.demo {
        seed::add_past_cases(&settings, &args.place.data, &store).await?;
    }
    let app = open::open(settings, &args.place.data, store).await?;
    let mut stop = Stop::listen().context("signals can't be listened for")?;
    jobs::begin_to_pass_on(&app).await.context("the updates that were told can't be read")?;
    let (server, handle) = bound.serve(Data::from(Arc::clone(&app))).context("the server doesn't start")?;
    let server = tokio::spawn(server);
    let jobs = jobs::start(&app);
    print(&format!("listening on http://{address}"))?;
    welcome::print(&app, address)?;
    stop.wait().await;
    info!("told to stop; finishing what is under way");
    app.live.close();
    handle.stop(true).await;
    jobs.stop().await;
    app.write_refusals(Ripe::All).await.context("the last refusals can't be written to the audit log")?;
    server.await?.context("the server failed")
}

/// What tells a process to stop.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    pub(super) async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
