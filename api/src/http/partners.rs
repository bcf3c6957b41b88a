//! Partner stations (合作站点): counters of other districts that meet people from here who are there.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get, put};
use domain::district::{Opening, Partner, Place};
use domain::ids::{DistrictCode, ItemCode, StationCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::StaffMember;
use super::body::{self, Json, Text};
use super::plans::PlaceBody;
use super::problem::Problem;
use super::stations::OpeningView;
use crate::app::App;

#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerStationView {
    #[schema(value_type = String, example = "510199000000-01")]
    code: StationCode,
    #[schema(value_type = String)]
    district: DistrictCode,
    /// The district's.
    name: String,
    station_name: String,
    lat: f64,
    lng: f64,
    #[schema(value_type = Vec<String>)]
    items: BTreeSet<ItemCode>,
    /// Where it gives none, those that the settings say.
    hours: Vec<OpeningView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PartnersView {
    items: Vec<PartnerStationView>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerBody {
    /// The district's.
    #[schema(inline)]
    name: Text<50>,
    #[schema(inline)]
    station_name: Text<50>,
    place: PlaceBody,
    /// What is taken in there.
    #[serde(deserialize_with = "body::set::<_, _, 500>")]
    #[schema(value_type = Vec<String>, max_items = 500)]
    items: BTreeSet<ItemCode>,
    /// Where none are given, those that the settings say.
    #[serde(default, deserialize_with = "body::list::<_, _, 0, 40>")]
    #[schema(max_items = 40)]
    hours: Vec<OpeningView>,
}

/// Lists the partner stations, by code.
#[utoipa::path(tag = "district", operation_id = "list_partners", responses((status = 200, body = PartnersView)))]
#[get("/partners")]
pub async fn list(app: Data<App>) -> Answer<PartnersView> {
    Answer(PartnersView { items: app.map.load().partners().map(PartnerStationView::from).collect() })
}

/// Adds a partner station, or puts it right; plans follow it at once on all instances.
#[utoipa::path(
    tag = "district", operation_id = "save_partner", request_body = PartnerBody,
    params(("code" = String, Path, example = "510199000000-01")), responses((status = 200, body = PartnerStationView))
)]
#[put("/partners/{code}")]
pub async fn save(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    Json(new): Json<PartnerBody>,
) -> Result<Answer<PartnerStationView>, Problem> {
    let saved = app.save_partner(&staff, new.partner(code.into_inner())).await?;
    Ok(Answer(PartnerStationView::from(&saved)))
}

/// Takes a partner station away.
#[utoipa::path(
    tag = "district", operation_id = "remove_partner", params(("code" = String, Path, example = "510199000000-01")),
    responses((status = 204))
)]
#[delete("/partners/{code}")]
pub async fn remove(app: Data<App>, StaffMember(staff): StaffMember, code: Path<StationCode>) -> Result<HttpResponse, Problem> {
    app.remove_partner(&staff, code.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl PartnerBody {
    fn partner(self, code: StationCode) -> Partner {
        Partner {
            code,
            name: self.name.into_string(),
            station_name: self.station_name.into_string(),
            place: Place::from(self.place),
            items: Arc::new(self.items),
            hours: self.hours.into_iter().map(Opening::from).collect(),
        }
    }
}

impl From<&Partner> for PartnerStationView {
    fn from(partner: &Partner) -> Self {
        Self {
            code: partner.code.clone(),
            district: partner.code.district(),
            name: partner.name.clone(),
            station_name: partner.station_name.clone(),
            lat: partner.place.lat,
            lng: partner.place.lng,
            items: BTreeSet::clone(&partner.items),
            hours: partner.hours.iter().map(OpeningView::from).collect(),
        }
    }
}
