//! Separate consent (单独同意): a person agrees to each kind of sensitive data by itself before a matter that needs it, and withdraws it
//! as easily. (A newer text, under which an older consent no longer serves, is in `domain::consent`.)

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Case, Story, TOWN_STATION, VILLAGE, VILLAGE_STATION, accept, ask_for, granted, says, word};
use crate::support::client::{Answer, Api};
use crate::support::people::sign_in_first;
use crate::walk::form::PHOTO;

/// 见义勇为和抢险救灾情况证明: asks whether somebody was hurt; accepted, inspected and decided by the village.
const ABOUT_HEALTH: &str = "C049";
/// 特困人员救助供养: asks for the state of health.
const SEALED: &str = "T022";
/// A niece from town, new in the service.
const NIECE: (&str, &str) = ("戴小青", "511499200506151238");
const NEIGHBOUR: (&str, &str) = ("无手机老人", "511499194403151237");
/// Nine years old.
const CHILD: (&str, &str) = ("戴小雨", "51149920170606124X");
const NOBODYS: &str = "018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f";

fn party(who: (&str, &str)) -> Value {
    json!({ "name": who.0, "citizen_id": who.1 })
}

async fn agrees(who: &Api, kind: &str) -> Answer {
    who.post("/api/v1/consents", json!({ "kind": kind, "text_version": 1 })).await
}

/// Told a clerk, who enters it.
fn at_the_counter(kind: &str, person: (&str, &str), station: &str) -> Value {
    json!({ "kind": kind, "text_version": 1, "person": party(person), "station": station, "heard": { "kind": "told" } })
}

fn withdrawing(consent: &Value) -> Value {
    let mut body = consent.clone();
    body.as_object_mut().expect("an object").remove("text_version");
    body
}

async fn niece(story: &Story) -> Api {
    let niece = story.villager("zhi-nv").await;
    let profile = niece.get("/api/v1/me").await.expect(200);
    let update = json!({ "name": NIECE.0, "citizen_id": NIECE.1, "phone": "13900000001", "registered": VILLAGE, "residence": VILLAGE });
    niece.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
    story.stand.tells_number(&niece, "zhi-nv", "13900000001").await.expect(200);
    niece
}

/// Entered by the village's clerk from the guardian's document.
async fn guardianship(story: &Story) -> String {
    let clerk = story.staff("cunwu").await;
    let document = clerk.upload("/api/v1/uploads", "监护证明.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let mandate = json!({
        "grantor": party(CHILD), "holder": party(NIECE), "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "guardian", "document": document["id"] }, "station": VILLAGE_STATION,
    });
    word(&clerk.post("/api/v1/mandates", mandate).await.expect(201).value(), "id")
}

async fn decided(case: &Case<'_>) {
    case.done_by("cunwu", accept()).await;
    case.done_by("cunwu", json!({ "kind": "inspect", "finding": "as_stated" })).await;
    case.done_by("cunzhang", granted()).await;
}

fn ids(lines: &Value) -> Vec<String> {
    lines.as_array().expect("cases").iter().map(|line| word(line, "id")).collect()
}

#[tokio::test]
async fn a_villager_is_asked_what_they_agree_to_agrees_and_applies() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let item = owner.get(&format!("/api/v1/items/{ABOUT_HEALTH}")).await.expect(200).value();
    assert_eq!(item["sensitive"], json!(["health"]));
    let order = story.order(&[ABOUT_HEALTH], "nearby", json!({ "kind": "myself" })).await;
    let refused = owner.post("/api/v1/cases", &order).await;
    refused.problem(409, "consent_missing");
    assert_eq!(refused.value()["missing"], json!([{ "kind": "health", "kind_name": "健康信息", "text_version": 1 }]));
    assert!(owner.all("/api/v1/cases").await.is_empty(), "nothing was written");

    let texts = story.stand.anyone().get("/api/v1/consent-texts").await.expect(200).value();
    let texts = texts["items"].as_array().expect("texts");
    assert_eq!(texts.iter().filter(|text| text["current"] == true).count(), 4);
    assert!(texts.iter().any(|text| text["kind"] == "health" && text["version"] == 1 && word(text, "withdrawal").contains("随时可以收回")));
    agrees(&owner, "disability").await.expect(201);
    owner.post("/api/v1/cases", &order).await.problem(409, "consent_missing");

    let given = agrees(&owner, "health").await.expect(201).value();
    assert_eq!((&given["given"], &given["serves"]), (&json!("本人在手机上同意"), &json!(true)));
    assert_eq!(agrees(&owner, "health").await.expect(201).value(), given, "the same again changes nothing");
    let case = story.open(&owner, &order).await;
    let own = owner.all("/api/v1/me/consents").await;
    assert_eq!((own.len(), &own[0]["id"], ids(&own[0]["cases"])), (2, &given["id"], vec![case.id]));
    assert!(ids(&own[1]["cases"]).is_empty(), "no case rests on the other one");
}

