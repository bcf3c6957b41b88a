//! What people may ask of us about their data: a copy, a correction, an erasure; and the erasure that comes when the term is over.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Case, Story, VILLAGE, VILLAGE_STATION, ask_for, refused, word};
use crate::support::client::Api;
use crate::support::stand::Kind;
use crate::walk::form::{self, PHOTO};

/// Somebody whose name, number, phone and address stand nowhere else.
const NAME: &str = "卜留痕";
const CITIZEN_ID: &str = "511499199002021231";
const PHONE: &str = "13900007788";
const ADDRESS: &str = "平桥村九组无痕院子7号";
const PRAISE: &str = "办得利索人也和气没跑冤枉路";
const WANTED: &str = "请补交河边老屋的合影";

/// A day after ten years and the certificate's half year.
const TEN_YEARS_ON: &str = "2037-03-02T09:30:00+08:00";

async fn newcomer(story: &Story) -> Api {
    let owner = story.villager("bu-liu-hen").await;
    let profile = owner.get("/api/v1/me").await.expect(200);
    let update = json!({
        "name": NAME, "citizen_id": CITIZEN_ID, "phone": PHONE, "ethnicity": "汉族", "registered": VILLAGE, "residence": VILLAGE,
        "address": ADDRESS, "household": "HU00077",
    });
    owner.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
    owner
}

/// A case with a photo, a supplement and an evaluation, at its end.
async fn whole_case<'a>(story: &'a Story, owner: &Api) -> Case<'a> {
    let photo = owner.upload("/api/v1/uploads", "photo.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": photo["id"] }]);
    let case = story.open(owner, &order).await;
    case.done_by("cunwu", ask_for(&[(WANTED, "看得清楚")])).await;
    owner.post(&case.path("/supplement"), json!({})).await.expect(200);
    case.completed().await;
    let praise = json!({ "level": "very_satisfied", "text": PRAISE });
    owner.post(&case.path("/evaluation"), praise).await.expect(201);
    case
}

/// Where texts stand in the whole store, what is sealed included: `table.column`, and files that no row names.
fn places(story: &Story, texts: &[&str]) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("texts");
    std::fs::write(&file, texts.join("\n")).unwrap();
    let said = story.stand.run_program(&["find", "--texts", &file.display().to_string()]).unwrap();
    said.lines().filter_map(|line| line.split_once(": ")).map(|(place, _)| place.to_owned()).collect()
}

fn set(places: &[&str]) -> BTreeSet<String> {
    places.iter().map(|place| (*place).to_owned()).collect()
}

fn everything() -> [&'static str; 6] {
    [NAME, CITIZEN_ID, PHONE, ADDRESS, PRAISE, WANTED]
}

#[tokio::test]
async fn a_copy_holds_all_that_the_store_holds_of_a_person() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let cousin = json!({ "name": "卜留声", "citizen_id": "511499198803034564", "kinship": "sibling" });
    owner.post("/api/v1/me/relatives", cousin).await.expect(201);
    let case = whole_case(&story, &owner).await;
    let stated = json!({ "purpose": "other", "words": "核对河边老屋" });
    let open = story.submit("bu-liu-hen", CERTIFICATE, "nearby").await;
    story.staff("cunwu").await.post(&open.path("/unmasked"), stated).await.expect(200);

    let copy = owner.get("/api/v1/me/data").await.expect(200);
    assert!(copy.header("content-disposition").starts_with("attachment"));
    let (text, copy) = (copy.text(), copy.value());
    let parts: Vec<_> = copy["parts"].as_array().expect("parts").iter().map(|part| word(part, "name")).collect();
    let told = [
        "个人资料",
        "登记的亲属关系",
        "办件",
        "办理方案的依据",
        "办理过程",
        "申请表内容",
        "告知和说明",
        "评价",
        "上传的材料",
        "文书",
        "证明",
        "查看记录中写明的用途",
        "通知",
        "近期操作的答复",
    ];
    assert_eq!(parts, told, "all tables with something of hers; she holds no account, and nothing was carried");
    for known in everything().into_iter().chain([case.number.as_str(), "核对河边老屋", "sibling"]) {
        assert!(text.contains(known), "{known}");
        assert!(!places(&story, &[known]).is_empty(), "{known}");
    }
    let files = copy["files"].as_array().expect("files");
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        owner.get(&word(file, "path")).await.expect(200);
    }
    for file in files {
        story.villager("zhang-wei").await.get(&word(file, "path")).await.expect(404);
    }
    let other = story.villager("zhang-wei").await.get("/api/v1/me/data").await.expect(200).text();
    assert!(everything().iter().all(|known| !other.contains(known)));
}

