//! The edge as a client sees it, over the whole stack of middleware.

use std::path::Path;

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use serde_json::Value;

use super::server::{Shared, service};
use crate::cli::open_for_tests;

struct Seen {
    status: u16,
    headers: actix_web::http::header::HeaderMap,
    body: Vec<u8>,
}

impl Seen {
    async fn of(response: ServiceResponse<impl MessageBody>) -> Self {
        let (_, response) = response.into_parts();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap_or_default().to_vec();
        Self { status, headers, body }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn code(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        assert!(body["instance"].as_str().unwrap().ends_with(self.header("x-request-id")));
        (self.status, body["code"].as_str().unwrap().to_owned())
    }
}

async fn ask(request: TestRequest) -> Seen {
    let data = tempfile::tempdir().unwrap();
    let app = open_for_tests(Path::new(data.path())).await;
    let service = init_service(service(Shared::of(app.into()))).await;
    Seen::of(call_service(&service, request.to_request()).await).await
}

#[actix_web::test]
async fn a_route_that_is_not_there_and_a_method_that_is_not_offered_are_told_apart() {
    assert_eq!(ask(TestRequest::get().uri("/nowhere")).await.code(), (404, "route_not_found".into()));
    let other = ask(TestRequest::default().method(Method::DELETE).uri("/livez")).await;
    assert_eq!((other.header("allow"), other.code()), ("GET", (405, "method_not_allowed".into())));
}

#[actix_web::test]
async fn without_a_token_nothing_under_the_api_is_even_looked_for() {
    assert_eq!(ask(TestRequest::get().uri("/api/v1/nowhere")).await.code(), (401, "token_missing".into()));
    let noise = TestRequest::get().uri("/api/v1/me").insert_header(("Authorization", "Bearer noise"));
    let seen = ask(noise).await;
    assert_eq!((seen.header("www-authenticate"), seen.code()), ("Bearer", (401, "token_invalid".into())));
}

#[actix_web::test]
async fn every_answer_carries_a_request_id_and_security_headers() {
    let seen = ask(TestRequest::get().uri("/livez")).await;
    assert_eq!((seen.status, seen.header("x-content-type-options")), (200, "nosniff"));
    assert_eq!(seen.header("x-request-id").len(), 36);
    assert!(seen.header("content-security-policy").contains("default-src 'self'"));
}

#[actix_web::test]
async fn the_document_and_the_page_to_try_it_are_served() {
    let document = ask(TestRequest::get().uri("/api/openapi.json")).await;
    assert_eq!(serde_json::from_slice::<Value>(&document.body).unwrap()["info"]["title"], "便民 Bianmin");
    let page = ask(TestRequest::get().uri("/api/docs/")).await;
    assert!(page.status == 200 && String::from_utf8_lossy(&page.body).contains("swagger-ui"));
}

#[actix_web::test]
async fn a_real_data_folder_has_no_clock_to_move() {
    assert_eq!(ask(TestRequest::get().uri("/demo/clock")).await.code(), (404, "route_not_found".into()));
}
