//! What follows a bad review (差评整改): the person is contacted, what was wrong is put right, the answer is rated; whom the review names
//! neither rectifies nor learns who wrote it; an appeal; figures; and reviews that look made up.

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Case, Story, TOWN_STATION, VILLAGE_STATION, word};
use crate::support::client::Api;
use crate::support::live::{Watching, ask_for_ticket};
use crate::support::pass::Door;
use crate::support::people::{DEMO_PASSWORD, sign_in_first};

const PASSWORD: &str = "新来的人在窗口坐第三张桌";
const WORDS: &str = "等了一个上午，没有人说明原因";
/// The Monday after.
pub const NEXT_WEEK: &str = "2026-09-21T09:30:00+08:00";

/// A certificate of 王桂芳, accepted by the clerk and decided by the head, which she isn't satisfied with.
async fn bad_review(story: &Story) -> Case<'_> {
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    owner.post(&case.path("/evaluation"), json!({ "level": "dissatisfied", "text": WORDS })).await.expect(201);
    // Its words are looked through while she is in the mini program.
    story.stand.run_jobs().await;
    case
}

/// Somebody new at the village station, with no part in the case: the village has two staff, and the review names both.
pub async fn colleague(story: &Story) -> Api {
    let security = story.staff("anquan").await;
    let grants = json!([
        { "role": "clerk", "station": VILLAGE_STATION }, { "role": "approver", "station": VILLAGE_STATION }
    ]);
    let body = json!({ "login": "xinlai", "name": "应征青年", "citizen_id": "11010519491231002X", "grants": grants });
    let opened = security.post("/api/v1/staff", body).await.expect(201).value();
    sign_in_first(&story.stand.anyone(), "xinlai", (&word(&opened, "first_password"), PASSWORD)).await
}

async fn listed(by: &Api) -> Vec<Value> {
    by.all(&format!("/api/v1/rectifications?station={VILLAGE_STATION}")).await
}

/// The path of the one that is listed to them.
pub async fn rectification(by: &Api) -> String {
    let listed = listed(by).await;
    assert_eq!(listed.len(), 1, "{listed:#?}");
    format!("/api/v1/rectifications/{}", word(&listed[0], "id"))
}

pub fn reached() -> Value {
    json!({ "way": "phone", "contact": "reached", "words": "已致歉，说明了排队原因" })
}

pub fn closing() -> Value {
    json!({ "finding": "fixed_at_once", "reply": "已加开窗口，向您致歉", "published": "已加开窗口" })
}

/// What the clerk knows of the bad reviews that name them.
pub async fn naming(by: &Api) -> Vec<Value> {
    by.all("/api/v1/me/reviews").await
}

#[tokio::test]
async fn a_bad_review_is_rectified_by_a_colleague_answered_and_rated() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let owner = story.villager("wang-dama").await;
    let begun = owner.get(&case.path("/rectification")).await.expect(200).value();
    assert_eq!((&begun["state"], &begun["contact_by"], &begun["may_rate"]), (&json!("open"), &json!("2026-09-15"), &json!(false)));
    owner.post(&case.path("/rectification/rating"), json!({ "rating": "satisfied" })).await.problem(409, "rectification_open");

    let colleague = colleague(&story).await;
    let path = rectification(&colleague).await;
    let seen = colleague.get(&path).await.expect(200).value();
    assert_eq!((&seen["text"], &seen["case"], seen["named"].as_array().map(Vec::len)), (&json!(WORDS), &json!(case.id), Some(2)));
    colleague.post(&format!("{path}/close"), closing()).await.problem(409, "not_contacted");
    let phone = colleague.post(&case.path("/unmasked"), json!({ "purpose": "contact" })).await.expect(200).value();
    let phone = word(&phone, "phone");
    assert!(phone.bytes().all(|b| b.is_ascii_digit()), "to reach the person: {phone}");
    colleague.post(&format!("{path}/contacts"), reached()).await.expect(200);
    let with_name = json!({ "finding": "fixed_at_once", "reply": "已致歉", "published": "已向王桂芳致歉" });
    colleague.post(&format!("{path}/close"), with_name).await.problem(422, "published_name");
    let closed = colleague.post(&format!("{path}/close"), closing()).await.expect(200).value();
    assert_eq!((&closed["state"], &closed["steps"][2]["sentence"]), (&json!("closed"), &json!("按期办结并答复本人")));
    colleague.post(&format!("{path}/close"), closing()).await.problem(409, "rectification_closed");

    let answered = owner.get(&case.path("/rectification")).await.expect(200).value();
    assert_eq!((&answered["reply"]["text"], &answered["may_rate"]), (&json!("已加开窗口，向您致歉"), &json!(true)));
    owner.post(&case.path("/rectification/rating"), json!({ "rating": "satisfied" })).await.expect(200);
    owner.post(&case.path("/rectification/rating"), json!({ "rating": "satisfied" })).await.problem(409, "rated_already");
    let told = owner.all("/api/v1/me/messages").await;
    for progress in ["评价处理中", "评价已答复"] {
        assert!(told.iter().any(|message| message["progress"] == progress), "{told:#?}");
    }
    assert!(colleague.post(&case.path("/unmasked"), json!({ "purpose": "contact" })).await.status() == 403, "it is closed");
}

