//! The HTTP server: binds first, so that the port is known before it serves; stops when told to, after what is under way.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::web::{self, Data, PathConfig, PayloadConfig, QueryConfig};
use actix_web::{App as Actix, Error, HttpServer};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::audit::note_refusals;
use super::openapi;
use super::problem::{path_fault, query_fault};
use super::routes::{Routes, unmatched};
use super::telemetry::{RequestSpan, finish};
use crate::app::App;

/// The page that tries the interface out loads nothing from elsewhere; its own styles are inline.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/// A listening socket.
pub struct Bound {
    listener: TcpListener,
    pub address: SocketAddr,
}

/// Takes the port; port 0 takes a free one.
pub fn bind(address: SocketAddr) -> io::Result<Bound> {
    let listener = TcpListener::bind(address)?;
    Ok(Bound { address: listener.local_addr()?, listener })
}

impl Bound {
    /// Starts to serve. The server runs while it is awaited.
    pub fn serve(self, app: Data<App>) -> io::Result<(Server, ServerHandle)> {
        let limits = app.settings.limits.clone();
        let shared = Shared::of(app);
        let server = HttpServer::new(move || service(shared.clone()))
            .client_request_timeout(Duration::from_secs(limits.request_head_secs))
            .shutdown_timeout(limits.shutdown_secs)
            .disable_signals()
            .listen(self.listener)?
            .run();
        let handle = server.handle();
        Ok((server, handle))
    }
}

/// What every worker shares.
#[derive(Clone)]
pub(super) struct Shared {
    app: Data<App>,
    routes: Data<Routes>,
    document: Data<openapi::Rendered>,
}

impl Shared {
    pub(super) fn of(app: Data<App>) -> Self {
        let document = openapi::document(app.clock.kind());
        Self { app, routes: Data::new(Routes::of(&document)), document: Data::new(openapi::Rendered::of(&document)) }
    }
}

/// One worker's application. The last `wrap` is the outermost.
pub(super) fn service(
    shared: Shared,
) -> Actix<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>> {
    let clock = shared.app.clock.kind();
    let (actix, _) = Actix::new()
        .into_utoipa_app()
        .app_data(shared.app.clone())
        .app_data(shared.routes.clone())
        .app_data(shared.document.clone())
        .configure(|config: &mut ServiceConfig| super::routes(config, clock))
        .split_for_parts();
    actix
        .service(web::redirect("/", "/api/docs/"))
        .service(web::redirect("/api/docs", "/api/docs/"))
        .service(SwaggerUi::new("/api/docs/{_:.*}").config(Config::from(openapi::DOCUMENT_PATH)))
        .app_data(PayloadConfig::new(shared.app.settings.limits.json_bytes_max))
        .app_data(PathConfig::default().error_handler(path_fault))
        .app_data(QueryConfig::default().error_handler(query_fault))
        .default_service(web::to(unmatched))
        .wrap(from_fn(note_refusals))
        .wrap(from_fn(finish))
        .wrap(Compress::default())
        .wrap(security_headers())
        .wrap(TracingLogger::<RequestSpan>::new())
}

fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Referrer-Policy", "no-referrer"))
        .add(("Cache-Control", "no-store"))
        .add(("Content-Security-Policy", CONTENT_POLICY))
}
