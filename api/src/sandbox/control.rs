//! The sandbox's own calls: what the people with the phones do, and what a test wants to go wrong.

use std::collections::BTreeMap;
use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Query, ServiceConfig};
use actix_web::{HttpResponse, ResponseError, web};
use chrono::TimeDelta;
use domain::time::{Timestamp, offset};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::mishaps::Plan;
use super::settings::{PushTarget, Quota};
use super::world::{Credit, Flaw, MediaFate, PhoneName, Received, Refused};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/__sandbox/clock", web::post().to(clock))
        .route("/__sandbox/login", web::post().to(login))
        .route("/__sandbox/phone", web::post().to(phone))
        .route("/__sandbox/encrypted", web::post().to(encrypted))
        .route("/__sandbox/answer", web::post().to(answer))
        .route("/__sandbox/turn_off", web::post().to(turn_off))
        .route("/__sandbox/risk", web::post().to(risk))
        .route("/__sandbox/losses", web::post().to(losses))
        .route("/__sandbox/credits", web::get().to(credits))
        .route("/__sandbox/inbox", web::get().to(inbox))
        .route("/__sandbox/calls", web::get().to(calls))
        .route("/__sandbox/mishaps", web::post().to(mishaps))
        .route("/__sandbox/quotas", web::post().to(quotas))
        .route("/__sandbox/whitelist", web::post().to(whitelist))
        .route("/__sandbox/push", web::post().to(push))
        .route("/__sandbox/flaw", web::post().to(flaw))
        .route("/__sandbox/verdicts", web::post().to(verdicts))
        .route("/__sandbox/deliver", web::post().to(deliver))
        .route("/__sandbox/set_up", web::post().to(set_up))
        .route("/__sandbox/repeat", web::post().to(repeat))
        .route("/__sandbox/pushed", web::get().to(pushed));
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadPhone | Self::UnknownTemplate | Self::NoSession | Self::BadPush => StatusCode::BAD_REQUEST,
            Self::UnknownPhone => StatusCode::NOT_FOUND,
            Self::TooManyPhones => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({ "error": self.to_string() }))
    }
}

type Answered = Result<Json<Value>, Refused>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_s: i64,
}

