//! Who somebody is, put right at a counter from their identity card; and the second word that a changed number needs.

use serde_json::{Value, json};

use super::rights::{CITIZEN_ID, NAME, newcomer, places, set};
use super::story::{Story, VILLAGE_STATION, word};
use crate::support::client::Api;
use crate::walk::form::PHOTO;

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
    head.post(&path, &read).await.problem(409, "already_confirmed");

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
    head.post(&path, &refuse).await.problem(409, "already_refused");
    let read = json!({ "citizen_id": OTHER_NUMBER });
    head.post(&format!("{CORRECTIONS}/{id}/confirm"), read).await.problem(409, "already_refused");

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
    head.post(&path, &read).await.problem(409, "confirmation_expired");
    head.post(&format!("{CORRECTIONS}/{id}/refuse"), json!({ "reason": "unreadable" })).await.problem(409, "confirmation_expired");
    story.stand.run_jobs().await;
    head.post(&path, &read).await.problem(404, "correction_not_found");
    head.get(&scan).await.problem(404, "file_not_found");
    assert_eq!(places(&story, &[OTHER_NUMBER]), set(&[]), "and no file is left without a row");

    story.stand.run_jobs().await;
    let lapsed = said("更正已过期", "逾期没有复核，信息未改，请带证件再来");
    assert_eq!(told(&story.stand.villager("bu-liu-hen").await, &id).await[1..], [lapsed], "the person is told, once");
    let clerk = story.stand.staff("cunwu").await;
    assert_eq!(told(&clerk, &id).await, [said("复核已过期", "您登记的更正逾期没有复核，未生效")], "and who entered it");
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
