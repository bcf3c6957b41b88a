//! A copy and an erasure at a counter, for somebody who has no phone.

use serde_json::{Value, json};

use super::rights::{CITIZEN_ID, NAME, newcomer, places, set};
use super::story::{CERTIFICATE, Story, TOWN_STATION, VILLAGE_STATION, word};
use crate::support::client::Api;
use crate::walk::form::PHOTO;
use crate::walk::paper::text_of;

const COPIES: &str = "/api/v1/people/copies";
const ERASURES: &str = "/api/v1/people/erasures";
const OTHER_VILLAGE_STATION: &str = "511499101204-01";
const NEIGHBOUR: (&str, &str) = ("无手机老人", "511499194403151237");
const NOBODYS: &str = "018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f";

/// What somebody asks who shows a clerk their card.
async fn asked(clerk: &Api, number: &str, station: &str) -> Value {
    let scan = clerk.upload("/api/v1/uploads", "身份证.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    json!({ "citizen_id": number, "station": station, "shown": "identity_card", "scan": scan["id"] })
}

async fn erasure_asked(clerk: &Api) -> Value {
    let asked = asked(clerk, CITIZEN_ID, VILLAGE_STATION).await;
    clerk.post(ERASURES, asked).await.expect(201).value()
}

/// What somebody is told of a request, oldest first.
async fn told(of: &Api, request: &str) -> Vec<(String, String)> {
    let messages = of.all("/api/v1/me/messages").await;
    let about = messages.iter().rev().filter(|message| message["request"] == request);
    about.map(|message| (word(message, "progress"), word(message, "hint"))).collect()
}

#[tokio::test]
async fn a_clerk_of_ones_own_line_prints_a_copy_from_the_card_and_the_person_sees_that_they_did() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let clerk = story.staff("cunwu").await;
    let request = asked(&clerk, CITIZEN_ID, VILLAGE_STATION).await;
    let made = clerk.post(COPIES, &request).await.expect(201).value();
    assert_eq!(made["name"], "卜**");
    let document = word(&made, "document");
    let printed = clerk.get(&document).await.expect(200);
    assert_eq!(printed.header("content-type"), "application/pdf");
    let text = text_of(printed.bytes());
    for known in ["个人信息副本", NAME, CITIZEN_ID, "13900007788", "平桥村九组无痕院子7号", "公民身份号码"] {
        assert!(text.contains(known), "{known}: {text}");
    }

    let looked = owner.all("/api/v1/me/lookups").await;
    assert_eq!((&looked[0]["whole"], &looked[0]["purpose_name"]), (&json!(true), &json!("打印材料")));
    assert_eq!((&looked[0]["seen"], &looked[0]["station"]["code"]), (&json!("person"), &json!(VILLAGE_STATION)));
    let news = ("已打印副本".to_owned(), "站点打印了您的信息，不是您要的请来电".to_owned());
    assert_eq!(told(&owner, &word(&made, "id")).await, [news]);
    owner.get(&word(&made, "scan")).await.expect(200);
    let log = story.staff("shenji").await;
    assert_eq!(log.get("/api/v1/audit?deed=export").await.expect(200).value()["total"], 1);

    story.staff("cunzhang").await.get(&document).await.problem(404, "request_not_found");
    clerk.get(&format!("{COPIES}/{NOBODYS}")).await.problem(404, "request_not_found");
    owner.get(&document).await.problem(403, "staff_only");
    clerk.post(COPIES, &request).await.problem(422, "upload_not_found");
    story.at("2026-09-15T09:00:00+08:00").await;
    story.staff("cunwu").await.get(&document).await.problem(404, "request_not_found");
}

