//! How people prove who they are, and what it lets them do: a phone of their own, a face check from afar, a clerk who sees their document.

use serde_json::{Value, json};

use super::mandates::{NIECE, niece, party};
use super::story::{CERTIFICATE, Story, VILLAGE_STATION, word};
use crate::support::client::{Answer, Api};
use crate::support::people::sign_in_first;
use crate::support::stand::Stand;

const VILLAGE: &str = "511499101203";
/// 社会保险待遇领取资格认证: asks for an identity check, and is done from afar.
const CHECKED: &str = "T006";
const NAME: &str = "应征青年";
const NUMBER: &str = "11010519491231002X";
const PHONE: &str = "13800001234";

/// The newest code that a phone got.
async fn code_on(stand: &Stand, phone: &str) -> String {
    let all = stand.sandbox().get("/__sandbox/sms/messages").await.expect(200).value();
    let texts = all["messages"].as_array().expect("messages").iter().filter(|message| message["to"] == phone);
    let mut codes: Vec<_> = texts.filter_map(|message| code_in(message["text"].as_str()?)).collect();
    assert_eq!(codes.len(), 1, "one code was sent to {phone}");
    codes.remove(0)
}

fn code_in(text: &str) -> Option<String> {
    let (_before, after) = text.split_once("验证码")?;
    Some(after.chars().take_while(char::is_ascii_digit).collect())
}

pub async fn ask_for_code(stand: &Stand, phone: &str) -> Answer {
    stand.anyone().post("/api/v1/sessions/phone/codes", json!({ "phone": phone })).await
}

pub async fn sign_in(stand: &Stand, phone: &str, code: &str) -> Answer {
    stand.anyone().post("/api/v1/sessions/phone", json!({ "phone": phone, "code": code })).await
}

/// Somebody who has no WeChat.
async fn by_phone(stand: &Stand, phone: &str) -> Api {
    ask_for_code(stand, phone).await.expect(202);
    let session = sign_in(stand, phone, &code_on(stand, phone).await).await.expect(201).value();
    stand.anyone().with_token(&word(&session, "token"))
}

async fn fill_profile(villager: &Api) -> Answer {
    let seen = villager.get("/api/v1/me").await.expect(200).etag().to_owned();
    let profile = json!({ "name": NAME, "citizen_id": NUMBER, "phone": PHONE, "registered": VILLAGE, "residence": VILLAGE });
    villager.ask(reqwest::Method::PUT, "/api/v1/me").if_match(&seen).json(profile).send().await
}

async fn level(villager: &Api) -> String {
    word(&villager.get("/api/v1/me").await.expect(200).value(), "level")
}

/// Begins a face check and shows a face, which the camera takes for this.
async fn shows_face(stand: &Stand, villager: &Api, camera: &str) -> String {
    let begun = villager.post("/api/v1/me/face-checks", json!({})).await.expect(201).value();
    let (id, url) = (word(&begun, "id"), word(&begun, "url"));
    assert!(url.starts_with(stand.sandbox().base_url()), "{url}");
    reqwest::Client::new().post(url).form(&[("state", camera)]).send().await.expect("the provider's page");
    word(&villager.get(&format!("/api/v1/me/face-checks/{id}")).await.expect(200).value(), "state")
}

async fn at_the_counter(clerk: &Api, villager: &Api, (name, number): (&str, &str)) -> Answer {
    let code = word(&villager.post("/api/v1/me/identity-codes", json!({})).await.expect(201).value(), "code");
    typed(clerk, &code, (name, number)).await
}

async fn typed(clerk: &Api, code: &str, (name, number): (&str, &str)) -> Answer {
    let body = json!({ "station": VILLAGE_STATION, "code": code, "name": name, "citizen_id": number });
    clerk.post("/api/v1/people/identity-checks", body).await
}