#[tokio::test]
async fn what_staff_found_among_neighbours_is_not_in_the_copy() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let case = story.submit("bu-liu-hen", "T064", "nearby").await;
    case.done_by("cunwu", json!({ "kind": "accept" })).await;
    case.done_by("zhenshen", refused("合同面积与台账不符", "农村土地经营权流转管理办法第十九条")).await;
    let copy = owner.get("/api/v1/me/data").await.expect(200).text();
    assert!(copy.contains("合同面积与台账不符"));
    assert!(copy.contains("内部核查记录"), "that there are such notes is said");
}

#[tokio::test]
async fn nothing_is_erased_while_a_case_is_open() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let case = story.submit("bu-liu-hen", CERTIFICATE, "nearby").await;
    owner.post("/api/v1/me/erasure", json!({})).await.problem(409, "case_still_open");
    case.seen_by(&owner).await;
    owner.post(&case.path("/withdraw"), json!({})).await.expect(200);
    let erased = owner.post("/api/v1/me/erasure", json!({})).await.expect(200).value();
    assert_eq!(erased["kept"][0]["number"], case.number.as_str());
    assert_eq!(erased["kept"][0]["until"], "2036-09-14");
}

#[tokio::test]
async fn who_has_no_case_is_forgotten_at_once() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    owner.upload("/api/v1/uploads", "photo.png", "image/png", PHOTO.to_vec()).await.expect(201);
    let kept = owner.post("/api/v1/me/erasure", json!({})).await.expect(200).value();
    assert_eq!(kept["kept"], json!([]));
    assert_eq!(places(&story, &everything()).len(), 1, "the photo waits to be removed");
    story.stand.run_jobs().await;
    assert_eq!(places(&story, &everything()), set(&[]));
    owner.get("/api/v1/me").await.problem(401, "token_invalid");
    owner.post("/api/v1/me/erasure", json!({})).await.problem(401, "token_invalid");
    nothing_in_the_database_file(&story);

    let again = story.stand.villager("bu-liu-hen").await;
    assert_eq!(again.get("/api/v1/me").await.expect(200).value()["name"], Value::Null, "the phone is a stranger's again");
}

/// SQLite overwrites what is deleted; names stand in clear.
fn nothing_in_the_database_file(story: &Story) {
    if Kind::of_this_run() == Kind::Sqlite {
        for file in ["data/bianmin.db", "data/bianmin.db-wal"] {
            let bytes = std::fs::read(story.stand.folder().join(file)).unwrap_or_default();
            assert!(!bytes.windows(NAME.len()).any(|window| window == NAME.as_bytes()), "{file}");
        }
    }
}

#[tokio::test]
async fn what_the_law_keeps_is_named_and_is_erased_when_its_term_is_over() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let case = whole_case(&story, &owner).await;
    let check = story.stand.anyone().get(&check_path(&case, &owner).await).await.expect(200).text();
    assert!(check.contains("卜**"));

    let erased = owner.post("/api/v1/me/erasure", json!({})).await.expect(200).value();
    assert_eq!((&erased["kept"][0]["item"], &erased["kept"][0]["until"]), (&json!(CERTIFICATE), &json!("2036-09-14")));
    story.stand.run_jobs().await;
    let kept = places(&story, &everything());
    assert_eq!(kept, set(&["persons.name", "persons.citizen_id", "evaluations.text", "notes.content"]), "what the case's file needs");
    assert_eq!(places(&story, &[PHONE, ADDRESS]), set(&[]));
    let seen = case.seen_by(&story.staff("cunwu").await).await;
    assert_eq!(seen["number"], case.number.as_str());

    story.at(TEN_YEARS_ON).await;
    assert_eq!(places(&story, &everything()), set(&[]), "and every file is gone with its row");
    nothing_in_the_database_file(&story);
    story.staff("cunwu").await.get(&case.path("")).await.problem(404, "case_not_found");
    let log = story.staff("shenji").await.get("/api/v1/audit?deed=erasure").await.expect(200).value();
    assert!(log["total"].as_u64().expect("a number") >= 2, "{log}");
    assert!(story.stand.run_program(&["audit", "verify"]).unwrap().contains("is whole"));
}

