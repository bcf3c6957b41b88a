//! The headers that every answer carries. An answer that brings one of its own keeps that.

use actix_web::middleware::DefaultHeaders;

use crate::settings::Edge;

/// The page that tries the interface out loads nothing from elsewhere; its own styles are inline.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const DAY_SECS: u64 = 24 * 3600;

pub fn of(edge: &Edge) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Referrer-Policy", "no-referrer"))
        .add(("Cache-Control", "no-store"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add(("Content-Security-Policy", CONTENT_POLICY));
    match edge.hsts_days {
        0 => headers,
        days => headers.add(("Strict-Transport-Security", format!("max-age={}; includeSubDomains", u64::from(days) * DAY_SECS))),
    }
}
