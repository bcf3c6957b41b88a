//! Mandates (委托): given in the app or at a counter, used by their holder, seen and ended by the person.

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, VILLAGE, VILLAGE_STATION, accept, ask_for, says, word};
use crate::support::client::Api;
use crate::walk::form::PHOTO;

/// A niece from town, new in the service.
pub const NIECE: (&str, &str) = ("戴小青", "511499200506151238");
const HER_FATHER: (&str, &str) = ("戴大青", "511499196805061241");
const NEIGHBOUR: (&str, &str) = ("无手机老人", "511499194403151237");

pub fn party(who: (&str, &str)) -> Value {
    json!({ "name": who.0, "citizen_id": who.1 })
}

pub async fn niece(story: &Story) -> Api {
    known(story, "zhi-nv", NIECE).await
}

/// Somebody new in the service, who said who they are.
async fn known(story: &Story, phone: &str, who: (&str, &str)) -> Api {
    let villager = story.villager(phone).await;
    let profile = villager.get("/api/v1/me").await.expect(200);
    let update = json!({ "name": who.0, "citizen_id": who.1, "phone": "13900000001" });
    villager.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
    // Which a family may share; this one is their own.
    let own = format!("139{}", &who.1[10..].replace('X', "0"));
    story.stand.tells_number(&villager, phone, &own).await.expect(200);
    villager
}

fn in_app(items: &[&str]) -> Value {
    json!({ "holder": party(NIECE), "scope": { "items": items }, "until": "2026-12-31", "witnessing": { "kind": "in_app" } })
}

/// Wang lets her niece act in the certificate of these stories.
async fn given(owner: &Api) -> String {
    let given = owner.post("/api/v1/mandates", in_app(&[CERTIFICATE])).await.expect(201).value();
    word(&given, "id")
}

/// The niece's order for her aunt.
async fn for_her_aunt(story: &Story, mandate: &str) -> Value {
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "my_grantor" })).await;
    order["mandate"] = json!(mandate);
    order
}

#[tokio::test]
async fn a_holder_applies_for_the_grantor_who_sees_every_act_and_may_end_it() {
    let story = Story::begin().await;
    let (owner, niece) = (story.villager("wang-dama").await, niece(&story).await);
    let mandate = given(&owner).await;
    let case = story.open(&niece, &for_her_aunt(&story, &mandate).await).await;

    let seen = case.seen_by(&owner).await;
    assert_eq!((&seen["by_agent"], &seen["agent"]["name"], &seen["agent"]["acts"]), (&json!(true), &json!(NIECE.0), &json!(true)));
    assert_eq!(owner.get(&case.path("/history")).await.expect(200).value()[0]["who"], "代办人");
    case.done_by("cunwu", ask_for(&[("居民身份证复印件", "加按手印")])).await;
    niece.post(&case.path("/supplement"), json!({})).await.expect(200);

    let acts = owner.get(&format!("/api/v1/mandates/{mandate}/acts")).await.expect(200).value();
    let sentences: Vec<_> = acts["items"][0]["acts"].as_array().expect("acts").iter().map(|act| word(act, "sentence")).collect();
    assert!(sentences[0].starts_with("提交申请") && sentences[1] == "已提交补正材料" && sentences.len() == 2, "{sentences:?}");
    niece.get(&format!("/api/v1/mandates/{mandate}/acts")).await.problem(404, "mandate_not_found");

    let ended = owner.post(&format!("/api/v1/mandates/{mandate}/revoke"), json!({})).await.expect(200).value();
    assert_eq!((&ended["live"], &ended["revoked"]["side"]), (&json!(false), &json!("grantor")));
    niece.get(&case.path("")).await.problem(404, "case_not_found");
    niece.post(&case.path("/withdraw"), json!({})).await.problem(404, "case_not_found");
    assert!(niece.all("/api/v1/cases").await.is_empty());
    says(&case.history(&owner).await, "委托已解除，代办人不再办理本件");
    niece.post("/api/v1/cases", for_her_aunt(&story, &mandate).await).await.problem(422, "mandate_revoked");
    case.done_by("cunwu", accept()).await;
}

#[tokio::test]
async fn a_holder_who_gives_up_and_a_day_that_passes_end_it_too() {
    let story = Story::begin().await;
    let (owner, holder) = (story.villager("wang-dama").await, niece(&story).await);
    let mandate = given(&owner).await;
    let ended = holder.post(&format!("/api/v1/mandates/{mandate}/revoke"), json!({})).await.expect(200).value();
    assert_eq!(ended["revoked"]["side"], "holder");
    owner.post(&format!("/api/v1/mandates/{mandate}/revoke"), json!({})).await.problem(409, "mandate_revoked");

    let mut short = in_app(&[CERTIFICATE]);
    short["until"] = json!("2026-09-14");
    let short = word(&owner.post("/api/v1/mandates", short).await.expect(201).value(), "id");
    let case = story.open(&holder, &for_her_aunt(&story, &short).await).await;
    story.at("2026-09-15T09:30:00+08:00").await;
    let (owner, holder) = (story.villager("wang-dama").await, story.villager("zhi-nv").await);
    holder.get(&case.path("")).await.problem(404, "case_not_found");
    assert!(holder.all("/api/v1/cases").await.is_empty());
    assert_eq!(case.seen_by(&owner).await["agent"]["acts"], false);
    holder.post("/api/v1/cases", for_her_aunt(&story, &short).await).await.problem(422, "mandate_expired");
}