#[tokio::test]
async fn whom_it_names_reads_it_after_it_is_closed_and_never_learns_who_wrote_it() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let colleague = colleague(&story).await;
    let path = rectification(&colleague).await;
    for login in ["cunwu", "cunzhang"] {
        let named = story.staff(login).await;
        assert_eq!(listed(&named).await, Vec::<Value>::new());
        named.get(&path).await.problem(404, "rectification_not_found");
        named.post(&format!("{path}/contacts"), reached()).await.problem(404, "rectification_not_found");
        named.post(&format!("{path}/close"), closing()).await.problem(404, "rectification_not_found");
        assert!(case.seen_by(&named).await["evaluation"].is_null());
        assert_eq!(naming(&named).await, Vec::<Value>::new(), "nobody sees it come");
    }
    assert_eq!(case.seen_by(&colleague).await["evaluation"], "dissatisfied");

    story.at("2026-09-20T23:30:00+08:00").await;
    assert_eq!(naming(&story.staff("cunwu").await).await, Vec::<Value>::new(), "nor by the day");
    story.at(NEXT_WEEK).await;
    let named = story.staff("cunwu").await;
    let before = naming(&named).await;
    assert_eq!((&before[0]["level"], &before[0]["month"], &before[0]["text"]), (&json!("dissatisfied"), &json!("2026-09"), &Value::Null));
    colleague.post(&format!("{path}/contacts"), reached()).await.expect(200);
    colleague.post(&format!("{path}/close"), closing()).await.expect(200);
    let after = naming(&named).await;
    assert_eq!(after[0]["text"], WORDS);
    for told in [&before, &after] {
        let told = json!(told).to_string();
        assert!(![case.id.as_str(), case.number.as_str(), "王", CERTIFICATE].iter().any(|words| told.contains(words)), "{told}");
    }
    named.get(&path).await.problem(404, "rectification_not_found");
    let messages = named.all("/api/v1/me/messages").await;
    assert!(!messages.iter().any(|message| message["case"] == case.id.as_str()), "{messages:#?}");
}