/// What comes due by it is told before it returns.
async fn clock(sandbox: Data<Sandbox>, advance: Json<Advance>) -> Json<Value> {
    sandbox.advance(advance.advance_s);
    sandbox.push_what_is_due().await;
    Json(json!({ "now": shown(sandbox.now()) }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    user: String,
}

async fn login(sandbox: Data<Sandbox>, asked: Json<Login>) -> Answered {
    let code = sandbox.world().mint_login_code(&asked.user.parse()?, sandbox.now())?;
    Ok(Json(json!({ "code": code })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phone {
    user: String,
    phone: String,
}

async fn phone(sandbox: Data<Sandbox>, asked: Json<Phone>) -> Answered {
    let code = sandbox.world().mint_phone_code(&asked.user.parse()?, &asked.phone, sandbox.now())?;
    Ok(Json(json!({ "code": code })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Encrypted {
    user: String,
    data: Value,
}

async fn encrypted(sandbox: Data<Sandbox>, Json(asked): Json<Encrypted>) -> Answered {
    let given = sandbox.world().encrypted(&asked.user.parse()?, asked.data, sandbox.now())?;
    Ok(Json(json!({ "encryptedData": given.encrypted_data, "iv": given.iv })))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tap {
    Accept,
    Reject,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    user: String,
    template_ids: Vec<String>,
    answer: Tap,
    /// How often the user is asked and answers so. Default: 1.
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// The user taps 允许 or 拒绝 for these templates; WeChat tells of each tap.
async fn answer(sandbox: Data<Sandbox>, Json(asked): Json<Answer>) -> Answered {
    let (user, now) = (asked.user.parse::<PhoneName>()?, sandbox.now());
    let mut world = sandbox.world();
    let told = match asked.answer {
        Tap::Accept => "accept",
        Tap::Reject => "reject",
    };
    let mut credits = BTreeMap::new();
    for id in &asked.template_ids {
        let credit = match asked.answer {
            Tap::Accept => world.accept(&user, id, asked.times)?,
            Tap::Reject => world.reject(&user, id)?,
        };
        credits.insert(id.clone(), credit_json(credit));
    }
    let answers: Vec<(String, &'static str)> = asked.template_ids.iter().map(|id| (id.clone(), told)).collect();
    // Nobody taps twice in a second.
    for before in (0..i64::from(asked.times)).rev() {
        world.tell_of_answers(&user, &answers, now - TimeDelta::seconds(before));
    }
    Ok(Json(json!({ "credits": credits })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnOff {
    user: String,
    template_ids: Vec<String>,
}

async fn turn_off(sandbox: Data<Sandbox>, asked: Json<TurnOff>) -> Answered {
    let (user, now) = (asked.user.parse::<PhoneName>()?, sandbox.now());
    let mut world = sandbox.world();
    for id in &asked.template_ids {
        world.turn_off(&user, id)?;
    }
    world.tell_of_turning_off(&user, &asked.template_ids, now);
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Risk {
    user: String,
    is_high_risk: bool,
}

async fn risk(sandbox: Data<Sandbox>, asked: Json<Risk>) -> Answered {
    sandbox.world().hold_for_risk(&asked.user.parse()?, asked.is_high_risk)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Losses {
    user: String,
    are_lost: bool,
}

/// Of messages to the user, which are taken all the same.
async fn losses(sandbox: Data<Sandbox>, asked: Json<Losses>) -> Answered {
    sandbox.world().lose_messages(&asked.user.parse()?, asked.are_lost)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
struct OfUser {
    user: String,
}

async fn credits(sandbox: Data<Sandbox>, of: Query<OfUser>) -> Answered {
    let user: PhoneName = of.user.parse()?;
    let world = sandbox.world();
    let ids = world.settings.templates.iter().map(|template| &template.id);
    let credits = ids.map(|id| world.credit(&user, id).map(|credit| (id.clone(), credit_json(credit)))).collect::<Result<_, _>>()?;
    Ok(Json(Value::Object(credits)))
}

/// A number, or whether messages are allowed at all.
fn credit_json(credit: Credit) -> Value {
    match credit {
        Credit::OneTime(count) => json!(count),
        Credit::LongTerm(allowed) => json!(allowed),
    }
}

async fn inbox(sandbox: Data<Sandbox>, of: Query<OfUser>) -> Answered {
    let world = sandbox.world();
    let messages: Vec<Value> = world.messages(&of.user.parse()?)?.map(message_json).collect();
    Ok(Json(json!({ "messages": messages })))
}

fn message_json(message: &Received) -> Value {
    json!({
        "template_id": message.template.id,
        "title": message.template.title,
        "page": message.page,
        "data": message.data,
        "received_at": shown(message.at),
    })
}

fn shown(at: Timestamp) -> String {
    at.with_timezone(&offset()).to_rfc3339()
}

/// How often each path was called, how many calls met a mishap, and how many are not done with.
async fn calls(sandbox: Data<Sandbox>) -> Json<Value> {
    let mishaps = sandbox.mishaps();
    Json(json!({ "paths": mishaps.calls, "mishaps": mishaps.met, "under_way": mishaps.under_way }))
}

async fn mishaps(sandbox: Data<Sandbox>, plan: Json<Plan>) -> Json<Value> {
    sandbox.mishaps().follow(plan.into_inner());
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewQuota {
    path: String,
    quota: Quota,
}

async fn quotas(sandbox: Data<Sandbox>, Json(asked): Json<NewQuota>) -> Json<Value> {
    sandbox.world().settings.quotas.insert(asked.path, asked.quota);
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whitelist {
    addresses: Vec<IpAddr>,
}

async fn whitelist(sandbox: Data<Sandbox>, Json(asked): Json<Whitelist>) -> Json<Value> {
    sandbox.world().settings.allowed_addresses = asked.addresses;
    Json(json!({}))
}

async fn push(sandbox: Data<Sandbox>, Json(target): Json<PushTarget>) -> Answered {
    let mut world = sandbox.world();
    target.door(&world.settings.appid).map_err(|_| Refused::BadPush)?;
    world.settings.push = Some(target);
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFlaw {
    flaw: Flaw,
}

/// Of the next push, with all its repetitions.
async fn flaw(sandbox: Data<Sandbox>, asked: Json<NewFlaw>) -> Json<Value> {
    sandbox.outbound.spoil_the_next(asked.flaw);
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fate {
    fate: MediaFate,
}

async fn verdicts(sandbox: Data<Sandbox>, asked: Json<Fate>) -> Json<Value> {
    sandbox.world().media_fate = asked.fate;
    Json(json!({}))
}

/// Tells what is due now, rather than within a moment.
async fn deliver(sandbox: Data<Sandbox>) -> Json<Value> {
    sandbox.push_what_is_due().await;
    Json(json!({}))
}

/// Whether whoever is pushed to proves that they know the token.
async fn set_up(sandbox: Data<Sandbox>) -> Json<Value> {
    Json(json!({ "echoed": sandbox.asks_for_the_echo().await }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    times: u8,
}

/// The last push comes again, so many times at once, as where WeChat saw no answer.
async fn repeat(sandbox: Data<Sandbox>, asked: Json<Repeat>) -> Json<Value> {
    let answers = sandbox.repeat_the_last(asked.times.into()).await;
    Json(json!({ "answers": answers }))
}

/// What was pushed, and what each delivery was answered.
async fn pushed(sandbox: Data<Sandbox>) -> Json<Value> {
    Json(json!({ "pushes": sandbox.outbound.pushed() }))
}
