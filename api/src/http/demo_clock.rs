//! The demo's clock: read it, move it. The routes exist only for a data folder made with `--demo`.

use actix_web::web::{Data, Json as Answer};
use actix_web::{get, post};
use chrono::{DateTime, FixedOffset};
use domain::time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::problem::Problem;
use crate::app::App;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoClock {
    #[schema(example = "2026-09-14T09:00:00+08:00")]
    pub at: DateTime<FixedOffset>,
}

impl DemoClock {
    fn of(app: &App) -> Self {
        Self { at: app.clock.now().with_timezone(&time::offset()) }
    }
}

/// What the demo's clock shows.
#[utoipa::path(tag = "demo", operation_id = "show_demo_clock", responses((status = 200, body = DemoClock)))]
#[get("/demo/clock")]
pub async fn show(app: Data<App>) -> Answer<DemoClock> {
    Answer(DemoClock::of(&app))
}

/// Moves the demo's clock; it runs on from there, also after a restart.
#[utoipa::path(tag = "demo", operation_id = "set_demo_clock", responses((status = 200, body = DemoClock)))]
#[post("/demo/clock")]
pub async fn set(app: Data<App>, Json(clock): Json<DemoClock>) -> Result<Answer<DemoClock>, Problem> {
    app.move_clock(clock.at.to_utc()).await?;
    Ok(Answer(DemoClock::of(&app)))
}