#[tokio::test]
async fn who_wrote_the_review_watches_what_becomes_of_it_and_whom_it_names_sees_nothing_move() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let (owner, named, colleague) = (story.villager("wang-dama").await, story.staff("cunwu").await, colleague(&story).await);
    let (review, page) = (format!("review:{}", case.id), format!("case:{}", case.id));
    let mut own = Watching::events(&owner, &[page.clone(), review.clone()], None).await;
    let mut theirs = Watching::events(&named, &[page, format!("queue:{VILLAGE_STATION}")], None).await;
    for watching in [&mut own, &mut theirs] {
        assert_eq!(watching.next().await["event"], "hello");
    }
    let path = rectification(&colleague).await;
    colleague.post(&format!("{path}/contacts"), reached()).await.expect(200);
    assert_eq!(own.update("changed").await["topic"], json!(review));
    assert!(owner.get(&case.path("/rectification")).await.expect(200).value()["reached_at"].is_string());
    let appeal = json!({ "ground": "mistaken", "words": "评价写错了事项" });
    colleague.post(&format!("{path}/appeals"), appeal).await.expect(201);
    colleague.post(&format!("{path}/close"), closing()).await.expect(200);
    assert_eq!(own.update("changed").await["topic"], json!(review));
    let supervisor = story.staff("duban").await;
    let decision = json!({ "verdict": "accepted", "reason": "核实无误" });
    supervisor.post(&format!("{path}/appeals/1/decision"), decision).await.expect(200);
    assert_eq!(own.update("changed").await["topic"], json!(review));
    assert_eq!(owner.get(&case.path("/rectification")).await.expect(200).value()["state"], "excluded");

    story.submit("zhang-wei", CERTIFICATE, "nearby").await;
    assert_eq!(theirs.next().await["what"], "arrived", "of the review nothing was told before");
    for (who, status, code) in [(&named, 403, "villagers_only"), (&story.villager("zhang-wei").await, 404, "case_not_found")] {
        ask_for_ticket(who, std::slice::from_ref(&review)).await.problem(status, code);
    }
}

/// What isn't there would tell of what is.
#[tokio::test]
async fn who_handled_a_case_sees_no_praise_of_it_on_its_page_either_and_others_do() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    owner.post(&case.path("/evaluation"), json!({ "level": "very_satisfied" })).await.expect(201);
    assert!(case.seen_by(&story.staff("cunwu").await).await["evaluation"].is_null());
    assert_eq!(case.seen_by(&colleague(&story).await).await["evaluation"], "very_satisfied");
    owner.get(&case.path("/rectification")).await.problem(404, "rectification_not_found");
}

#[tokio::test]
async fn where_a_review_names_everybody_at_the_station_a_supervisor_rectifies_and_is_told_at_once() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let supervisor = story.staff("duban").await;
    let told = supervisor.all("/api/v1/me/messages").await;
    let hint = "站点无人可整改差评，请您办理";
    assert!(told.iter().any(|message| message["hint"] == hint && message["case"] == case.id.as_str()), "{told:#?}");
    let path = rectification(&supervisor).await;
    supervisor.post(&format!("{path}/contacts"), reached()).await.expect(200);
    supervisor.post(&format!("{path}/close"), closing()).await.expect(200);
}

#[tokio::test]
async fn who_has_no_part_in_it_finds_nothing() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let colleague = colleague(&story).await;
    let path = rectification(&colleague).await;
    for outsider in ["511499101204-01.2", "zhenban", "guanli", "kuaidi"] {
        let outsider = story.staff(outsider).await;
        for (what, body) in [("contacts", reached()), ("close", closing())] {
            assert!([403, 404].contains(&outsider.post(&format!("{path}/{what}"), body).await.status()));
        }
        assert!([403, 404].contains(&outsider.get(&path).await.status()));
        let appeal = json!({ "ground": "malicious", "words": "与我无关" });
        outsider.post(&format!("{path}/appeals"), appeal).await.problem(404, "rectification_not_found");
    }
    let stranger = story.villager("sun-jun").await;
    stranger.get(&case.path("/rectification")).await.problem(404, "rectification_not_found");
    stranger.post(&case.path("/rectification/rating"), json!({ "rating": "satisfied" })).await.problem(404, "rectification_not_found");
}

#[tokio::test]
async fn who_is_not_satisfied_has_a_supervisor_look_into_it_once_more() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let (owner, colleague, supervisor) = (story.villager("wang-dama").await, colleague(&story).await, story.staff("duban").await);
    let path = rectification(&colleague).await;
    colleague.post(&format!("{path}/contacts"), reached()).await.expect(200);
    colleague.post(&format!("{path}/close"), closing()).await.expect(200);
    let again = owner.post(&case.path("/rectification/rating"), json!({ "rating": "not_satisfied" })).await.expect(200).value();
    assert_eq!((&again["state"], &again["again"]), (&json!("open"), &json!(true)));
    colleague.post(&format!("{path}/contacts"), reached()).await.problem(409, "supervisors_turn");
    assert!(supervisor.all("/api/v1/me/messages").await.iter().any(|message| message["hint"] == "本人对整改不满意，请您办理"));
    supervisor.post(&format!("{path}/contacts"), reached()).await.expect(200);
    supervisor.post(&format!("{path}/close"), closing()).await.expect(200);
    let done = owner.post(&case.path("/rectification/rating"), json!({ "rating": "not_satisfied" })).await.expect(200).value();
    assert_eq!((&done["state"], &done["rating"]), (&json!("closed"), &json!("not_satisfied")), "it is reopened once");
}

