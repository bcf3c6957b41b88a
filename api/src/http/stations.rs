//! Stations: near a place, of a level, that accept an item; and edits of their hours, of the items they accept, and of what holds
//! there for a while: closures, notices, staff who are away.

use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::str::FromStr;

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, patch};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use domain::district::{Absence, ClosedHours, Closure, Opening, Place, Station, StationNotice};
use domain::ids::{DivisionCode, ItemCode, StationCode};
use domain::time::{Timestamp, local_date};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{IntoParams, ToSchema};

use super::auth::StaffMember;
use super::body::{self, Json, Text};
use super::etag::{ETag, IfMatch};
use super::instant::{self, shown};
use super::page::{Cursor, Limit, Page};
use super::problem::{Problem, ProblemDocument};
use super::words::{ClosureCause, Level};
use crate::app::{App, StationEdit};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StationsQuery {
    /// `lat,lng` in WGS-84 degrees: the nearest come first.
    #[param(value_type = Option<String>, example = "30.05,103.83")]
    near: Option<Near>,
    #[param(inline)]
    level: Option<Level>,
    /// Only those that accept this item.
    #[param(value_type = Option<String>, example = "T001", pattern = "^[TVC][0-9]{3}$")]
    item: Option<ItemCode>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Clone, Copy)]
struct Near(Place);

impl FromStr for Near {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (lat, lng) = text.split_once(',').ok_or("no comma")?;
        let lat: f64 = lat.trim().parse().map_err(|_| "no latitude")?;
        let lng: f64 = lng.trim().parse().map_err(|_| "no longitude")?;
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lng);
        if on_earth { Ok(Near(Place { lat, lng })) } else { Err("not on earth") }
    }
}

impl<'de> Deserialize<'de> for Near {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Hours on some weekdays; a day with a lunch break has two entries.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningView {
    /// 1 is Monday, 7 Sunday.
    #[serde(deserialize_with = "body::list::<_, _, 1, 7>")]
    #[schema(min_items = 1, max_items = 7)]
    days: Vec<u8>,
    #[schema(value_type = String, example = "08:30", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    open: Clock,
    #[schema(value_type = String, example = "12:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    close: Clock,
}

/// A time of day as `HH:MM`.
#[derive(Debug, Clone, Copy)]
struct Clock(NaiveTime);

impl Serialize for Clock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%H:%M"))
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map(Clock).map_err(|_| D::Error::custom("no time of day"))
    }
}

/// Days on which a station is closed, or some hours of each of them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosureView {
    from: NaiveDate,
    /// The last day of it.
    to: NaiveDate,
    /// Without it the whole day.
    hours: Option<ClosedHoursView>,
    cause: ClosureCause,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosedHoursView {
    #[schema(value_type = String, example = "10:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    from: Clock,
    #[schema(value_type = String, example = "12:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    to: Clock,
}

/// A text to read beside every plan that uses the station (公告).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeView {
    #[serde(deserialize_with = "instant::read")]
    from: DateTime<FixedOffset>,
    /// When it no longer holds.
    #[serde(deserialize_with = "instant::read")]
    until: DateTime<FixedOffset>,
    #[schema(inline)]
    text: Text<200>,
}

/// So many of the station's staff are away. While all are, it takes nothing in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceView {
    #[serde(deserialize_with = "instant::read")]
    from: DateTime<FixedOffset>,
    /// When they are back.
    #[serde(deserialize_with = "instant::read")]
    until: DateTime<FixedOffset>,
    #[schema(value_type = u16, minimum = 1)]
    staff: NonZeroU16,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StationView {
    #[schema(value_type = String, example = "511499101203-01")]
    code: StationCode,
    name: String,
    level: Level,
    #[schema(value_type = String)]
    division: DivisionCode,
    lat: f64,
    lng: f64,
    windows: u16,
    staff: u16,
    /// Can print certificates and has a self-service machine.
    terminal: bool,
    /// Step-free.
    accessible: bool,
    hours: Vec<OpeningView>,
    open_now: bool,
    /// Items accepted beyond those of the level.
    #[schema(value_type = Vec<String>)]
    added: BTreeSet<ItemCode>,
    /// Items of the level that aren't accepted.
    #[schema(value_type = Vec<String>)]
    removed: BTreeSet<ItemCode>,
    /// When it is closed in its hours, now or later.
    closures: Vec<ClosureView>,
    /// What it announces, now or later.
    notices: Vec<NoticeView>,
    /// When staff are away, now or later.
    absences: Vec<AbsenceView>,
    /// From the place asked for, as the crow flies.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_m: Option<u64>,
}