#[tokio::test]
async fn a_mandate_covers_what_it_names_and_no_more() {
    let story = Story::begin().await;
    let (owner, holder) = (story.villager("wang-dama").await, niece(&story).await);
    let mandate = word(&owner.post("/api/v1/mandates", in_app(&["C001"])).await.expect(201).value(), "id");
    holder.post("/api/v1/cases", for_her_aunt(&story, &mandate).await).await.problem(422, "mandate_out_of_scope");
    for (items, code) in [(vec![], "mandate_without_scope"), (vec!["C041"], "not_delegable"), (vec!["T063"], "mandate_too_weak")] {
        owner.post("/api/v1/mandates", in_app(&items)).await.problem(422, code);
    }
    let by_topic =
        json!({ "holder": party(NIECE), "scope": { "topics": ["legal"] }, "until": "2026-12-31", "witnessing": { "kind": "in_app" } });
    let by_topic = word(&owner.post("/api/v1/mandates", by_topic).await.expect(201).value(), "id");
    story.open(&holder, &for_her_aunt(&story, &by_topic).await).await;
}

#[tokio::test]
async fn a_clerk_enters_a_paper_for_somebody_without_a_phone_and_ends_it_by_telephone() {
    let story = Story::begin().await;
    let (clerk, holder) = (story.staff("cunwu").await, niece(&story).await);
    let scan = clerk.upload("/api/v1/uploads", "委托书.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let paper = json!({
        "grantor": party(NEIGHBOUR), "holder": party(NIECE), "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "on_paper", "scan": scan["id"] }, "station": VILLAGE_STATION,
    });
    let given = clerk.post("/api/v1/mandates", &paper).await.expect(201).value();
    assert_eq!((&given["witnessing"], &given["entered_at"]["code"]), (&json!("on_paper"), &json!(VILLAGE_STATION)));
    clerk.post("/api/v1/mandates", &paper).await.problem(422, "upload_not_found");

    let document = format!("/api/v1/uploads/{}", word(&given, "document"));
    for (who, status) in [(&clerk, 200), (&holder, 200), (&story.villager("sun-jun").await, 404)] {
        assert_eq!(who.get(&document).await.status(), status);
    }
    let case = story.open(&holder, &for_her_aunt(&story, &word(&given, "id")).await).await;

    let found =
        clerk.post("/api/v1/mandates/search", json!({ "citizen_id": NEIGHBOUR.1, "station": VILLAGE_STATION })).await.expect(200).value();
    assert_eq!(found["items"][0]["id"], given["id"]);
    let end = json!({ "entered": { "side": "grantor", "how": "by_telephone", "station": VILLAGE_STATION } });
    clerk.post(&format!("/api/v1/mandates/{}/revoke", word(&given, "id")), end).await.expect(200);
    holder.get(&case.path("")).await.problem(404, "case_not_found");
}

#[tokio::test]
async fn a_clerk_submits_for_a_grantor_what_their_mandate_carries() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let scan = clerk.upload("/api/v1/uploads", "委托书.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let paper = json!({
        "grantor": party(NEIGHBOUR), "holder": party(NIECE), "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "on_paper", "scan": scan["id"] }, "station": VILLAGE_STATION,
    });
    let given = clerk.post("/api/v1/mandates", &paper).await.expect(201).value();
    let mut order =
        story.order(&[CERTIFICATE], "nearby", json!({ "kind": "person", "name": NEIGHBOUR.0, "citizen_id": NEIGHBOUR.1 })).await;
    order["mandate"] = given["id"].clone();
    let case = story.open(&clerk, &order).await;
    assert_eq!(case.seen_by(&clerk).await["agent"]["name"], NIECE.0);
    order["subject"] = json!({ "kind": "person", "name": NIECE.0, "citizen_id": NIECE.1 });
    clerk.post("/api/v1/cases", order).await.problem(422, "mandate_of_another");
}

#[tokio::test]
async fn who_is_no_side_of_a_mandate_learns_nothing_of_it() {
    let story = Story::begin().await;
    let (owner, stranger) = (story.villager("wang-dama").await, story.villager("sun-jun").await);
    let mandate = given(&owner).await;
    let nobodys = "018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f";
    for id in [mandate.as_str(), nobodys] {
        for path in [format!("/api/v1/mandates/{id}"), format!("/api/v1/mandates/{id}/acts")] {
            stranger.get(&path).await.problem(404, "mandate_not_found");
        }
        stranger.post(&format!("/api/v1/mandates/{id}/revoke"), json!({})).await.problem(404, "mandate_not_found");
        stranger.post("/api/v1/cases", for_her_aunt(&story, id).await).await.problem(404, "mandate_not_found");
        story.staff("cunwu").await.get(&format!("/api/v1/mandates/{id}")).await.problem(404, "mandate_not_found");
    }
    assert!(stranger.all("/api/v1/mandates").await.is_empty());
    assert_eq!(owner.all("/api/v1/mandates").await.len(), 1);
    let search = json!({ "citizen_id": NIECE.1, "station": "511499101000-01" });
    story.staff("cunwu").await.post("/api/v1/mandates/search", &search).await.problem(403, "other_station");
    stranger.post("/api/v1/mandates/search", search).await.problem(403, "staff_only");
}

