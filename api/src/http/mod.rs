//! The edge: a file a resource with its routes and shapes, and around them what every request goes through:
//! request id and log line, problem documents, compression, security headers, sign-in.

pub mod auth;
pub mod body;
mod calendar;
pub mod cases;
mod checks;
pub mod deliveries;
mod demo_clock;
mod demo_jobs;
mod divisions;
pub mod etag;
mod health;
pub mod idempotency;
mod instant;
mod items;
pub mod mask;
mod me;
mod messages;
pub mod openapi;
pub mod page;
pub mod plans;
pub mod problem;
mod relatives;
mod routes;
mod server;
mod sessions;
mod stations;
pub mod telemetry;
#[cfg(test)]
mod tests;
pub mod words;
mod work_items;

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::clock::ClockKind;

pub use server::{Bound, bind};

/// Every route that the document names. The demo's own exist in a demo only.
fn routes(config: &mut ServiceConfig, clock: ClockKind) {
    config.service(health::livez).service(health::readyz).service(openapi::show_document);
    config.service(checks::show_page);
    match clock {
        ClockKind::Demo => config.service(demo_clock::show).service(demo_clock::set).service(demo_jobs::run),
        ClockKind::Real => config,
    };
    let guarded = |scope: actix_web::Scope| scope.wrap(actix_web::middleware::from_fn(auth::authenticate));
    config.service(scope::scope("/api/v1").map(guarded).configure(v1));
}

/// A line a resource.
fn v1(config: &mut ServiceConfig) {
    config.service(items::list).service(items::show).service(items::form);
    config.service(divisions::list);
    config.service(stations::list).service(stations::show).service(stations::edit);
    config.service(calendar::show).service(calendar::load);
    config.service(plans::plan).service(plans::list_grounds);
    config.service(checks::show);
    config.service(sessions::wechat).service(sessions::staff);
    config.service(messages::list);
    config.service(me::show).service(me::save).service(me::household);
    config.service(cases::submit_case).service(cases::list).service(cases::show).service(cases::history).service(cases::form);
    config.service(cases::supplement_case).service(cases::withdraw_case).service(cases::pay_fee).service(cases::evaluate_case);
    config.service(cases::notice).service(cases::document).service(cases::take_upload).service(cases::show_upload);
    config.service(work_items::list).service(work_items::list_held).service(work_items::claim_next_item).service(work_items::claim_item);
    config.service(work_items::extend_item).service(work_items::release_item).service(work_items::act_on_item);
    config.service(deliveries::list).service(deliveries::of_case).service(deliveries::claim).service(deliveries::give_back);
    config.service(deliveries::new_codes).service(deliveries::confirm_handover);
    config.service(relatives::list).service(relatives::record).service(relatives::remove);
}
