//! The edge as a client sees it, over the whole stack of middleware and a real store.

use std::sync::Arc;

use actix_web::body::to_bytes;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service};
use chrono::Duration;
use domain::ids::{AccountId, PersonId, SessionId};
use domain::people::{Grant, Person, Role, Scope};
use domain::session::{self, RefreshToken, Session};
use infra::store::Account;
use infra::tokens::{Holder, Kind};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::server::{Shared, service};
use crate::app::App;
use crate::cli::open_for_tests;
use crate::clock::ClockKind;

const LI: Uuid = Uuid::from_u128(1);
const ADMIN: Uuid = Uuid::from_u128(2);
const VILLAGE: &str = "511499001001";

struct Edge {
    app: Arc<App>,
    data: TempDir,
    /// What the two show who are signed in, where there are people.
    li: String,
    admin: String,
}

struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The status and code of a problem document.
    fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", String::from_utf8_lossy(&self.body));
        let body = self.json();
        assert!(body["instance"].as_str().unwrap().ends_with(self.header("x-request-id")));
        (self.status, body["code"].as_str().unwrap().to_owned())
    }
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

impl Edge {
    async fn new(clock: ClockKind) -> Self {
        let data = tempfile::tempdir().unwrap();
        Self { app: open_for_tests(data.path(), clock).await, data, li: String::new(), admin: String::new() }
    }

    /// With a villager and an administrator.
    async fn with_people() -> Self {
        let edge = Self::new(ClockKind::Real).await;
        let now = edge.app.clock.now();
        let district = edge.app.district().clone();
        let added = edge.app.store.write(&district, move |tx| {
            Box::pin(async move {
                tx.add_person(&Person::unknown(PersonId::new(LI)), now).await?;
                tx.add_person(&Person::unknown(PersonId::new(ADMIN)), now).await?;
                let grant = Grant { role: Role::SystemAdmin, scope: Scope::Division(tx.district().division()) };
                tx.add_account(&admin(), &[grant]).await
            })
        });
        added.await.unwrap();
        let (li, admin) = (edge.token(LI, Kind::Villager, "511499").await, edge.token(ADMIN, Kind::Staff, "511499").await);
        Self { li, admin, ..edge }
    }

    async fn ask(&self, request: TestRequest) -> Seen {
        let service = init_service(service(Shared::of(Arc::clone(&self.app).into()))).await;
        let (_, response) = call_service(&service, request.to_request()).await.into_parts();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Seen { status, headers, body: to_bytes(response.into_body()).await.unwrap_or_default().to_vec() }
    }

    /// What somebody shows who has just signed in.
    async fn token(&self, subject: Uuid, kind: Kind, district: &str) -> String {
        let (now, id) = (self.app.clock.now(), SessionId::new(Uuid::now_v7()));
        let person = PersonId::new(subject);
        let holder = match kind {
            Kind::Villager => session::Holder::Villager { person },
            // As one whom the provider vouched for: no first steps stand in the way.
            Kind::Staff => {
                session::Holder::Staff { account: AccountId::new(subject), person, password: 1, door: session::StaffDoor::Provider }
            }
        };
        let begun = Session::begin(id, holder, None, &self.app.settings.token.session_rules(), now);
        let (first, until) =
            (RefreshToken { digest: id.to_string(), session: id, parent: None, issued_at: now, used: None }, begun.ends_at);
        let saved = self.app.store.write(self.app.district(), move |tx| Box::pin(async move { tx.add_session(&begun, &first).await }));
        saved.await.unwrap();
        let holder = Holder { subject, kind, district: district.parse().unwrap(), session: id };
        self.app.tokens.issue(holder, until, now).unwrap().token.expose_secret().to_owned()
    }

    fn as_li(&self, method: Method, uri: &str) -> TestRequest {
        signed(&self.li, method, uri)
    }

    fn as_admin(&self, method: Method, uri: &str) -> TestRequest {
        signed(&self.admin, method, uri)
    }
}

fn admin() -> Account {
    Account {
        id: AccountId::new(ADMIN),
        login: "admin".into(),
        password_hash: String::new(),
        password_number: 1,
        first_password: false,
        topics: [].into(),
        person: PersonId::new(ADMIN),
        disabled: false,
        demo: false,
        version: 1,
    }
}

fn signed(token: &str, method: Method, uri: &str) -> TestRequest {
    TestRequest::default().method(method).uri(uri).insert_header(("Authorization", format!("Bearer {token}")))
}

fn profile() -> Value {
    json!({"name": "李强", "citizen_id": "11010519491231002X", "phone": "13800005678", "registered": VILLAGE})
}

fn relative(edge: &Edge, key: &str, name: &str) -> TestRequest {
    let body = json!({"name": name, "citizen_id": "11010519491231002X", "kinship": "parent"});
    edge.as_li(Method::POST, "/api/v1/me/relatives").insert_header(("Idempotency-Key", key.to_owned())).set_json(body)
}

