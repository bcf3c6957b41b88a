//! A small stand-in for WeChat, for demos and tests: the HTTP of sign-in, access token and subscription messages, as strict as WeChat's.
//! The production client runs against it unchanged. Beside WeChat's own paths it has `/sandbox`, where codes of named phones are had,
//! consents given, and read what a phone would have shown.
//! Invariants: a login code lives five minutes and works once; a message takes one consent of its user for its template; all is in memory.
//! Its clock is its caller's. Units: seconds on the wire. Source: WeChat's mini-program server documentation.

mod fault;
mod pages;
mod settings;
#[cfg(test)]
mod tests;
mod values;
mod wire;
mod world;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use domain::time::Timestamp;
use tracing::info;

pub use settings::{BadTemplateKey, SandboxSettings, Template};

use world::World;

const BODY_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("the WeChat sandbox cannot listen at {at}")]
    Listen {
        at: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Template(#[from] BadTemplateKey),
}

/// A sandbox at work, until it is stopped or the process ends.
pub struct Running {
    /// Where WeChat's paths are: the client's `wechat.base_url`.
    pub base_url: String,
    handle: ServerHandle,
}

impl Running {
    pub async fn stop(self) {
        // Clients keep their connections open: there is nothing to wait for.
        self.handle.stop(false).await;
    }
}

/// What the handlers share.
struct Sandbox {
    world: Mutex<World>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Sandbox {
    /// Every change of the world is whole when it is seen: a panic elsewhere is no reason to stop.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        (self.now)()
    }
}

/// Starts a sandbox at `listen` (port 0: any free one) that lives by the clock `now`.
pub async fn start(
    listen: SocketAddr,
    settings: SandboxSettings,
    now: impl Fn() -> Timestamp + Send + Sync + 'static,
) -> Result<Running, SandboxError> {
    settings.check()?;
    let failed = |source| SandboxError::Listen { at: listen, source };
    let listener = TcpListener::bind(listen).map_err(failed)?;
    let base_url = format!("http://{}", listener.local_addr().map_err(failed)?);
    let sandbox = web::Data::new(Sandbox { world: Mutex::new(World::new(settings)), now: Box::new(now) });
    let app = move || {
        App::new()
            .app_data(sandbox.clone())
            .app_data(web::PayloadConfig::new(BODY_BYTES_MAX))
            .configure(wire::routes)
            .configure(pages::routes)
    };
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).map_err(failed)?.run();
    let handle = server.handle();
    tokio::spawn(server);
    info!("a sandbox stands in for WeChat at {base_url}; see {base_url}/sandbox");
    Ok(Running { base_url, handle })
}