async fn check_path(case: &Case<'_>, owner: &Api) -> String {
    let seen = case.seen_by(owner).await;
    let url = word(&seen["certificate"], "check_url");
    let at = url.find("/c/").unwrap_or_else(|| panic!("{url}"));
    url[at..].to_owned()
}

#[tokio::test]
async fn the_file_of_a_certificate_that_does_not_expire_is_kept() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let order = story.order(&["C047"], "nearby", json!({ "kind": "myself" })).await;
    let case = story.open(&owner, &order).await;
    let schema = story.stand.anyone().get("/api/v1/items/C047/form").await.expect(200).value();
    let at_once = json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } });
    case.held_by("cunwu").await.tries_with(at_once, json!(form::filled(&schema, "station"))).await.expect(200);
    story.at(TEN_YEARS_ON).await;
    let owner = story.villager("bu-liu-hen").await;
    case.seen_by(&owner).await;
}

#[tokio::test]
async fn somebody_who_comes_back_may_give_their_number_again() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    whole_case(&story, &owner).await;
    owner.post("/api/v1/me/erasure", json!({})).await.expect(200);
    let again = story.stand.villager("bu-liu-hen").await;
    assert!(again.all("/api/v1/cases").await.is_empty());
    let profile = again.get("/api/v1/me").await.expect(200);
    let update = json!({ "name": NAME, "citizen_id": CITIZEN_ID, "phone": PHONE });
    again.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
}

#[tokio::test]
async fn an_erasure_ends_the_mandates_on_either_side() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let aunt = story.villager("wang-dama").await;
    let mandate = json!({
        "holder": { "name": NAME, "citizen_id": CITIZEN_ID }, "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "in_app" },
    });
    let given = word(&aunt.post("/api/v1/mandates", mandate).await.expect(201).value(), "id");
    owner.post("/api/v1/me/erasure", json!({})).await.expect(200);
    let shown = aunt.get(&format!("/api/v1/mandates/{given}")).await.expect(200).value();
    assert_eq!((&shown["live"], &shown["revoked"]["side"]), (&json!(false), &json!("holder")));
    story.at("2026-09-17T09:30:00+08:00").await;
    assert_eq!(places(&story, &everything()), set(&[]), "what the aunt was answered is kept for two days");
}

const CORRECTIONS: &str = "/api/v1/people/corrections";
const OTHER_NUMBER: &str = "51149919900202124X";

/// What a clerk of the village reads off a card, with a scan of it.
async fn read_off(clerk: &Api, known_as: &str, name: &str, number: &str) -> Value {
    let scan = clerk.upload("/api/v1/uploads", "身份证.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    json!({ "known_as": known_as, "name": name, "citizen_id": number, "station": VILLAGE_STATION, "scan": scan["id"] })
}

/// What somebody is told of a correction, oldest first: how it stands, and what to do.
async fn told(of: &Api, correction: &str) -> Vec<(String, String)> {
    let messages = of.all("/api/v1/me/messages").await;
    let about = messages.iter().rev().filter(|message| message["correction"] == correction);
    about.map(|message| (word(message, "progress"), word(message, "hint"))).collect()
}

fn said(progress: &str, hint: &str) -> (String, String) {
    (progress.to_owned(), hint.to_owned())
}

#[tokio::test]
async fn a_clerk_puts_right_a_name_from_the_card_and_the_person_sees_it_and_is_told() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let clerk = story.staff("cunwu").await;
    let right = read_off(&clerk, CITIZEN_ID, "卜留恒", CITIZEN_ID).await;
    owner.post(CORRECTIONS, &right).await.problem(403, "staff_only");
    story.staff("duban").await.post(CORRECTIONS, &right).await.problem(403, "role_missing");
    let mut elsewhere = right.clone();
    elsewhere["station"] = json!("511499101000-01");
    clerk.post(CORRECTIONS, &elsewhere).await.problem(403, "other_station");
    let mut unseen = right.clone();
    unseen["scan"] = owner.upload("/api/v1/uploads", "a.png", "image/png", PHOTO.to_vec()).await.expect(201).value()["id"].clone();
    clerk.post(CORRECTIONS, &unseen).await.problem(422, "upload_not_found");

    let corrected = clerk.post(CORRECTIONS, &right).await.expect(201).value();
    assert_eq!((&corrected["name"], &corrected["pending"]), (&json!("卜**"), &json!(false)));
    assert_eq!(owner.get("/api/v1/me").await.expect(200).value()["name"], "卜留恒");
    let looked = owner.all("/api/v1/me/lookups").await;
    assert_eq!((&looked[0]["corrected"], &looked[0]["station"]["code"]), (&json!(true), &json!(VILLAGE_STATION)));
    assert_eq!(told(&owner, &word(&corrected, "id")).await, [said("信息已更正", "站点更正了您的身份信息，不是您说的请来电")]);
    owner.get(&word(&corrected, "scan")).await.expect(200);
    story.villager("zhang-wei").await.get(&word(&corrected, "scan")).await.expect(404);
    clerk.post(CORRECTIONS, &right).await.problem(409, "nothing_to_correct");
    let mut again = right;
    again["name"] = json!("卜留横");
    clerk.post(CORRECTIONS, &again).await.problem(422, "upload_not_found");
}