/// From afar, since that needs nobody at a counter.
async fn order_from_afar(story: &Story) -> Value {
    let ask = json!({ "items": [CHECKED], "registered": VILLAGE, "residence": VILLAGE, "whereabouts": { "elsewhere": {} } });
    let answer = story.stand.anyone().post("/api/v1/plans", &ask).await.expect(200).value();
    let plan = answer["plans"].as_array().expect("plans").iter().find(|plan| plan["mode"] == "remote").cloned();
    let plan = plan.unwrap_or_else(|| panic!("no remote plan: {answer:#}"));
    let matters = json!([{ "item": CHECKED, "answers": story.answers(CHECKED).await }]);
    json!({ "ask": ask, "chosen": plan["chosen"], "subject": { "kind": "myself" }, "matters": matters })
}

#[tokio::test]
async fn whoever_has_no_wechat_signs_in_with_a_code_on_their_phone_and_is_the_same_person_next_time() {
    let story = Story::begin().await;
    let first = by_phone(&story.stand, PHONE).await;
    let profile = first.get("/api/v1/me").await.expect(200).value();
    assert_eq!((profile["level"].clone(), profile["phone"].clone()), (json!("phone"), json!("138****1234")));
    fill_profile(&first).await.expect(200);
    let order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    story.open(&first, &order).await;
}

#[tokio::test]
async fn a_code_is_good_once_for_five_minutes_and_the_newest_alone() {
    let story = Story::begin().await;
    let stand = &story.stand;
    ask_for_code(stand, PHONE).await.expect(202);
    let code = code_on(stand, PHONE).await;
    sign_in(stand, "13800004321", &code).await.problem(401, "sms_code_gone");
    let known = sign_in(stand, PHONE, &code).await.expect(201).value()["person"].clone();
    sign_in(stand, PHONE, &code).await.problem(401, "sms_code_gone");

    let late = "13800005555";
    ask_for_code(stand, late).await.expect(202);
    let code = code_on(stand, late).await;
    story.at("2026-09-14T09:40:00+08:00").await;
    sign_in(stand, late, &code).await.problem(401, "sms_code_gone");

    story.stand.sandbox().post("/__sandbox/sms/mood", json!({ "mood": "fine" })).await.ok();
    ask_for_code(stand, PHONE).await.expect(202);
    let all = stand.sandbox().get("/__sandbox/sms/messages").await.expect(200).value();
    let to_it = all["messages"].as_array().expect("messages").iter().filter(|message| message["to"] == PHONE);
    let codes: Vec<_> = to_it.filter_map(|message| code_in(message["text"].as_str()?)).collect();
    let mut again = Vec::new();
    for code in codes {
        let answer = sign_in(stand, PHONE, &code).await;
        again.extend((answer.status() == 201).then(|| answer.value()["person"].clone()));
    }
    assert_eq!(again, [known], "the same phone is the same person, and one of its two codes is good");
}

#[tokio::test]
async fn after_five_wrong_tries_a_code_is_good_no_more() {
    let story = Story::begin().await;
    ask_for_code(&story.stand, PHONE).await.expect(202);
    let code = code_on(&story.stand, PHONE).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        sign_in(&story.stand, PHONE, wrong).await.problem(401, "sms_code_wrong");
    }
    sign_in(&story.stand, PHONE, &code).await.problem(401, "sms_code_gone");
}

#[tokio::test]
async fn a_phone_gets_few_codes_and_what_the_gateway_says_of_it_is_told() {
    let story = Story::begin().await;
    let stand = &story.stand;
    ask_for_code(stand, "028-86543210").await.problem(422, "phone_not_mobile");
    ask_for_code(stand, "13800000000").await.problem(422, "phone_unreachable");
    for _ in 0..3 {
        ask_for_code(stand, PHONE).await.expect(202);
    }
    assert!(ask_for_code(stand, PHONE).await.problem(429, "sms_code_too_often").detail.contains("分钟"));
    stand.sandbox().post("/__sandbox/sms/mood", json!({ "mood": "busy" })).await.ok();
    ask_for_code(stand, "13800006666").await.problem(503, "sms_unavailable");
}

