//! Who holds what, and how the work goes at each station. Inside alone: nothing here ranks people.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Path, Query};
use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use domain::floor::AtWindows;
use domain::ids::{StationCode, WorkItemId};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{DoneWork, HeldNow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{DayCount, Period, WatchedCase, day_or_none};
use crate::app::supervision::{ClerkDay, ClerkLine, ClerkWork, HeldLine, StationLine, Watch, by_clerk, held_lines, own_work, stations};
use crate::app::{App, Grounds};
use crate::http::auth::StaffMember;
use crate::http::cases::view::StationRef;
use crate::http::instant::shown;
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;
use crate::http::words::Stage;
use crate::wording;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeasesQuery {
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// What somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldView {
    work_item: Uuid,
    station: StationRef,
    stage: Stage,
    stage_name: &'static str,
    case: WatchedCase,
    clerk: Uuid,
    name: Option<String>,
    since: DateTime<FixedOffset>,
    until: DateTime<FixedOffset>,
    /// None while an outside body tests or appraises.
    due_on: Option<NaiveDate>,
}

/// Who holds what, since when and until when, at the stations that the caller watches over.
#[utoipa::path(
    tag = "supervision", operation_id = "list_leases", params(LeasesQuery),
    responses((status = 200, body = Page<HeldView>))
)]
#[get("/supervision/leases")]
pub async fn list_leases(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<LeasesQuery>,
) -> Result<Answer<Page<HeldView>>, Problem> {
    may(Actor::Staff(&staff), Act::ListLeases, &Object::Own)?;
    let (grounds, store) = (app.grounds(), app.store.read(app.district()));
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<WorkItemId>()).transpose().map_err(|_| BadCursor)?;
    let page = (after, query.limit.into());
    let (lines, total, last) = held_lines(&store, &grounds, &Watch::of(&staff), query.station.as_ref(), page).await?;
    let next = last.map(|id| id.to_string());
    Ok(Answer(Page::cut(lines.iter().map(|line| held(line, &grounds)).collect(), total, next.as_deref())))
}

fn held(line: &HeldLine, grounds: &Grounds) -> HeldView {
    let case = line.file.as_ref().map(|file| &file.case);
    HeldView {
        work_item: line.item.id.as_uuid(),
        station: StationRef::of(&line.item.desk.station, grounds),
        stage: line.item.stage.into(),
        stage_name: wording::stage(line.item.stage),
        case: case
            .map_or_else(WatchedCase::sealed, |case| WatchedCase::of(case.id.as_uuid(), &case.number.to_string(), &case.item, grounds)),
        clerk: line.holder.as_uuid(),
        name: line.name.clone(),
        since: shown(line.since),
        until: shown(line.until),
        due_on: line.item.due_on(),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// The last day of the period; by default today.
    #[serde(default, deserialize_with = "day_or_none")]
    to: Option<NaiveDate>,
    /// How many days it has.
    #[serde(default)]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 92)]
    days: DayCount,
}

/// What was done, and how long it took on average.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DoneView {
    closed: u64,
    /// From when an item could be claimed at the station to its first claim; none where nothing was closed.
    waited_secs: Option<u64>,
    /// From its last claim to its end.
    handled_secs: Option<u64>,
    /// How many of them were closed after they were due at the station. Handing over waits for the person, and is never late.
    closed_late: u64,
}

impl From<&DoneWork> for DoneView {
    fn from(done: &DoneWork) -> Self {
        let mean = |sum: u64| sum.checked_div(done.closed);
        Self { closed: done.closed, waited_secs: mean(done.waited_secs), handled_secs: mean(done.handled_secs), closed_late: done.late }
    }
}

/// Time at open windows, from opening each to closing it, or to now.
#[derive(Debug, Serialize, ToSchema)]
pub struct AtWindowsView {
    /// How long somebody sat there.
    at_window_secs: u64,
    /// Of it, how long they neither had called a number that was still theirs to serve, nor held a work item.
    idle_secs: u64,
}

impl From<AtWindows> for AtWindowsView {
    fn from(time: AtWindows) -> Self {
        let secs = |length: Duration| u64::try_from(length.num_seconds()).unwrap_or_default();
        Self { at_window_secs: secs(time.sat), idle_secs: secs(time.idle) }
    }
}

/// A station in figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct StationFigures {
    station: StationRef,
    /// Who works at its desks.
    staff: usize,
    /// Now, as the four below.
    waiting: u64,
    held: u64,
    /// Past the day on which it was due at the station.
    late: u64,
    oldest_since: Option<DateTime<FixedOffset>>,
    /// So much waits that other stations help.
    overloaded: bool,
    /// Of the whole period.
    done: DoneView,
    /// Of the whole period and all its windows.
    windows: AtWindowsView,
}