#[tokio::test]
async fn what_a_matter_does_not_need_is_not_asked_for() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    owner.post("/api/v1/cases", &order).await.expect(201);
    assert!(owner.all("/api/v1/me/consents").await.is_empty());
}

/// 求职登记: asks which kind of person one is, the disabled among others.
#[tokio::test]
async fn who_chooses_from_a_list_what_is_sensitive_is_asked_and_others_are_not() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let mut order = story.order(&["V030"], "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["answers"]["person_kind"] = json!("残疾人");
    let refused = owner.post("/api/v1/cases", &order).await;
    refused.problem(409, "consent_missing");
    assert_eq!(refused.value()["missing"][0]["kind"], "disability");
    order["matters"][0]["answers"]["person_kind"] = json!("一般劳动力");
    let case = story.open(&owner, &order).await;

    let station = word(&case.seen_by(&owner).await["accepting"], "code");
    let clerk = match station.as_str() {
        VILLAGE_STATION => "cunwu".to_owned(),
        "511499101203-11" => "dianyuan".to_owned(),
        point => format!("{point}.1"),
    };
    case.done_by(&clerk, ask_for(&[("人员类别", "请核对后重新选择")])).await;
    let corrected = json!({ "answers": { "person_kind": "残疾人" } });
    owner.post(&case.path("/supplement"), &corrected).await.problem(409, "consent_missing");
    agrees(&owner, "disability").await.expect(201);
    owner.post(&case.path("/supplement"), &corrected).await.expect(200);
    let withdrawn = owner.post("/api/v1/consents/withdrawals", json!({ "kind": "disability" })).await.expect(200).value();
    assert_eq!(ids(&withdrawn["cases_ended"]), [case.id]);
}

#[tokio::test]
async fn a_text_that_does_not_stand_is_not_agreed_to() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let refused = owner.post("/api/v1/consents", json!({ "kind": "health", "text_version": 2 })).await;
    refused.problem(409, "consent_text_changed");
    assert_eq!(refused.value()["text_version"], 1);
}

#[tokio::test]
async fn withdrawing_ends_the_running_case_and_leaves_a_decided_one_and_what_needs_no_consent() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let (done, running) =
        (story.submit("wang-dama", ABOUT_HEALTH, "nearby").await, story.submit("wang-dama", ABOUT_HEALTH, "nearby").await);
    let other = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    decided(&done).await;
    let clerk = story.staff("cunwu").await;
    let work_item = running.work_item(&clerk).await;

    let withdrawn = owner.post("/api/v1/consents/withdrawals", json!({ "kind": "health" })).await.expect(200).value();
    assert_eq!((ids(&withdrawn["cases_ended"]), ids(&withdrawn["cases_going_on"])), (vec![running.id.clone()], vec![done.id.clone()]));
    assert_eq!((&withdrawn["ended"]["withdrawn"], &withdrawn["ended"]["how"]), (&json!(true), &json!("本人在手机上收回")));
    assert_eq!(running.seen_by(&owner).await["outcome"], "withdrawn");
    says(&running.history(&owner).await, "申请已撤回");
    assert_ne!(clerk.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.status(), 200);
    done.done_by("cunwu", json!({ "kind": "produce" })).await;
    assert_eq!(other.seen_by(&owner).await["outcome"], Value::Null);

    let own = owner.all("/api/v1/me/consents").await;
    assert_eq!((own.len(), &own[0]["serves"], ids(&own[0]["cases"])), (1, &json!(false), vec![]));
    owner.post("/api/v1/consents/withdrawals", json!({ "kind": "health" })).await.problem(409, "consent_not_given");
    let order = story.order(&[ABOUT_HEALTH], "nearby", json!({ "kind": "myself" })).await;
    owner.post("/api/v1/cases", &order).await.problem(409, "consent_missing");
    story.open(&owner, &order).await;
    assert_eq!(owner.all("/api/v1/me/consents").await.len(), 2, "what was given and withdrawn stays on record");
}

