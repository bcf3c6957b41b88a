//! The other ways in to a staff account: the WeChat that is bound to it, and the district's own identity provider. A repeated sign-in changes
//! nothing: login codes, codes and states work once.

use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpResponse, delete, post, put};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Counted;
use super::auth::{Current, StaffMember};
use super::body::{Json, Text};
use super::device::{Device, OnDevice};
use super::problem::Problem;
use super::sessions::{SessionView, created};
use crate::app::{App, SignInDevice};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WechatBinding {
    /// What `wx.login` gave: five minutes old at most, good for one use.
    code: Text<128>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffWechatSignIn {
    /// What `wx.login` gave. It may be sent again with the second factor within its five minutes.
    code: Text<128>,
    /// A code of their authenticator, or a recovery code.
    #[schema(value_type = Option<String>, format = Password, min_length = 6, max_length = 20)]
    second_factor: Option<SecretString>,
}

#[derive(Serialize, ToSchema)]
pub struct ProviderBegunView {
    /// Where the browser goes.
    authorization_url: String,
    /// What it has to bring back within ten minutes: the client compares it with what it kept for this browser.
    state: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderReturn {
    state: Text<128>,
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 2048)]
    code: SecretString,
}

/// Binds a WeChat to the caller's account, in place of the one that was: it stands in for the password from then on. Whoever binds
/// one has signed in within the last minutes (`token.fresh_minutes`).
#[utoipa::path(
    tag = "me", operation_id = "bind_wechat", request_body = WechatBinding,
    responses((status = 204, description = "已绑定"))
)]
#[put("/me/wechat")]
pub async fn bind(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    Current(own): Current,
    Json(asked): Json<WechatBinding>,
) -> Result<HttpResponse, Problem> {
    app.bind_wechat((&staff, &own), asked.code.as_str(), app.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes the binding away.
#[utoipa::path(tag = "me", operation_id = "unbind_wechat", responses((status = 204, description = "已解除")))]
#[delete("/me/wechat")]
pub async fn unbind(app: Data<App>, StaffMember(staff): StaffMember) -> Result<HttpResponse, Problem> {
    app.unbind_wechat(&staff, app.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs in the staff member to whose account this WeChat is bound. The second factor is asked for as after a password.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_staff_with_wechat", request_body = StaffWechatSignIn,
    responses((status = 201, body = SessionView))
)]
#[post("/sessions/staff/wechat")]
pub async fn wechat(
    app: Data<App>,
    from: Counted,
    Device(mark): Device,
    OnDevice(kind): OnDevice,
    Json(asked): Json<StaffWechatSignIn>,
) -> Result<HttpResponse, Problem> {
    let device = SignInDevice { mark, kind };
    let signed_in = app.sign_in_staff_with_wechat((asked.code.as_str(), &from.0), (asked.second_factor, device), app.clock.now());
    Ok(created(signed_in.await?))
}

/// Begins a sign-in at the district's identity provider, where there is one.
#[utoipa::path(
    tag = "sessions", operation_id = "begin_sign_in_at_provider",
    responses((status = 200, body = ProviderBegunView), (status = 404, description = "没有开通"))
)]
#[post("/sessions/oidc/begin")]
pub async fn begin(app: Data<App>) -> Result<Answer<ProviderBegunView>, Problem> {
    let begun = app.begin_at_provider(app.clock.now()).await?;
    Ok(Answer(ProviderBegunView { authorization_url: begun.authorization_url, state: begun.state }))
}

/// Signs in who came back from the provider. Password and second factor are the provider's to ask.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_at_provider", request_body = ProviderReturn,
    responses((status = 201, body = SessionView), (status = 404, description = "没有开通"))
)]
#[post("/sessions/oidc")]
pub async fn finish(
    app: Data<App>,
    Device(mark): Device,
    OnDevice(kind): OnDevice,
    Json(back): Json<ProviderReturn>,
) -> Result<HttpResponse, Problem> {
    let device = SignInDevice { mark, kind };
    Ok(created(app.sign_in_at_provider((back.state.as_str(), back.code), device, app.clock.now()).await?))
}