#[tokio::test]
async fn the_counters_of_other_lines_and_those_close_to_the_person_do_neither() {
    let story = Story::begin().await;
    newcomer(&story).await;
    let clerk = story.staff("cunwu").await;
    let elsewhere = story.staff("511499101204-01.2").await;
    for path in [COPIES, ERASURES] {
        let there = asked(&elsewhere, CITIZEN_ID, OTHER_VILLAGE_STATION).await;
        elsewhere.post(path, there).await.problem(403, "other_station");
        let as_if_here = asked(&elsewhere, CITIZEN_ID, VILLAGE_STATION).await;
        elsewhere.post(path, as_if_here).await.problem(403, "other_station");
        let nobody = asked(&clerk, "51149919900202124X", VILLAGE_STATION).await;
        clerk.post(path, nobody).await.problem(422, "person_not_found");
        let mistyped = asked(&clerk, "511499199002021230", VILLAGE_STATION).await;
        clerk.post(path, mistyped).await.expect(422);
        let spouse = asked(&clerk, &number_of(&story, "he-xia").await, VILLAGE_STATION).await;
        clerk.post(path, spouse).await.problem(403, "too_close");
        let request = asked(&clerk, CITIZEN_ID, VILLAGE_STATION).await;
        for other in ["kuaidi", "duban", "guanli", "anquan", "shenji"] {
            story.staff(other).await.post(path, &request).await.problem(403, "role_missing");
        }
    }
    let town = story.staff("zhenban").await;
    let of_the_town = asked(&town, CITIZEN_ID, TOWN_STATION).await;
    town.post(COPIES, of_the_town).await.expect(201);
}

/// Who prints it may be whom the review names.
#[tokio::test]
async fn a_copy_printed_at_the_counter_tells_nothing_of_the_person_s_reviews() {
    const WORDS: &str = "河边老屋的事问了三回没有人答";
    const PURPOSE: &str = "核对河边老屋的评价";
    let story = Story::begin().await;
    let (owner, clerk) = (newcomer(&story).await, story.staff("cunwu").await);
    let case = story.submit("bu-liu-hen", CERTIFICATE, "nearby").await;
    clerk.post(&case.path("/unmasked"), json!({ "purpose": "other", "words": PURPOSE })).await.expect(200);
    case.completed().await;
    owner.post(&case.path("/evaluation"), json!({ "level": "very_dissatisfied", "text": WORDS })).await.expect(201);

    let in_the_app = owner.get("/api/v1/me/data").await.expect(200).text();
    let request = asked(&clerk, CITIZEN_ID, VILLAGE_STATION).await;
    let made = clerk.post(COPIES, request).await.expect(201).value();
    let printed = text_of(clerk.get(&word(&made, "document")).await.expect(200).bytes());
    assert!(printed.contains(&case.number), "{printed}");
    for told in [WORDS, PURPOSE, "very_dissatisfied"] {
        assert!(in_the_app.contains(told), "{told}: {in_the_app}");
        assert!(!printed.contains(told), "{told}: {printed}");
    }
    for told in ["消息：opened", "非常不满意", "差评"] {
        assert!(!printed.contains(told), "{told}: {printed}");
    }
    let names = printed.split('：').filter(|before| before.ends_with(|last: char| last.is_ascii_alphabetic() || last == '_'));
    assert_eq!(names.collect::<Vec<_>>(), [""; 0], "whatever it gives, it names in Chinese");
    assert!(printed.contains("涉及评价的内容受保护"), "that something is left out is said: {printed}");
}

/// As the person's own copy tells it.
async fn number_of(story: &Story, phone: &str) -> String {
    let copy = story.villager(phone).await.get("/api/v1/me/data").await.expect(200).value();
    word(&copy["parts"][0]["rows"][0]["values"], "公民身份号码")
}

#[tokio::test]
async fn somebody_entered_at_a_counter_asks_where_their_cases_lie() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let somebody = json!({ "kind": "person", "name": NEIGHBOUR.0, "citizen_id": NEIGHBOUR.1 });
    let order = story.order(&[CERTIFICATE], "nearby", somebody).await;
    let case = clerk.submit(&order).await.expect(201).value()["cases"][0].clone();
    let request = asked(&clerk, NEIGHBOUR.1, VILLAGE_STATION).await;
    let made = clerk.post(COPIES, request).await.expect(201).value();
    let text = text_of(clerk.get(&word(&made, "document")).await.expect(200).bytes());
    assert!(text.contains(&word(&case, "number")), "{text}");
}