#[tokio::test]
async fn what_was_merely_told_carries_no_item_that_asks_for_a_paper() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let told = json!({
        "grantor": party(NEIGHBOUR), "holder": party(NIECE), "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "told" }, "station": VILLAGE_STATION,
    });
    clerk.post("/api/v1/mandates", told).await.problem(422, "mandate_too_weak");
    clerk.post("/api/v1/mandates", in_app(&[CERTIFICATE])).await.problem(422, "mandate_other_way");
}

#[tokio::test]
async fn a_plan_in_which_somebody_acts_for_the_person_needs_a_mandate() {
    let story = Story::begin().await;
    let (owner, _) = (story.villager("wang-dama").await, niece(&story).await);
    let ask = json!({
        "items": [CERTIFICATE], "registered": VILLAGE, "residence": VILLAGE, "whereabouts": { "elsewhere": {} },
        "agent": { "who": "family", "mandate": "simple" },
    });
    let matter = json!({ "item": CERTIFICATE, "answers": story.answers(CERTIFICATE).await });
    let chosen = story.chosen(&ask, "nearby").await;
    let mut order = json!({ "ask": ask, "chosen": chosen, "subject": { "kind": "myself" }, "matters": [matter] });
    owner.post("/api/v1/cases", &order).await.problem(422, "mandate_missing");
    order["mandate"] = json!(given(&owner).await);
    let case = story.open(&owner, &order).await;
    assert_eq!(case.seen_by(&owner).await["agent"]["name"], NIECE.0);
}

/// What somebody is told of a mandate, oldest first: how it stands, and what to do.
async fn told(of: &Api, mandate: &str) -> Vec<(String, String)> {
    let messages = of.all("/api/v1/me/messages").await;
    let about = messages.iter().rev().filter(|message| message["mandate"] == mandate && message["case"].is_null());
    about.map(|message| (word(message, "progress"), word(message, "hint"))).collect()
}

#[tokio::test]
async fn what_a_clerk_enters_in_somebody_s_name_they_are_told_and_how_to_stop_it() {
    let story = Story::begin().await;
    let (clerk, holder, grantor) = (story.staff("cunwu").await, niece(&story).await, known(&story, "dai-daqing", HER_FATHER).await);
    story.allow_news("dai-daqing").await;
    let scan = clerk.upload("/api/v1/uploads", "委托书.png", "image/png", PHOTO.to_vec()).await.expect(201).value();
    let paper = json!({
        "grantor": party(HER_FATHER), "holder": party(NIECE), "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "on_paper", "scan": scan["id"] }, "station": VILLAGE_STATION,
    });
    let mandate = word(&clerk.post("/api/v1/mandates", &paper).await.expect(201).value(), "id");
    let entered = ("委托已登记".to_owned(), "站点记下别人替您办事，不是您说的请取消".to_owned());
    assert_eq!((told(&grantor, &mandate).await, told(&holder, &mandate).await), (vec![entered.clone()], vec![]));
    story.stand.run_jobs().await;
    assert_eq!(story.news("dai-daqing").await, ["委托已登记"]);

    let end = json!({ "entered": { "side": "grantor", "how": "by_telephone", "station": VILLAGE_STATION } });
    clerk.post(&format!("/api/v1/mandates/{mandate}/revoke"), end).await.expect(200);
    let cancelled = |hint: &str| ("委托已取消".to_owned(), hint.to_owned());
    assert_eq!(told(&grantor, &mandate).await, [entered, cancelled("站点记下您取消了委托，不是您说的请来电")]);
    assert_eq!(told(&holder, &mandate).await, [cancelled("对方取消了委托，往后您不用替办了")]);
    assert_eq!(told(&story.villager("sun-jun").await, &mandate).await, []);
}

#[tokio::test]
async fn who_gives_or_ends_a_mandate_in_the_app_knows_and_the_other_side_is_told_of_the_end() {
    let story = Story::begin().await;
    let (owner, holder) = (story.villager("wang-dama").await, niece(&story).await);
    let ends = [(&owner, &holder, "对方取消了委托，往后您不用替办了"), (&holder, &owner, "替您办的人不办了，可另请人或自己办")];
    for (ender, other, hint) in ends {
        let mandate = given(&owner).await;
        assert_eq!((told(&owner, &mandate).await, told(&holder, &mandate).await), (vec![], vec![]));
        ender.post(&format!("/api/v1/mandates/{mandate}/revoke"), json!({})).await.expect(200);
        assert_eq!(told(ender, &mandate).await, []);
        assert_eq!(told(other, &mandate).await, [("委托已取消".to_owned(), hint.to_owned())]);
    }
}