#[tokio::test]
async fn a_number_changes_only_once_an_approver_of_the_station_has_read_the_card_too() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    story.allow_news("bu-liu-hen").await;
    let (clerk, head) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    let entered = read_off(&clerk, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let entered = clerk.post(CORRECTIONS, entered).await.expect(201).value();
    assert_eq!(entered["pending"], true);
    let (id, masked) = (word(&entered, "id"), |api: Value| api["citizen_id"].clone());
    assert_eq!(masked(owner.get("/api/v1/me").await.expect(200).value()), "511*************31", "nothing has changed yet");
    assert!(owner.all("/api/v1/me/lookups").await.iter().all(|look| look["corrected"] == false));

    let (path, read) = (format!("{CORRECTIONS}/{id}/confirm"), json!({ "citizen_id": OTHER_NUMBER }));
    clerk.post(&path, &read).await.problem(403, "role_missing");
    owner.post(&path, &read).await.problem(403, "staff_only");
    story.staff("zhenban").await.post(&path, &read).await.problem(403, "role_missing");
    story.staff("511499101204-01.1").await.post(&path, &read).await.problem(404, "correction_not_found");
    head.post(&format!("{CORRECTIONS}/{}/confirm", entered_by_nobody()), &read).await.problem(404, "correction_not_found");
    head.get(&word(&entered, "scan")).await.expect(200);
    story.staff("511499101204-01.1").await.get(&word(&entered, "scan")).await.expect(404);
    head.post(&path, json!({ "citizen_id": CITIZEN_ID })).await.problem(422, "other_number");
    assert_eq!(head.post(&path, &read).await.expect(200).value()["pending"], false);
    head.post(&path, &read).await.problem(409, "correction_stands");

    assert_eq!(masked(owner.get("/api/v1/me").await.expect(200).value()), "511*************4X");
    let news =
        [said("更正待确认", "站点要改您的身份号码，不是您说的请来电"), said("信息已更正", "站点更正了您的身份信息，不是您说的请来电")];
    assert_eq!(told(&owner, &id).await, news);
    story.stand.run_jobs().await;
    assert!(story.news("bu-liu-hen").await.contains(&"更正待确认".to_owned()));
    let entered = read_off(&clerk, CITIZEN_ID, NAME, CITIZEN_ID).await;
    clerk.post(CORRECTIONS, entered).await.problem(422, "person_not_found");
}

/// What waits for somebody's second word.
async fn waiting_for(approver: &Api) -> Vec<Value> {
    approver.all(CORRECTIONS).await
}

