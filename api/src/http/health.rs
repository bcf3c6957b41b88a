//! Whether the process lives, and whether it can serve.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::app::App;

#[derive(Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

/// The process answers.
#[utoipa::path(tag = "health", operation_id = "livez", responses((status = 200, body = Health)))]
#[get("/livez")]
pub async fn livez() -> Json<Health> {
    Json(OK)
}

/// The database answers, and fonts for certificates are there.
#[utoipa::path(tag = "health", operation_id = "readyz", responses((status = 200, body = Health), (status = 503, description = "稍后再试", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")))]
#[get("/readyz")]
pub async fn readyz(app: Data<App>) -> Result<Json<Health>, Problem> {
    app.ready().await?;
    Ok(Json(OK))
}
