//! The rectification after one's own bad review.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::evaluation::rectification::{Round, State};
use domain::ids::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::state;
use crate::app::App;
use crate::app::reviews::{OwnRectification, RectifyError, own_rectification, rate as rate_own};
use crate::http::auth::Villager;
use crate::http::idempotency::{Act, once};
use crate::http::instant::shown;
use crate::http::problem::Problem;
use crate::http::words::{AppealGround, Rating, RectificationFinding, ReviewWords};
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRectificationView {
    /// `open`, `closed`, or `excluded` where an appeal took the review out.
    #[schema(example = "open")]
    state: &'static str,
    /// The last days for contacting the person and for closing it.
    contact_by: Option<NaiveDate>,
    close_by: Option<NaiveDate>,
    /// When the person was reached.
    reached_at: Option<DateTime<FixedOffset>>,
    /// The day by which they were told that it will be put right.
    fix_by: Option<NaiveDate>,
    /// Whether it is looked into once more, since they weren't satisfied.
    again: bool,
    finding: Option<RectificationFinding>,
    reply: Option<OwnReply>,
    /// How it stands with what they wrote; none where that was nothing.
    words: Option<OwnWords>,
    /// Whether they may say how they find it.
    may_rate: bool,
    rating: Option<Rating>,
    /// Why the review doesn't count any more.
    excluded_as: Option<AppealGround>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnReply {
    at: DateTime<FixedOffset>,
    text: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnWords {
    state: ReviewWords,
    #[schema(example = "您写的话已通过内容检查，整改办结后被评价的人能看到")]
    sentence: &'static str,
}

/// What becomes of the person's bad review of a case.
#[utoipa::path(
    tag = "reviews", operation_id = "show_own_rectification", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OwnRectificationView))
)]
#[get("/cases/{id}/rectification")]
pub async fn show(app: Data<App>, villager: Villager, id: Path<CaseId>) -> Result<Answer<OwnRectificationView>, Problem> {
    let own = own_rectification(&app.store.read(app.district()), &app.grounds(), villager.person, *id).await?;
    Ok(Answer(view(&own)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingBody {
    rating: Rating,
}

/// Says how the person finds the rectification, once it is closed. Who isn't satisfied has it looked into once more, by a supervisor.
#[utoipa::path(
    tag = "reviews", operation_id = "rate_rectification", request_body = RatingBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = OwnRectificationView))
)]
#[post("/cases/{id}/rectification/rating")]
pub async fn rate(app: Data<App>, villager: Villager, id: Path<CaseId>, act: Act<RatingBody>) -> Result<HttpResponse, Problem> {
    let (grounds, rated) = (app.grounds(), (*id, act.body.rating.into()));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, RectifyError>(view(&rate_own(tx, &grounds, villager.person, rated).await?)) })
    })
    .await
}

fn view(own: &OwnRectification) -> OwnRectificationView {
    let rectification = &own.own.rectification;
    let reply = own.reply.as_ref().map(|reply| OwnReply { at: shown(reply.at), text: reply.text.clone() });
    let bare = OwnRectificationView {
        state: state(rectification),
        contact_by: None,
        close_by: None,
        reached_at: None,
        fix_by: None,
        again: false,
        finding: None,
        reply,
        words: own.words.map(|state| OwnWords { state: state.into(), sentence: wording::review_words(state) }),
        may_rate: false,
        rating: None,
        excluded_as: None,
    };
    match &rectification.state {
        State::Open(open) => OwnRectificationView {
            contact_by: Some(open.contact_by),
            close_by: Some(open.close_by),
            reached_at: open.reached_at.map(shown),
            fix_by: open.fix_by,
            again: open.round == Round::Second,
            ..bare
        },
        State::Closed(closed) => OwnRectificationView {
            finding: Some(closed.finding.into()),
            may_rate: closed.rating.is_none(),
            rating: closed.rating.map(Rating::from),
            again: closed.round == Round::Second,
            ..bare
        },
        State::Excluded { ground } => OwnRectificationView { excluded_as: Some((*ground).into()), ..bare },
    }
}