#[tokio::test]
async fn an_agent_does_not_agree_for_the_grantor() {
    let story = Story::begin().await;
    let (owner, niece) = (story.villager("wang-dama").await, niece(&story).await);
    let given = json!({
        "holder": party(NIECE), "scope": { "items": [ABOUT_HEALTH] }, "until": "2026-12-31", "witnessing": { "kind": "in_app" }
    });
    let mandate = word(&owner.post("/api/v1/mandates", given).await.expect(201).value(), "id");
    let mut order = story.order(&[ABOUT_HEALTH], "nearby", json!({ "kind": "my_grantor" })).await;
    order["mandate"] = json!(mandate);
    let for_her_aunt = json!({ "kind": "health", "text_version": 1, "mandate": mandate });
    for who in [&niece, &owner] {
        who.post("/api/v1/consents", &for_her_aunt).await.problem(403, "not_their_guardian");
    }
    niece.post("/api/v1/consents/withdrawals", withdrawing(&for_her_aunt)).await.problem(403, "not_their_guardian");
    agrees(&niece, "health").await.expect(201);
    niece.post("/api/v1/cases", &order).await.problem(409, "consent_missing");
    agrees(&owner, "health").await.expect(201);
    niece.post("/api/v1/cases", &order).await.expect(201);
}

#[tokio::test]
async fn for_a_child_the_guardian_agrees_and_withdraws() {
    let story = Story::begin().await;
    let (guardian, clerk) = (niece(&story).await, story.staff("cunwu").await);
    let mandate = guardianship(&story).await;
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "my_grantor" })).await;
    order["mandate"] = json!(mandate);
    let refused = guardian.post("/api/v1/cases", &order).await;
    refused.problem(409, "consent_missing");
    assert_eq!(refused.value()["missing"][0]["kind"], "child");

    clerk.post("/api/v1/consents", at_the_counter("child", CHILD, VILLAGE_STATION)).await.problem(403, "guardian_needed");
    let by_guardian = json!({ "kind": "child", "text_version": 1, "mandate": mandate });
    let given = guardian.post("/api/v1/consents", &by_guardian).await.expect(201).value();
    assert_eq!(given["given"], "监护人在手机上同意");
    let case = story.open(&guardian, &order).await;
    let withdrawn = guardian.post("/api/v1/consents/withdrawals", withdrawing(&by_guardian)).await.expect(200).value();
    assert_eq!(ids(&withdrawn["cases_ended"]), [case.id]);

    let mut before_the_clerk = at_the_counter("child", CHILD, VILLAGE_STATION);
    before_the_clerk["mandate"] = json!(mandate);
    before_the_clerk["heard"]["witness"] = party(NIECE);
    clerk.post("/api/v1/consents", &before_the_clerk).await.problem(422, "consent_witness");
    before_the_clerk["heard"] = json!({ "kind": "told" });
    let given = clerk.post("/api/v1/consents", before_the_clerk).await.expect(201).value();
    assert!(word(&given, "given").starts_with("监护人在"), "{given:#}");
}

#[tokio::test]
async fn at_the_counter_the_clerk_enters_it_first_and_any_station_takes_it_back() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let mut somebody = party(NEIGHBOUR);
    somebody["kind"] = json!("person");
    let order = story.order(&[ABOUT_HEALTH], "nearby", somebody).await;
    clerk.post("/api/v1/cases", &order).await.problem(409, "consent_missing");
    let given = clerk.post("/api/v1/consents", at_the_counter("health", NEIGHBOUR, VILLAGE_STATION)).await.expect(201).value();
    let said = word(&given, "given");
    assert!(said.starts_with("本人在") && said != "本人在手机上同意", "{said}");
    let case = word(&clerk.post("/api/v1/cases", &order).await.expect(201).value()["cases"][0], "id");

    let elsewhere = story.staff("511499101204-01.2").await;
    let withdrawal = withdrawing(&at_the_counter("health", NEIGHBOUR, "511499101204-01"));
    let withdrawn = elsewhere.post("/api/v1/consents/withdrawals", withdrawal).await.expect(200).value();
    assert_eq!((ids(&withdrawn["cases_ended"]), &withdrawn["others_ended"]), (vec![], &json!(1)), "it is another station's case");
    elsewhere.get(&format!("/api/v1/cases/{case}")).await.problem(404, "case_not_found");
    let seen = clerk.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    assert_eq!(seen["outcome"], "withdrawn");
    let history = clerk.get(&format!("/api/v1/cases/{case}/history")).await.expect(200).text();
    assert!(history.contains("办这件事所需的同意已收回"), "{history}");
}

