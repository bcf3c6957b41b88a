//! The OpenAPI 3.1 document, generated from the handlers. What follows from an operation's shape is added here, so that no
//! handler can forget it: every problem it may answer, and the header that it needs.

use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use domain::policy::row_of;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use super::problem::{FieldFault, ProblemDocument};
use super::routes::{Class, act_of};
use crate::clock::ClockKind;

pub const DOCUMENT_PATH: &str = "/api/openapi.json";
const PROBLEM: &str = "application/problem+json";
/// Behind sign-in (`super::auth`).
const GUARDED: &str = "/api/v1/";
/// What is answered without asking the store, which may be busy.
const WITHOUT_STORE: [&str; 2] = [DOCUMENT_PATH, "/livez"];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "便民 Bianmin",
        description = "便民服务一体化接口。时间为带时区的 RFC 3339，金额以分计；出错时返回 RFC 9457 问题文档，`code` 稳定不变。",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    security(("bearer" = []))
)]
struct Base;

/// The document of a server with such a clock: the demo's own routes are in it only where they exist.
pub fn document(clock: ClockKind) -> OpenApi {
    let routes = |config: &mut ServiceConfig| super::routes(config, clock);
    let (_, mut document) = actix_web::App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes).split_for_parts();
    add_components(&mut document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            add_access(operation);
            add_problems(path, &method, operation);
        }
    }
    document
}

/// The document as text, made once.
pub struct Rendered(Bytes);

impl Rendered {
    pub fn of(document: &OpenApi) -> Self {
        Self(document.to_json().unwrap_or_default().into())
    }
}

/// This document.
#[utoipa::path(tag = "health", operation_id = "show_document", responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
#[get("/api/openapi.json")]
pub async fn show_document(document: Data<Rendered>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

fn add_components(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    components.add_security_scheme("bearer", bearer);
    components.schemas.insert(ProblemDocument::name().into(), ProblemDocument::schema());
    components.schemas.insert(FieldFault::name().into(), FieldFault::schema());
}

fn operations_mut(item: &mut PathItem) -> Vec<(Method, &mut Operation)> {
    let all = [
        (Method::GET, item.get.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.map(|o| (method, o))).collect()
}

/// Who may, as the policy's table has it: the row as `x-who`, and no sign-in where it is open to anyone.
fn add_access(operation: &mut Operation) {
    let Some(row) = act_of(operation).and_then(row_of) else { return };
    let leaves = serde_json::to_value(row.to).unwrap_or_default();
    operation.extensions.get_or_insert_default().merge(Extensions::builder().add("x-who", leaves).build());
    if row.is_public() {
        operation.security = Some(vec![SecurityRequirement::default()]);
    }
}

/// Every problem that the operation's shape allows.
fn add_problems(path: &str, method: &Method, operation: &mut Operation) {
    let mut statuses = vec![("500", "系统出错"), ("414", "网址过长"), ("431", "请求头过大"), ("400", "请求有误")];
    if Class::of(method, operation) != Class::Unlimited {
        statuses.push(("429", "过于频繁"));
    }
    if !WITHOUT_STORE.contains(&path) {
        statuses.push(("503", "暂时不可用"));
    }
    // Where none is needed, a token is still read when one is sent.
    if path.starts_with(GUARDED) {
        statuses.extend([("401", "需要登录"), ("403", "没有权限")]);
    }
    let takes_input = operation.parameters.as_ref().is_some_and(|p| !p.is_empty()) || operation.request_body.is_some();
    if takes_input {
        statuses.extend([("400", "请求有误"), ("422", "内容不合要求")]);
    }
    if has_path_parameter(operation) {
        statuses.push(("404", "没有找到"));
    }
    if operation.request_body.is_some() {
        statuses.extend([("408", "超时"), ("415", "格式不支持")]);
    }
    if operation.security.is_none() {
        statuses.push(("404", "没有找到"));
    }
    if has_header(operation, "If-Match") {
        statuses.extend([("412", "内容已有变化"), ("428", "缺少 If-Match")]);
    }
    if *method != Method::GET {
        statuses.extend([("400", "请求有误"), ("409", "与现状冲突"), ("422", "内容不合要求")]);
    }
    // Whatever the operation takes, a body that is announced too large is refused.
    statuses.push(("413", "内容过大"));
    for (status, meaning) in statuses {
        operation.responses.responses.entry(status.into()).or_insert_with(|| RefOr::T(problem(meaning)));
    }
    add_retry_after(operation);
    add_request_id(operation);
}

fn problem(meaning: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemDocument::name()))).build();
    ResponseBuilder::new().description(meaning).content(PROBLEM, content).build()
}