#[tokio::test]
async fn an_erasure_at_the_counter_is_done_once_an_approver_has_read_the_card_too() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let (clerk, head) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    let entered = erasure_asked(&clerk).await;
    let (id, scan) = (word(&entered, "id"), word(&entered, "scan"));
    assert_eq!(entered["pending"], true);
    let news = ("删除待确认".to_owned(), "站点要删除您的信息，不是您说的请来电".to_owned());
    assert_eq!(told(&owner, &id).await, [news]);
    owner.get("/api/v1/me").await.expect(200);

    let waits = head.all(ERASURES).await;
    assert_eq!((waits.len(), word(&waits[0], "id"), &waits[0]["name"]), (1, id.clone(), &json!("卜**")));
    assert!(!waits[0].to_string().contains(CITIZEN_ID));
    let (path, read) = (format!("{ERASURES}/{id}/confirm"), json!({ "citizen_id": CITIZEN_ID }));
    clerk.post(&path, &read).await.problem(403, "role_missing");
    let elsewhere = story.staff("511499101204-01.1").await;
    assert!(elsewhere.all(ERASURES).await.is_empty());
    elsewhere.post(&path, &read).await.problem(404, "request_not_found");
    elsewhere.get(&scan).await.problem(404, "file_not_found");
    head.post(&path, json!({ "citizen_id": "51149919900202124X" })).await.problem(422, "other_number");
    let by_the_head = asked(&head, CITIZEN_ID, VILLAGE_STATION).await;
    let own = word(&head.post(ERASURES, by_the_head).await.expect(201).value(), "id");
    head.post(&format!("{ERASURES}/{own}/confirm"), &read).await.problem(403, "entered_themself");

    head.get(&scan).await.expect(200);
    assert_eq!(head.post(&path, &read).await.expect(200).value()["kept"], json!([]));
    owner.get("/api/v1/me").await.problem(401, "token_invalid");
    head.post(&path, &read).await.problem(404, "request_not_found");
    assert!(head.all(ERASURES).await.iter().all(|waits| waits["id"] != id.as_str()));
    head.get(&scan).await.problem(404, "file_not_found");
    story.at("2026-09-17T09:30:00+08:00").await;
    assert_eq!(places(&story, &[NAME, CITIZEN_ID]), set(&[]), "what the clerk was answered is kept for two days");
    let log = story.staff("shenji").await;
    for (deed, times) in [("erasure_proposed", 2), ("erasure", 1)] {
        assert_eq!(log.get(&format!("/api/v1/audit?deed={deed}")).await.expect(200).value()["total"], times, "{deed}");
    }
}

#[tokio::test]
async fn nothing_is_erased_at_the_counter_while_a_case_is_open_nor_what_the_approver_refuses_or_forgets() {
    let story = Story::begin().await;
    let owner = newcomer(&story).await;
    let (clerk, head) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    let case = story.submit("bu-liu-hen", CERTIFICATE, "nearby").await;
    let id = word(&erasure_asked(&clerk).await, "id");
    let read = json!({ "citizen_id": CITIZEN_ID });
    head.post(&format!("{ERASURES}/{id}/confirm"), &read).await.problem(409, "case_still_open");
    owner.post(&case.path("/withdraw"), json!({})).await.expect(200);

    let refuse = format!("{ERASURES}/{id}/refuse");
    assert_eq!(head.post(&refuse, json!({ "reason": "not_asked_for" })).await.expect(200).value()["refused"], true);
    head.post(&refuse, json!({ "reason": "not_asked_for" })).await.problem(409, "already_refused");
    head.post(&format!("{ERASURES}/{id}/confirm"), &read).await.problem(409, "already_refused");
    let news = told(&owner, &id).await;
    assert_eq!(news[1], ("删除未通过".to_owned(), "经核实您没有提出过，信息没有改动".to_owned()));

    let forgotten = erasure_asked(&clerk).await;
    story.stand.at("2026-09-30T00:10:00+08:00").await;
    let head = story.stand.staff("cunzhang").await;
    let path = format!("{ERASURES}/{}/confirm", word(&forgotten, "id"));
    head.post(&path, &read).await.problem(409, "confirmation_expired");
    story.stand.run_jobs().await;
    head.post(&path, &read).await.problem(404, "request_not_found");
    head.get(&word(&forgotten, "scan")).await.problem(404, "file_not_found");
    let owner = story.stand.villager("bu-liu-hen").await;
    owner.get("/api/v1/me").await.expect(200);
    let (id, said) = (word(&forgotten, "id"), |progress: &str, hint: &str| (progress.to_owned(), hint.to_owned()));
    assert_eq!(told(&owner, &id).await[1..], [said("删除已过期", "逾期没有复核，信息未删，请带证件再来")]);
    let clerk = story.stand.staff("cunwu").await;
    assert_eq!(told(&clerk, &id).await, [said("复核已过期", "您登记的删除逾期没有复核，未执行")], "and who entered it");
}
