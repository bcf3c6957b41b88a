//! A staff member's own password.

use actix_web::put;
use actix_web::web::{Data, Json as Answer};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::address::Counted;
use super::auth::StaffMember;
use super::body::Json;
use super::device::OnDevice;
use super::problem::Problem;
use super::sessions::SessionView;
use crate::app::App;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    old: SecretString,
    /// At least 12 characters, without the login in them.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    new: SecretString,
}

/// Changes the caller's password. Sessions that began with the old one have ended; the answer has a new one.
#[utoipa::path(
    tag = "me", operation_id = "change_password", request_body = PasswordChange,
    responses((status = 200, body = SessionView))
)]
#[put("/me/password")]
pub async fn change(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    from: Counted,
    OnDevice(device): OnDevice,
    Json(change): Json<PasswordChange>,
) -> Result<Answer<SessionView>, Problem> {
    let signed_in = app.change_own_password((&staff, &from.0), (change.old, change.new, device), app.clock.now()).await?;
    Ok(Answer(signed_in.into()))
}
