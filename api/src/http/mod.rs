//! The edge: a file a resource with its routes and shapes, and around them what every request goes through:
//! request id and log line, security headers, problem documents, the audit log's refusals, compression, other origins, rates, limits of
//! what comes in, sign-in.

mod address;
mod audit;
pub mod auth;
pub mod body;
mod by_phone;
mod calendar;
pub mod cases;
mod checks;
mod consents;
mod copy_sheet;
mod corrections;
mod cors;
mod counter_requests;
pub mod deliveries;
mod demo_clock;
mod demo_codes;
mod demo_jobs;
pub mod device;
mod divisions;
mod errands;
pub mod etag;
mod floor;
mod health;
mod html;
pub mod idempotency;
mod incoming;
mod instant;
mod items;
mod joint_form;
mod live;
mod lookups;
mod mandates;
pub mod mask;
mod me;
mod messages;
mod mini_codes;
pub mod openapi;
mod own_password;
pub mod page;
mod partners;
pub mod plans;
pub mod problem;
mod rates;
mod real_name;
mod relatives;
mod reviews;
mod rights;
mod routes;
mod second_factor;
mod security_headers;
mod server;
mod sessions;
mod sms_receipts;
mod staff;
mod staff_doors;
mod stations;
mod subscriptions;
mod supervision;
pub mod telemetry;
#[cfg(test)]
mod tests;
mod token_keys;
mod wechat_pushes;
pub mod words;
mod work_items;

use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{OpenApiFactory, scope};

use crate::clock::ClockKind;

pub use server::{Bound, bind};

/// What takes services one after another: the server's configuration, or whoever looks at what they are made of.
trait Services {
    fn add<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, service: F) -> &mut Self;
}

impl Services for ServiceConfig<'_> {
    fn add<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, service: F) -> &mut Self {
        self.service(service)
    }
}

/// Every route that the document names.
fn routes(config: &mut ServiceConfig, clock: ClockKind) {
    open(config, clock);
    // The last `wrap` is the outermost.
    let guarded = |scope: actix_web::Scope| scope.wrap(from_fn(rates::of_person)).wrap(from_fn(auth::authenticate));
    config.service(scope::scope("/api/v1").map(guarded).configure(|config| v1(config)));
}

/// What lies outside of sign-in. The demo's own routes exist in a demo only.
fn open(config: &mut impl Services, clock: ClockKind) {
    config.add(health::livez).add(health::readyz).add(openapi::show_document);
    config.add(checks::show_page).add(floor::show_hall_page).add(token_keys::show).add(sms_receipts::take);
    config.add(wechat_pushes::echo).add(wechat_pushes::take);
    match clock {
        ClockKind::Demo => config.add(demo_clock::show).add(demo_clock::set).add(demo_jobs::run).add(demo_codes::make),
        ClockKind::Real => config,
    };
}

