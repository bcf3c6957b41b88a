//! Mini-program codes (小程序码) for posters and slips, and what a scanned one opens.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get};
use domain::ids::{CaseId, StationCode};
use domain::policy::Actor;
use domain::scene::Target;
use infra::wechat::Picture;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth::{Anyone, StaffMember};
use super::problem::Problem;
use crate::app::{App, Drawn};

/// What the picture has in it, for who prints it below.
const SCENE: &str = "X-Scene";

/// The code that hangs in a station: whoever scans it sees its hours and takes a number there.
#[utoipa::path(
    tag = "stations", operation_id = "show_station_mini_code",
    params(("code" = String, Path, example = "511499101203-01")),
    responses((
        status = 200, description = "A picture, as WeChat draws it", body = Vec<u8>, content_type = "image/jpeg",
        headers(("X-Scene" = String, description = "What the picture has in it"))
    ))
)]
#[get("/stations/{code}/mini-code")]
pub async fn of_station(app: Data<App>, StaffMember(staff): StaffMember, code: Path<StationCode>) -> Result<HttpResponse, Problem> {
    Ok(picture(app.station_mini_code(&staff, &code).await?))
}

/// The code for the slip of a case: it opens how the case goes on, for who may see it.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_mini_code", params(("id" = Uuid, Path)),
    responses((
        status = 200, description = "A picture, as WeChat draws it", body = Vec<u8>, content_type = "image/jpeg",
        headers(("X-Scene" = String, description = "What the picture has in it"))
    ))
)]
#[get("/cases/{id}/mini-code")]
pub async fn of_case(app: Data<App>, StaffMember(staff): StaffMember, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    Ok(picture(app.case_mini_code(&staff, *id).await?))
}

fn picture(drawn: Drawn) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type(Picture::media_type(&drawn.picture)).insert_header((SCENE, drawn.scene.to_string()));
    response.insert_header((CACHE_CONTROL, "private, no-store")).body(drawn.picture)
}

/// What a code opens: a station or a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct SceneView {
    /// Of the mini program, without a leading slash.
    #[schema(example = "pages/station/detail")]
    page: &'static str,
    /// The station's code.
    station: Option<String>,
    case: Option<Uuid>,
}

/// What a scanned code opens. One of a case opens nothing for who isn't signed in or may not see it.
#[utoipa::path(
    tag = "stations", operation_id = "show_scene", params(("scene" = String, Path, max_length = 32)),
    responses((status = 200, body = SceneView))
)]
#[get("/scenes/{scene}")]
pub async fn opens(app: Data<App>, Anyone(caller): Anyone, scene: Path<String>) -> Result<Answer<SceneView>, Problem> {
    let actor = caller.as_ref().map_or(Actor::Anyone, |caller| caller.actor(app.grounds().today()));
    let target = app.opened_by(actor, &scene).await?;
    let (page, (station, case)) = (
        target.page(),
        match target {
            Target::Station(station) => (Some(station.to_string()), None),
            Target::Case(case) => (None, Some(case.as_uuid())),
        },
    );
    Ok(Answer(SceneView { page, station, case }))
}
