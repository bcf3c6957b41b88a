//! What goes wrong, as RFC 9457 problem documents: a status, a stable `code` for programs, and a Chinese `detail` that tells
//! the person what to do next. This module and the ones under it are the only ones that know status codes of failures;
//! each maps the errors of one area, exhaustively, so that a new variant must choose its answer here.
//! A failure of ours goes out as `internal` with the request's id and nothing more; its causes are logged once, here.

mod cases;
mod checks;
mod consents;
mod floor;
mod live;
mod mandates;
mod mini_codes;
mod news;
mod ours;
mod people;
mod plans;
mod real_name;
mod reference;
mod request;
mod reviews;
mod rights;
mod staff;
mod supervision;
mod work;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use domain::audit::{On, Thing};
use serde::Serialize;
use serde_json::Value;
use tracing::error;
use utoipa::ToSchema;

pub use request::{answer_for, path_fault, query_fault};

/// One thing wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldFault {
    /// Where: names joined by dots, list places in brackets; empty for the whole.
    #[schema(example = "applicant.phone")]
    pub field: String,
    #[schema(example = "wrong_type")]
    pub code: Cow<'static, str>,
    /// For the person, in Chinese.
    pub message: Cow<'static, str>,
}

impl FieldFault {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into() }
    }
}

/// A request that isn't answered as asked.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldFault>,
    member: Option<(&'static str, Value)>,
    header: Option<(HeaderName, HeaderValue)>,
    instance: Option<String>,
    /// What the audit log may know and the answer doesn't say.
    about: Option<On>,
}

/// The document as it is sent, `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Always `about:blank`: `code` says what happened.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// Stable: programs may decide by it.
    #[schema(example = "not_found")]
    code: &'static str,
    /// What to do next, in Chinese.
    detail: Cow<'static, str>,
    /// The request's id, for whoever looks it up in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldFault>,
    /// What the `code` brings along, such as the new plan of `plan_changed`.
    #[serde(flatten)]
    #[schema(ignore)]
    members: serde_json::Map<String, Value>,
}

type Detail = Cow<'static, str>;

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<Detail>) -> Self {
        let parts =
            Parts { status, code, detail: detail.into(), errors: Vec::new(), member: None, header: None, instance: None, about: None };
        Self(Box::new(parts))
    }

    pub fn bad_request(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn unauthorised(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail).header(header::WWW_AUTHENTICATE, "Bearer")
    }

    pub fn forbidden(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub fn not_found(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    pub fn conflict(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Well formed, but not to be done.
    pub fn unprocessable(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    pub fn too_large(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code, detail)
    }

    /// What was to come didn't in its time.
    pub fn too_slow(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, code, detail)
    }

    pub fn unsupported_type(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail)
    }

    pub fn precondition_missing(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::PRECONDITION_REQUIRED, code, detail)
    }

    pub fn precondition_failed(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, code, detail)
    }

    pub fn too_many(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail)
    }

    /// Somebody we depend on doesn't answer; trying again later helps.
    pub fn unavailable(code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
    }

    /// A failure of ours. Its causes are logged here, once, and stay here.
    pub fn internal(cause: &dyn Error) -> Self {
        error!(error.chain = %Chain(cause), "a request failed for a reason of ours");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "系统出了问题，请稍后再试；仍不行时把请求编号告诉工作人员")
    }

    /// Names what is wrong with each field.
    pub fn with_errors(mut self, errors: Vec<FieldFault>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Brings something along under a name of its own.
    pub fn with_member(mut self, name: &'static str, value: impl Serialize) -> Self {
        self.0.member = serde_json::to_value(value).ok().map(|value| (name, value));
        self
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.0.header = HeaderValue::from_str(value).ok().map(|value| (name, value));
        self
    }

    /// Says when to come again.
    pub fn retry_after(self, wait: Duration) -> Self {
        self.header(header::RETRY_AFTER, &whole_secs(wait).to_string())
    }

    /// Marks the request that it belongs to.
    pub fn with_instance(mut self, request_id: impl fmt::Display) -> Self {
        self.0.instance = Some(format!("urn:uuid:{request_id}"));
        self
    }

    /// Says, to the audit log alone, what it is that was refused.
    pub fn about(mut self, on: On) -> Self {
        self.0.about = Some(on);
        self
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What a refusal is about, where the audit log is to have it: whoever asked has no right to it, or isn't told that it is there.
    pub fn refusal(&self) -> Option<On> {
        let about = self.0.about.clone();
        match self.0.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                Some(about.unwrap_or(On::of(Thing::Nothing)))
            }
            StatusCode::NOT_FOUND => about,
            _no_refusal => None,
        }
    }

    fn document(&self) -> ProblemDocument {
        let parts = self.0.as_ref().clone();
        ProblemDocument {
            r#type: "about:blank",
            title: title(parts.status),
            status: parts.status.as_u16(),
            code: parts.code,
            detail: parts.detail,
            instance: parts.instance,
            errors: parts.errors,
            members: parts.member.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

/// Rounded up: who comes again then is not too early.
fn whole_secs(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

/// The status in words.
fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "请求有误",
        StatusCode::UNAUTHORIZED => "需要登录",
        StatusCode::FORBIDDEN => "没有权限",
        StatusCode::NOT_FOUND => "没有找到",
        StatusCode::METHOD_NOT_ALLOWED => "不支持的操作",
        StatusCode::CONFLICT => "与现状冲突",
        StatusCode::PRECONDITION_FAILED | StatusCode::PRECONDITION_REQUIRED => "内容已有变化",
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::URI_TOO_LONG | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "内容过大",
        StatusCode::REQUEST_TIMEOUT => "超时",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "格式不支持",
        StatusCode::UNPROCESSABLE_ENTITY => "内容不合要求",
        StatusCode::TOO_MANY_REQUESTS => "过于频繁",
        StatusCode::SERVICE_UNAVAILABLE => "暂时不可用",
        other if other.is_client_error() => "请求有误",
        _failure_of_ours => "系统出错",
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.0.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.status);
        if let Some(header) = self.0.header.clone() {
            response.insert_header(header);
        }
        // What is still to come of such a body isn't waited for.
        if matches!(self.0.status, StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
            response.force_close();
        }
        let body = serde_json::to_string(&self.document()).unwrap_or_default();
        response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("application/problem+json").body(body)
    }
}

/// An error and everything that caused it, in one line.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::MessageBody;

    fn sent(problem: &Problem) -> Value {
        let body = problem.error_response().into_body().try_into_bytes().unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn a_problem_says_what_happened_where_and_what_to_do_next() {
        let problem = Problem::conflict("plan_changed", "办理方案有变化，请重新确认").with_member("plan", 7).with_instance("i-d");
        let expected = serde_json::json!({
            "type": "about:blank", "title": "与现状冲突", "status": 409, "code": "plan_changed",
            "detail": "办理方案有变化，请重新确认", "instance": "urn:uuid:i-d", "plan": 7
        });
        assert_eq!(sent(&problem), expected);
    }

    #[test]
    fn a_failure_of_ours_keeps_its_causes_to_itself() {
        let cause = std::io::Error::other("disk /secret is full");
        assert!(!sent(&Problem::internal(&cause)).to_string().contains("secret"));
    }
}