#[tokio::test]
async fn how_a_clerk_heard_it_stands_in_the_record_and_in_the_person_s_list() {
    let story = Story::begin().await;
    let (owner, clerk) = (niece(&story).await, story.staff("cunwu").await);
    let consent = |kind: &str, heard: Value| {
        let mut consent = at_the_counter(kind, NIECE, VILLAGE_STATION);
        consent["heard"] = heard;
        consent
    };
    clerk.post("/api/v1/consents", consent("health", Value::Null)).await.problem(422, "consent_other_way");
    let mut by_herself = json!({ "kind": "health", "text_version": 1, "heard": { "kind": "told" } });
    owner.post("/api/v1/consents", &by_herself).await.problem(422, "consent_other_way");
    by_herself["heard"] = json!({ "kind": "hinted" });
    owner.post("/api/v1/consents", &by_herself).await.expect(422);

    let heard_by = |witness| json!({ "kind": "told", "witness": party(witness) });
    clerk.post("/api/v1/consents", consent("health", heard_by(NIECE))).await.problem(422, "consent_witness");
    clerk.post("/api/v1/consents", consent("health", heard_by(("另一个人", NIECE.1)))).await.problem(422, "name_differs");
    let told = clerk.post("/api/v1/consents", consent("health", heard_by(NEIGHBOUR))).await.expect(201).value();
    assert_eq!((&told["heard"], &told["document"]), (&json!("told"), &Value::Null));
    assert!(word(&told, "given").ends_with("有见证人当面同意"), "{told:#}");

    let paper = |of: Value| json!({ "kind": "on_paper", "scan": of["id"] });
    let hers = owner.upload("/api/v1/uploads", "a.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    clerk.post("/api/v1/consents", consent("account", paper(hers))).await.problem(422, "upload_not_found");
    let scan = clerk.upload("/api/v1/uploads", "同意书.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let signed = clerk.post("/api/v1/consents", consent("account", paper(scan.clone()))).await.expect(201).value();
    assert_eq!((&signed["heard"], &signed["document"]), (&json!("on_paper"), &scan["id"]));
    assert!(word(&signed, "given").ends_with("签字同意"), "{signed:#}");
    clerk.post("/api/v1/consents", consent("disability", paper(scan.clone()))).await.problem(422, "upload_not_found");

    let own = owner.all("/api/v1/me/consents").await;
    assert_eq!(own.iter().map(|one| one["heard"].clone()).collect::<Vec<_>>(), ["on_paper", "told"]);
    let scan = format!("/api/v1/uploads/{}", word(&scan, "id"));
    owner.get(&scan).await.expect(200);
    story.staff("cunzhang").await.get(&scan).await.expect(200);
    assert_eq!(owner.all("/api/v1/me/lookups").await[0]["seen"], "upload");
    for stranger in [story.villager("sun-jun").await, story.staff("511499101204-01.2").await] {
        stranger.get(&scan).await.problem(404, "file_not_found");
    }

    let back = withdrawing(&consent("account", heard_by(NEIGHBOUR)));
    let withdrawn = clerk.post("/api/v1/consents/withdrawals", back).await.expect(200).value();
    assert!(word(&withdrawn["ended"], "how").ends_with("有见证人当面收回"), "{withdrawn:#}");
    owner.post("/api/v1/me/erasure", json!({})).await.expect(200);
    clerk.get(&scan).await.problem(404, "file_not_found");
}

#[tokio::test]
async fn a_clerk_who_enters_a_withdrawal_sees_the_cases_of_their_desk_alone_and_the_person_is_told() {
    let story = Story::begin().await;
    let (owner, clerk) = (story.villager("wang-dama").await, story.staff("cunwu").await);
    let number = word(&owner.get("/api/v1/me/data").await.expect(200).value()["parts"][0]["rows"][0]["values"], "公民身份号码");
    let name = word(&owner.get("/api/v1/me").await.expect(200).value(), "name");
    let elsewhere = story.staff("511499101204-01.2").await;
    let there = at_the_counter("health", (&name, &number), "511499101204-01");
    let given = elsewhere.post("/api/v1/consents", &there).await.expect(201).value();
    let sealed = story.submit("wang-dama", SEALED, "nearby").await;
    let plain = story.submit("wang-dama", ABOUT_HEALTH, "nearby").await;
    let withdrawn = elsewhere.post("/api/v1/consents/withdrawals", withdrawing(&there)).await.expect(200).value();
    assert_eq!((ids(&withdrawn["cases_ended"]), &withdrawn["others_ended"]), (vec![], &json!(2)));
    assert!([&sealed, &plain].iter().all(|case| !withdrawn.to_string().contains(&case.number)), "{withdrawn:#}");
    for case in [&sealed, &plain] {
        let history = owner.get(&case.path("/history")).await.expect(200).value();
        let last = history.as_array().and_then(|lines| lines.last()).cloned().unwrap_or_default();
        assert_eq!(word(&last, "sentence"), "办这件事所需的同意已收回，申请已撤回");
        assert_eq!(word(&last, "who"), "工作人员", "{history:#}");
    }

    let here = at_the_counter("health", (&name, &number), VILLAGE_STATION);
    clerk.post("/api/v1/consents", &here).await.expect(201);
    let at_the_desk = story.submit("wang-dama", ABOUT_HEALTH, "nearby").await;
    let withdrawn = clerk.post("/api/v1/consents/withdrawals", withdrawing(&here)).await.expect(200).value();
    assert_eq!((ids(&withdrawn["cases_ended"]), &withdrawn["others_ended"]), (vec![at_the_desk.id.clone()], &json!(0)));
    let messages = owner.all("/api/v1/me/messages").await;
    let told: Vec<_> = messages.iter().rev().filter(|message| message["consent"] == given["id"]).map(|one| word(one, "hint")).collect();
    assert_eq!(told, ["站点记下您同意了，不是您说的请收回", "站点记下您收回同意，不是您说的请来电"]);
}

#[tokio::test]
async fn a_clerk_enters_nothing_at_another_station_nor_for_themself_or_without_the_person() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    for station in [TOWN_STATION, "511499101204-01"] {
        let consent = at_the_counter("health", NEIGHBOUR, station);
        clerk.post("/api/v1/consents", &consent).await.problem(403, "other_station");
        clerk.post("/api/v1/consents/withdrawals", withdrawing(&consent)).await.problem(403, "other_station");
    }
    agrees(&clerk, "health").await.problem(422, "consent_other_way");
    let mut misnamed = at_the_counter("health", NEIGHBOUR, VILLAGE_STATION);
    clerk.post("/api/v1/consents", &misnamed).await.expect(201);
    misnamed["person"]["name"] = json!("另一个人");
    clerk.post("/api/v1/consents", misnamed).await.problem(422, "name_differs");

    let herself = hired(&story, NIECE).await;
    let own = at_the_counter("health", NIECE, VILLAGE_STATION);
    herself.post("/api/v1/consents", &own).await.problem(403, "close_consent");
    herself.post("/api/v1/consents/withdrawals", withdrawing(&own)).await.problem(403, "close_consent");
}

/// A clerk of 平桥村 whose number is known.
async fn hired(story: &Story, who: (&str, &str)) -> Api {
    let mut account = party(who);
    account["login"] = json!("xin.cunwu");
    account["grants"] = json!([{ "role": "clerk", "division": VILLAGE }]);
    let opened = story.staff("anquan").await.post("/api/v1/staff", account).await.expect(201).value();
    let passwords = (&*word(&opened, "first_password"), "每天走三里山路去镇上上班");
    sign_in_first(&story.stand.anyone(), "xin.cunwu", passwords).await
}

#[tokio::test]
async fn others_neither_agree_nor_withdraw_nor_learn_what_somebody_agreed_to() {
    let story = Story::begin().await;
    let (owner, stranger) = (story.villager("wang-dama").await, story.villager("sun-jun").await);
    agrees(&owner, "health").await.expect(201);
    niece(&story).await;
    let real = guardianship(&story).await;
    for mandate in [real.as_str(), NOBODYS] {
        let consent = json!({ "kind": "child", "text_version": 1, "mandate": mandate });
        stranger.post("/api/v1/consents", &consent).await.problem(404, "mandate_not_found");
        stranger.post("/api/v1/consents/withdrawals", withdrawing(&consent)).await.problem(404, "mandate_not_found");
        let mut before_a_clerk = at_the_counter("child", NEIGHBOUR, VILLAGE_STATION);
        before_a_clerk["mandate"] = json!(mandate);
        story.staff("cunwu").await.post("/api/v1/consents", before_a_clerk).await.problem(404, "mandate_not_found");
    }
    let as_if_a_clerk = at_the_counter("health", NEIGHBOUR, VILLAGE_STATION);
    stranger.post("/api/v1/consents", &as_if_a_clerk).await.problem(422, "consent_other_way");
    for other in ["kuaidi", "duban", "guanli", "anquan", "shenji"] {
        let other = story.staff(other).await;
        other.post("/api/v1/consents", &as_if_a_clerk).await.problem(403, "role_missing");
        other.post("/api/v1/consents/withdrawals", withdrawing(&as_if_a_clerk)).await.problem(403, "role_missing");
        other.get("/api/v1/me/consents").await.problem(403, "villagers_only");
    }
    assert!(stranger.all("/api/v1/me/consents").await.is_empty());
    assert_eq!(owner.all("/api/v1/me/consents").await[0]["serves"], true);
}