/// What may be edited of a station; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StationChange {
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 40>")]
    #[schema(max_items = 40)]
    hours: Option<Vec<OpeningView>>,
    #[serde(default, deserialize_with = "body::set_if_any::<_, _, 500>")]
    #[schema(value_type = Option<Vec<String>>, max_items = 500)]
    added: Option<BTreeSet<ItemCode>>,
    #[serde(default, deserialize_with = "body::set_if_any::<_, _, 500>")]
    #[schema(value_type = Option<Vec<String>>, max_items = 500)]
    removed: Option<BTreeSet<ItemCode>>,
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 60>")]
    #[schema(max_items = 60)]
    closures: Option<Vec<ClosureView>>,
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 20>")]
    #[schema(max_items = 20)]
    notices: Option<Vec<NoticeView>>,
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 60>")]
    #[schema(max_items = 60)]
    absences: Option<Vec<AbsenceView>>,
}

/// Lists stations: the nearest first where a place is given, else by code.
#[utoipa::path(
    tag = "district", operation_id = "list_stations", params(StationsQuery),
    responses(
        (status = 200, body = Page<StationView>),
        (status = 404, description = "没有这个事项", body = ProblemDocument, content_type = "application/problem+json")
    )
)]
#[get("/stations")]
pub async fn list(app: Data<App>, query: Query<StationsQuery>) -> Result<Answer<Page<StationView>>, Problem> {
    let (map, now) = (app.map(), app.clock.now());
    let listed = query.item.as_ref().map(|code| app.item(code)).transpose()?;
    let level = query.level.map(domain::district::Level::from);
    let wanted = |s: &&Station| level.is_none_or(|level| s.level == level) && listed.as_ref().is_none_or(|l| s.accepts(&l.item));
    let mut stations: Vec<(&Station, Option<u64>)> =
        map.stations().filter(wanted).map(|s| (s, query.near.map(|near| near.metres_to(s)))).collect();
    stations.sort_by_key(|(_, distance_m)| *distance_m);
    let view = |(station, distance_m): &(&Station, Option<u64>)| StationView { distance_m: *distance_m, ..view(&app, station, now) };
    Ok(Answer(Page::of(&stations, |(station, _)| station.code.to_string(), query.cursor.as_ref(), query.limit, view)?))
}

/// One station; its `ETag` is what an edit asks for.
#[utoipa::path(
    tag = "district", operation_id = "show_station", params(("code" = String, Path, example = "511499101203-01")),
    responses((status = 200, body = StationView, headers(("etag" = String))))
)]
#[get("/stations/{code}")]
pub async fn show(app: Data<App>, code: Path<StationCode>) -> Result<HttpResponse, Problem> {
    let map = app.map();
    let station = map.station(&code).ok_or_else(Problem::no_such_station)?;
    Ok(tag(station).ok(&view(&app, station, app.clock.now())))
}

/// Edits a station's hours, its own list of items, closures, notices or absences: for a supervisor of its division, or the system administrator.
#[utoipa::path(
    tag = "district", operation_id = "edit_station", request_body = StationChange,
    params(("code" = String, Path, example = "511499101203-01"), ("If-Match" = String, Header)),
    responses((status = 200, body = StationView, headers(("etag" = String))))
)]
#[patch("/stations/{code}")]
pub async fn edit(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    IfMatch(seen): IfMatch,
    Json(change): Json<StationChange>,
) -> Result<HttpResponse, Problem> {
    let station = app.edit_station(&staff, &code, change.into(), move |station| seen == tag(station)).await?;
    Ok(tag(&station).ok(&view(&app, &station, app.clock.now())))
}

