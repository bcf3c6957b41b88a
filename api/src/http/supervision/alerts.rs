//! Alerts (黄牌、红牌) and calls for the supervisor; and what they say is done about them.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{AlertId, StationCode};
use domain::policy::{Act as Deed, Actor, Object, may};
use infra::store::{Alert, AlertFilter, AlertState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::WatchedCase;
use crate::app::supervision::{AlertError, AlertLine, Watch, acknowledge, alert_lines};
use crate::app::{App, Grounds};
use crate::http::auth::StaffMember;
use crate::http::body::Text;
use crate::http::cases::view::StationRef;
use crate::http::idempotency::{Act, once};
use crate::http::instant::shown;
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;
use crate::http::words::{AlertCause, AlertColour, Stage};
use crate::wording;

/// Which alerts.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertsWanted {
    /// Yellow ones that hold, and red ones until somebody said what is done about them.
    #[default]
    ToSeeTo,
    Acknowledged,
    All,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsQuery {
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    #[param(inline)]
    colour: Option<AlertColour>,
    #[serde(default)]
    #[param(inline)]
    state: AlertsWanted,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AlertView {
    id: Uuid,
    cause: AlertCause,
    colour: AlertColour,
    #[schema(example = "红牌：承诺时限已过")]
    sentence: String,
    case: WatchedCase,
    /// Where the case stood then.
    station: StationRef,
    stage: Option<Stage>,
    /// The last day of the period.
    due_on: Option<NaiveDate>,
    /// When it was due, whenever it was found.
    raised_at: DateTime<FixedOffset>,
    /// When the clock stopped for it, the case ended, or what somebody called for went on.
    ended_at: Option<DateTime<FixedOffset>>,
    /// Why somebody called the supervisor; of a sealed case they ask at its desk.
    reason: Option<String>,
    acknowledged: Option<AcknowledgedView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AcknowledgedView {
    at: DateTime<FixedOffset>,
    by: Option<String>,
    /// What is done about it.
    measure: Option<String>,
}

fn view(line: AlertLine, grounds: &Grounds) -> AlertView {
    let AlertLine { alert, reason, measure, by } = line;
    AlertView {
        id: alert.id.as_uuid(),
        cause: alert.cause.into(),
        colour: alert.colour.into(),
        sentence: wording::alert(alert.cause, alert.colour),
        case: case_of(&alert, grounds),
        station: StationRef::of(&alert.station, grounds),
        stage: alert.stage.map(Stage::from),
        due_on: alert.due_on,
        raised_at: shown(alert.raised_at),
        ended_at: alert.ended_at.map(shown),
        reason: reason.filter(|_| !alert.sealed),
        acknowledged: alert.acknowledged.map(|done| AcknowledgedView {
            at: shown(done.at),
            by,
            measure: measure.filter(|_| !alert.sealed),
        }),
    }
}

pub(super) fn case_of(alert: &Alert, grounds: &Grounds) -> WatchedCase {
    if alert.sealed { WatchedCase::sealed() } else { WatchedCase::of(alert.case.as_uuid(), &alert.number, &alert.item, grounds) }
}

/// The alerts and calls at the stations that the caller watches over, the latest first.
#[utoipa::path(
    tag = "supervision", operation_id = "list_alerts", params(AlertsQuery),
    responses((status = 200, body = Page<AlertView>))
)]
#[get("/alerts")]
pub async fn list_alerts(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<AlertsQuery>,
) -> Result<Answer<Page<AlertView>>, Problem> {
    may(Actor::Staff(&staff), Deed::ListAlerts, &Object::Own)?;
    let (grounds, watch) = (app.grounds(), Watch::of(&staff));
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<AlertId>()).transpose().map_err(|_| BadCursor)?;
    let filter = AlertFilter {
        scopes: watch.scopes,
        not_about: watch.not_about,
        station: query.station.clone(),
        colour: query.colour.map(Into::into),
        state: match query.state {
            AlertsWanted::ToSeeTo => AlertState::ToSeeTo,
            AlertsWanted::Acknowledged => AlertState::Acknowledged,
            AlertsWanted::All => AlertState::All,
        },
    };
    let (lines, total) = alert_lines(&app.store.read(app.district()), &filter, before, query.limit.into()).await?;
    let full = lines.len() >= query.limit.get();
    let next = lines.last().filter(|_| full).map(|last| last.alert.id.to_string());
    Ok(Answer(Page::cut(lines.into_iter().map(|line| view(line, &grounds)).collect(), total, next.as_deref())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureBody {
    /// What is done about it. It stays inside.
    measure: Text<500>,
}

/// Says what is done about an alert; then it leaves the list of what is to be seen to.
#[utoipa::path(
    tag = "supervision", operation_id = "acknowledge_alert", request_body = MeasureBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = AlertView))
)]
#[post("/alerts/{id}/acknowledge")]
pub async fn acknowledge_alert(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<AlertId>,
    act: Act<MeasureBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id, MeasureBody { measure }) = (app.grounds(), *id, act.body);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let line = acknowledge(tx, &grounds, &staff, id, measure.into_string()).await?;
            Ok::<_, AlertError>(view(line, &grounds))
        })
    })
    .await
}
