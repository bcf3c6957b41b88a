//! The audit log at the edge: what is refused is noted on its way out, and who audits reads it here.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{Data, Json as Answer, Query};
use actix_web::{Error, HttpMessage, HttpRequest, get};
use chrono::{DateTime, FixedOffset};
use domain::audit::{Deed as Done, Entry, On, Outcome, Refusal, Who};
use domain::ids::PersonId;
use domain::policy::{Act, Actor, Object, may};
use infra::store::{AuditFilter, Logged};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::{Caller, StaffMember};
use super::instant::{self, shown};
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::routes::Routes;
use super::words::{Deed, Purpose, Role};
use crate::app::App;

/// Operations whose refusal is a refused sign-in.
const SIGN_INS: [&str; 3] = ["sign_in_staff", "sign_in_with_wechat", "refresh_session"];

/// Notes what was refused, once the answer is decided. It waits for nothing and changes nothing of the answer.
pub async fn note_refusals<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let response = next.call(request).await?;
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    if let Some((problem, on)) = problem.and_then(|problem| Some((problem, problem.refusal()?))) {
        note(response.request(), problem, on);
    }
    Ok(response)
}

fn note(request: &HttpRequest, problem: &Problem, on: On) {
    let (Some(app), Some(routes)) = (request.app_data::<Data<App>>(), request.app_data::<Data<Routes>>()) else { return };
    let (Some(operation), Ok(code)) = (routes.operation(request), problem.code().parse()) else { return };
    let deed = if SIGN_INS.contains(&operation.as_str()) { Done::SignIn } else { Done::Request };
    let by = request.extensions().get::<Caller>().map_or(Who::Nobody, who);
    let refusal = Refusal::once(operation.clone(), code);
    app.refusals.note(Entry::refused(app.clock.now(), by, deed, on, refusal), Instant::now());
}

fn who(caller: &Caller) -> Who {
    match caller {
        Caller::Villager(person) => Who::Person { person: *person },
        Caller::Staff(staff) => Who::staff(staff, None),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Whose data it was.
    #[param(value_type = Option<Uuid>)]
    person: Option<PersonId>,
    /// Whose deed it was: an account, or a person.
    actor: Option<Uuid>,
    #[param(inline)]
    deed: Option<Deed>,
    /// This instant and later.
    #[serde(default, deserialize_with = "instant_or_none")]
    from: Option<DateTime<FixedOffset>>,
    /// Earlier than this instant.
    #[serde(default, deserialize_with = "instant_or_none")]
    to: Option<DateTime<FixedOffset>>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

fn instant_or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    instant::read(deserializer).map(Some)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryView {
    /// Its number in the chain.
    number: u64,
    at: DateTime<FixedOffset>,
    by: ActorView,
    deed: Deed,
    on: ThingView,
    /// What was asked and refused; none where it was done.
    refusal: Option<RefusalView>,
    purpose: Option<Purpose>,
    /// What the purpose was in the words of whoever looked.
    words: Option<String>,
    /// Binds it to the one before it.
    hash: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActorView {
    /// `nobody`, `person`, `staff` or `system`.
    kind: &'static str,
    account: Option<Uuid>,
    person: Option<Uuid>,
    role: Option<Role>,
    station: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ThingView {
    /// Such as `case`, `form`, `upload`, `account` or `station`.
    kind: &'static str,
    id: Option<String>,
    case: Option<Uuid>,
    /// Whose data it is.
    person: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalView {
    #[schema(example = "show_case")]
    operation: String,
    #[schema(example = "role_missing")]
    problem: String,
    /// How many equal ones within a minute it stands for.
    times: u32,
}

/// The audit log, newest first: for whoever audits.
#[utoipa::path(tag = "audit", operation_id = "list_audit_entries", params(AuditQuery), responses((status = 200, body = Page<AuditEntryView>)))]
#[get("/audit")]
pub async fn list(app: Data<App>, StaffMember(by): StaffMember, query: Query<AuditQuery>) -> Result<Answer<Page<AuditEntryView>>, Problem> {
    may(Actor::Staff(&by), Act::ListAuditEntries, &Object::District)?;
    let filter = AuditFilter {
        touched: query.person,
        actor: query.actor,
        deeds: query.deed.into_iter().map(Done::from).collect(),
        from: query.from.map(|from| from.to_utc()),
        to: query.to.map(|to| to.to_utc()),
        done: false,
    };
    let found = app.audit_log(&filter, number_before(query.cursor.as_ref())?, query.limit.into()).await?;
    Ok(Answer(page(found, query.limit, view)))
}

/// The number that a page's entries come before.
pub fn number_before(cursor: Option<&Cursor>) -> Result<Option<u64>, BadCursor> {
    cursor.map(|cursor| cursor.key()?.parse().map_err(|_| BadCursor)).transpose()
}

pub fn page<T>((entries, total): (Vec<Logged>, u64), limit: Limit, view: impl Fn(&Logged) -> T) -> Page<T> {
    let next = entries.last().filter(|_| entries.len() >= limit.get()).map(|last| last.seq.to_string());
    Page::cut(entries.iter().map(view).collect(), total, next.as_deref())
}

fn view(logged: &Logged) -> AuditEntryView {
    let Entry { at, by, deed, on, outcome, purpose } = &logged.entry;
    AuditEntryView {
        number: logged.seq,
        at: shown(*at),
        by: actor(by),
        deed: (*deed).into(),
        on: thing(on),
        refusal: refusal(outcome),
        purpose: purpose.as_ref().map(|stated| stated.purpose().into()),
        words: purpose.as_ref().and_then(|stated| stated.words()).map(ToString::to_string),
        hash: logged.hash.clone(),
    }
}

fn actor(by: &Who) -> ActorView {
    let (kind, account, person) = match by {
        Who::Nobody => ("nobody", None, None),
        Who::Person { person } => ("person", None, Some(person.as_uuid())),
        Who::Staff { account, person, .. } => ("staff", Some(account.as_uuid()), Some(person.as_uuid())),
        Who::System => ("system", None, None),
    };
    let office = by.office();
    ActorView {
        kind,
        account,
        person,
        role: office.map(|office| office.role.into()),
        station: office.map(|office| office.station.to_string()),
    }
}

fn thing(on: &On) -> ThingView {
    ThingView {
        kind: on.thing.word(),
        id: on.thing.id(),
        case: on.case.map(|case| case.as_uuid()),
        person: on.person.map(|person| person.as_uuid()),
    }
}

fn refusal(outcome: &Outcome) -> Option<RefusalView> {
    match outcome {
        Outcome::Done => None,
        Outcome::Refused(refusal) => {
            Some(RefusalView { operation: refusal.operation.to_string(), problem: refusal.problem.to_string(), times: refusal.times })
        }
    }
}
