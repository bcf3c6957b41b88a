//! Partner stations (合作站点): counters of other districts that meet people from here who are there.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get, post, put};
use domain::district::{Opening, Partner, Place};
use domain::ids::{DistrictCode, ItemCode, StationCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::StaffMember;
use super::body::{self, Json, Text};
use super::etag::{ETag, IfMatch};
use super::idempotency::{Act, once};
use super::plans::PlaceBody;
use super::problem::Problem;
use super::stations::OpeningView;
use crate::app::{App, add_partner};

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

/// A partner station as it is to be; `name` is its district's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerBody {
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

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPartnerBody {
    #[schema(value_type = String, example = "510199000000-01")]
    code: StationCode,
    partner: PartnerBody,
}

/// Lists the partner stations, by code.
#[utoipa::path(tag = "district", operation_id = "list_partners", responses((status = 200, body = PartnersView)))]
#[get("/partners")]
pub async fn list(app: Data<App>) -> Answer<PartnersView> {
    Answer(PartnersView { items: app.map().partners().map(PartnerStationView::from).collect() })
}

/// One partner station; its `ETag` is what an edit asks for.
#[utoipa::path(
    tag = "district", operation_id = "show_partner", params(("code" = String, Path, example = "510199000000-01")),
    responses((status = 200, body = PartnerStationView, headers(("etag" = String))))
)]
#[get("/partners/{code}")]
pub async fn show(app: Data<App>, code: Path<StationCode>) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.partner(&code)?))
}

/// Adds a partner station; plans follow it at once on all instances.
#[utoipa::path(
    tag = "district", operation_id = "add_partner", request_body = NewPartnerBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = PartnerStationView))
)]
#[post("/partners")]
pub async fn add(app: Data<App>, StaffMember(staff): StaffMember, act: Act<NewPartnerBody>) -> Result<HttpResponse, Problem> {
    let (grounds, partner) = (app.grounds(), act.body.partner.into_partner(act.body.code));
    let added = once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { add_partner(tx, &grounds, &staff, &partner).await.map(|()| PartnerStationView::from(&partner)) })
    });
    let answer = added.await?;
    app.reference_changed().await?;
    Ok(answer)
}

/// Puts a partner station right; plans follow it at once on all instances.
#[utoipa::path(
    tag = "district", operation_id = "save_partner", request_body = PartnerBody,
    params(("code" = String, Path, example = "510199000000-01"), ("If-Match" = String, Header)),
    responses((status = 200, body = PartnerStationView, headers(("etag" = String))))
)]
#[put("/partners/{code}")]
pub async fn save(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    IfMatch(seen): IfMatch,
    Json(edited): Json<PartnerBody>,
) -> Result<HttpResponse, Problem> {
    let saved = app.save_partner(&staff, edited.into_partner(code.into_inner()), move |partner| seen == tag(partner)).await?;
    Ok(answer(&saved))
}

fn answer(partner: &Partner) -> HttpResponse {
    tag(partner).ok(&PartnerStationView::from(partner))
}

fn tag(partner: &Partner) -> ETag {
    ETag::of_content(&(&partner.name, &partner.station_name, partner.place, &partner.items, &partner.hours))
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
    fn into_partner(self, code: StationCode) -> Partner {
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