#[actix_web::test]
async fn a_route_that_is_not_there_and_a_method_that_is_not_offered_are_told_apart() {
    let edge = Edge::new(ClockKind::Real).await;
    assert_eq!(edge.ask(TestRequest::get().uri("/nowhere")).await.problem(), refused(404, "route_not_found"));
    let other = edge.ask(TestRequest::default().method(Method::DELETE).uri("/livez")).await;
    assert_eq!((other.header("allow"), other.problem()), ("GET", refused(405, "method_not_allowed")));
}

#[actix_web::test]
async fn without_a_token_nothing_under_the_api_is_even_looked_for() {
    let edge = Edge::new(ClockKind::Real).await;
    assert_eq!(edge.ask(TestRequest::get().uri("/api/v1/nowhere")).await.problem(), refused(401, "token_missing"));
    let seen = edge.ask(signed("noise", Method::GET, "/api/v1/me")).await;
    assert_eq!((seen.header("www-authenticate"), seen.problem()), ("Bearer", refused(401, "token_invalid")));
}

#[actix_web::test]
async fn a_token_of_another_district_or_of_the_wrong_kind_is_refused() {
    let edge = Edge::with_people().await;
    let other = edge.token(LI, Kind::Villager, "511498").await;
    assert_eq!(edge.ask(signed(&other, Method::GET, "/api/v1/me")).await.problem(), refused(403, "other_district"));
    assert_eq!(edge.ask(edge.as_admin(Method::GET, "/api/v1/me")).await.problem(), refused(403, "villagers_only"));
    let closed = edge.token(Uuid::from_u128(9), Kind::Staff, "511499").await;
    assert_eq!(edge.ask(signed(&closed, Method::GET, "/api/v1/items")).await.problem(), refused(401, "token_invalid"));
}

#[actix_web::test]
async fn every_answer_carries_a_request_id_and_security_headers() {
    let seen = Edge::new(ClockKind::Real).await.ask(TestRequest::get().uri("/livez")).await;
    assert_eq!((seen.status, seen.header("x-content-type-options")), (200, "nosniff"));
    assert_eq!(seen.header("x-request-id").len(), 36);
    assert!(seen.header("content-security-policy").contains("default-src 'self'"));
}

#[actix_web::test]
async fn the_document_and_the_page_to_try_it_are_served() {
    let edge = Edge::new(ClockKind::Real).await;
    let document = edge.ask(TestRequest::get().uri("/api/openapi.json")).await;
    assert_eq!(document.json()["info"]["title"], "便民 Bianmin");
    let page = edge.ask(TestRequest::get().uri("/api/docs/")).await;
    assert!(page.status == 200 && String::from_utf8_lossy(&page.body).contains("swagger-ui"));
}

#[actix_web::test]
async fn a_real_data_folder_has_no_clock_to_move() {
    let edge = Edge::new(ClockKind::Real).await;
    assert_eq!(edge.ask(TestRequest::get().uri("/demo/clock")).await.problem(), refused(404, "route_not_found"));
}

#[actix_web::test]
async fn a_demo_clock_that_was_moved_is_where_it_was_after_a_restart() {
    let edge = Edge::new(ClockKind::Demo).await;
    let at = "2026-09-14T09:30:00+08:00";
    assert_eq!(edge.ask(TestRequest::post().uri("/demo/clock").set_json(json!({"at": at}))).await.status, 200);
    let Edge { app, data, .. } = edge;
    drop(app);
    let again = open_for_tests(data.path(), ClockKind::Demo).await;
    let past = again.clock.now() - chrono::DateTime::parse_from_rfc3339(at).unwrap().to_utc();
    assert!(past >= Duration::zero() && past < Duration::minutes(5), "{past}");
}

#[actix_web::test]
async fn a_profile_is_saved_against_what_was_seen_and_goes_out_masked() {
    let edge = Edge::with_people().await;
    let blind = edge.ask(edge.as_li(Method::PUT, "/api/v1/me").set_json(profile())).await;
    assert_eq!(blind.problem(), refused(428, "if_match_missing"));
    let seen = edge.ask(edge.as_li(Method::GET, "/api/v1/me")).await.header("etag").to_owned();
    let put = |tag: &str, body: Value| edge.as_li(Method::PUT, "/api/v1/me").insert_header(("If-Match", tag.to_owned())).set_json(body);
    let saved = edge.ask(put(&seen, profile())).await;
    assert_eq!((saved.status, &saved.json()["citizen_id"]), (200, &json!("110*************2X")));
    assert_eq!((&saved.json()["phone"], &saved.json()["complete"]), (&json!("138****5678"), &json!(true)));
    assert_eq!(edge.ask(put(&seen, profile())).await.problem(), refused(412, "stale"));
    let mut wrong = profile();
    wrong["citizen_id"] = json!("110105194912310021");
    assert_eq!(edge.ask(put(saved.header("etag"), wrong)).await.problem(), refused(422, "citizen_id_invalid"));
}