#[tokio::test]
async fn in_wechat_a_person_applies_once_their_phone_is_known_to_be_theirs() {
    let story = Story::begin().await;
    let villager = story.villager("xin-ren").await;
    fill_profile(&villager).await.expect(200);
    assert_eq!(level(&villager).await, "unverified");
    let order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    villager.submit(&order).await.problem(403, "identity_level_too_low");
    let told = story.stand.tells_number(&villager, "xin-ren", PHONE).await.expect(200).value();
    assert_eq!(told["level"], "phone");
    story.open(&villager, &order).await;
    // From now on the phone signs the same person in without WeChat.
    let same = by_phone(&story.stand, PHONE).await.get("/api/v1/me").await.expect(200).value();
    assert_eq!(same["id"], villager.get("/api/v1/me").await.expect(200).value()["id"]);
}

#[tokio::test]
async fn a_phone_signs_one_person_in() {
    let story = Story::begin().await;
    by_phone(&story.stand, PHONE).await;
    let other = story.villager("xin-ren").await;
    story.stand.tells_number(&other, "xin-ren", PHONE).await.problem(409, "phone_taken");
    ask_for_code(&story.stand, "13800007777").await.expect(202);
    let code = code_on(&story.stand, "13800007777").await;
    let put = |code: &str| json!({ "by": "sms", "phone": "13800007777", "code": code });
    other.put("/api/v1/me/phone", put(&code)).await.expect(200);
    // A repetition, whose code is gone, is answered alike.
    other.put("/api/v1/me/phone", put(&code)).await.expect(200);
    story.villager("wang-dama").await.put("/api/v1/me/phone", put(&code)).await.problem(422, "sms_code_gone");
}

#[tokio::test]
async fn what_asks_for_an_identity_check_is_handed_in_from_afar_after_a_face_check_and_for_thirty_days() {
    let story = Story::begin().await;
    let villager = by_phone(&story.stand, PHONE).await;
    villager.post("/api/v1/me/face-checks", json!({})).await.problem(409, "profile_incomplete");
    fill_profile(&villager).await.expect(200);
    let order = order_from_afar(&story).await;
    villager.submit(&order).await.problem(403, "identity_level_too_low");
    assert_eq!(shows_face(&story.stand, &villager, "differs").await, "differs");
    assert_eq!(level(&villager).await, "phone");
    assert_eq!(shows_face(&story.stand, &villager, "passed").await, "passed");
    assert_eq!(level(&villager).await, "face");
    story.open(&villager, &order).await;

    story.at("2026-10-15T09:30:00+08:00").await;
    let again = by_phone_again(&story, PHONE).await;
    again.submit(&order_from_afar(&story).await).await.problem(403, "identity_level_too_low");
}

#[tokio::test]
async fn another_plan_for_a_case_asks_for_the_same_identity_check_as_handing_it_in() {
    let story = Story::begin().await;
    let villager = by_phone(&story.stand, PHONE).await;
    fill_profile(&villager).await.expect(200);
    shows_face(&story.stand, &villager, "passed").await;
    let case = story.open(&villager, &order_from_afar(&story).await).await;

    story.at("2026-10-15T09:30:00+08:00").await;
    let again = by_phone_again(&story, PHONE).await;
    let plans = again.get(&case.path("/plans")).await.expect(200).value();
    let chosen = json!({ "chosen": plans["plans"][0]["chosen"] });
    again.post(&case.path("/plan"), &chosen).await.problem(403, "identity_level_too_low");
}

#[tokio::test]
async fn who_hands_in_for_another_is_not_checked_in_their_place() {
    let story = Story::begin().await;
    let (grantor, holder) = (by_phone(&story.stand, PHONE).await, niece(&story).await);
    fill_profile(&grantor).await.expect(200);
    let given =
        json!({ "holder": party(NIECE), "scope": { "items": [CHECKED] }, "until": "2026-12-31", "witnessing": { "kind": "in_app" } });
    let mandate = word(&grantor.post("/api/v1/mandates", given).await.expect(201).value(), "id");
    let mut order = order_from_afar(&story).await;
    order["subject"] = json!({ "kind": "my_grantor" });
    order["mandate"] = json!(mandate);
    holder.submit(&order).await.problem(403, "identity_level_too_low");
    shows_face(&story.stand, &grantor, "passed").await;
    story.open(&holder, &order).await;
}

