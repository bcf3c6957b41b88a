//! Who holds what, and how the work goes at each station. Inside alone: nothing here ranks people.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Path, Query};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{StationCode, WorkItemId};
use domain::policy::{Act, Actor, Object, may};
use domain::queue::due_day;
use infra::store::{DoneByClerk, DoneWork};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{DayCount, Period, WatchedCase, day_or_none};
use crate::app::supervision::{ClerkDays, HeldLine, StationLine, Watch, by_clerk, held_lines, own_days, stations};
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
    due_on: NaiveDate,
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
        due_on: due_day(line.item.due_at),
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
}

impl From<&DoneWork> for DoneView {
    fn from(done: &DoneWork) -> Self {
        let mean = |sum: u64| sum.checked_div(done.closed);
        Self { closed: done.closed, waited_secs: mean(done.waited_secs), handled_secs: mean(done.handled_secs) }
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
}

/// The stations that the caller watches over in figures: what lies there now, and what was done in the period. By code.
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
    }
}

/// What somebody closed on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayFigures {
    day: NaiveDate,
    station: StationRef,
    #[serde(flatten)]
    done: DoneView,
}

fn day(done: &DoneByClerk, grounds: &Grounds) -> DayFigures {
    DayFigures { day: done.day, station: StationRef::of(&done.work.station, grounds), done: DoneView::from(&done.work) }
}

/// A clerk of the station, with the days on which they closed something there; none for who closed nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClerkFigures {
    clerk: Uuid,
    name: Option<String>,
    days: Vec<DayFigures>,
}

/// Who works at a station, and what each closed there, day by day, in no order of merit.
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
    let clerks = by_clerk(&app.store.read(app.district()), &code, (from, to)).await?;
    let view = |clerk: &ClerkDays| ClerkFigures {
        clerk: clerk.clerk.as_uuid(),
        name: clerk.name.clone(),
        days: clerk.days.iter().map(|done| day(done, &grounds)).collect(),
    };
    Ok(Answer(clerks.iter().map(view).collect()))
}

/// What the caller closed, day by day and station by station.
#[utoipa::path(
    tag = "work", operation_id = "list_own_figures", params(PeriodQuery),
    responses((status = 200, body = Vec<DayFigures>))
)]
#[get("/me/figures")]
pub async fn list_own_figures(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<PeriodQuery>,
) -> Result<Answer<Vec<DayFigures>>, Problem> {
    may(Actor::Staff(&staff), Act::ListOwnFigures, &Object::Own)?;
    let grounds = app.grounds();
    let Period { from, to } = Period::until(query.to, query.days, &grounds);
    let days = own_days(&app.store.read(app.district()), &staff, (from, to)).await?;
    Ok(Answer(days.iter().map(|done| day(done, &grounds)).collect()))
}
