//! A stand-in for WeChat, for demos and tests: the HTTP of all calls that we make, as strict as WeChat's, and its pushes to us.
//! A gateway of short messages stands beside it. The production clients run against it unchanged. Beside WeChat's own paths it has
//! `/__sandbox`, where codes of named phones are had, consents given, the clock moved, faults and quotas set, and pages that show what a
//! phone would have received.
//! Invariants: a code lives five minutes and works once; a message takes what its user allowed of its template; chance comes from a seed,
//! so that a run can be repeated; all is in memory. Its clock is its caller's, and can be moved on. Units: seconds on the wire.
//! Source: WeChat's mini-program server documentation, and what developers report of it.

mod control;
mod face;
mod line;
mod mishaps;
mod outbound;
mod pages;
mod picture;
mod refusal;
mod settings;
mod sms;
#[cfg(test)]
mod tests;
mod wire;
mod world;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use chrono::TimeDelta;
use domain::time::Timestamp;
use tokio::task::AbortHandle;
use tracing::info;

pub use settings::{BadSettings, Consent, PushTarget, Quota, SandboxSettings, Template, Word};

use mishaps::Mishaps;
use outbound::Outbound;
use world::World;

const BODY_BYTES_MAX: usize = 64 * 1024;
/// How often the sandbox looks for pushes that have come due.
const PUSH_TICK: Duration = Duration::from_millis(200);

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("the WeChat sandbox cannot listen at {at}")]
    Listen {
        at: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Settings(#[from] BadSettings),
    #[error("the WeChat sandbox cannot push")]
    Outbound(#[source] reqwest::Error),
    #[error("the HTTP client of the sandbox cannot be made")]
    Client(#[from] reqwest::Error),
}

/// A sandbox at work, until it is stopped or the process ends.
pub struct Running {
    /// Where WeChat's paths are: the client's `wechat.base_url`.
    pub base_url: String,
    handle: ServerHandle,
    pushing: AbortHandle,
}

impl Running {
    pub async fn stop(self) {
        self.pushing.abort();
        // Clients keep their connections open: there is nothing to wait for.
        self.handle.stop(false).await;
    }
}

/// What the handlers share.
struct Sandbox {
    world: Mutex<World>,
    mishaps: Mutex<Mishaps>,
    outbound: Outbound,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    ahead_secs: AtomicI64,
}

impl Sandbox {
    /// Every change of the world is whole when it is seen: a panic elsewhere is no reason to stop.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mishaps(&self) -> MutexGuard<'_, Mishaps> {
        self.mishaps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        (self.clock)() + TimeDelta::seconds(self.ahead_secs.load(Ordering::SeqCst))
    }

    fn advance(&self, secs: i64) {
        self.ahead_secs.fetch_add(secs, Ordering::SeqCst);
    }
}

/// Starts a sandbox at `listen` (port 0: any free one) that lives by the clock `now`.
pub async fn start(
    listen: SocketAddr,
    settings: SandboxSettings,
    now: impl Fn() -> Timestamp + Clone + Send + Sync + 'static,
) -> Result<Running, SandboxError> {
    settings.check()?;
    let failed = |source| SandboxError::Listen { at: listen, source };
    let listener = TcpListener::bind(listen).map_err(failed)?;
    let base_url = format!("http://{}", listener.local_addr().map_err(failed)?);
    let (sms_key, receipts_url) = (settings.sms_key.clone(), settings.receipts_url.clone());
    let face = web::Data::new(face::FaceSandbox::new(settings.face_key.clone()));
    let sms = web::Data::new(sms::SmsSandbox::new(sms_key, receipts_url, now.clone())?);
    let sandbox = Arc::new(Sandbox {
        world: Mutex::new(World::new(settings)),
        mishaps: Mutex::default(),
        outbound: Outbound::new().map_err(SandboxError::Outbound)?,
        clock: Box::new(now),
        ahead_secs: AtomicI64::new(0),
    });
    let shared = web::Data::from(Arc::clone(&sandbox));
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(sms.clone())
            .app_data(face.clone())
            .app_data(web::PayloadConfig::new(BODY_BYTES_MAX))
            .wrap(from_fn(line::with_mishaps))
            .configure(wire::routes)
            .configure(control::routes)
            .configure(pages::routes)
            .configure(sms::routes)
            .configure(face::routes)
    };
    let server = HttpServer::new(app).workers(1).disable_signals().on_connect(line::keep).listen(listener).map_err(failed)?.run();
    let handle = server.handle();
    tokio::spawn(server);
    let pushing = tokio::spawn(push_for_ever(sandbox)).abort_handle();
    info!("a sandbox stands in for WeChat at {base_url}; see {base_url}/__sandbox");
    Ok(Running { base_url, handle, pushing })
}

async fn push_for_ever(sandbox: Arc<Sandbox>) {
    loop {
        sandbox.push_what_is_due().await;
        tokio::time::sleep(PUSH_TICK).await;
    }
}