fn add_retry_after(operation: &mut Operation) {
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("429") {
        let header = HeaderBuilder::new().schema(Some(i64::schema())).description(Some("多少秒后再试")).build();
        response.headers.insert("retry-after".into(), header.into());
    }
}

fn add_request_id(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            let header = HeaderBuilder::new().description(Some("请求编号")).build();
            response.headers.insert("x-request-id".into(), header.into());
        }
    }
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn has_path_parameter(operation: &Operation) -> bool {
    parameters(operation).any(|p| p.parameter_in == ParameterIn::Path)
}

fn has_header(operation: &Operation, name: &str) -> bool {
    parameters(operation).any(|p| p.parameter_in == utoipa::openapi::path::ParameterIn::Header && p.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use actix_web::dev::HttpServiceFactory;
    use domain::policy::TABLE;
    use utoipa::openapi::Schema;
    use utoipa_actix_web::OpenApiFactory;

    use super::*;
    use crate::http::Services;
    use crate::http::idempotency::KEY_HEADER;
    use crate::http::routes::operations;

    fn each(check: impl Fn(&str, &Method, &Operation)) {
        for (path, item) in &document(ClockKind::Demo).paths.paths {
            operations(item).into_iter().for_each(|(method, operation)| check(path, &method, operation));
        }
    }

    #[test]
    fn the_document_is_of_version_3_1_and_names_its_licence() {
        let json = serde_json::to_value(document(ClockKind::Real)).unwrap();
        assert!(json["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(json["info"]["license"]["identifier"], "Apache-2.0");
    }

    #[test]
    fn every_operation_has_an_id_and_a_tag_of_its_own() {
        each(|path, method, operation| {
            assert!(operation.operation_id.is_some(), "{method} {path} has no operation id");
            assert!(operation.tags.as_ref().is_some_and(|tags| tags.len() == 1), "{method} {path} has no tag");
        });
    }

    #[test]
    fn a_token_that_cannot_be_used_is_documented_where_none_is_needed_too() {
        each(|path, method, operation| {
            let named = |status: &str| operation.responses.responses.contains_key(status);
            assert_eq!((named("401"), named("403")), (path.starts_with(GUARDED), path.starts_with(GUARDED)), "{method} {path}");
        });
    }

    #[test]
    fn each_class_of_rates_has_its_operations_and_all_but_health_and_the_demo_are_limited() {
        let classes = std::cell::RefCell::new(BTreeMap::new());
        each(|path, method, operation| {
            let class = Class::of(method, operation);
            assert_eq!(operation.responses.responses.contains_key("429"), class != Class::Unlimited, "{method} {path}");
            classes.borrow_mut().entry(format!("{class:?}")).or_insert_with(Vec::new).push(format!("{method} {path}"));
        });
        let classes = classes.into_inner();
        let of = |class: &str| classes[class].iter().map(String::as_str).collect::<Vec<_>>();
        let sign_ins = ["oidc", "oidc/begin", "phone", "phone/codes", "staff", "staff/wechat", "wechat"]
            .map(|door| format!("POST /api/v1/sessions/{door}"));
        assert_eq!(of("SignIn"), sign_ins, "a refresh isn't one");
        assert_eq!(of("Upload"), ["POST /api/v1/uploads"]);
        assert_eq!(of("Search"), ["GET /api/v1/items", "POST /api/v1/plans"]);
        assert_eq!(of("Check"), ["GET /api/v1/certificate-checks/{token}", "GET /c/{district}/{token}"]);
        let unlimited = |path: &&str| !path.contains(" /demo/");
        assert_eq!(
            of("Unlimited").into_iter().filter(unlimited).collect::<Vec<_>>(),
            ["GET /api/openapi.json", "GET /livez", "GET /readyz"]
        );
    }

    #[test]
    fn every_place_in_a_path_is_described() {
        each(|path, method, operation| {
            let described: Vec<_> =
                parameters(operation).filter(|p| p.parameter_in == ParameterIn::Path).map(|p| p.name.as_str()).collect();
            let places: Vec<_> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            assert_eq!(described, places, "{method} {path}");
        });
    }

    #[test]
    fn no_two_shapes_share_a_name() {
        let mut known = BTreeMap::new();
        for (name, schema) in Collected::all().0 {
            let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert!(*first == schema, "two shapes are called {name}, and the document shows one of them");
        }
        assert!(known.contains_key("CaseView"));
    }

    /// The shapes of every service, before those of one name replace each other in the document.
    struct Collected(Vec<(String, RefOr<Schema>)>);

    impl Collected {
        fn all() -> Self {
            let mut collected = Self(Vec::new());
            crate::http::open(&mut collected, ClockKind::Demo);
            crate::http::v1(&mut collected);
            collected
        }
    }

    impl Services for Collected {
        fn add<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, service: F) -> &mut Self {
            service.schemas(&mut self.0);
            self
        }
    }

    #[test]
    fn every_operation_has_its_row_in_the_policy_and_every_row_its_operation() {
        let named = std::cell::RefCell::new(BTreeSet::new());
        each(|path, method, operation| {
            let act = act_of(operation).unwrap_or_else(|| panic!("{method} {path} is no act of domain::policy"));
            assert!(row_of(act).is_some_and(|row| !row.to.is_empty()), "{method} {path} is open to nobody");
            assert!(named.borrow_mut().insert(act), "{act} is two operations");
        });
        let rows: BTreeSet<_> = TABLE.iter().map(|row| row.act).collect();
        assert_eq!(named.into_inner(), rows);
    }

    #[test]
    fn an_operation_says_who_may_and_what_lies_outside_of_sign_in_is_open_to_anyone() {
        each(|path, method, operation| {
            let row = act_of(operation).and_then(row_of).unwrap();
            let said = operation.extensions.as_ref().unwrap().get("x-who").unwrap();
            assert_eq!(said.as_array().unwrap().len(), row.to.len(), "{method} {path}");
            assert_eq!(operation.security.is_some(), row.is_public(), "{method} {path}");
            assert!(row.is_public() || path.starts_with(GUARDED), "nobody asks who calls {method} {path}");
        });
        let json = serde_json::to_value(document(ClockKind::Real)).unwrap();
        let of = |path: &str, method: &str| json["paths"][path][method]["x-who"].clone();
        assert_eq!(of("/api/v1/items", "get"), serde_json::json!([{ "who": "anyone", "on": "whatever" }]));
        assert_eq!(of("/api/v1/deliveries", "get"), serde_json::json!([{ "who": "courier", "on": "own" }]));
    }

    #[test]
    fn what_edits_or_acts_asks_for_its_header() {
        each(|path, method, operation| {
            let tagged = has_header(operation, "If-Match");
            let keyed = has_header(operation, KEY_HEADER);
            let edits = matches!(*method, Method::PUT | Method::PATCH) && !UNTAGGED.contains(&path);
            let acts = *method == Method::POST && !REPEATABLE.contains(&path);
            assert_eq!((tagged, keyed), (edits, acts), "{method} {path}");
        });
    }

    #[test]
    fn the_demo_clock_is_there_in_a_demo_only() {
        let has = |clock| document(clock).paths.paths.contains_key("/demo/clock");
        assert_eq!((has(ClockKind::Demo), has(ClockKind::Real)), (true, false));
    }

    /// Who edits it knows what was there.
    const UNTAGGED: [&str; 4] = ["/api/v1/me/password", "/api/v1/me/phone", "/api/v1/me/second-factor", "/api/v1/me/wechat"];
    /// POSTs that change nothing, or nothing that a repetition would double: another secret takes the place of the one that waits to be
    /// confirmed, and a code of an authenticator works once. What both answer is kept nowhere.
    const REPEATABLE: [&str; 22] = [
        "/api/v1/live/tickets",
        "/api/v1/cases/{id}/unmasked",
        "/api/v1/deliveries/{delivery}/{leg}/unmasked",
        "/api/v1/errands/{id}/unmasked",
        "/api/v1/mandates/search",
        "/api/v1/me/face-checks",
        "/api/v1/me/identity-codes",
        "/api/v1/me/second-factor",
        "/api/v1/me/second-factor/recovery-codes",
        "/api/v1/plans",
        "/api/v1/sessions/oidc",
        "/api/v1/sessions/oidc/begin",
        "/api/v1/sessions/phone",
        "/api/v1/sessions/phone/codes",
        "/api/v1/sessions/staff",
        "/api/v1/sessions/staff/wechat",
        "/api/v1/sessions/wechat",
        "/callbacks/sms",
        "/callbacks/wechat",
        "/demo/clock",
        "/demo/codes",
        "/demo/jobs",
    ];
}
