//! Requests that can't be read, or lead nowhere.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::error::{PathError, QueryPayloadError};
use actix_web::http::{Method, StatusCode, header};
use domain::policy::Denied;

use infra::shared::TooOften;

use super::{FieldFault, Problem, whole_secs};
use crate::http::auth::AuthFault;
use crate::http::body::{BodyFault, DEPTH_MAX, ShapeFault};
use crate::http::etag::IfMatchFault;
use crate::http::idempotency::KeyFault;
use crate::http::incoming::HeadFault;
use crate::http::page::BadCursor;

impl From<BodyFault> for Problem {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::ContentType => Problem::unsupported_type("content_type_unsupported", "请以 application/json 格式提交"),
            BodyFault::TooLarge => Problem::too_large("body_too_large", "提交的内容过大，请删减后再提交"),
            BodyFault::TooSlow => Problem::too_slow("body_too_slow", "提交的内容没有在规定时间内收全，请在网络较好时重新提交"),
            BodyFault::Unread => Problem::bad_request("body_unreadable", "提交的内容没有收全，请重新提交"),
            BodyFault::Malformed { line, column } => {
                Problem::bad_request("json_malformed", format!("提交的内容不是有效的 JSON（第 {line} 行第 {column} 列），请检查后再提交"))
            }
            BodyFault::TooDeep => Problem::bad_request("json_too_deep", format!("提交的内容层层嵌套超过 {DEPTH_MAX} 层，请检查后再提交")),
            BodyFault::ControlCharacter { field } => {
                let fault = FieldFault::new(field, "control_character", "含有不能保存的字符");
                Problem::unprocessable("control_character", "文字中含有不能保存的字符，请删去后再提交").with_errors(vec![fault])
            }
            BodyFault::Shape { field, fault } => shape(field, fault),
        }
    }
}

fn shape(field: String, fault: ShapeFault) -> Problem {
    let (code, message): (_, Cow<'static, str>) = match fault {
        ShapeFault::UnknownField => ("unknown_field", "没有这个字段，请删去".into()),
        ShapeFault::MissingField => ("missing_field", "缺少必填内容".into()),
        ShapeFault::WrongType => ("wrong_type", "类型不对".into()),
        ShapeFault::UnknownValue => ("unknown_value", "不在可选范围内".into()),
        ShapeFault::TooLong { chars_max } => ("text_too_long", format!("最多 {chars_max} 个字").into()),
        ShapeFault::Blank => ("text_blank", "不能为空".into()),
        ShapeFault::TooFew { entries_min } => ("list_too_short", format!("至少要有 {entries_min} 项").into()),
        ShapeFault::TooMany { entries_max } => ("list_too_long", format!("最多 {entries_max} 项").into()),
        ShapeFault::BadValue => ("invalid_value", "内容不合要求".into()),
    };
    let place = if field.is_empty() { "提交的内容" } else { field.as_str() };
    Problem::unprocessable(code, format!("{place}：{message}，请更正后再提交")).with_errors(vec![FieldFault::new(field, code, message)])
}

impl From<HeadFault> for Problem {
    fn from(fault: HeadFault) -> Self {
        match fault {
            HeadFault::UriTooLong { bytes_max } => {
                Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long", format!("网址和查询条件过长（最多 {bytes_max} 字节），请缩短后再试"))
            }
            HeadFault::HeadersTooLarge { bytes_max } => Problem::new(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers_too_large",
                format!("请求头过大（最多 {bytes_max} 字节），请重新打开页面后再试"),
            ),
            HeadFault::TooManyParameters { parameters_max } => {
                Problem::bad_request("too_many_parameters", format!("查询条件过多（最多 {parameters_max} 项），请减少后再试"))
            }
        }
    }
}

impl From<TooOften> for Problem {
    fn from(TooOften(wait): TooOften) -> Self {
        let secs = whole_secs(wait);
        Problem::too_many("rate_limited", format!("操作过于频繁，请 {secs} 秒后再试")).retry_after(wait)
    }
}

impl From<IfMatchFault> for Problem {
    fn from(fault: IfMatchFault) -> Self {
        match fault {
            IfMatchFault::Missing => {
                Problem::precondition_missing("if_match_missing", "修改前请先读取最新内容，并在 If-Match 中带上它的 ETag")
            }
            IfMatchFault::Malformed => Problem::bad_request("if_match_malformed", "If-Match 应为读取时得到的 ETag"),
            IfMatchFault::Stale => Problem::precondition_failed("stale", "内容已被他人修改，请刷新后再改"),
        }
    }
}

