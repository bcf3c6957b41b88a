//! A staff member's own second factor: an authenticator set up, and recovery codes. What is answered is answered once: a repetition makes
//! something new, and nothing of it is kept for one.

use actix_web::web::{Data, Json as Answer};
use actix_web::{post, put};
use infra::second_factor::RecoveryCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Counted;
use super::auth::{Current, StaffMember};
use super::body::Json;
use super::problem::Problem;
use crate::app::App;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorBegin {
    /// The caller's password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    password: SecretString,
    /// Of the authenticator in force, or a recovery code, where there is one.
    #[schema(value_type = Option<String>, format = Password, min_length = 6, max_length = 20)]
    code: Option<SecretString>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthenticatorCode {
    /// Six digits, as the app shows them.
    #[schema(value_type = String, format = Password, min_length = 6, max_length = 20)]
    code: SecretString,
}

#[derive(Serialize, ToSchema)]
pub struct NewAuthenticatorView {
    /// In Base32, for whoever types it into the app.
    secret: String,
    /// The same for the app's camera, as a QR code.
    uri: String,
}

#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesView {
    /// Each stands in for the authenticator once. They aren't shown again.
    recovery_codes: Vec<String>,
}

/// Makes the secret of an authenticator (RFC 6238: SHA-1, six digits, 30 seconds). It isn't in force before `PUT /me/second-factor`, within
/// ten minutes.
#[utoipa::path(
    tag = "me", operation_id = "begin_second_factor", request_body = SecondFactorBegin,
    responses((status = 200, body = NewAuthenticatorView))
)]
#[post("/me/second-factor")]
pub async fn begin(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    from: Counted,
    Json(asked): Json<SecondFactorBegin>,
) -> Result<Answer<NewAuthenticatorView>, Problem> {
    let made = app.begin_second_factor((&staff, &from.0), (asked.password, asked.code), app.clock.now()).await?;
    let text = |secret: &SecretString| secret.expose_secret().to_owned();
    Ok(Answer(NewAuthenticatorView { secret: text(&made.secret), uri: text(&made.uri) }))
}

/// Confirms the authenticator with a code that it shows, and answers ten recovery codes. Every other session of the account ends.
#[utoipa::path(
    tag = "me", operation_id = "confirm_second_factor", request_body = AuthenticatorCode,
    responses((status = 200, body = RecoveryCodesView))
)]
#[put("/me/second-factor")]
pub async fn confirm(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    from: Counted,
    Current(own): Current,
    Json(shown): Json<AuthenticatorCode>,
) -> Result<Answer<RecoveryCodesView>, Problem> {
    Ok(Answer(view(&app.confirm_second_factor((&staff, &from.0, own), shown.code, app.clock.now()).await?)))
}

/// Ten recovery codes in place of those that there are.
#[utoipa::path(
    tag = "me", operation_id = "renew_recovery_codes", request_body = AuthenticatorCode,
    responses((status = 200, body = RecoveryCodesView))
)]
#[post("/me/second-factor/recovery-codes")]
pub async fn renew_codes(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    from: Counted,
    Json(shown): Json<AuthenticatorCode>,
) -> Result<Answer<RecoveryCodesView>, Problem> {
    Ok(Answer(view(&app.renew_recovery_codes((&staff, &from.0), shown.code, app.clock.now()).await?)))
}

fn view(codes: &[RecoveryCode]) -> RecoveryCodesView {
    RecoveryCodesView { recovery_codes: codes.iter().map(|code| code.text().expose_secret().to_owned()).collect() }
}
