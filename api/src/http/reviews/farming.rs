//! Signs that reviews were made up: for a supervisor to look into, no verdicts.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset};
use domain::ids::{FarmingId, StationCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::app::App;
use crate::app::reviews::{FarmingError, Looked, farming_at, look_into};
use crate::http::auth::StaffMember;
use crate::http::body::Text;
use crate::http::idempotency::{Act, once};
use crate::http::instant::shown;
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;
use crate::http::words::{FarmingSign, Satisfaction};
use crate::wording;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FarmingQuery {
    #[param(value_type = String, example = "511499101203-01")]
    station: StationCode,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// What was found, and why it looks so. It may have its good reasons.
#[derive(Debug, Serialize, ToSchema)]
pub struct FarmingView {
    id: Uuid,
    sign: FarmingSign,
    #[schema(example = "同一设备连续好评")]
    sign_name: &'static str,
    found_at: DateTime<FixedOffset>,
    /// The first and the last of the reviews.
    first_at: DateTime<FixedOffset>,
    last_at: DateTime<FixedOffset>,
    /// How many there are, also of those that the caller doesn't see.
    number: usize,
    /// Without those of what the caller handled.
    reviews: Vec<FarmedReview>,
    /// None as long as nobody looked into it.
    looked_into: Option<LookedIntoView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FarmedReview {
    case: Uuid,
    level: Satisfaction,
    at: DateTime<FixedOffset>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LookedIntoView {
    at: DateTime<FixedOffset>,
    account: Uuid,
    note: String,
}

/// What was found at a station, newest first, for who watches over it.
#[utoipa::path(tag = "reviews", operation_id = "list_farming", params(FarmingQuery), responses((status = 200, body = Page<FarmingView>)))]
#[get("/reviews/farming")]
pub async fn list(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<FarmingQuery>,
) -> Result<Answer<Page<FarmingView>>, Problem> {
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<FarmingId>()).transpose().map_err(|_| BadCursor)?;
    let (found, total) = farming_at(&app.store.read(app.district()), &staff, &query.station, (before, query.limit.into())).await?;
    let full = found.len() >= query.limit.get();
    let next = found.last().filter(|_| full).map(|last| last.finding.id.to_string());
    Ok(Answer(Page::cut(found.iter().map(view).collect(), total, next.as_deref())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookBody {
    note: Text<500>,
}

/// Notes what came of looking into it.
#[utoipa::path(
    tag = "reviews", operation_id = "look_into_farming", request_body = LookBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = FarmingView))
)]
#[post("/reviews/farming/{id}/look")]
pub async fn look(app: Data<App>, StaffMember(staff): StaffMember, id: Path<Uuid>, act: Act<LookBody>) -> Result<HttpResponse, Problem> {
    let (grounds, looked) = (app.grounds(), (FarmingId::new(*id), act.body.note.into_string()));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, FarmingError>(view(&look_into(tx, &grounds, &staff, looked).await?)) })
    })
    .await
}

fn view(looked: &Looked) -> FarmingView {
    let (finding, found) = (&looked.finding, &looked.finding.found);
    let reviews = looked.reviews.iter();
    FarmingView {
        id: finding.id.as_uuid(),
        sign: found.sign.into(),
        sign_name: wording::farming_sign(found.sign),
        found_at: shown(finding.found_at),
        first_at: shown(found.first_at),
        last_at: shown(found.last_at),
        number: found.cases.len(),
        reviews: reviews.map(|own| FarmedReview { case: own.case.as_uuid(), level: own.level.into(), at: shown(own.at) }).collect(),
        looked_into: finding.looked_into.as_ref().map(|looked| LookedIntoView {
            at: shown(looked.at),
            account: looked.by.as_uuid(),
            note: looked.note.clone(),
        }),
    }
}