#[actix_web::test]
async fn what_is_sent_twice_under_one_key_is_done_once_and_answered_alike() {
    let edge = Edge::with_people().await;
    let first = edge.ask(relative(&edge, "k1", "李大山")).await;
    let again = edge.ask(relative(&edge, "k1", "李大山")).await;
    assert_eq!((first.status, again.status, again.header("idempotency-replayed")), (201, 201, "true"));
    assert_eq!(first.json(), again.json());
    assert_eq!(edge.ask(relative(&edge, "k1", "李小山")).await.problem(), refused(422, "idempotency_key_reused"));
    let list = edge.ask(edge.as_li(Method::GET, "/api/v1/me/relatives")).await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn an_act_without_a_key_is_refused_and_a_refusal_keeps_nothing() {
    let edge = Edge::with_people().await;
    let keyless = edge.as_li(Method::POST, "/api/v1/me/relatives").set_json(json!({}));
    assert_eq!(edge.ask(keyless).await.problem(), refused(400, "idempotency_key_missing"));
    edge.ask(relative(&edge, "k1", "李大山")).await;
    assert_eq!(edge.ask(relative(&edge, "k2", "王五")).await.problem(), refused(422, "relative_name_differs"));
    assert_eq!(edge.ask(relative(&edge, "k2", "李大山")).await.status, 201);
}

#[actix_web::test]
async fn a_bad_body_is_told_by_its_own_code() {
    let edge = Edge::with_people().await;
    let post = |kind: &'static str, body: &'static str| {
        let request = edge.as_li(Method::POST, "/api/v1/me/relatives").insert_header(("Idempotency-Key", "k"));
        request.insert_header((CONTENT_TYPE, kind)).set_payload(body)
    };
    let json = "application/json";
    assert_eq!(edge.ask(post(json, "{")).await.problem(), refused(400, "json_malformed"));
    assert_eq!(edge.ask(post("text/plain", "{}")).await.problem(), refused(415, "content_type_unsupported"));
    assert_eq!(edge.ask(post(json, r#"{"name": 1}"#)).await.problem(), refused(422, "wrong_type"));
    assert_eq!(edge.ask(post(json, r#"{"nickname": 1}"#)).await.problem(), refused(422, "unknown_field"));
    let long: &'static str = Box::leak(format!("{{\"name\": \"{}\"}}", "长".repeat(51)).into_boxed_str());
    assert_eq!(edge.ask(post(json, long)).await.problem(), refused(422, "text_too_long"));
    let huge: &'static str = Box::leak(" ".repeat(300 * 1024).into_boxed_str());
    assert_eq!(edge.ask(post(json, huge)).await.problem(), refused(413, "body_too_large"));
}

#[actix_web::test]
async fn a_station_is_edited_by_who_may_against_what_was_seen() {
    let edge = Edge::with_people().await;
    let uri = format!("/api/v1/stations/{VILLAGE}-01");
    let seen = edge.ask(TestRequest::get().uri(&uri)).await.header("etag").to_owned();
    let change = json!({"removed": ["C001"]});
    let by_li = edge.as_li(Method::PATCH, &uri).insert_header(("If-Match", seen.clone())).set_json(&change);
    assert_eq!(edge.ask(by_li).await.problem(), refused(403, "staff_only"));
    let patch = |tag: &str| edge.as_admin(Method::PATCH, &uri).insert_header(("If-Match", tag.to_owned())).set_json(&change);
    let edited = edge.ask(patch(&seen)).await;
    assert_eq!((edited.status, &edited.json()["removed"]), (200, &json!(["C001"])));
    assert_eq!(edge.ask(patch(&seen)).await.problem(), refused(412, "stale"));
    assert_eq!(edge.ask(TestRequest::get().uri(&uri)).await.json()["removed"], json!(["C001"]));
}

#[actix_web::test]
async fn an_administrator_loads_the_next_year() {
    let edge = Edge::with_people().await;
    let uri = "/api/v1/calendar/2027";
    let before = edge.ask(TestRequest::get().uri(uri)).await;
    assert_eq!(before.json()["loaded"], json!(false));
    let put = |holiday: &str| {
        let body = json!({"holidays": [holiday], "make_up_workdays": []});
        edge.as_admin(Method::PUT, uri).insert_header(("If-Match", before.header("etag").to_owned())).set_json(body)
    };
    assert_eq!(edge.ask(put("2026-01-01")).await.problem(), refused(422, "day_of_another_year"));
    assert_eq!(edge.ask(put("2027-01-01")).await.json()["loaded"], json!(true));
    assert_eq!(edge.ask(put("2027-01-01")).await.status, StatusCode::PRECONDITION_FAILED.as_u16());
}
