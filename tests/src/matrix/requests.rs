//! How each operation is asked, so that only who asks decides: well formed, about things that are there, and doing no harm.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cast::{Cast, Kind, PHONE_OF_THE_PERSON, profile};
use super::document::Operation;
use super::world::{Things, VILLAGE, World, scan};
use crate::refusals::vocabulary::{DECIDED, NOBODYS};
use crate::support::client::{Answer, Api};
use crate::support::people::DEMO_PASSWORD;
use crate::walk::form;

/// Somebody with no part in anything.
pub const SOMEBODY: &str = "11010519491231002X";
/// What may be done for another on a signed paper.
pub const DELEGABLE: &str = "C050";
/// What may be done for another whom nobody asks for a paper.
const WITHOUT_PAPER: &str = "V006";
/// Somebody who comes to the counter, since they have no phone.
pub const WITHOUT_PHONE: (&str, &str) = ("无手机老人", "511499194403151237");
/// A partner station in a district that there isn't.
const PARTNER: &str = "440499000000-02";
/// Of a day on which nobody has booked.
pub const SLOT: &str = "2026-09-16T10:00:00+08:00";
/// Nobody's number yet.
pub const FREE_NUMBER: &str = "51149919900202124X";
/// Nobody's lease has it.
const NO_LEASE: u32 = 99;

enum Body {
    None,
    Json(Value),
    Photo,
}

pub struct Request {
    method: Method,
    path: String,
    body: Body,
    if_match: Option<String>,
}

impl Request {
    pub async fn by(&self, api: &Api) -> Answer {
        let mut ask = api.ask(self.method.clone(), &self.path);
        if let Some(seen) = &self.if_match {
            ask = ask.if_match(seen);
        }
        let photo = || Part::bytes(form::PHOTO).file_name("photo.png").mime_str("image/png").expect("a media type");
        match &self.body {
            Body::None => ask.send().await,
            Body::Json(body) => ask.json(body).send().await,
            Body::Photo => ask.form(Form::new().part("file", photo())).send().await,
        }
    }
}

pub async fn request(cast: &Cast, world: &World, operation: &Operation, kind: Kind, things: Things) -> Request {
    let asked = Asked { cast, world, kind, things };
    let body = asked.body(operation).await;
    Request { method: operation.method.clone(), path: asked.path(operation).await, body, if_match: asked.if_match(operation).await }
}

/// What an allowed request took is given back, so that there is something to take for the next one.
pub async fn undo(api: &Api, operation: &Operation, answer: &Answer) {
    if operation.id == "claim_next_work_item" && answer.status() == 200 {
        let taken = answer.value();
        let path = format!("/api/v1/work-items/{}/release", taken["id"].as_str().expect("an id"));
        api.post(&path, json!({ "lease": taken["lease"]["number"] })).await.expect(200);
    }
}

struct Asked<'a> {
    cast: &'a Cast,
    world: &'a World,
    kind: Kind,
    things: Things,
}