#[tokio::test]
async fn what_nobody_did_in_time_is_told_to_the_supervisor_once() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let told = async |hint: &str| {
        let messages = story.staff("duban").await.all("/api/v1/me/messages").await;
        messages.iter().filter(|message| message["hint"] == hint && message["case"] == case.id.as_str()).count()
    };
    story.at("2026-09-15T18:00:00+08:00").await;
    assert_eq!(told("有差评超期未联系本人，请督促").await, 0, "the day isn't over");
    for instant in ["2026-09-16T09:00:00+08:00", "2026-09-16T10:00:00+08:00"] {
        story.at(instant).await;
        assert_eq!(told("有差评超期未联系本人，请督促").await, 1);
    }
    // Fifteen working days, with a make-up Sunday and a week of holidays between them.
    story.at("2026-10-10T09:00:00+08:00").await;
    assert_eq!(told("有差评整改超期，请督促").await, 0);
    story.at("2026-10-12T09:00:00+08:00").await;
    story.at("2026-10-13T09:00:00+08:00").await;
    assert_eq!(told("有差评整改超期，请督促").await, 1);
}

#[tokio::test]
async fn an_accepted_appeal_takes_the_review_out_of_the_figures_and_its_record_stays() {
    let story = Story::begin().await;
    let case = bad_review(&story).await;
    let colleague = colleague(&story).await;
    let path = rectification(&colleague).await;
    story.at(NEXT_WEEK).await;
    let (named, supervisor) = (story.staff("cunwu").await, story.staff("duban").await);
    assert_eq!(path, format!("/api/v1/rectifications/{}", word(&naming(&named).await[0], "id")));
    let appeals = format!("{path}/appeals");
    named.post(&appeals, json!({ "ground": "mistaken", "words": "说的是另一件事" })).await.expect(201);
    named.post(&appeals, json!({ "ground": "malicious", "words": "再申诉一次" })).await.problem(409, "appealed_already");
    colleague.post(&appeals, json!({ "ground": "malicious", "words": "站点的申诉" })).await.expect(201);
    let refused = json!({ "verdict": "refused", "reason": "没有恶意的依据" });
    colleague.post(&format!("{appeals}/2/decision"), &refused).await.problem(404, "rectification_not_found");
    supervisor.post(&format!("{appeals}/2/decision"), &refused).await.expect(200);
    let accepted = json!({ "verdict": "accepted", "reason": "经核实，评的是另一件事" });
    supervisor.post(&format!("{appeals}/1/decision"), &accepted).await.expect(200);
    supervisor.post(&format!("{appeals}/1/decision"), &accepted).await.problem(409, "appeal_decided");

    let mine = naming(&named).await;
    assert_eq!((&mine[0]["state"], &mine[0]["appeal"]["accepted"]), (&json!("excluded"), &json!(true)));
    assert!(mine[0]["text"].is_null(), "nobody had reached the person yet: {mine:#?}");
    let kept = supervisor.get(&path).await.expect(200).value();
    assert_eq!((&kept["state"], &kept["text"], kept["appeals"].as_array().map(Vec::len)), (&json!("excluded"), &json!(WORDS), Some(2)));
    let figures = figures(&supervisor, "station").await;
    assert_eq!((&figures["excluded"], &figures["dissatisfied"], &figures["active"]), (&json!(1), &json!(0), &json!(0)));
    let owner = story.villager("wang-dama").await;
    assert_eq!(owner.get(&case.path("/rectification")).await.expect(200).value()["excluded_as"], "mistaken");
    assert!(owner.all("/api/v1/me/messages").await.iter().any(|message| message["progress"] == "评价已复核"));
}

