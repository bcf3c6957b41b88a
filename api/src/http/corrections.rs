//! Correcting who somebody is, from the identity card that they show at a counter; and the second word that a changed number needs.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::correction::Correction;
use domain::ids::{CorrectionId, StationCode, UploadId};
use domain::people::CitizenId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::StaffMember;
use super::body::Text;
use super::cases::view::StationRef;
use super::idempotency::{Act, once};
use super::instant::shown;
use super::mask;
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{Change, Role, WhyRefused};
use crate::app::rights::correction::{CorrectError, NewCorrection, confirm, correct, refuse, waiting};
use crate::app::{App, Grounds};
use crate::wording;

/// What is to stand of somebody, by the identity card that they show.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionBody {
    /// The number as it stands now. GB 11643.
    #[schema(value_type = String, example = "11010519491231002X")]
    known_as: CitizenId,
    #[schema(inline)]
    name: Text<50>,
    /// GB 11643.
    #[schema(value_type = String, example = "11010519491231002X")]
    citizen_id: CitizenId,
    /// Left as it is where it isn't given.
    #[schema(inline)]
    ethnicity: Option<Text<20>>,
    /// Where the clerk sees the card.
    #[schema(value_type = String)]
    station: StationCode,
    /// The clerk's upload of the card, which serves nothing else.
    scan: Uuid,
}

/// What an approver reads off the same card.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationBody {
    /// GB 11643.
    #[schema(value_type = String, example = "11010519491231002X")]
    pub(super) citizen_id: CitizenId,
}

/// Why an approver doesn't agree.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalBody {
    pub(super) reason: WhyRefused,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitingQuery {
    #[serde(default)]
    #[param(inline)]
    pub(super) limit: Limit,
    #[param(inline)]
    pub(super) cursor: Option<Cursor>,
}

/// A correction that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    id: Uuid,
    station: StationRef,
    at: DateTime<FixedOffset>,
    /// The last day on which it can be confirmed.
    until: NaiveDate,
    /// As what it was entered.
    role: Role,
    #[schema(example = "工作人员")]
    role_name: &'static str,
    changes: Vec<Change>,
    /// As it stands now, masked.
    name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionView {
    id: Uuid,
    /// Whether it waits for an approver of the station, since it changes the number.
    pending: bool,
    /// Whether an approver refused it. What neither waits nor was refused stands.
    refused: bool,
    /// Masked, as all of it.
    name: Option<String>,
    citizen_id: Option<String>,
    /// Where the scan of the card is.
    scan: String,
}

/// Corrects who somebody is, who stands at a clerk's counter with their identity card. A changed number waits for an approver.
#[utoipa::path(
    tag = "people", operation_id = "correct_person", request_body = CorrectionBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = CorrectionView))
)]
#[post("/people/corrections")]
pub async fn correct_one(app: Data<App>, StaffMember(staff): StaffMember, act: Act<CorrectionBody>) -> Result<HttpResponse, Problem> {
    let (grounds, new) = (app.grounds(), NewCorrection::from(act.body));
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { Ok::<_, CorrectError>(CorrectionView::from(&correct(tx, &grounds, &staff, new).await?)) })
    })
    .await
}

/// The corrections that wait for the caller, an approver who didn't enter them and isn't close to whom they correct; oldest first.
#[utoipa::path(
    tag = "people", operation_id = "list_corrections", params(WaitingQuery),
    responses((status = 200, body = Page<WaitingView>))
)]
#[get("/people/corrections")]
pub async fn list(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<WaitingQuery>,
) -> Result<Answer<Page<WaitingView>>, Problem> {
    let (store, grounds) = (app.store.read(app.district()), app.grounds());
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<CorrectionId>()).transpose().map_err(|_| BadCursor)?;
    let (found, total) = waiting(&store, &grounds, &staff, (after, query.limit.into())).await?;
    let full = found.len() >= query.limit.get();
    let next = found.last().filter(|_| full).map(|last| last.id.to_string());
    Ok(Answer(Page::cut(found.iter().map(|found| waiting_view(found, &grounds)).collect(), total, next.as_deref())))
}

/// Confirms a changed number, by an approver of the station who read the card too and didn't enter it.
#[utoipa::path(
    tag = "people", operation_id = "confirm_correction", request_body = ConfirmationBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = CorrectionView))
)]
#[post("/people/corrections/{id}/confirm")]
pub async fn confirm_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<ConfirmationBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, read) = (app.grounds(), (CorrectionId::new(*id), act.body.citizen_id));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, CorrectError>(CorrectionView::from(&confirm(tx, &grounds, &staff, read).await?)) })
    })
    .await
}

/// Refuses a changed number, by an approver who might confirm it; the person is told why.
#[utoipa::path(
    tag = "people", operation_id = "refuse_correction", request_body = RefusalBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = CorrectionView))
)]
#[post("/people/corrections/{id}/refuse")]
pub async fn refuse_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<RefusalBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, refusal) = (app.grounds(), (CorrectionId::new(*id), act.body.reason.into()));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, CorrectError>(CorrectionView::from(&refuse(tx, &grounds, &staff, refusal).await?)) })
    })
    .await
}

fn waiting_view(correction: &Correction, grounds: &Grounds) -> WaitingView {
    WaitingView {
        id: correction.id.as_uuid(),
        station: StationRef::of(&correction.by.station, grounds),
        at: shown(correction.at),
        until: grounds.second_word.last_day(correction.at),
        role: correction.by.role.into(),
        role_name: wording::role(correction.by.role),
        changes: correction.changes().map(Change::from).collect(),
        name: correction.before.name.as_deref().map(mask::name),
    }
}

impl From<CorrectionBody> for NewCorrection {
    fn from(body: CorrectionBody) -> Self {
        Self {
            id: CorrectionId::new(Uuid::now_v7()),
            known_as: body.known_as,
            station: body.station,
            name: body.name.into_string(),
            citizen_id: body.citizen_id,
            ethnicity: body.ethnicity.map(Text::into_string),
            scan: UploadId::new(body.scan),
        }
    }
}

impl From<&Correction> for CorrectionView {
    fn from(correction: &Correction) -> Self {
        Self {
            id: correction.id.as_uuid(),
            pending: correction.waits(),
            refused: !correction.waits() && !correction.stands(),
            name: correction.after.name.as_deref().map(mask::name),
            citizen_id: correction.after.citizen_id.as_ref().map(CitizenId::masked),
            scan: format!("/api/v1/uploads/{}", correction.scan),
        }
    }
}