#[tokio::test]
async fn two_first_sign_ins_of_one_phone_at_once_are_one_person() {
    let story = Story::begin().await;
    let sandbox = story.stand.sandbox();
    let code = word(&sandbox.post("/__sandbox/login", json!({ "user": "xin-ke" })).await.expect(200).value(), "code");
    let anyone = story.stand.anyone();
    let come = async || anyone.post("/api/v1/sessions/wechat", json!({ "code": code })).await.expect(201).value();
    let (one, other) = tokio::join!(come(), come());
    let [one, other] = [one, other].map(|session| story.stand.anyone().with_token(&word(&session, "token")));
    assert_eq!(one.get("/api/v1/me").await.expect(200).value()["id"], other.get("/api/v1/me").await.expect(200).value()["id"]);
}

#[tokio::test]
async fn whoever_finds_a_phone_signed_in_binds_no_phone_of_their_own() {
    let story = Story::begin().await;
    let villager = by_phone(&story.stand, PHONE).await;
    story.at("2026-09-14T09:41:00+08:00").await;
    story.stand.tells_number(&villager, "sandbox-user", "13900005678").await.problem(401, "sign_in_again");
}

/// A month later, when the sandbox has earlier messages to the phone too.
async fn by_phone_again(story: &Story, phone: &str) -> Api {
    ask_for_code(&story.stand, phone).await.expect(202);
    let all = story.stand.sandbox().get("/__sandbox/sms/messages").await.expect(200).value();
    let to_it = all["messages"].as_array().expect("messages").iter().filter(|message| message["to"] == phone);
    for code in to_it.filter_map(|message| code_in(message["text"].as_str()?)) {
        let answer = sign_in(&story.stand, phone, &code).await;
        if answer.status() == 201 {
            return story.stand.anyone().with_token(&word(&answer.value(), "token"));
        }
    }
    panic!("no code signs in");
}

#[tokio::test]
async fn a_face_check_is_of_the_name_and_number_that_it_began_with_and_its_owner_s_alone() {
    let story = Story::begin().await;
    let villager = by_phone(&story.stand, PHONE).await;
    fill_profile(&villager).await.expect(200);
    let begun = villager.post("/api/v1/me/face-checks", json!({})).await.expect(201).value();
    // Asked again, it is the same one.
    assert_eq!(villager.post("/api/v1/me/face-checks", json!({})).await.expect(201).value(), begun);
    let path = format!("/api/v1/me/face-checks/{}", word(&begun, "id"));
    story.villager("wang-dama").await.get(&path).await.problem(404, "face_check_not_found");
    assert_eq!(villager.get(&path).await.expect(200).value()["state"], "waiting");

    let seen = villager.get("/api/v1/me").await.expect(200).etag().to_owned();
    let renamed = json!({ "name": "应征老人", "phone": PHONE, "registered": VILLAGE, "residence": VILLAGE });
    villager.ask(reqwest::Method::PUT, "/api/v1/me").if_match(&seen).json(renamed).send().await.expect(200);
    reqwest::Client::new().post(word(&begun, "url")).form(&[("state", "passed")]).send().await.expect("the provider's page");
    assert_eq!(villager.get(&path).await.expect(200).value()["state"], "differs");
    assert_eq!(level(&villager).await, "phone");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_told_with_another_way() {
    let story = Story::begin().await;
    let villager = by_phone(&story.stand, PHONE).await;
    fill_profile(&villager).await.expect(200);
    story.stand.sandbox().post("/__sandbox/face-mood", json!({ "mood": "busy" })).await.ok();
    let told = villager.post("/api/v1/me/face-checks", json!({})).await.problem(503, "face_unavailable");
    assert!(told.detail.contains("站点"), "{}", told.detail);
    story.stand.sandbox().post("/__sandbox/face-mood", json!({ "mood": "fine" })).await.ok();
    assert_eq!(shows_face(&story.stand, &villager, "passed").await, "passed");
}

#[tokio::test]
async fn a_clerk_who_sees_the_document_makes_the_phone_that_shows_a_code_sure() {
    let story = Story::begin().await;
    let (villager, clerk) = (by_phone(&story.stand, PHONE).await, story.staff("cunwu").await);
    let checked = at_the_counter(&clerk, &villager, (NAME, NUMBER)).await.expect(201).value();
    assert_eq!((checked["level"].clone(), checked["name"].clone()), (json!("document"), json!("应***")));
    assert_eq!(level(&villager).await, "document");
    story.open(&villager, &order_from_afar(&story).await).await;
    // Who proved their name doesn't change it by themself.
    let seen = villager.get("/api/v1/me").await.expect(200).etag().to_owned();
    let renamed = json!({ "name": "别人", "phone": PHONE });
    villager.ask(reqwest::Method::PUT, "/api/v1/me").if_match(&seen).json(renamed).send().await.problem(409, "name_fixed");
}

#[tokio::test]
async fn whoever_was_known_from_the_counter_alone_finds_their_record_on_their_phone_after_the_check() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "person", "name": NAME, "citizen_id": NUMBER })).await;
    order["subject"]["phone"] = json!(PHONE);
    let case = story.open(&clerk, &order).await;
    let villager = by_phone(&story.stand, "13800002222").await;
    fill_profile(&villager).await.problem(409, "citizen_id_taken");
    villager.get(&case.path("")).await.problem(404, "case_not_found");
    at_the_counter(&clerk, &villager, (NAME, NUMBER)).await.expect(201);
    villager.get("/api/v1/me").await.problem(401, "token_invalid");
    let own = by_phone_again(&story, "13800002222").await;
    own.get(&case.path("")).await.expect(200);
    assert_eq!(level(&own).await, "document");
}