/// This month's figures of the village station.
async fn figures(by: &Api, how: &str) -> Value {
    let parts = by.all(&format!("/api/v1/reviews/figures?station={VILLAGE_STATION}&month=2026-09&by={how}")).await;
    let of_station = parts.iter().find(|part| part["code"] == VILLAGE_STATION || how != "station");
    of_station.unwrap_or_else(|| panic!("no figures: {parts:#?}"))["figures"].clone()
}

#[tokio::test]
async fn silence_is_counted_apart_and_never_as_praise_and_nobody_is_shown_figures_from_which_one_person_can_be_read() {
    let story = Story::begin().await;
    bad_review(&story).await;
    let owner = story.villager("wang-dama").await;
    for level in [Some("very_satisfied"), None] {
        let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
        case.completed().await;
        if let Some(level) = level {
            owner.post(&case.path("/evaluation"), json!({ "level": level })).await.expect(201);
        }
    }
    let supervisor = story.staff("duban").await;
    for how in ["station", "item", "clerk"] {
        let seen = figures(&supervisor, how).await;
        let told = ["ended", "active", "silent", "praised_by_default", "very_satisfied", "dissatisfied", "bad_per_mille"];
        assert_eq!(told.map(|name| seen[name].clone()), [3, 2, 1, 0, 1, 1, 500].map(|number| json!(number)), "{how}: {seen:#}");
    }
    let clerk = story.staff("cunwu").await;
    let station = format!("/api/v1/reviews/figures?station={VILLAGE_STATION}&month=2026-09");
    clerk.get(&station).await.problem(403, "role_missing");
    story.at("2026-10-08T10:00:00+08:00").await;
    let own = story.staff("cunwu").await.get("/api/v1/me/reviews/figures?month=2026-09").await.expect(200).value();
    assert!(own["figures"].is_null(), "of three people each could be told: {own:#}");
    let public = story.stand.anyone().get("/api/v1/reviews/published?month=2026-09").await.expect(200).value();
    assert!(!public.to_string().contains(VILLAGE_STATION), "{public:#}");
    let replies = format!("/api/v1/reviews/replies?station={VILLAGE_STATION}&month=2026-09");
    assert_eq!(story.stand.anyone().get(&replies).await.expect(200).value()["total"], 0);
}

async fn praise(story: &Story, device: &str) {
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    let review = owner.ask(Method::POST, &case.path("/evaluation")).header("X-Device", device);
    review.json(json!({ "level": "very_satisfied" })).send().await.expect(201);
}

#[tokio::test]
async fn praise_from_a_device_that_staff_sign_in_with_is_found_and_looked_into_once() {
    const DEVICE: &str = "0191f3a2-7c1b-7d55-9a30";
    let story = Story::begin().await;
    let sign_in = story.stand.anyone().ask(Method::POST, "/api/v1/sessions/staff").header("X-Device", DEVICE);
    let code = Door::demo_code(&story.stand.anyone(), "cunwu").await;
    sign_in.json(json!({ "login": "cunwu", "password": DEMO_PASSWORD, "code": code })).send().await.expect(201);
    let bad = story.stand.anyone().ask(Method::POST, "/api/v1/sessions/staff").header("X-Device", "10.0.0.1");
    bad.json(json!({ "login": "cunwu", "password": DEMO_PASSWORD })).send().await.problem(400, "device_malformed");
    praise(&story, DEVICE).await;
    praise(&story, "0191f3a2-7c1b-7d55-0000").await;
    story.stand.run_jobs().await;
    story.stand.run_jobs().await;
    let supervisor = story.staff("duban").await;
    let list = format!("/api/v1/reviews/farming?station={VILLAGE_STATION}");
    let found = supervisor.all(&list).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0]["sign"], &found[0]["number"], &found[0]["looked_into"]), (&json!("staff_device"), &json!(1), &Value::Null));
    assert!(!found[0].to_string().contains(DEVICE));
    let look = format!("/api/v1/reviews/farming/{}/look", word(&found[0], "id"));
    let note = json!({ "note": "村务员的手机借给了本人，已提醒" });
    let clerk = story.staff("cunwu").await;
    assert!([403, 404].contains(&clerk.post(&look, &note).await.status()));
    let looked = supervisor.post(&look, &note).await.expect(200).value();
    assert_eq!(looked["looked_into"]["note"], note["note"]);
    supervisor.post(&look, &note).await.problem(409, "farming_looked_into");
    story.stand.run_jobs().await;
    assert_eq!(supervisor.all(&list).await.len(), 1, "what was looked into isn't found again");
}

