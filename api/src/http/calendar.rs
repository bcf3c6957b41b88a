//! Working days: a year's holidays and make-up workdays, which the system administrator loads when the notice is out.

use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, put};
use chrono::NaiveDate;
use domain::calendar::{Calendar, Year};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::StaffMember;
use super::body::{self, Json};
use super::etag::{ETag, IfMatch};
use super::problem::Problem;
use crate::app::App;

#[derive(Debug, Serialize, ToSchema)]
pub struct YearView {
    year: i32,
    /// Until a year is loaded it is counted by weekends alone, and promises that end in it are provisional.
    loaded: bool,
    holidays: BTreeSet<NaiveDate>,
    make_up_workdays: BTreeSet<NaiveDate>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct YearLoad {
    /// Days off, the weekends inside them included.
    #[serde(deserialize_with = "body::set::<_, _, 366>")]
    #[schema(max_items = 366)]
    holidays: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked.
    #[serde(deserialize_with = "body::set::<_, _, 366>")]
    #[schema(max_items = 366)]
    make_up_workdays: BTreeSet<NaiveDate>,
}

/// A year's arrangement.
#[utoipa::path(tag = "district", operation_id = "show_year", params(("year" = i32, Path, minimum = 1900, maximum = 2200)), responses((status = 200, body = YearView, headers(("etag" = String)))))]
#[get("/calendar/{year}")]
pub async fn show(app: Data<App>, year: Path<i32>) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.map().calendar, *year))
}

/// Loads a year, or replaces it after a notice amended it: for the system administrator.
#[utoipa::path(
    tag = "district", operation_id = "load_year", request_body = YearLoad,
    params(("year" = i32, Path, minimum = 1900, maximum = 2200), ("If-Match" = String, Header)),
    responses((status = 200, body = YearView, headers(("etag" = String))))
)]
#[put("/calendar/{year}")]
pub async fn load(
    app: Data<App>,
    StaffMember(by): StaffMember,
    year: Path<i32>,
    IfMatch(seen): IfMatch,
    Json(days): Json<YearLoad>,
) -> Result<HttpResponse, Problem> {
    let (year, days) = (*year, Year { holidays: days.holidays, make_up_workdays: days.make_up_workdays });
    let calendar = app.load_year(&by, year, days, move |current| seen == tag(current)).await?;
    Ok(answer(&calendar, year))
}

fn answer(calendar: &Calendar, year: i32) -> HttpResponse {
    let days = calendar.year(year);
    let Year { holidays, make_up_workdays } = days.cloned().unwrap_or_default();
    tag(days).ok(&YearView { year, loaded: days.is_some(), holidays, make_up_workdays })
}

fn tag(days: Option<&Year>) -> ETag {
    ETag::of_content(&days)
}
