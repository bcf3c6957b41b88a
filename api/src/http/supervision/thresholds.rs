//! From when on somebody is warned, and how much overloads a station.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use domain::policy::{Act, Actor, Object, may};
use domain::supervision::Thresholds;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::auth::StaffMember;
use crate::http::body::Json;
use crate::http::etag::{ETag, IfMatch};
use crate::http::problem::Problem;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdsBody {
    /// Yellow once no more than this share of the period is left, in per cent.
    #[schema(maximum = 90)]
    yellow_percent: u8,
    /// Or once no more than so many working days are left after today.
    #[schema(maximum = 60)]
    yellow_days: u16,
    /// A station is overloaded, and others help it, while more waits there than this for each of its clerks.
    #[schema(minimum = 1, maximum = 10000)]
    items_per_clerk: u16,
}

impl From<Thresholds> for ThresholdsBody {
    fn from(Thresholds { yellow_percent, yellow_days, items_per_clerk }: Thresholds) -> Self {
        Self { yellow_percent, yellow_days, items_per_clerk }
    }
}

impl From<ThresholdsBody> for Thresholds {
    fn from(ThresholdsBody { yellow_percent, yellow_days, items_per_clerk }: ThresholdsBody) -> Self {
        Self { yellow_percent, yellow_days, items_per_clerk }
    }
}

/// The thresholds of the district.
#[utoipa::path(
    tag = "supervision", operation_id = "show_thresholds",
    responses((status = 200, body = ThresholdsBody, headers(("etag" = String))))
)]
#[get("/supervision/thresholds")]
pub async fn show_thresholds(app: Data<App>, StaffMember(staff): StaffMember) -> Result<HttpResponse, Problem> {
    may(Actor::Staff(&staff), Act::ShowThresholds, &Object::Own)?;
    Ok(answer(app.reckoning().thresholds))
}

/// Settles them, for a supervisor of the whole district or the system administrator; the alerts of open cases follow.
#[utoipa::path(
    tag = "supervision", operation_id = "save_thresholds", request_body = ThresholdsBody, params(("If-Match" = String, Header)),
    responses((status = 200, body = ThresholdsBody, headers(("etag" = String))))
)]
#[put("/supervision/thresholds")]
pub async fn save_thresholds(
    app: Data<App>,
    StaffMember(by): StaffMember,
    IfMatch(seen): IfMatch,
    Json(body): Json<ThresholdsBody>,
) -> Result<HttpResponse, Problem> {
    let saved = app.settle_thresholds(&by, body.into(), move |current| seen == tag(current)).await?;
    Ok(answer(saved))
}

fn answer(thresholds: Thresholds) -> HttpResponse {
    tag(&thresholds).ok(&ThresholdsBody::from(thresholds))
}

fn tag(thresholds: &Thresholds) -> ETag {
    ETag::of_content(thresholds)
}