#[tokio::test]
async fn of_a_sealed_case_only_those_who_may_open_it_learn_that_it_was_reviewed() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", "C052", "nearby").await;
    let station = json!({ "content": "登记内容", "handling": "协助报警", "receiver": "接待人" });
    let act = json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } });
    case.held_by("cunzhang").await.tries_with(act, station).await.expect(200);
    case.done_by("cunzhang", json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    owner.post(&case.path("/evaluation"), json!({ "level": "very_dissatisfied", "text": WORDS })).await.expect(201);
    let (supervisor, named, colleague) = (story.staff("duban").await, story.staff("cunzhang").await, colleague(&story).await);
    assert_eq!((listed(&supervisor).await, listed(&named).await), (vec![], vec![]));
    let path = rectification(&colleague).await;
    supervisor.get(&path).await.problem(404, "rectification_not_found");
    colleague.post(&format!("{path}/contacts"), reached()).await.expect(200);
    colleague.post(&format!("{path}/close"), closing()).await.problem(422, "sealed_not_published");
    colleague.post(&format!("{path}/close"), json!({ "finding": "fixed_at_once", "reply": "已当面致歉" })).await.expect(200);
    story.at("2026-10-30T09:00:00+08:00").await;
    let told = story.staff("duban").await.all("/api/v1/me/messages").await;
    assert!(!told.iter().any(|message| message["case"] == case.id.as_str()), "{told:#?}");
    assert_eq!(story.news("wang-dama").await, Vec::<String>::new());
}

/// The village's only approver served the case, so that the review names them; nobody else there may decide about it.
#[tokio::test]
async fn whom_the_rectification_of_a_sealed_case_rose_to_reaches_the_person_without_opening_the_case() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", "C052", "nearby").await;
    let station = json!({ "content": "登记内容", "handling": "协助报警", "receiver": "接待人" });
    let act = json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } });
    case.held_by("cunzhang").await.tries_with(act, station).await.expect(200);
    case.done_by("cunzhang", json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    owner.post(&case.path("/evaluation"), json!({ "level": "very_dissatisfied", "text": WORDS })).await.expect(201);
    let town = story.staff("zhenshen").await;
    assert_eq!(town.all(&format!("/api/v1/rectifications?station={TOWN_STATION}")).await, Vec::<Value>::new());

    // Nobody contacted the person by the 15th.
    story.at("2026-09-16T09:30:00+08:00").await;
    let town = story.staff("zhenshen").await;
    let risen = town.all(&format!("/api/v1/rectifications?station={TOWN_STATION}")).await;
    let path = format!("/api/v1/rectifications/{}", word(&risen[0], "id"));
    assert_eq!(town.get(&path).await.expect(200).value()["text"], WORDS);
    town.get(&case.path("")).await.problem(404, "case_not_found");
    let contact = json!({ "purpose": "contact" });
    let whole = town.post(&case.path("/unmasked"), &contact).await.expect(200).value();
    assert!(word(&whole, "phone").bytes().all(|b| b.is_ascii_digit()), "{whole:#}");
    assert_eq!((&whole["number"], &whole["answers"]), (&Value::Null, &json!({})), "and no more");
    story.staff("zhenban").await.post(&case.path("/unmasked"), &contact).await.problem(404, "case_not_found");
    town.post(&format!("{path}/contacts"), reached()).await.expect(200);
    town.post(&format!("{path}/close"), json!({ "finding": "fixed_at_once", "reply": "已当面致歉" })).await.expect(200);
    town.post(&case.path("/unmasked"), &contact).await.problem(404, "case_not_found");
}
