//! What people may ask of us about their data: a copy, a correction, an erasure; and the erasure that comes when the term is over.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Case, Story, VILLAGE, VILLAGE_STATION, ask_for, refused, word};
use crate::support::client::Api;
use crate::support::stand::Kind;
use crate::walk::form::{self, PHOTO};

/// Somebody whose name, number, phone and address stand nowhere else.
pub(super) const NAME: &str = "卜留痕";
pub(super) const CITIZEN_ID: &str = "511499199002021231";
const PHONE: &str = "13900007788";
const ADDRESS: &str = "平桥村九组无痕院子7号";
const PRAISE: &str = "办得利索人也和气没跑冤枉路";
const WANTED: &str = "请补交河边老屋的合影";

/// A day after ten years and the certificate's half year.
const TEN_YEARS_ON: &str = "2037-03-02T09:30:00+08:00";

pub(super) async fn newcomer(story: &Story) -> Api {
    let owner = story.villager("bu-liu-hen").await;
    let profile = owner.get("/api/v1/me").await.expect(200);
    let update = json!({
        "name": NAME, "citizen_id": CITIZEN_ID, "phone": PHONE, "ethnicity": "汉族", "registered": VILLAGE, "residence": VILLAGE,
        "address": ADDRESS, "household": "HU00077",
    });
    owner.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
    story.stand.tells_number(&owner, "bu-liu-hen", PHONE).await.expect(200);
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
pub(super) fn places(story: &Story, texts: &[&str]) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("texts");
    std::fs::write(&file, texts.join("\n")).unwrap();
    let said = story.stand.run_program(&["find", "--texts", &file.display().to_string()]).unwrap();
    said.lines().filter_map(|line| line.split_once(": ")).map(|(place, _)| place.to_owned()).collect()
}

pub(super) fn set(places: &[&str]) -> BTreeSet<String> {
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
        "通知的发送方式",
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

/// Somebody of the newcomer's household.
async fn housemate(story: &Story) -> Api {
    let api = story.villager("bu-liu-sheng").await;
    let profile = api.get("/api/v1/me").await.expect(200);
    let update = json!({
        "name": "卜留声", "citizen_id": "511499198803034564", "phone": "13900007799", "ethnicity": "汉族", "registered": VILLAGE,
        "residence": VILLAGE, "address": ADDRESS, "household": "HU00077",
    });
    api.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
    story.stand.tells_number(&api, "bu-liu-sheng", "13900007799").await.expect(200);
    api
}

#[tokio::test]
async fn what_somebody_wrote_of_a_case_of_their_household_is_in_no_copy_but_their_own() {
    const WORDS: &str = "合同的事跑了三趟也没有说清楚";
    let story = Story::begin().await;
    let (owner, housemate) = (newcomer(&story).await, housemate(&story).await);
    let case = story.submit("bu-liu-hen", "T064", "nearby").await;
    case.done_by("cunwu", json!({ "kind": "accept" })).await;
    case.done_by("zhenshen", refused("合同面积与台账不符", "农村土地经营权流转管理办法第十九条")).await;
    owner.post(&case.path("/evaluation"), json!({ "level": "dissatisfied", "text": WORDS })).await.expect(201);
    let own = owner.get("/api/v1/me/data").await.expect(200).text();
    let other = housemate.get("/api/v1/me/data").await.expect(200).text();
    assert!([&own, &other].iter().all(|copy| copy.contains(&case.number)), "the case is of both: {other}");
    for told in [WORDS, "dissatisfied", "\"news\""] {
        assert!(own.contains(told), "{told}: {own}");
        assert!(!other.contains(told), "{told}: {other}");
    }
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
    nothing_in_the_files_or_in_redis(&story);

    let again = story.stand.villager("bu-liu-hen").await;
    assert_eq!(again.get("/api/v1/me").await.expect(200).value()["name"], Value::Null, "the phone is a stranger's again");
}

/// SQLite overwrites what is deleted; names stand in clear. In Redis there never was any of it.
fn nothing_in_the_files_or_in_redis(story: &Story) {
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    if Kind::of_this_run() == Kind::Sqlite {
        for file in ["data/bianmin.db", "data/bianmin.db-wal"] {
            let bytes = std::fs::read(story.stand.folder().join(file)).unwrap_or_default();
            assert!(!holds(&bytes, NAME), "{file}");
        }
    }
    if let Some(dump) = story.stand.redis_dump() {
        assert!(dump.starts_with(b"REDIS"), "it is a dump");
        assert!(everything().iter().all(|text| !holds(&dump, text)), "in Redis");
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
    nothing_in_the_files_or_in_redis(&story);
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
