//! What somebody was told, and how it went out: the same news that WeChat carries, for those whom it doesn't reach.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Query};
use chrono::{DateTime, FixedOffset};
use domain::ids::MessageId;
use infra::store::{About, Message, Try};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::Caller;
use super::instant;
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{Channel, TryState};
use crate::app::App;
use crate::wording::sms::way;
use crate::wording::tidings::{
    appointment_hint, appointment_progress, consent_hint, consent_progress, correction_hint, correction_progress, errand_hint,
    errand_progress, hint, mandate_hint, mandate_progress, progress, request_hint, request_progress,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    id: Uuid,
    /// The case that it is about, if it is about one.
    case: Option<Uuid>,
    /// The mandate that it is about.
    mandate: Option<Uuid>,
    /// The correction of who the person is.
    correction: Option<Uuid>,
    /// The consent.
    consent: Option<Uuid>,
    /// What was asked about the person's data at a counter.
    request: Option<Uuid>,
    /// The errand of a station that a supervisor watches over.
    errand: Option<Uuid>,
    /// The slot that the person had booked.
    appointment: Option<Uuid>,
    at: DateTime<FixedOffset>,
    /// How that stood then.
    #[schema(example = "待补正")]
    progress: &'static str,
    /// What to do, or to expect.
    hint: String,
    /// Whether nothing more is sent.
    settled: bool,
    /// The ways that it took, one after the other; none where it stands here alone.
    ways: Vec<WayView>,
}

/// A way that a message took.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayView {
    channel: Channel,
    state: TryState,
    #[schema(example = "短信已送达")]
    sentence: &'static str,
    /// Since when that holds.
    at: DateTime<FixedOffset>,
}

impl From<&Try> for WayView {
    fn from(kept: &Try) -> Self {
        Self {
            channel: kept.channel.into(),
            state: kept.state.into(),
            sentence: way(kept.channel, kept.state),
            at: instant::shown(kept.changed_at),
        }
    }
}

/// What the caller was told, newest first.
#[utoipa::path(tag = "me", operation_id = "list_messages", params(MessagesQuery), responses((status = 200, body = Page<MessageView>)))]
#[get("/me/messages")]
pub async fn list(app: Data<App>, caller: Caller, query: Query<MessagesQuery>) -> Result<Answer<Page<MessageView>>, Problem> {
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<MessageId>()).transpose().map_err(|_| BadCursor)?;
    let (messages, total) = app.store.read(app.district()).news_of(caller.person(), before, query.limit.into()).await?;
    let full = messages.len() >= query.limit.get();
    let next = messages.last().filter(|_| full).map(|last| last.news.id.to_string());
    let items = messages.iter().map(|message| view(&app, message)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

fn view(app: &App, message: &Message) -> MessageView {
    let about = &message.news.about;
    let (progress, hint) = match about {
        About::Case { tidings, .. } => {
            let map = app.map();
            let station = tidings.station().and_then(|code| map.station(code)).map(|station| station.name.as_str());
            (progress(tidings), hint(tidings, station))
        }
        About::Mandate { tidings, .. } => (mandate_progress(*tidings), mandate_hint(*tidings).to_owned()),
        About::Correction { tidings, .. } => (correction_progress(*tidings), correction_hint(*tidings).to_owned()),
        About::Consent { tidings, .. } => (consent_progress(*tidings), consent_hint(*tidings).to_owned()),
        About::Request { tidings, .. } => (request_progress(*tidings), request_hint(*tidings).to_owned()),
        About::Errand { tidings, .. } => (errand_progress(*tidings), errand_hint(*tidings).to_owned()),
        About::Appointment { tidings, .. } => (appointment_progress(*tidings), appointment_hint(*tidings)),
    };
    MessageView {
        id: message.news.id.as_uuid(),
        case: about.case().map(|case| case.as_uuid()),
        mandate: about.mandate().map(|mandate| mandate.as_uuid()),
        correction: about.correction().map(|correction| correction.as_uuid()),
        consent: about.consent().map(|consent| consent.as_uuid()),
        request: about.request().map(|request| request.as_uuid()),
        errand: about.errand().map(|errand| errand.as_uuid()),
        appointment: about.appointment().map(|appointment| appointment.as_uuid()),
        at: instant::shown(message.at),
        progress,
        hint,
        settled: message.settled,
        ways: message.tries.iter().map(WayView::from).collect(),
    }
}