/// The tag of what may be edited.
fn tag(station: &Station) -> ETag {
    ETag::of_content(&(&station.hours, &station.added, &station.removed, &station.facts))
}

impl Near {
    fn metres_to(self, station: &Station) -> u64 {
        metres(self.0.distance_km(station.place))
    }
}

/// Whole metres of a distance on earth, which is finite and not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a distance on earth is below 2^53 metres and not negative")]
fn metres(km: f64) -> u64 {
    (km * 1000.0).round() as u64
}

fn view(app: &App, station: &Station, now: Timestamp) -> StationView {
    StationView {
        code: station.code.clone(),
        name: station.name.clone(),
        level: station.level.into(),
        division: station.division.clone(),
        lat: station.place.lat,
        lng: station.place.lng,
        windows: station.windows,
        staff: station.staff,
        terminal: station.terminal,
        accessible: station.accessible,
        hours: station.hours.iter().map(OpeningView::from).collect(),
        open_now: station.is_open(&app.map().calendar, now),
        added: BTreeSet::clone(&station.added),
        removed: BTreeSet::clone(&station.removed),
        closures: station.facts.closures.iter().filter(|closure| closure.to >= local_date(now)).map(ClosureView::from).collect(),
        notices: station.facts.notices.iter().filter(|notice| notice.until > now).map(NoticeView::from).collect(),
        absences: station.facts.absences.iter().filter(|absence| absence.until > now).filter_map(AbsenceView::of).collect(),
        distance_m: None,
    }
}

impl From<&Opening> for OpeningView {
    fn from(opening: &Opening) -> Self {
        Self { days: opening.days.clone(), open: Clock(opening.open), close: Clock(opening.close) }
    }
}

impl From<OpeningView> for Opening {
    fn from(view: OpeningView) -> Self {
        Self { days: view.days, open: view.open.0, close: view.close.0 }
    }
}

impl From<&Closure> for ClosureView {
    fn from(closure: &Closure) -> Self {
        let hours = closure.hours.map(|hours| ClosedHoursView { from: Clock(hours.from), to: Clock(hours.to) });
        Self { from: closure.from, to: closure.to, hours, cause: closure.cause.into() }
    }
}

impl From<ClosureView> for Closure {
    fn from(view: ClosureView) -> Self {
        let hours = view.hours.map(|hours| ClosedHours { from: hours.from.0, to: hours.to.0 });
        Self { from: view.from, to: view.to, hours, cause: view.cause.into() }
    }
}

impl From<&StationNotice> for NoticeView {
    fn from(notice: &StationNotice) -> Self {
        Self { from: shown(notice.from), until: shown(notice.until), text: Text::stored(notice.text.clone()) }
    }
}

impl From<NoticeView> for StationNotice {
    fn from(view: NoticeView) -> Self {
        Self { from: view.from.to_utc(), until: view.until.to_utc(), text: view.text.into_string() }
    }
}

impl AbsenceView {
    fn of(absence: &Absence) -> Option<Self> {
        Some(Self { from: shown(absence.from), until: shown(absence.until), staff: NonZeroU16::new(absence.staff)? })
    }
}

impl From<AbsenceView> for Absence {
    fn from(view: AbsenceView) -> Self {
        Self { from: view.from.to_utc(), until: view.until.to_utc(), staff: view.staff.get() }
    }
}

impl From<StationChange> for StationEdit {
    fn from(change: StationChange) -> Self {
        fn all<T, U: From<T>>(views: Option<Vec<T>>) -> Option<Vec<U>> {
            views.map(|views| views.into_iter().map(U::from).collect())
        }
        Self {
            hours: all(change.hours),
            added: change.added,
            removed: change.removed,
            closures: all(change.closures),
            notices: all(change.notices),
            absences: all(change.absences),
        }
    }
}
