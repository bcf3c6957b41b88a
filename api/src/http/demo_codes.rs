//! Codes of the demo's authenticators, for whoever signs in as one of its staff. The route exists in a demo only.

use actix_web::post;
use actix_web::web::{Data, Json as Answer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Json, Text};
use super::problem::Problem;
use crate::app::App;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoLogin {
    #[schema(inline, example = "cunwu")]
    login: Text<64>,
}

#[derive(Serialize, ToSchema)]
pub struct DemoCodeView {
    /// Six digits, good for one sign-in.
    #[schema(example = "287082")]
    code: String,
}

/// What the authenticator of a demo account shows. Two sign-ins in half a minute; then `demo_codes_used` until the next.
#[utoipa::path(tag = "demo", operation_id = "make_demo_code", request_body = DemoLogin, responses((status = 200, body = DemoCodeView)))]
#[post("/demo/codes")]
pub async fn make(app: Data<App>, Json(asked): Json<DemoLogin>) -> Result<Answer<DemoCodeView>, Problem> {
    Ok(Answer(DemoCodeView { code: app.demo_code(asked.login.as_str(), app.clock.now()).await? }))
}
