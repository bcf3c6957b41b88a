//! Errands (电话或上门告知): whom a station calls or visits, since no message reached them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset};
use domain::ids::{ErrandId, StationCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::StaffMember;
use super::cases::view::StationRef;
use super::idempotency::{Act, once};
use super::instant::shown;
use super::mask;
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{ErrandOutcome, ErrandState};
use crate::app::news::{ErrandError, ErrandLine, WholeErrand, lines_at, record_attempt};
use crate::app::{App, Grounds};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ErrandsQuery {
    #[param(value_type = String, example = "511499101203-01")]
    station: StationCode,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ErrandView {
    id: Uuid,
    station: StationRef,
    state: ErrandState,
    /// Masked.
    name: Option<String>,
    /// The case that it is about, if it is about one.
    case: Option<Uuid>,
    number: Option<String>,
    /// What the person is to be told: about what, how it stands, and what they are to do. None where that is gone.
    about: Option<String>,
    #[schema(example = "待补正")]
    progress: Option<&'static str>,
    hint: Option<String>,
    opened_at: DateTime<FixedOffset>,
    /// Not to be tried again before.
    due_at: DateTime<FixedOffset>,
    attempts: Vec<AttemptView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptView {
    at: DateTime<FixedOffset>,
    outcome: ErrandOutcome,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WholeErrandView {
    name: Option<String>,
    phone: Option<String>,
    address: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptBody {
    outcome: ErrandOutcome,
}

/// Whom a station has yet to call or visit, who waits longest first; without those to whom the caller is close.
#[utoipa::path(
    tag = "errands", operation_id = "list_errands", params(ErrandsQuery), responses((status = 200, body = Page<ErrandView>))
)]
#[get("/errands")]
pub async fn list(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<ErrandsQuery>,
) -> Result<Answer<Page<ErrandView>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<ErrandId>()).transpose().map_err(|_| BadCursor)?;
    let (lines, total) = lines_at(&view, &grounds, (&staff, &query.station), (after, query.limit.into())).await?;
    let full = lines.len() >= query.limit.get();
    let next = lines.last().filter(|_| full).map(|last| last.errand.id.to_string());
    Ok(Answer(Page::cut(lines.into_iter().map(|line| shown_line(line, &grounds)).collect(), total, next.as_deref())))
}

/// Whom to call or visit: name, phone and address. The audit log and the person's own list have it before it is answered.
#[utoipa::path(
    tag = "errands", operation_id = "unmask_errand", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = WholeErrandView))
)]
#[post("/errands/{id}/unmasked")]
pub async fn unmask(app: Data<App>, StaffMember(staff): StaffMember, id: Path<ErrandId>) -> Result<Answer<WholeErrandView>, Problem> {
    let WholeErrand { name, phone, address } = app.see_errand_whole(&staff, *id).await?;
    Ok(Answer(WholeErrandView { name, phone, address }))
}

/// Tells what came of a call or a visit. Who wasn't reached is tried again later; in the end a supervisor is told.
#[utoipa::path(
    tag = "errands", operation_id = "record_errand", request_body = AttemptBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = ErrandView))
)]
#[post("/errands/{id}/attempts")]
pub async fn record(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<ErrandId>,
    act: Act<AttemptBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, rules, id, AttemptBody { outcome }) = (app.grounds(), app.settings.errands.clone(), *id, act.body);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let line = record_attempt(tx, &grounds, (&staff, &rules), (id, outcome.into())).await?;
            Ok::<_, ErrandError>(shown_line(line, &grounds))
        })
    })
    .await
}

fn shown_line(line: ErrandLine, grounds: &Grounds) -> ErrandView {
    let ErrandLine { errand, person, words } = line;
    let (number, about, progress, hint) = match words {
        Some(words) => (words.number, Some(words.item), Some(words.progress), Some(words.hint)),
        None => (None, None, None, None),
    };
    ErrandView {
        id: errand.id.as_uuid(),
        station: StationRef::of(&errand.station, grounds),
        state: errand.state.into(),
        name: person.and_then(|person| person.name).as_deref().map(mask::name),
        case: errand.case.map(|case| case.as_uuid()),
        number,
        about,
        progress,
        hint,
        opened_at: shown(errand.opened_at),
        due_at: shown(errand.due_at),
        attempts: errand.attempts.iter().map(|attempt| AttemptView { at: shown(attempt.at), outcome: attempt.outcome.into() }).collect(),
    }
}