impl From<KeyFault> for Problem {
    fn from(fault: KeyFault) -> Self {
        match fault {
            KeyFault::Missing => Problem::bad_request("idempotency_key_missing", "请在 Idempotency-Key 中带上这次操作的唯一编号"),
            KeyFault::Malformed => Problem::bad_request("idempotency_key_malformed", "Idempotency-Key 应为 1 至 64 个可见字符"),
            KeyFault::Reused => Problem::unprocessable("idempotency_key_reused", "这个操作编号已用于另一次提交，请换一个新的编号"),
            KeyFault::InProgress => Problem::conflict("request_in_progress", "同一操作正在处理，请稍候再查看结果"),
        }
    }
}

impl Problem {
    pub fn sign_in_again() -> Self {
        Problem::unauthorised("sign_in_again", "为保护您的信息，请重新登录后马上再操作")
    }
}

impl From<AuthFault> for Problem {
    fn from(fault: AuthFault) -> Self {
        match fault {
            AuthFault::Invalid => Problem::unauthorised("token_invalid", "登录已失效，请重新登录"),
            AuthFault::Expired => Problem::unauthorised("token_expired", "登录已过期，请重新登录"),
            AuthFault::OtherDistrict => Problem::forbidden("other_district", "这是另一区县的登录，请在本区县重新登录"),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotSignedIn => Problem::unauthorised("token_missing", "请先登录"),
            Denied::VillagersOnly => Problem::forbidden("villagers_only", "这项操作由群众本人办理，请用群众身份登录"),
            Denied::StaffOnly => Problem::forbidden("staff_only", "这项操作由工作人员办理，请用工作人员账号登录"),
            Denied::RoleMissing => Problem::forbidden("role_missing", "您的岗位没有这项权限，请联系管理员"),
            Denied::FirstPassword => Problem::forbidden("password_must_change", "请先修改初始密码，再使用其他功能"),
            Denied::NoSecondFactor => Problem::forbidden("second_factor_must_enrol", "请先绑定动态验证码，再使用其他功能"),
            Denied::OutOfScope => Problem::forbidden("out_of_scope", "这不在您负责的站点或区域内，请联系管理员"),
            Denied::NotYours => Problem::forbidden("not_yours_to_do", "这与您无关，不能办理"),
            Denied::OwnAccount => Problem::forbidden("own_account", "不能管理自己的账号和权限，请由另一名安全管理员办理"),
            Denied::Barred(bar) => bar.into(),
        }
    }
}

impl From<BadCursor> for Problem {
    fn from(BadCursor: BadCursor) -> Self {
        Problem::bad_request("cursor_malformed", "翻页标记无效，请从第一页重新查看")
    }
}

/// A path parameter of the wrong form names nothing that could be there.
pub fn path_fault(_: PathError, _: &HttpRequest) -> actix_web::Error {
    Problem::bad_request("path_malformed", "网址中的编号格式不对，请检查后再试").into()
}

pub fn query_fault(fault: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    let text = fault.to_string();
    let shape = ShapeFault::of(&text);
    let field = crate::http::body::quoted(&text).filter(|_| matches!(shape, ShapeFault::UnknownField | ShapeFault::MissingField));
    let errors = vec![FieldFault::new(field.unwrap_or_default(), "query_malformed", "查询条件不对")];
    Problem::bad_request("query_malformed", "查询条件的名称或取值不对，请检查后再试").with_errors(errors).into()
}

impl Problem {
    pub fn no_such_route() -> Self {
        Problem::not_found("route_not_found", "没有这个网址，请检查后再试")
    }

    pub fn method_not_allowed(allowed: &[Method]) -> Self {
        let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "这个网址不支持这种操作");
        problem.header(header::ALLOW, &names.join(", "))
    }
}

/// The problem for an error that reached the edge: ours as it is, the framework's by its status.
pub fn answer_for(error: &actix_web::Error) -> Problem {
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.clone();
    }
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => BodyFault::TooLarge.into(),
        StatusCode::REQUEST_TIMEOUT => BodyFault::TooSlow.into(),
        status if status.is_client_error() => Problem::new(status, "request_unreadable", "请求无法识别，请检查后再试"),
        _failure_of_ours => Problem::internal(&Unmapped(error.to_string())),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the framework failed: {0}")]
struct Unmapped(String);

impl ShapeFault {
    /// What serde's message says.
    pub fn of(message: &str) -> Self {
        crate::http::body::shape_of(message)
    }
}
