//! The divisions of the district.

use actix_web::get;
use actix_web::web::{Data, Json, Query};
use domain::district::Division;
use domain::ids::{DivisionCode, StationCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::{Cursor, Limit, Page};
use super::problem::Problem;
use super::words::DivisionLevel;
use crate::app::App;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DivisionsQuery {
    #[param(inline)]
    level: Option<DivisionLevel>,
    /// Only what lies in this division.
    #[param(value_type = Option<String>, example = "511499101000", pattern = "^[0-9]{12}$")]
    within: Option<DivisionCode>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DivisionView {
    #[schema(value_type = String, example = "511499101203")]
    code: DivisionCode,
    name: String,
    level: DivisionLevel,
    /// The division above; none for the district.
    #[schema(value_type = Option<String>)]
    parent: Option<DivisionCode>,
    lat: f64,
    lng: f64,
    /// Its own station.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
}

/// Lists divisions by code.
#[utoipa::path(tag = "district", operation_id = "list_divisions", params(DivisionsQuery), responses((status = 200, body = Page<DivisionView>)))]
#[get("/divisions")]
pub async fn list(app: Data<App>, query: Query<DivisionsQuery>) -> Result<Json<Page<DivisionView>>, Problem> {
    let map = app.map();
    let level = query.level.map(domain::ids::DivisionLevel::from);
    let wanted =
        |d: &&Division| level.is_none_or(|level| d.code.level() == level) && query.within.as_ref().is_none_or(|w| w.contains(&d.code));
    let divisions: Vec<&Division> = map.divisions().filter(wanted).collect();
    let view = |division: &&Division| DivisionView {
        code: division.code.clone(),
        name: division.name.clone(),
        level: division.code.level().into(),
        parent: parent(&division.code),
        lat: division.place.lat,
        lng: division.place.lng,
        station: map.own_station(&division.code).map(|station| station.code.clone()),
    };
    Ok(Json(Page::of(&divisions, |division| division.code.to_string(), query.cursor.as_ref(), query.limit, view)?))
}

fn parent(code: &DivisionCode) -> Option<DivisionCode> {
    match code.level() {
        domain::ids::DivisionLevel::Village => code.town(),
        domain::ids::DivisionLevel::Town => Some(code.root()),
        domain::ids::DivisionLevel::District => None,
    }
}