#[tokio::test]
async fn who_only_typed_the_number_of_another_has_it_no_more_once_the_other_shows_their_document() {
    let story = Story::begin().await;
    let intruder = by_phone(&story.stand, PHONE).await;
    // Under whatever name.
    let seen = intruder.get("/api/v1/me").await.expect(200).etag().to_owned();
    let claim = json!({ "name": "别人", "citizen_id": NUMBER, "phone": PHONE });
    intruder.ask(reqwest::Method::PUT, "/api/v1/me").if_match(&seen).json(claim).send().await.expect(200);
    let (owner, clerk) = (by_phone(&story.stand, "13800002222").await, story.staff("cunwu").await);
    at_the_counter(&clerk, &owner, (NAME, NUMBER)).await.expect(201);
    intruder.get("/api/v1/me").await.problem(401, "token_invalid");
    let back = by_phone_again(&story, PHONE).await.get("/api/v1/me").await.expect(200).value();
    assert_eq!((back["citizen_id"].clone(), back["level"].clone()), (Value::Null, json!("phone")));
    assert_eq!(level(&by_phone_again(&story, "13800002222").await).await, "document");
}

#[tokio::test]
async fn whoever_proved_themself_gets_another_phone_from_an_approver_alone() {
    let story = Story::begin().await;
    let (clerk, approver) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    at_the_counter(&clerk, &by_phone(&story.stand, PHONE).await, (NAME, NUMBER)).await.expect(201);
    let another = by_phone(&story.stand, "13800002222").await;
    at_the_counter(&clerk, &another, (NAME, NUMBER)).await.problem(403, "approver_needed");
    at_the_counter(&approver, &another, (NAME, NUMBER)).await.expect(201);
    assert_eq!(level(&by_phone_again(&story, "13800002222").await).await, "document");
    // The number that signed them in before has no record any more.
    let before = by_phone_again(&story, PHONE).await.get("/api/v1/me").await.expect(200).value();
    assert_eq!((before["citizen_id"].clone(), before["level"].clone()), (Value::Null, json!("phone")));
}

#[tokio::test]
async fn a_session_that_is_over_keeps_nobody_from_signing_in_by_phone() {
    let story = Story::begin().await;
    let over = by_phone(&story.stand, PHONE).await;
    over.delete("/api/v1/sessions/current").await.expect(204);
    over.post("/api/v1/sessions/phone/codes", json!({ "phone": "13800002222" })).await.expect(202);
    let code = code_on(&story.stand, "13800002222").await;
    over.post("/api/v1/sessions/phone", json!({ "phone": "13800002222", "code": code })).await.expect(201);
}