#[tokio::test]
async fn an_approver_finds_what_waits_for_them_without_what_they_entered_and_without_a_number() {
    let story = Story::begin().await;
    newcomer(&story).await;
    let (clerk, head) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    let entered = read_off(&clerk, CITIZEN_ID, "卜留恒", OTHER_NUMBER).await;
    let entered = word(&clerk.post(CORRECTIONS, entered).await.expect(201).value(), "id");
    let own = read_off(&head, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let own = word(&head.post(CORRECTIONS, own).await.expect(201).value(), "id");
    let ethnicity = read_off(&clerk, CITIZEN_ID, "卜留横", CITIZEN_ID).await;
    let stands = word(&clerk.post(CORRECTIONS, ethnicity).await.expect(201).value(), "id");

    let waits = waiting_for(&head).await;
    assert_eq!(waits.iter().map(|one| word(one, "id")).collect::<Vec<_>>(), [entered.as_str()]);
    assert_eq!((&waits[0]["changes"], &waits[0]["role"]), (&json!(["name", "citizen_id"]), &json!("clerk")));
    assert_eq!((&waits[0]["name"], &waits[0]["until"]), (&json!("卜**"), &json!("2026-09-29")));
    assert_eq!(waits[0]["station"]["code"], VILLAGE_STATION);
    let text = waits[0].to_string();
    assert!([NAME, "卜留恒", CITIZEN_ID, OTHER_NUMBER, &own, &stands].iter().all(|hidden| !text.contains(hidden)), "{text}");
    assert!(waiting_for(&story.staff("511499101204-01.1").await).await.is_empty(), "it is another village's");
    clerk.get(CORRECTIONS).await.problem(403, "role_missing");
    head.get(&format!("{CORRECTIONS}?cursor=x")).await.problem(400, "cursor_malformed");
    head.post(&format!("{CORRECTIONS}/{entered}/confirm"), json!({ "citizen_id": OTHER_NUMBER })).await.problem(409, "correction_outdated");
}

#[tokio::test]
async fn a_refused_correction_changes_nothing_and_the_person_is_told_why() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let (clerk, head) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    let entered = read_off(&clerk, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let entered = clerk.post(CORRECTIONS, entered).await.expect(201).value();
    let (id, refuse) = (word(&entered, "id"), json!({ "reason": "not_their_card" }));
    let path = format!("{CORRECTIONS}/{id}/refuse");
    clerk.post(&path, &refuse).await.problem(403, "role_missing");
    story.staff("511499101204-01.1").await.post(&path, &refuse).await.problem(404, "correction_not_found");
    head.post(&path, json!({ "reason": "我不想办" })).await.expect(422);
    assert_eq!(head.post(&path, &refuse).await.expect(200).value()["refused"], true);
    head.post(&path, &refuse).await.problem(409, "correction_refused");
    let read = json!({ "citizen_id": OTHER_NUMBER });
    head.post(&format!("{CORRECTIONS}/{id}/confirm"), read).await.problem(409, "correction_refused");

    assert_eq!(owner.get("/api/v1/me").await.expect(200).value()["citizen_id"], "511*************31");
    assert_eq!(told(&owner, &id).await[1], said("更正未通过", "所用身份证不是您的，有疑问请来电"));
    assert!(waiting_for(&head).await.is_empty());
    let log = story.staff("shenji").await.get("/api/v1/audit?deed=correction_refused").await.expect(200).value();
    assert_eq!(log["total"], 1);
}

#[tokio::test]
async fn a_changed_number_that_nobody_confirmed_lapses_after_fifteen_days_and_goes_with_its_scan() {
    let story = Story::begin().await;
    newcomer(&story).await;
    let entered = read_off(&story.staff("cunwu").await, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let entered = story.staff("cunwu").await.post(CORRECTIONS, entered).await.expect(201).value();
    let (id, scan) = (word(&entered, "id"), word(&entered, "scan"));
    story.at("2026-09-29T23:00:00+08:00").await;
    assert_eq!(waiting_for(&story.staff("cunzhang").await).await.len(), 1);
    assert!(places(&story, &[OTHER_NUMBER]).contains("corrections.after"));

    story.stand.at("2026-09-30T00:10:00+08:00").await;
    let head = story.staff("cunzhang").await;
    assert!(waiting_for(&head).await.is_empty());
    let (path, read) = (format!("{CORRECTIONS}/{id}/confirm"), json!({ "citizen_id": OTHER_NUMBER }));
    head.post(&path, &read).await.problem(409, "correction_expired");
    head.post(&format!("{CORRECTIONS}/{id}/refuse"), json!({ "reason": "unreadable" })).await.problem(409, "correction_expired");
    story.stand.run_jobs().await;
    head.post(&path, &read).await.problem(404, "correction_not_found");
    head.get(&scan).await.problem(404, "file_not_found");
    assert_eq!(places(&story, &[OTHER_NUMBER]), set(&[]), "and no file is left without a row");
}

fn entered_by_nobody() -> &'static str {
    "018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f"
}

#[tokio::test]
async fn no_clerk_gives_somebody_s_number_to_another_with_two_corrections() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let clerk = story.staff("cunwu").await;
    let accomplice = number_of(&story, "wang-dama").await;
    let away = read_off(&clerk, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    clerk.post(CORRECTIONS, away).await.expect(201);
    let over = read_off(&clerk, &accomplice, NAME, CITIZEN_ID).await;
    clerk.post(CORRECTIONS, over).await.problem(409, "citizen_id_taken");
    assert_eq!(number_of(&story, "wang-dama").await, accomplice);
    assert_eq!(owner.get("/api/v1/me").await.expect(200).value()["citizen_id"], "511*************31");
}

#[tokio::test]
async fn who_entered_a_correction_does_not_confirm_it_and_one_overtaken_is_entered_anew() {
    let story = Story::begin().await;
    newcomer(&story).await;
    let head = story.staff("cunzhang").await;
    let read = json!({ "citizen_id": OTHER_NUMBER });
    let own = read_off(&head, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let own = word(&head.post(CORRECTIONS, own).await.expect(201).value(), "id");
    head.post(&format!("{CORRECTIONS}/{own}/confirm"), &read).await.problem(403, "entered_themself");

    let clerk = story.staff("cunwu").await;
    let number = read_off(&clerk, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let number = word(&clerk.post(CORRECTIONS, number).await.expect(201).value(), "id");
    let name = read_off(&clerk, CITIZEN_ID, "卜留恒", CITIZEN_ID).await;
    clerk.post(CORRECTIONS, name).await.expect(201);
    head.post(&format!("{CORRECTIONS}/{number}/confirm"), &read).await.problem(409, "correction_outdated");
}

#[tokio::test]
async fn an_erasure_takes_the_corrections_and_their_scans_along() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let clerk = story.staff("cunwu").await;
    let entered = read_off(&clerk, CITIZEN_ID, NAME, OTHER_NUMBER).await;
    let scan = word(&clerk.post(CORRECTIONS, entered).await.expect(201).value(), "scan");
    let copy = owner.get("/api/v1/me/data").await.expect(200).text();
    assert!(copy.contains(OTHER_NUMBER) && copy.contains(&scan) && copy.contains("身份信息的更正"), "{copy}");
    clerk.get(&scan).await.expect(200);
    owner.post("/api/v1/me/erasure", json!({})).await.expect(200);
    clerk.get(&scan).await.expect(404);
    story.at("2026-09-17T09:30:00+08:00").await;
    assert_eq!(places(&story, &[CITIZEN_ID, OTHER_NUMBER]), set(&[]), "what the clerk was answered is kept for two days");
}

#[tokio::test]
async fn nobody_puts_right_their_own_people_or_takes_another_s_number() {
    let story = Story::begin().await;
    newcomer(&story).await;
    let clerk = story.staff("cunwu").await;
    let taken = read_off(&clerk, CITIZEN_ID, NAME, &number_of(&story, "wang-dama").await).await;
    clerk.post(CORRECTIONS, taken).await.problem(409, "citizen_id_taken");
    let spouse = number_of(&story, "he-xia").await;
    let own = read_off(&clerk, &spouse, "何夏夏", &spouse).await;
    clerk.post(CORRECTIONS, own).await.problem(403, "too_close");
}

/// As the person's own copy tells it.
async fn number_of(story: &Story, phone: &str) -> String {
    let copy = story.villager(phone).await.get("/api/v1/me/data").await.expect(200).value();
    word(&copy["parts"][0]["rows"][0]["values"], "公民身份号码")
}

#[tokio::test]
async fn a_file_that_was_never_used_is_erased_after_a_week() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let photo = owner.upload("/api/v1/uploads", "photo.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let path = format!("/api/v1/uploads/{}", word(&photo, "id"));
    story.at("2026-09-21T09:00:00+08:00").await;
    let owner = story.villager("bu-liu-hen").await;
    owner.get(&path).await.expect(200);
    story.at("2026-09-21T10:00:00+08:00").await;
    let owner = story.villager("bu-liu-hen").await;
    owner.get(&path).await.problem(404, "file_not_found");
}

#[tokio::test]
async fn whoever_wants_a_copy_or_an_erasure_has_just_signed_in() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    story.stand.at("2026-09-14T09:45:00+08:00").await;
    owner.get("/api/v1/me/data").await.problem(401, "sign_in_again");
    owner.post("/api/v1/me/erasure", json!({})).await.problem(401, "sign_in_again");
    owner.get("/api/v1/me").await.expect(200);
    story.stand.villager("bu-liu-hen").await.get("/api/v1/me/data").await.expect(200);
}

#[tokio::test]
async fn an_erasure_takes_the_paper_of_a_mandate_with_it_that_no_case_needs() {
    let story = Story::begin().await;
    let (owner, clerk) = (newcomer(&story).await, story.staff("cunwu").await);
    let scan = clerk.upload("/api/v1/uploads", "委托书.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let paper = json!({
        "grantor": { "name": NAME, "citizen_id": CITIZEN_ID }, "holder": { "name": "无手机老人", "citizen_id": "511499194403151237" },
        "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31", "witnessing": { "kind": "on_paper", "scan": scan["id"] },
        "station": VILLAGE_STATION,
    });
    clerk.post("/api/v1/mandates", paper).await.expect(201);
    let path = format!("/api/v1/uploads/{}", word(&scan, "id"));
    clerk.get(&path).await.expect(200);
    owner.post("/api/v1/me/erasure", json!({})).await.expect(200);
    clerk.get(&path).await.problem(404, "file_not_found");
    story.at("2026-09-17T09:30:00+08:00").await;
    assert_eq!(places(&story, &everything()), set(&[]), "and the file is gone with its row");
}