impl Asked<'_> {
    async fn path(&self, operation: &Operation) -> String {
        let things = &self.things;
        let id = match operation.id.as_str() {
            "show_case"
            | "show_case_history"
            | "show_case_clock"
            | "list_case_moves"
            | "show_case_decision"
            | "show_case_form"
            | "pay_case_fee"
            | "unmask_case"
            | "show_case_mini_code" => things.open_case.clone(),
            "show_case_notice" | "show_case_document" | "supplement_case" | "withdraw_case" | "evaluate_case" | "list_case_plans"
            | "choose_case_plan" => things.served_case.clone(),
            "show_own_rectification" | "rate_rectification" => things.served_case.clone(),
            "show_rectification" | "record_contact" | "close_rectification" | "appeal_review" | "decide_appeal" | "look_at_words" => {
                things.rectification.clone()
            }
            "look_into_farming" => things.farming.clone(),
            "show_case_delivery" => things.carried_case.clone(),
            "show_upload" => things.upload.clone(),
            "confirm_correction" | "refuse_correction" => things.correction.clone(),
            "print_copy" => things.copy.clone(),
            "confirm_erasure" | "refuse_erasure" => things.erasure.clone(),
            "remove_relative" => self.relative().await,
            "show_face_check" => self.face_check().await,
            "remove_partner" | "show_partner" | "save_partner" => self.partner().await,
            "show_mandate" | "revoke_mandate" | "list_mandate_acts" => things.mandate.clone(),
            "acknowledge_alert" => things.alert.clone(),
            "unmask_errand" | "record_errand" => things.errand.clone(),
            "show_staff" | "change_staff" | "reset_password" | "reset_second_factor" => things.account.clone(),
            "leave_ticket" | "act_on_ticket" | "favour_ticket" => things.ticket.clone(),
            "cancel_appointment" | "arrive_for_appointment" => things.appointment.clone(),
            _of_work_or_none => things.work_item.clone(),
        };
        let code = match operation.path.as_str() {
            path if path.starts_with("/api/v1/stations") || path.starts_with("/api/v1/supervision/stations") => things.station.as_str(),
            path if path.starts_with("/api/v1/partners") => PARTNER,
            _an_item => DECIDED,
        };
        let places = [
            ("{id}", id.as_str()),
            ("{code}", code),
            ("{station}", &things.station),
            ("{year}", "2027"),
            ("{kind}", "accepted"),
            ("{document}", &things.document),
            ("{delivery}", &things.delivery),
            ("{leg}", "bring"),
            ("{number}", "1"),
            ("{district}", "511499"),
            ("{token}", &self.world.check_token),
            ("{scene}", &self.world.scene),
        ];
        let path = places.iter().fold(operation.path.clone(), |path, (place, value)| path.replace(place, value));
        match operation.id.as_str() {
            // Nobody has it.
            "stream_live_events" | "open_live_socket" => format!("{path}?ticket={}", "0".repeat(64)),
            "list_cases" | "list_rectifications" | "list_farming" | "list_errands" => format!("{path}?station={}", things.station),
            "show_figures" | "list_published_replies" => format!("{path}?station={}&month=2026-08", things.station),
            "show_own_figures" | "show_public_figures" => format!("{path}?month=2026-08"),
            "list_slots" => format!("{path}?item={DECIDED}&day=2026-09-16"),
            "list_appointments" => format!("{path}?day=2026-09-16"),
            "show_joint_form" => format!("{path}?items=T084,T012"),
            "list_overdue" | "export_overdue" => format!("{path}?month=2026-09"),
            _without_a_query => path,
        }
    }

    /// A partner station, there to be removed.
    async fn partner(&self) -> String {
        let new = json!({ "code": PARTNER, "partner": partner() });
        let added = self.cast.api(Kind::SystemAdmin).post("/api/v1/partners", new).await;
        assert!(matches!(added.status(), 201 | 409), "{added}");
        PARTNER.to_owned()
    }

    /// A relative of the villager's, recorded for the purpose.
    async fn relative(&self) -> String {
        let recorded = self.cast.api(Kind::Villager).post("/api/v1/me/relatives", relative()).await.expect(201).value();
        recorded["id"].as_str().expect("an id").to_owned()
    }

    /// A face check of the villager's, which waits.
    async fn face_check(&self) -> String {
        let begun = self.cast.api(Kind::Villager).post("/api/v1/me/face-checks", json!({})).await.expect(201).value();
        begun["id"].as_str().expect("an id").to_owned()
    }

    /// Of an identity card, by those who may hand in files.
    async fn scan(&self) -> String {
        match self.kind {
            Kind::Clerk | Kind::Approver => scan(self.cast.api(self.kind), "身份证.png").await,
            _who_scans_nothing => NOBODYS.to_owned(),
        }
    }

    /// A new one: of the villager's own, or entered by staff.
    fn mandate(&self) -> Value {
        let mut body = json!({ "holder": somebody(), "until": "2026-12-31" });
        if self.kind == Kind::Villager {
            body["scope"] = json!({ "items": [DELEGABLE] });
            body["witnessing"] = json!({ "kind": "in_app" });
        } else {
            body["grantor"] = json!({ "name": WITHOUT_PHONE.0, "citizen_id": WITHOUT_PHONE.1 });
            body["scope"] = json!({ "items": [WITHOUT_PAPER] });
            body["witnessing"] = json!({ "kind": "told" });
            body["station"] = json!(self.things.station);
        }
        body
    }

    /// About oneself, or about somebody before the clerk.
    fn consent(&self, mut body: Value) -> Value {
        if self.kind != Kind::Villager {
            body["person"] = json!({ "name": WITHOUT_PHONE.0, "citizen_id": WITHOUT_PHONE.1 });
            body["station"] = json!(self.things.station);
            body["heard"] = json!({ "kind": "told" });
        }
        body
    }

    async fn if_match(&self, operation: &Operation) -> Option<String> {
        let things = &self.things;
        let (by, path) = match operation.id.as_str() {
            "edit_floor_rules" => (Kind::SystemAdmin, format!("/api/v1/stations/{}/floor-rules", things.station)),
            "edit_station" => (Kind::Anyone, format!("/api/v1/stations/{}", things.station)),
            "save_partner" => (Kind::Anyone, format!("/api/v1/partners/{PARTNER}")),
            "load_year" => (Kind::Anyone, "/api/v1/calendar/2027".to_owned()),
            "save_thresholds" => (Kind::SystemAdmin, "/api/v1/supervision/thresholds".to_owned()),
            "save_profile" => (Kind::Villager, "/api/v1/me".to_owned()),
            "change_staff" => (Kind::SecurityAdmin, format!("/api/v1/staff/{}", things.account)),
            _edits_nothing => return None,
        };
        let seen = self.cast.api(by).get(&path).await;
        Some(if seen.status() == 200 { seen.etag().to_owned() } else { "\"1\"".to_owned() })
    }

    async fn body(&self, operation: &Operation) -> Body {
        let lease = || json!({ "lease": NO_LEASE });
        Body::Json(match operation.id.as_str() {
            "livez"
            | "readyz"
            | "show_document"
            | "show_demo_clock"
            | "list_items"
            | "show_item"
            | "show_form"
            | "show_joint_form"
            | "list_divisions"
            | "list_stations"
            | "show_station"
            | "show_station_mini_code"
            | "show_case_mini_code"
            | "show_scene"
            | "echo_wechat"
            | "show_year"
            | "list_partners"
            | "show_partner"
            | "remove_partner"
            | "list_grounds"
            | "check_certificate"
            | "show_certificate_page"
            | "list_messages"
            | "show_profile"
            | "show_household"
            | "list_relatives"
            | "copy_own_data"
            | "remove_relative"
            | "list_cases"
            | "show_case"
            | "show_case_history"
            | "show_case_decision"
            | "show_case_form"
            | "list_case_plans"
            | "show_case_notice"
            | "show_case_document"
            | "show_upload"
            | "list_work_items"
            | "list_held_work_items"
            | "list_work_item_takers"
            | "show_case_clock"
            | "list_case_moves"
            | "list_alerts"
            | "list_overdue"
            | "export_overdue"
            | "list_leases"
            | "list_station_figures"
            | "list_clerk_figures"
            | "list_own_figures"
            | "show_thresholds"
            | "list_legs"
            | "show_case_delivery"
            | "list_staff"
            | "show_staff"
            | "list_lookups"
            | "list_audit_entries"
            | "list_mandates"
            | "show_mandate"
            | "list_mandate_acts"
            | "list_consent_texts"
            | "list_consents"
            | "list_corrections"
            | "list_erasures"
            | "list_rectifications"
            | "show_rectification"
            | "show_own_rectification"
            | "list_reviews_naming_me"
            | "show_figures"
            | "show_own_figures"
            | "show_public_figures"
            | "list_published_replies"
            | "list_farming"
            | "list_slots"
            | "show_hall"
            | "show_hall_page"
            | "list_own_tickets"
            | "list_own_appointments"
            | "list_appointments"
            | "show_floor"
            | "show_floor_rules"
            | "print_copy"
            | "stream_live_events"
            | "open_live_socket"
            | "show_token_keys"
            | "list_sessions"
            | "sign_out"
            | "sign_out_everywhere"
            | "reset_second_factor"
            | "unbind_wechat"
            | "begin_sign_in_at_provider"
            | "list_subscriptions"
            | "list_errands"
            | "unmask_errand"
            | "make_identity_code"
            | "begin_face_check"
            | "show_face_check"
            | "unmask_leg" => return Body::None,
            "upload" => return Body::Photo,
            "run_demo_jobs"
            | "withdraw_case"
            | "claim_leg"
            | "give_leg_back"
            | "renew_leg_codes"
            | "reset_password"
            | "edit_station"
            | "supplement_case"
            | "claim_next_work_item"
            | "claim_work_item"
            | "erase_own_data"
            | "leave_ticket"
            | "cancel_appointment"
            | "close_window"
            | "free_window"
            | "call_next"
            | "edit_floor_rules"
            | "change_staff" => json!({}),
            "take_ticket" => json!({ "kind": "certificate", "place": self.things.place }),
            "take_walk_in" => json!({ "kind": "certificate" }),
            "open_window" => json!({ "number": 1 }),
            "favour_ticket" => json!({ "priority": "elderly" }),
            "act_on_ticket" => json!({ "act": { "kind": "begin" } }),
            "book_appointment" => json!({ "station": self.things.station, "item": DECIDED, "begin": SLOT }),
            "book_at_counter" => json!({ "person": somebody(), "item": DECIDED, "begin": SLOT }),
            "arrive_for_appointment" => json!({ "place": self.things.place }),
            "set_demo_clock" => json!({ "at": self.cast.api(Kind::Anyone).get("/demo/clock").await.expect(200).value()["at"] }),
            "sign_in_with_wechat" => json!({ "code": self.world.wechat_code(PHONE_OF_THE_PERSON).await }),
            "send_sms_code" => json!({ "phone": "13800005678" }),
            "sign_in_by_phone" => json!({ "phone": "13800005678", "code": "000000" }),
            "prove_phone" => json!({ "by": "sms", "phone": "13800005678", "code": "000000" }),
            "check_identity" => json!({
                "station": self.things.station, "code": "00000000", "name": WITHOUT_PHONE.0, "citizen_id": WITHOUT_PHONE.1,
            }),
            "refresh_session" => json!({ "refresh_token": self.cast.api(Kind::Villager).once_more().await.refresh_token() }),
            // A login of somebody would rest after so many without a code.
            "sign_in_staff" => json!({ "login": format!("nobody.{}", Uuid::new_v4().simple()), "password": DEMO_PASSWORD }),
            "sign_in_staff_with_wechat" | "bind_wechat" => json!({ "code": "made-up" }),
            "sign_in_at_provider" => json!({ "state": "made-up", "code": "made-up" }),
            "make_demo_code" => json!({ "login": "duban" }),
            "begin_second_factor" => json!({ "password": "a guess" }),
            "confirm_second_factor" | "renew_recovery_codes" => json!({ "code": "000000" }),
            "change_password" => json!({ "old": "not the old one", "new": "a quiet morning" }),
            "add_partner" => json!({ "code": PARTNER, "partner": partner() }),
            "save_partner" => partner(),
            "load_year" => json!({ "holidays": ["2027-01-01"], "make_up_workdays": [] }),
            "plan" => json!({ "items": [DECIDED], "registered": VILLAGE, "residence": VILLAGE }),
            "save_profile" => profile(VILLAGE),
            "record_relative" => relative(),
            "submit_case" if self.kind == Kind::Villager => self.world.order_for_oneself.clone(),
            "submit_case" => self.world.order_at_the_counter(&self.things),
            "choose_case_plan" => json!({ "chosen": self.world.order_for_oneself["chosen"] }),
            "pay_case_fee" => json!({ "amount_fen": 100, "receipt_no": "票0001" }),
            "evaluate_case" => json!({ "level": "satisfied" }),
            "record_contact" => json!({ "way": "phone", "contact": "not_reached", "words": "没有人接" }),
            "close_rectification" => json!({ "finding": "fixed_by_date", "reply": "没有约定过日期，所以不能这样办结" }),
            "rate_rectification" => json!({ "rating": "satisfied" }),
            "appeal_review" => json!({ "ground": "mistaken", "words": "评的不是这件事" }),
            "decide_appeal" => json!({ "verdict": "refused", "reason": "经核实，评价属实" }),
            "look_at_words" => json!({ "look": "hide" }),
            "look_into_farming" => json!({ "note": "一家人共用一部手机" }),
            "extend_work_item" | "release_work_item" => lease(),
            "transfer_work_item" => json!({ "lease": NO_LEASE, "to": Uuid::nil(), "reason": "今天请假" }),
            "park_work_item" => json!({ "lease": NO_LEASE, "until": "2026-09-14T23:00:00+08:00", "reason": "等电话" }),
            "escalate_work_item" => json!({ "lease": NO_LEASE, "reason": "拿不准" }),
            "assign_work_item" => json!({ "to": Uuid::nil(), "reason": "均衡任务" }),
            "act_on_work_item" => json!({ "lease": NO_LEASE, "act": { "kind": "accept" } }),
            "unmask_case" => json!({ "purpose": "contact" }),
            "give_live_ticket" if self.kind == Kind::Villager => json!({ "topics": [format!("case:{}", self.things.open_case)] }),
            "give_live_ticket" => json!({ "topics": [format!("queue:{}", self.things.station)] }),
            "note_subscription" => json!({ "template": "sandbox-case-progress", "outcome": "accept" }),
            "record_errand" => json!({ "outcome": "not_reached" }),
            // Whoever asks has no key to sign it with.
            "take_sms_receipt" => json!({ "id": NOBODYS, "state": "delivered" }),
            "take_wechat_push" => json!({ "Encrypt": "" }),
            "acknowledge_alert" => json!({ "measure": "已督促经办人当天办结" }),
            "save_thresholds" => json!({ "yellow_percent": 20, "yellow_days": 1, "items_per_clerk": 20 }),
            "give_mandate" => self.mandate(),
            "correct_person" => json!({
                "known_as": WITHOUT_PHONE.1, "name": WITHOUT_PHONE.0, "citizen_id": WITHOUT_PHONE.1, "ethnicity": "汉族",
                "station": self.things.station, "scan": self.scan().await,
            }),
            "confirm_correction" => json!({ "citizen_id": FREE_NUMBER }),
            "refuse_correction" | "refuse_erasure" => json!({ "reason": "unreadable" }),
            "make_copy" | "request_erasure" => json!({
                "citizen_id": self.things.number, "station": self.things.station, "shown": "identity_card", "scan": self.scan().await,
            }),
            "confirm_erasure" => json!({ "citizen_id": self.things.number }),
            "search_mandates" => json!({ "citizen_id": SOMEBODY, "station": self.things.station }),
            "revoke_mandate" if self.kind == Kind::Villager => json!({}),
            "revoke_mandate" => {
                json!({ "entered": { "side": "grantor", "how": "at_station", "station": self.things.station } })
            }
            "give_consent" => self.consent(json!({ "kind": "health", "text_version": 1 })),
            "withdraw_consent" => self.consent(json!({ "kind": "health" })),
            "confirm_handover" => json!({ "code": "000000" }),
            "add_staff" => {
                let login = format!("m{}", Uuid::new_v4().simple());
                json!({ "login": login, "name": "应征青年", "citizen_id": SOMEBODY, "grants": [] })
            }
            other => panic!("the matrix doesn't know how to ask {other}: say it in tests/src/matrix/requests.rs"),
        })
    }
}

pub fn somebody() -> Value {
    json!({ "name": "应征青年", "citizen_id": SOMEBODY })
}

fn partner() -> Value {
    json!({
        "name": "演示", "station_name": "合作站点", "place": { "lat": 30.0, "lng": 104.0 }, "items": [DECIDED], "hours": [],
    })
}

fn relative() -> Value {
    json!({ "name": "应征青年", "citizen_id": SOMEBODY, "kinship": "other" })
}
