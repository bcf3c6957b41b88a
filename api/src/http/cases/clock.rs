//! How much of the promise, and of the limit that the law sets, was left at an instant: answered from the record as it was by then, and by
//! the calendar that held then.

use std::sync::Arc;

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Path, Query};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::calendar::Calendar;
use domain::case::{Case, Event, PromiseClock, Recorded, Stop, as_of, settled_at};
use domain::ids::CaseId;
use domain::policy::Act;
use domain::supervision::{Clocks, alerts, colour_at};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::dossier;
use crate::app::cases::Dossier;
use crate::app::{App, Grounds};
use crate::http::auth::Caller;
use crate::http::instant::{self, shown};
use crate::http::problem::Problem;
use crate::http::words::{AlertColour, StopReason};
use crate::wording;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClockQuery {
    /// By default now, which also answers for later instants.
    #[serde(default, deserialize_with = "instant_or_none")]
    at: Option<DateTime<FixedOffset>>,
}

fn instant_or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    instant::read(deserializer).map(Some)
}

/// `not_started`, `running`, `stopped` or `settled`.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Not accepted yet, or not submitted.
    NotStarted,
    Running,
    Stopped,
    /// The result lay ready, or the case had ended: what was left then is left for good.
    Settled,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    at: DateTime<FixedOffset>,
    state: ClockState,
    started_at: Option<DateTime<FixedOffset>>,
    promise: Option<PeriodView>,
    /// None where the law sets no limit.
    statute: Option<PeriodView>,
    /// The worst alert that held then.
    alert: Option<AlertColour>,
    /// In order. Each start after a stop is the end of it.
    stops: Vec<StopView>,
    /// When the calendar changed, and with it the last day of the promise.
    moved: Vec<DueMovedView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodView {
    working_days: u16,
    /// Its last day, as it stood then, by the calendar that held then.
    due_on: NaiveDate,
    /// The day rests on a year whose holidays aren't published yet.
    provisional: bool,
    /// Below zero when late.
    working_days_left: i64,
    overdue: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StopView {
    reason: StopReason,
    #[schema(example = "等待补正材料")]
    reason_name: &'static str,
    /// The rule that the stop rests on, as the record has it.
    legal_basis: String,
    from: DateTime<FixedOffset>,
    /// None while it lasts.
    until: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DueMovedView {
    at: DateTime<FixedOffset>,
    before: NaiveDate,
    after: NaiveDate,
    sentence: String,
}

/// How much of the promise, and of the limit that the law sets, was left at an instant, with every stop, its reason and its legal basis.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_clock", params(("id" = uuid::Uuid, Path), ClockQuery),
    responses((status = 200, body = ClockView))
)]
#[get("/cases/{id}/clock")]
pub async fn show_clock(app: Data<App>, caller: Caller, id: Path<CaseId>, query: Query<ClockQuery>) -> Result<Answer<ClockView>, Problem> {
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, (&caller, Act::ShowCaseClock), *id).await?;
    let at = query.at.map_or(grounds.now, |at| at.to_utc().min(grounds.now));
    let record: Vec<_> = dossier.file.record.iter().take_while(|recorded| recorded.at <= at).cloned().collect();
    // The clock stands for good where it was settled.
    let counted = settled_at(&record).map_or(at, |settled| settled.min(at));
    let calendar = if counted < grounds.now {
        Arc::new(app.store.read(app.district()).calendar_held_at(counted).await?)
    } else {
        Arc::clone(&grounds.map.calendar)
    };
    Ok(Answer(view(&record, (&dossier, &grounds, &calendar), (at, counted))))
}

fn view(
    record: &[Recorded],
    (dossier, grounds, calendar): (&Dossier, &Grounds, &Calendar),
    (at, counted): (Timestamp, Timestamp),
) -> ClockView {
    let (case, settled) = (as_of(record, at), settled_at(record));
    let clock = case.as_ref().and_then(|case| case.clock.as_ref());
    let law = dossier.listed.item.statutory_working_days;
    let due = alerts(&Clocks { record, statutory_working_days: law, open: None }, calendar, &grounds.thresholds);
    ClockView {
        at: shown(at),
        state: state(case.as_ref(), settled),
        started_at: clock.map(|clock| shown(clock.started_at)),
        promise: clock.map(|clock| period(clock, calendar, counted)),
        statute: clock.zip(law).map(|(clock, limit)| period(&clock.for_days(limit), calendar, counted)),
        alert: colour_at(&due, at).map(AlertColour::from),
        stops: clock.map(|clock| stops(clock, record)).unwrap_or_default(),
        moved: record.iter().filter_map(moved).collect(),
    }
}

fn state(case: Option<&Case>, settled: Option<Timestamp>) -> ClockState {
    match (case.and_then(|case| case.clock.as_ref()), settled) {
        (_, Some(_)) => ClockState::Settled,
        (None, None) => ClockState::NotStarted,
        (Some(clock), None) if clock.is_stopped() => ClockState::Stopped,
        (Some(_), None) => ClockState::Running,
    }
}

fn period(clock: &PromiseClock, calendar: &Calendar, at: Timestamp) -> PeriodView {
    let due = clock.due(calendar, at);
    PeriodView {
        working_days: clock.promised_working_days,
        due_on: due.on,
        provisional: due.provisional,
        working_days_left: clock.working_days_left(calendar, at),
        overdue: clock.is_overdue(calendar, at),
    }
}

/// Each with its basis as it was recorded.
fn stops(clock: &PromiseClock, record: &[Recorded]) -> Vec<StopView> {
    let bases = record.iter().filter_map(|recorded| {
        let Event::ClockStopped { legal_basis, .. } = &recorded.event else { return None };
        Some(legal_basis.clone())
    });
    let view = |(stop, legal_basis): (&Stop, String)| StopView {
        reason: stop.reason.into(),
        reason_name: wording::stop_reason(stop.reason),
        legal_basis,
        from: shown(stop.from),
        until: stop.until.map(shown),
    };
    clock.stops.iter().zip(bases).map(view).collect()
}

fn moved(recorded: &Recorded) -> Option<DueMovedView> {
    let Event::DueMoved { before, after } = recorded.event else { return None };
    Some(DueMovedView { at: shown(recorded.at), before, after, sentence: wording::due_moved(before, after) })
}