#[tokio::test]
async fn a_pass_at_the_provider_counts_for_an_hour_and_never_instead_of_a_document() {
    let story = Story::begin().await;
    let (villager, clerk) = (by_phone(&story.stand, PHONE).await, story.staff("cunwu").await);
    fill_profile(&villager).await.expect(200);
    let begun = villager.post("/api/v1/me/face-checks", json!({})).await.expect(201).value();
    reqwest::Client::new().post(word(&begun, "url")).form(&[("state", "passed")]).send().await.expect("the provider's page");
    at_the_counter(&clerk, &villager, (NAME, NUMBER)).await.expect(201);
    let path = format!("/api/v1/me/face-checks/{}", word(&begun, "id"));
    assert_eq!(villager.get(&path).await.expect(200).value()["state"], "passed");
    assert_eq!(level(&villager).await, "document");

    let begun = villager.post("/api/v1/me/face-checks", json!({})).await.expect(201).value();
    reqwest::Client::new().post(word(&begun, "url")).form(&[("state", "passed")]).send().await.expect("the provider's page");
    story.at("2026-09-14T11:00:00+08:00").await;
    let later = by_phone_again(&story, PHONE).await;
    let path = format!("/api/v1/me/face-checks/{}", word(&begun, "id"));
    assert_eq!(later.get(&path).await.expect(200).value()["state"], "given_up");
}

#[tokio::test]
async fn what_a_clerk_types_is_held_against_what_is_known_and_a_code_works_once() {
    let story = Story::begin().await;
    let (villager, clerk) = (by_phone(&story.stand, PHONE).await, story.staff("cunwu").await);
    typed(&clerk, "00000000", (NAME, NUMBER)).await.problem(422, "identity_code_gone");
    let code = word(&villager.post("/api/v1/me/identity-codes", json!({})).await.expect(201).value(), "code");
    typed(&clerk, &code, (NAME, NUMBER)).await.expect(201);
    typed(&clerk, &code, (NAME, NUMBER)).await.problem(422, "identity_code_gone");
    let again = at_the_counter(&clerk, &villager, ("应征老人", NUMBER)).await;
    again.problem(422, "name_differs");
    at_the_counter(&clerk, &villager, (NAME, "51149919900202124X")).await.problem(422, "citizen_id_differs");
    let late = word(&villager.post("/api/v1/me/identity-codes", json!({})).await.expect(201).value(), "code");
    story.at("2026-09-14T09:45:00+08:00").await;
    typed(&story.staff("cunwu").await, &late, (NAME, NUMBER)).await.problem(422, "identity_code_gone");
}

#[tokio::test]
async fn nobody_checks_themself_or_at_another_s_station() {
    let story = Story::begin().await;
    let villager = story.villager("he-xia").await;
    let code = word(&villager.post("/api/v1/me/identity-codes", json!({})).await.expect(201).value(), "code");
    let elsewhere = story.staff("511499101204-01.1").await;
    typed(&elsewhere, &code, (NAME, NUMBER)).await.problem(403, "other_station");
    typed(&story.villager("wang-dama").await, &code, (NAME, NUMBER)).await.expect(403);

    let oneself = by_phone(&story.stand, PHONE).await;
    fill_profile(&oneself).await.expect(200);
    let grants = json!([{ "role": "clerk", "station": VILLAGE_STATION }]);
    let body = json!({ "login": "ying.zheng", "name": NAME, "citizen_id": NUMBER, "grants": grants });
    let opened = story.staff("anquan").await.post("/api/v1/staff", body).await.expect(201).value();
    let passwords = (opened["first_password"].as_str().expect("a first password"), "每天走三里山路去镇上上班");
    let clerk = sign_in_first(&story.stand.anyone(), "ying.zheng", passwords).await;
    at_the_counter(&clerk, &oneself, (NAME, NUMBER)).await.problem(403, "too_close");
}
