//! Stations: near a place, of a level, that accept an item; and edits of their hours and of the items they accept.

use std::collections::BTreeSet;
use std::str::FromStr;

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, patch};
use chrono::NaiveTime;
use domain::district::{Opening, Place, Station};
use domain::ids::{DivisionCode, ItemCode, StationCode};
use domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{IntoParams, ToSchema};

use super::auth::StaffMember;
use super::body::{self, Json};
use super::etag::{ETag, IfMatch};
use super::page::{Cursor, Limit, Page};
use super::problem::{Problem, ProblemDocument};
use super::words::Level;
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
    let (map, now) = (app.map.load(), app.clock.now());
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
    let map = app.map.load();
    let station = map.station(&code).ok_or_else(Problem::no_such_station)?;
    Ok(tag(station).ok(&view(&app, station, app.clock.now())))
}

/// Edits a station's hours or its own list of items: for a supervisor of its division, or the system administrator.
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
    ETag::of_content(&(&station.hours, &station.added, &station.removed))
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
        open_now: station.is_open(&app.map.load().calendar, now),
        added: BTreeSet::clone(&station.added),
        removed: BTreeSet::clone(&station.removed),
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

impl From<StationChange> for StationEdit {
    fn from(change: StationChange) -> Self {
        let hours = change.hours.map(|hours| hours.into_iter().map(Opening::from).collect());
        Self { hours, added: change.added, removed: change.removed }
    }
}