#[tokio::test]
async fn whom_nothing_names_any_more_is_forgotten_after_three_years() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let cousin = json!({ "name": "卜留声", "citizen_id": "511499198803034564", "kinship": "sibling" });
    let recorded = owner.post("/api/v1/me/relatives", cousin).await.expect(201).value();
    story.at("2029-09-20T09:30:00+08:00").await;
    assert_eq!(places(&story, &["卜留声"]), set(&["persons.name"]), "a tie names them");
    let owner = story.villager("bu-liu-hen").await;
    owner.delete(&format!("/api/v1/me/relatives/{}", word(&recorded, "id"))).await.expect(204);
    story.stand.run_jobs().await;
    assert_eq!(places(&story, &["卜留声", "511499198803034564"]), set(&[]));
}

#[tokio::test]
async fn a_file_that_is_handed_in_twice_under_one_key_is_kept_once() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let hand_in = async || {
        let photo = reqwest::multipart::Part::bytes(PHOTO.to_vec()).file_name("photo.png").mime_str("image/png").expect("a media type");
        let form = reqwest::multipart::Form::new().part("file", photo);
        owner.ask(Method::POST, "/api/v1/uploads").key("the-same").form(form).send().await.expect(201).value()
    };
    assert_eq!(hand_in().await["id"], hand_in().await["id"]);
    assert_eq!(places(&story, &["没有这样的字"]), set(&[]), "no file lies there without a row");
}

/// Of a submission and an erasure at the same time one comes first: there is never an open case of somebody who is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_and_an_erasure_at_once_leave_no_open_case_of_somebody_who_is_gone() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    let submissions = (0..4).map(|_| owner.post("/api/v1/cases", &order));
    let (submitted, erased) =
        tokio::join!(futures_util::future::join_all(submissions), async { owner.post("/api/v1/me/erasure", json!({})).await.status() });
    let opened = submitted.iter().filter(|answer| answer.status() == 201).count();
    match erased {
        200 => assert_eq!(opened, 0, "who was erased first can't apply any more"),
        409 => assert!(opened > 0, "who applied first isn't erased"),
        other => panic!("{other}"),
    }
}
