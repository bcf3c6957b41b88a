//! The bad reviews that name a staff member, as far as they may know them, and their appeals.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use domain::evaluation::rectification::Verdict;
use domain::ids::RectificationId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::month::written;
use super::views::state;
use crate::app::App;
use crate::app::reviews::{NamingMe, NewAppeal, RectifyError, appeal, naming_me};
use crate::http::auth::StaffMember;
use crate::http::body::Text;
use crate::http::cases::view::StationRef;
use crate::http::idempotency::{Act, once};
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;
use crate::http::words::{AppealGround, Satisfaction};
use crate::wording;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NamingMeQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// A bad review without the case, the day and who wrote it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewNamingMe {
    id: Uuid,
    level: Satisfaction,
    #[schema(example = "不满意")]
    level_name: &'static str,
    station: StationRef,
    #[schema(example = "2026-09")]
    month: String,
    /// `open`, `closed` or `excluded`.
    #[schema(example = "open")]
    state: &'static str,
    /// What was written; none before it is closed, and where the words are not to be shown.
    text: Option<String>,
    may_appeal: bool,
    appeal: Option<OwnAppeal>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAppeal {
    ground: AppealGround,
    /// None while it waits.
    accepted: Option<bool>,
    reason: Option<String>,
}

/// The bad reviews of what the caller handled, from the Monday after they came, in no order that tells when that was.
#[utoipa::path(
    tag = "reviews", operation_id = "list_reviews_naming_me", params(NamingMeQuery),
    responses((status = 200, body = Page<ReviewNamingMe>))
)]
#[get("/me/reviews")]
pub async fn list(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<NamingMeQuery>,
) -> Result<Answer<Page<ReviewNamingMe>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<RectificationId>()).transpose().map_err(|_| BadCursor)?;
    let (found, total) = naming_me(&view, &grounds, &staff, (after, query.limit.into())).await?;
    let full = found.len() >= query.limit.get();
    let next = found.last().filter(|_| full).map(|last| last.own.id.to_string());
    let items = found.iter().map(|review| ReviewNamingMe {
        id: review.own.id.as_uuid(),
        level: review.own.level.into(),
        level_name: wording::satisfaction(review.own.level),
        station: StationRef::of(&review.own.place.station, &grounds),
        month: written(review.month()),
        state: state(&review.own),
        text: review.text.clone(),
        may_appeal: review.appeal.is_none() && state(&review.own) != "excluded",
        appeal: own_appeal(review),
    });
    Ok(Answer(Page::cut(items.collect(), total, next.as_deref())))
}

fn own_appeal(review: &NamingMe) -> Option<OwnAppeal> {
    review.appeal.as_ref().map(|(appeal, reason)| OwnAppeal {
        ground: appeal.ground.into(),
        accepted: appeal.decided.as_ref().map(|decided| decided.verdict == Verdict::Accepted),
        reason: reason.clone(),
    })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealBody {
    ground: AppealGround,
    words: Text<500>,
}

/// That an appeal was entered; no more than who entered it knows.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppealedView {
    id: Uuid,
    ground: AppealGround,
}

/// Says that a bad review is malicious or a mistake: once by each whom it names, and once by the station.
#[utoipa::path(
    tag = "reviews", operation_id = "appeal_review", request_body = AppealBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 201, body = AppealedView))
)]
#[post("/rectifications/{id}/appeals")]
pub async fn appeal_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<AppealBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id, ground) = (app.grounds(), *id, act.body.ground);
    let new = NewAppeal { ground: ground.into(), words: act.body.words.into_string() };
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            appeal(tx, &grounds, &staff, (RectificationId::new(id), new)).await?;
            Ok::<_, RectifyError>(AppealedView { id, ground })
        })
    })
    .await
}