/// The stations that the caller watches over in figures: what lies there now, what was done in the period, and how long somebody sat idle
/// at their windows. By code.
#[utoipa::path(
    tag = "supervision", operation_id = "list_station_figures", params(PeriodQuery),
    responses((status = 200, body = Vec<StationFigures>))
)]
#[get("/supervision/stations")]
pub async fn list_station_figures(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<PeriodQuery>,
) -> Result<Answer<Vec<StationFigures>>, Problem> {
    may(Actor::Staff(&staff), Act::ListStationFigures, &Object::Own)?;
    let (grounds, store) = (app.grounds(), app.store.read(app.district()));
    let Period { from, to } = Period::until(query.to, query.days, &grounds);
    let lines = stations(&store, &grounds, &Watch::of(&staff), (from, to)).await?;
    Ok(Answer(lines.iter().map(|line| figures(line, &grounds)).collect()))
}

fn figures(line: &StationLine, grounds: &Grounds) -> StationFigures {
    StationFigures {
        station: StationRef::of(&line.station, grounds),
        staff: line.staff,
        waiting: line.standing.waiting,
        held: line.standing.held,
        late: line.standing.late,
        oldest_since: line.standing.oldest.map(shown),
        overloaded: line.overloaded,
        done: line.done.as_ref().map(DoneView::from).unwrap_or_default(),
        windows: line.at_windows.into(),
    }
}

/// What somebody closed on a day at a station, and their time at its windows.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayFigures {
    day: NaiveDate,
    station: StationRef,
    #[serde(flatten)]
    done: DoneView,
    #[serde(flatten)]
    windows: AtWindowsView,
}

fn day(of: &ClerkDay, grounds: &Grounds) -> DayFigures {
    DayFigures {
        day: of.whose.day,
        station: StationRef::of(&of.whose.station, grounds),
        done: of.done.as_ref().map(DoneView::from).unwrap_or_default(),
        windows: of.at_windows.into(),
    }
}

/// How somebody's work stands now, and how it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkFigures {
    /// What they hold now.
    held: u64,
    /// Of it, what is past the day on which it was due at the station.
    held_late: u64,
    /// Days on which they closed something or sat at a window.
    days: Vec<DayFigures>,
}

impl WorkFigures {
    fn of(work: &ClerkWork, grounds: &Grounds) -> Self {
        let HeldNow { items: held, late: held_late } = work.held;
        Self { held, held_late, days: work.days.iter().map(|of| day(of, grounds)).collect() }
    }
}

/// A clerk of the station, with their work there; no days of who closed nothing and sat at no window.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClerkFigures {
    clerk: Uuid,
    name: Option<String>,
    #[serde(flatten)]
    work: WorkFigures,
}

/// Who works at a station, what each holds and closed there, how much of it late, and how long they sat idle at its windows, day by day,
/// in no order of merit.
#[utoipa::path(
    tag = "supervision", operation_id = "list_clerk_figures",
    params(("code" = String, Path, example = "511499101203-01"), PeriodQuery), responses((status = 200, body = Vec<ClerkFigures>))
)]
#[get("/supervision/stations/{code}/clerks")]
pub async fn list_clerk_figures(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    query: Query<PeriodQuery>,
) -> Result<Answer<Vec<ClerkFigures>>, Problem> {
    let grounds = app.grounds();
    grounds.map.station(&code).ok_or_else(Problem::no_such_station)?;
    may(Actor::Staff(&staff), Act::ListClerkFigures, &Object::Station(&code))?;
    let Period { from, to } = Period::until(query.to, query.days, &grounds);
    let clerks = by_clerk(&app.store.read(app.district()), &grounds, &code, (from, to)).await?;
    let view = |ClerkLine { clerk, name, work }: &ClerkLine| ClerkFigures {
        clerk: clerk.as_uuid(),
        name: name.clone(),
        work: WorkFigures::of(work, &grounds),
    };
    Ok(Answer(clerks.iter().map(view).collect()))
}

/// What the caller holds and closed, how much of it late, and how long they sat idle at windows, day by day and station by station.
#[utoipa::path(
    tag = "work", operation_id = "list_own_figures", params(PeriodQuery),
    responses((status = 200, body = WorkFigures))
)]
#[get("/me/figures")]
pub async fn list_own_figures(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<PeriodQuery>,
) -> Result<Answer<WorkFigures>, Problem> {
    may(Actor::Staff(&staff), Act::ListOwnFigures, &Object::Own)?;
    let grounds = app.grounds();
    let Period { from, to } = Period::until(query.to, query.days, &grounds);
    let work = own_work(&app.store.read(app.district()), &grounds, &staff, (from, to)).await?;
    Ok(Answer(WorkFigures::of(&work, &grounds)))
}