/// A line a resource.
fn v1(config: &mut impl Services) {
    config.add(items::list).add(items::show).add(items::form).add(joint_form::show);
    config.add(divisions::list);
    config.add(stations::list).add(stations::show).add(stations::edit);
    config.add(mini_codes::of_station).add(mini_codes::of_case).add(mini_codes::opens);
    config.add(partners::list).add(partners::add).add(partners::show).add(partners::save).add(partners::remove);
    config.add(calendar::show).add(calendar::load);
    config.add(plans::plan).add(plans::list_grounds);
    config.add(checks::show);
    config.add(sessions::wechat).add(sessions::staff).add(sessions::refresh);
    config.add(sessions::list).add(sessions::end_current).add(sessions::end_all);
    config.add(live::give_ticket).add(live::stream_events).add(live::open_socket);
    config.add(subscriptions::list).add(subscriptions::note).add(errands::list).add(errands::unmask).add(errands::record);
    config.add(messages::list).add(lookups::list).add(audit::list);
    config.add(by_phone::send_code).add(by_phone::sign_in);
    config.add(real_name::prove_phone).add(real_name::make_code).add(real_name::check_document);
    config.add(real_name::begin_face_check).add(real_name::show_face_check);
    config.add(me::show).add(me::save).add(me::household).add(own_password::change);
    config.add(staff_doors::wechat).add(staff_doors::begin).add(staff_doors::finish);
    config.add(staff_doors::bind).add(staff_doors::unbind);
    config.add(second_factor::begin).add(second_factor::confirm).add(second_factor::renew_codes);
    config
        .add(cases::submit_case)
        .add(cases::list)
        .add(cases::show)
        .add(cases::history)
        .add(cases::show_clock)
        .add(cases::list_moves)
        .add(cases::form)
        .add(cases::unmask)
        .add(cases::show_decision);
    config
        .add(cases::list_case_plans)
        .add(cases::choose_case_plan)
        .add(cases::supplement_case)
        .add(cases::withdraw_case)
        .add(cases::pay_fee)
        .add(cases::evaluate_case);
    config.add(cases::notice).add(cases::document).add(cases::take_upload).add(cases::show_upload);
    config.add(reviews::list).add(reviews::show).add(reviews::contact).add(reviews::close_one).add(reviews::decide);
    config.add(reviews::look_at);
    config.add(reviews::show_own).add(reviews::rate_one).add(reviews::list_naming_me).add(reviews::appeal_one);
    config.add(reviews::of_station).add(reviews::own_figures).add(reviews::of_everybody).add(reviews::list_replies);
    config.add(reviews::list_farming).add(reviews::look_into_farming);
    config.add(work_items::list).add(work_items::list_held).add(work_items::claim_next_item).add(work_items::claim_item);
    config.add(work_items::extend_item).add(work_items::release_item).add(work_items::act_on_item);
    config.add(work_items::transfer_item).add(work_items::park_item).add(work_items::escalate_item);
    config.add(work_items::assign_item).add(work_items::list_takers);
    config.add(floor::take_one).add(floor::list_own_tickets).add(floor::leave_one).add(floor::take_for_walk_in);
    config.add(floor::slots).add(floor::book).add(floor::list_own_appointments).add(floor::cancel_one).add(floor::arrive_for);
    config.add(floor::list_of_day).add(floor::book_for_somebody).add(floor::favour_one);
    config.add(floor::show_floor).add(floor::open_one).add(floor::close_own).add(floor::free_one);
    config.add(floor::next).add(floor::act_on_number);
    config.add(floor::show_rules).add(floor::edit_station_rules).add(floor::show_hall);
    config.add(supervision::list_alerts).add(supervision::acknowledge_alert);
    config.add(supervision::list_overdue).add(supervision::export_overdue).add(supervision::list_leases);
    config.add(supervision::list_station_figures).add(supervision::list_clerk_figures).add(supervision::list_own_figures);
    config.add(supervision::show_thresholds).add(supervision::save_thresholds);
    config.add(deliveries::list).add(deliveries::of_case).add(deliveries::claim).add(deliveries::give_back);
    config.add(deliveries::new_codes).add(deliveries::confirm_handover).add(deliveries::unmask);
    config.add(mandates::give_one).add(mandates::list).add(mandates::search).add(mandates::show);
    config.add(mandates::revoke_one).add(mandates::acts);
    config.add(rights::copy).add(rights::erase);
    config.add(corrections::correct_one).add(corrections::list).add(corrections::confirm_one).add(corrections::refuse_one);
    config.add(counter_requests::make_copy).add(counter_requests::print_copy).add(counter_requests::request_erasure);
    config.add(counter_requests::list_erasures).add(counter_requests::confirm_erasure).add(counter_requests::refuse_erasure);
    config.add(consents::texts).add(consents::list).add(consents::give_one).add(consents::withdraw_one);
    config.add(relatives::list).add(relatives::record).add(relatives::remove);
    config.add(staff::list).add(staff::add).add(staff::show).add(staff::change).add(staff::reset).add(staff::reset_factor);
}
