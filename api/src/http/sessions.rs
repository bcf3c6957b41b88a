//! Sessions: signing in (villagers with WeChat, staff with their password and a code; other doors have files of their own), refreshing, signing out. A repeated sign-in is another session
//! and changes nothing else, so it takes no `Idempotency-Key`; a login code of WeChat works once anyway.

use actix_web::web::{Data, Json as Answer, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use chrono::{DateTime, FixedOffset};
use domain::ids::{PersonId, SessionId};
use domain::session::Session;
use infra::tokens::Issued;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::Counted;
use super::auth::Current;
use super::body::{Json, Text};
use super::device::{Device, OnDevice};
use super::idempotency::key_if_any;
use super::instant::shown;
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::DeviceKind;
use crate::app::{App, Credentials, SignInDevice, SignedIn};
use crate::wording;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WechatSignIn {
    /// What `wx.login` gave: five minutes old at most, good for one use.
    code: Text<128>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffSignIn {
    login: Text<64>,
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    password: SecretString,
    /// Of their authenticator, or a recovery code: asked of whoever has set one up.
    #[schema(value_type = Option<String>, format = Password, min_length = 6, max_length = 20)]
    code: Option<SecretString>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    /// The last one that was given.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    refresh_token: SecretString,
}

#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// Goes into `Authorization: Bearer …`.
    token: String,
    /// Before then, or when a request is answered `token_expired`, `POST /sessions/refresh` gives the next one.
    expires_at: DateTime<FixedOffset>,
    /// Good for one refresh, which gives the next one.
    refresh_token: String,
    /// Without a refresh the session ends then.
    rests_until: DateTime<FixedOffset>,
    /// The session ends then, whatever is done.
    ends_at: DateTime<FixedOffset>,
    /// The person who signed in; of a staff account, whom it names.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// Nothing but `PUT /me/password` may be done before.
    must_change_password: bool,
    /// Then nothing but `POST` and `PUT /me/second-factor` may be done before.
    must_enrol_second_factor: bool,
}

/// A session of the caller's own that goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSessionView {
    #[schema(value_type = uuid::Uuid)]
    id: SessionId,
    signed_in_at: DateTime<FixedOffset>,
    refreshed_at: DateTime<FixedOffset>,
    /// Without a refresh it ends then.
    rests_until: DateTime<FixedOffset>,
    ends_at: DateTime<FixedOffset>,
    /// What it began on, where that is known.
    device: Option<DeviceKind>,
    device_name: Option<&'static str>,
    /// The one in which this is asked.
    current: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Signs a villager in; the first time, that makes them known.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_with_wechat", request_body = WechatSignIn,
    responses(
        (status = 201, body = SessionView),
        (status = 401, description = "登录码无效", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "不能登录", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "过于频繁", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "微信暂时不可用", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/sessions/wechat")]
pub async fn wechat(app: Data<App>, OnDevice(device): OnDevice, Json(asked): Json<WechatSignIn>) -> Result<HttpResponse, Problem> {
    Ok(created(app.sign_in_with_wechat(asked.code.as_str(), device, app.clock.now()).await?))
}

/// Signs a staff member in. Whoever has set up an authenticator sends its code, or a recovery code, along: the right password without one is
/// answered `second_factor_needed`. A code works once.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_staff", request_body = StaffSignIn,
    params(("X-Device" = Option<String>, Header, pattern = "^[A-Za-z0-9-]{16,64}$", description = "A number that the device made up itself.")),
    responses(
        (status = 201, body = SessionView),
        (status = 401, description = "账号、密码或动态验证码不对", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "过于频繁", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/sessions/staff")]
pub async fn staff(
    app: Data<App>,
    from: Counted,
    Device(mark): Device,
    OnDevice(kind): OnDevice,
    Json(asked): Json<StaffSignIn>,
) -> Result<HttpResponse, Problem> {
    let (device, credentials) = (SignInDevice { mark, kind }, Credentials { password: asked.password, code: asked.code });
    Ok(created(app.sign_in_staff((asked.login.as_str(), &from.0), (credentials, device), app.clock.now()).await?))
}

/// Carries a session on: an access token, and the next refresh token. A refresh token works once; if one comes again, its session ends. Over a
/// weak network give each refresh an `Idempotency-Key`: the same request with the same key, within a minute, is taken for a repetition and
/// answered with tokens of its own, unless those of the first answer were used. Needs no access token, and looks at none.
#[utoipa::path(
    tag = "sessions", operation_id = "refresh_session", request_body = RefreshBody,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 64)),
    responses((status = 200, body = SessionView))
)]
#[post("/sessions/refresh")]
pub async fn refresh(app: Data<App>, request: HttpRequest, Json(asked): Json<RefreshBody>) -> Result<Answer<SessionView>, Problem> {
    let key = key_if_any(&request)?;
    let signed_in = app.refresh_session(&asked.refresh_token, key.as_deref(), app.clock.now()).await?;
    Ok(Answer(signed_in.into()))
}

/// The caller's own sessions that go on, newest first.
#[utoipa::path(
    tag = "sessions", operation_id = "list_sessions", params(SessionsQuery),
    responses((status = 200, body = Page<OwnSessionView>))
)]
#[get("/sessions")]
pub async fn list(app: Data<App>, Current(own): Current, query: Query<SessionsQuery>) -> Result<Answer<Page<OwnSessionView>>, Problem> {
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse().map_err(|_| BadCursor)).transpose()?;
    let limit = query.limit.get();
    let (mut sessions, total) = app.own_sessions(&own, after, u64::from(query.limit) + 1).await?;
    let more = sessions.len() > limit;
    sessions.truncate(limit);
    let next = sessions.last().filter(|_| more).map(|last| last.id.to_string());
    let items = sessions.iter().map(|session| OwnSessionView::of(session, session.id == own.id)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// Signs out: ends the session in which this is asked, at once and on every instance.
#[utoipa::path(tag = "sessions", operation_id = "sign_out", responses((status = 204, description = "已退出")))]
#[delete("/sessions/current")]
pub async fn end_current(app: Data<App>, Current(own): Current) -> Result<HttpResponse, Problem> {
    app.sign_out(&own, app.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs out everywhere: ends all of the caller's sessions, this one too.
#[utoipa::path(tag = "sessions", operation_id = "sign_out_everywhere", responses((status = 204, description = "已全部退出")))]
#[delete("/sessions")]
pub async fn end_all(app: Data<App>, Current(own): Current) -> Result<HttpResponse, Problem> {
    app.sign_out_everywhere(&own, app.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn created(signed_in: SignedIn) -> HttpResponse {
    HttpResponse::Created().json(SessionView::from(signed_in))
}

impl From<SignedIn> for SessionView {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { session, issued: Issued { token, claims }, refresh_token, first_steps } = signed_in;
        Self {
            token: token.expose_secret().to_owned(),
            expires_at: shown(claims.expires_at),
            refresh_token: refresh_token.expose_secret().to_owned(),
            rests_until: shown(session.rests_until),
            ends_at: shown(session.ends_at),
            person: session.holder.person(),
            must_change_password: first_steps.change_password,
            must_enrol_second_factor: first_steps.enrol,
        }
    }
}

impl OwnSessionView {
    fn of(session: &Session, current: bool) -> Self {
        Self {
            id: session.id,
            signed_in_at: shown(session.signed_in_at),
            refreshed_at: shown(session.refreshed_at),
            rests_until: shown(session.rests_until),
            ends_at: shown(session.ends_at),
            device: session.device.map(Into::into),
            device_name: session.device.map(wording::device),
            current,
        }
    }
}
