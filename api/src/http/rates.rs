//! How often who may ask (429). Counted for each address before anything else is done, and for each person once they are known; no
//! database is asked. What a request counts as follows from its operation in the OpenAPI document (`Class`).
//! The counts are `infra::shared`'s, by the application's clock.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use domain::time::Timestamp;
use infra::shared::TooOften;

use super::address::Counted;
use super::auth::Caller;
use super::problem::Problem;
use super::routes::{Class, Routes, refuse};
use crate::app::App;
use crate::settings::{ClassRates, RateLimit};

/// Before all work, for the address. Outermost of what may refuse.
pub async fn of_address(
    app: Data<App>,
    routes: Data<Routes>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let class = routes.class(&request);
    request.extensions_mut().insert(class);
    let address = Counted::of(&request, &app.settings.edge.trusted_proxies.0);
    request.extensions_mut().insert(address.clone());
    go_on(&app, &app.settings.rates.address, (class, &address.0), request, next).await
}

/// After sign-in, for the person.
pub async fn of_person(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let class = request.extensions().get::<Class>().copied().unwrap_or(Class::Read);
    let who = request.extensions().get::<Caller>().map(Caller::label);
    match who {
        Some(who) => go_on(&app, &app.settings.rates.person, (class, &who), request, next).await,
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

async fn go_on(
    app: &App,
    rates: &ClassRates,
    (class, who): (Class, &str),
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match take(app, rates, class, who, app.clock.now()).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(too_often) => refuse(request, Problem::from(too_often)),
    }
}

async fn take(app: &App, rates: &ClassRates, class: Class, who: &str, now: Timestamp) -> Result<(), TooOften> {
    match limit(rates, class) {
        Some((name, limit)) => app.shared.take(&format!("rate.{name}.{who}"), limit.rate(), now).await,
        None => Ok(()),
    }
}

/// The limit of a class, with the class's name.
fn limit(rates: &ClassRates, class: Class) -> Option<(&'static str, RateLimit)> {
    match class {
        Class::Unlimited => None,
        Class::SignIn => Some(("sign_in", rates.sign_in)),
        Class::Read => Some(("read", rates.read)),
        Class::Write => Some(("write", rates.write)),
        Class::Upload => Some(("upload", rates.upload)),
        Class::Search => Some(("search", rates.search)),
        Class::Check => Some(("check", rates.check)),
    }
}
