//! Rectifications, for the station that rectifies and for who looks after it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use chrono::NaiveDate;
use domain::evaluation::rectification::Rectification;
use domain::ids::{RectificationId, StationCode};
use infra::store::Which;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::views::{RectificationLine, RectificationView, line, whole};
use crate::app::App;
use crate::app::reviews::{Closing, ContactMade, RectifyError, close, decide_appeal, look_at_words, record_contact, rectifications};
use crate::http::auth::StaffMember;
use crate::http::body::Text;
use crate::http::idempotency::{Act, once};
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;
use crate::http::words::{AppealVerdict, Contact, ContactWay, RectificationFinding, WordsLook};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RectificationsQuery {
    #[param(value_type = String, example = "511499101203-01")]
    station: StationCode,
    /// Open ones where it isn't given.
    #[serde(default)]
    #[param(inline)]
    show: Show,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    #[default]
    Open,
    /// With an appeal that waits for a decision.
    Appealed,
    All,
}

impl From<Show> for Which {
    fn from(shown: Show) -> Self {
        match shown {
            Show::Open => Which::Open,
            Show::Appealed => Which::Appealed,
            Show::All => Which::All,
        }
    }
}

/// The rectifications of a station, what has to be closed first first; none that names the caller.
#[utoipa::path(
    tag = "reviews", operation_id = "list_rectifications", params(RectificationsQuery),
    responses((status = 200, body = Page<RectificationLine>))
)]
#[get("/rectifications")]
pub async fn list(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<RectificationsQuery>,
) -> Result<Answer<Page<RectificationLine>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| last_seen(&key).ok_or(BadCursor)).transpose()?;
    let which = (&query.station, query.show.into());
    let (found, total) = rectifications(&view, &staff, which, (after, query.limit.into())).await?;
    let full = found.len() >= query.limit.get();
    let next = found.last().filter(|_| full).map(|(day, last)| format!("{day} {}", last.rectification.id));
    let words = view.review_words(found.iter().map(|(_, file)| file.rectification.case)).await?;
    let standing = |own: &Rectification| words.get(&own.case).copied();
    let items = found.iter().map(|(day, file)| line(&file.rectification, *day, standing(&file.rectification), &grounds)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// A day and an id, as a cursor holds them.
fn last_seen(key: &str) -> Option<(NaiveDate, RectificationId)> {
    let (day, id) = key.split_once(' ')?;
    // Days in cursors are ours: four digits of a year.
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|_| day.len() == 10)?;
    Some((day, id.parse().ok()?))
}

/// One rectification whole, with what the person wrote. That it was looked at is noted.
#[utoipa::path(
    tag = "reviews", operation_id = "show_rectification", params(("id" = Uuid, Path)),
    responses((status = 200, body = RectificationView))
)]
#[get("/rectifications/{id}")]
pub async fn show(app: Data<App>, StaffMember(staff): StaffMember, id: Path<Uuid>) -> Result<Answer<RectificationView>, Problem> {
    let told = app.see_rectification(&staff, RectificationId::new(*id)).await?;
    Ok(Answer(whole(&told, &app.grounds())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    way: ContactWay,
    contact: Contact,
    /// What was said, for colleagues.
    words: Text<500>,
    /// The day by which the person was told that it will be put right.
    fix_by: Option<NaiveDate>,
}

/// Records that the person was contacted, or couldn't be reached.
#[utoipa::path(
    tag = "reviews", operation_id = "record_contact", request_body = ContactBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = RectificationView))
)]
#[post("/rectifications/{id}/contacts")]
pub async fn contact(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<ContactBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), RectificationId::new(*id));
    let ContactBody { way, contact, words, fix_by } = act.body;
    let made = ContactMade { way: way.into(), contact: contact.into(), fix_by, words: words.into_string() };
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, RectifyError>(whole(&record_contact(tx, &grounds, &staff, (id, made)).await?, &grounds)) })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingBody {
    finding: RectificationFinding,
    /// For the person.
    reply: Text<1000>,
    /// For everybody: without names and numbers; nothing is published where it isn't given.
    published: Option<Text<500>>,
}

/// Closes it with what was found, and answers the person.
#[utoipa::path(
    tag = "reviews", operation_id = "close_rectification", request_body = ClosingBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = RectificationView))
)]
#[post("/rectifications/{id}/close")]
pub async fn close_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<ClosingBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), RectificationId::new(*id));
    let ClosingBody { finding, reply, published } = act.body;
    let closing = Closing { finding: finding.into(), reply: reply.into_string(), published: published.map(Text::into_string) };
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, RectifyError>(whole(&close(tx, &grounds, &staff, (id, closing)).await?, &grounds)) })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealDecisionBody {
    verdict: AppealVerdict,
    reason: Text<500>,
}

/// Decides an appeal. An accepted one takes the review out of the figures; its record stays.
#[utoipa::path(
    tag = "reviews", operation_id = "decide_appeal", request_body = AppealDecisionBody,
    params(("id" = Uuid, Path), ("number" = u16, Path, minimum = 0, maximum = 65535), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = RectificationView))
)]
#[post("/rectifications/{id}/appeals/{number}/decision")]
pub async fn decide(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    path: Path<(Uuid, u16)>,
    act: Act<AppealDecisionBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, (id, number)) = (app.grounds(), path.into_inner());
    let which = (RectificationId::new(id), number);
    let decision = (act.body.verdict.into(), act.body.reason.into_string());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, RectifyError>(whole(&decide_appeal(tx, &grounds, &staff, which, decision).await?, &grounds)) })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsLookBody {
    look: WordsLook,
}

/// Says whether those whom the review names may read its words once the rectification is closed, whatever the content check said of them.
#[utoipa::path(
    tag = "reviews", operation_id = "look_at_words", request_body = WordsLookBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = RectificationView))
)]
#[post("/rectifications/{id}/words")]
pub async fn look_at(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<WordsLookBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, looked) = (app.grounds(), (RectificationId::new(*id), act.body.look.into()));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, RectifyError>(whole(&look_at_words(tx, &grounds, &staff, looked).await?, &grounds)) })
    })
    .await
}
