//! What holds for a while at a station, and who works where: plans follow it at once.

use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, TOWN_SERVICE, TOWN_STATION, VILLAGE, VILLAGE_STATION, accept, says, word};
use crate::support::client::Api;
use crate::support::instance::until;

/// Tuesday, the day after the stories begin; the village station is open from 09:00.
const TUESDAY: &str = "2026-09-15";
/// 平桥村东院落联系点.
const POINT: &str = "511499101203-11";
const LIFE_CHECK: &str = "T006";
/// 户口迁移受理: the person must come once, to a partner's counter where they are far away.
const MOVING_HOUSE: &str = "T086";
const FAR_STATION: &str = "440499000000-01";

async fn plans(api: &Api, ask: Value) -> Value {
    api.post("/api/v1/plans", ask).await.expect(200).value()
}

fn ask(item: &str) -> Value {
    json!({ "items": [item], "registered": VILLAGE, "residence": VILLAGE })
}

/// When the village station takes the matter in, by the plan of the person's own line.
async fn taken_in_at(story: &Story, item: &str) -> (String, Value) {
    taken_in_by(&story.stand.anyone(), item).await
}

async fn taken_in_by(api: &Api, item: &str) -> (String, Value) {
    let answer = plans(api, ask(item)).await;
    let all = answer["plans"].as_array().expect("plans");
    let at_the_village = |plan: &&Value| plan["mode"] == "nearby" && plan["matters"][0]["accepting"]["code"] == VILLAGE_STATION;
    let plan = all.iter().find(at_the_village).unwrap_or_else(|| panic!("{answer:#}"));
    let steps = plan["steps"].as_array().expect("steps");
    let taking_in = steps.iter().find(|step| step["kind"] == "accept").expect("it is taken in");
    (word(taking_in, "from"), plan.clone())
}

/// Somebody of the staff changes a station.
pub(super) async fn edit(story: &Story, login: &str, station: &str, change: Value) -> Value {
    let staff = story.staff(login).await;
    let path = format!("/api/v1/stations/{station}");
    let seen = staff.get(&path).await.expect(200).etag().to_owned();
    staff.ask(reqwest::Method::PATCH, &path).if_match(&seen).json(change).send().await.expect(200).value()
}

#[tokio::test]
async fn a_station_that_is_closed_for_a_day_takes_matters_in_on_the_next() {
    let story = Story::begin().await;
    let (before, _) = taken_in_at(&story, CERTIFICATE).await;
    assert!(before.starts_with("2026-09-14"), "{before}");
    let closed = json!({ "closures": [{ "from": "2026-09-14", "to": "2026-09-14", "hours": null, "cause": "outage" }] });
    let station = edit(&story, "duban", VILLAGE_STATION, closed).await;
    assert_eq!((&station["open_now"], &station["closures"][0]["cause"]), (&json!(false), &json!("outage")));
    let (after, _) = taken_in_at(&story, CERTIFICATE).await;
    assert!(after.starts_with(TUESDAY), "{after}");
    edit(&story, "duban", VILLAGE_STATION, json!({ "closures": [] })).await;
    assert!(taken_in_at(&story, CERTIFICATE).await.0.starts_with("2026-09-14"));
}

/// On SQLite there is one instance, and nothing to show.
#[tokio::test]
async fn a_closure_said_to_one_instance_holds_at_the_other_and_so_does_its_end() {
    let story = Story::begin().await;
    let Some(second) = story.stand.second_instance() else { return };
    let there = second.anyone();
    let taken_in_there = async || taken_in_by(&there, CERTIFICATE).await.0;
    assert!(taken_in_there().await.starts_with("2026-09-14"));
    let closed = json!({ "closures": [{ "from": "2026-09-14", "to": "2026-09-14", "hours": null, "cause": "outage" }] });
    edit(&story, "duban", VILLAGE_STATION, closed).await;
    assert!(taken_in_at(&story, CERTIFICATE).await.0.starts_with(TUESDAY), "at once where it was said");
    until(&taken_in_there, |day| day.starts_with(TUESDAY)).await;

    let seen_there = second.hears(&story.staff("duban").await);
    let path = format!("/api/v1/stations/{VILLAGE_STATION}");
    let seen = seen_there.get(&path).await.expect(200).etag().to_owned();
    let opened = json!({ "closures": [] });
    seen_there.ask(reqwest::Method::PATCH, &path).if_match(&seen).json(opened).send().await.expect(200);
    until(async || taken_in_at(&story, CERTIFICATE).await.0, |day| day.starts_with("2026-09-14")).await;
}

#[tokio::test]
async fn while_all_staff_are_away_nothing_is_taken_in() {
    let story = Story::begin().await;
    let staff = story.stand.anyone().get(&format!("/api/v1/stations/{VILLAGE_STATION}")).await.expect(200).value()["staff"].clone();
    let away = json!({ "from": "2026-09-14T08:00:00+08:00", "until": "2026-09-15T12:00:00+08:00", "staff": staff });
    edit(&story, "duban", VILLAGE_STATION, json!({ "absences": [away] })).await;
    let (after, _) = taken_in_at(&story, CERTIFICATE).await;
    assert!(after.as_str() > "2026-09-15T12:00:00+08:00", "{after}");
}

#[tokio::test]
async fn a_notice_stands_beside_the_plans_of_its_station_while_it_holds() {
    let story = Story::begin().await;
    let notice = json!({ "from": "2026-09-14T00:00:00+08:00", "until": "2026-09-16T00:00:00+08:00", "text": "村委会换届，请走东门" });
    edit(&story, "duban", VILLAGE_STATION, json!({ "notices": [notice] })).await;
    let (_, plan) = taken_in_at(&story, CERTIFICATE).await;
    assert_eq!(
        (&plan["notices"][0]["text"], &plan["notices"][0]["station"]["code"]),
        (&json!("村委会换届，请走东门"), &json!(VILLAGE_STATION))
    );
    story.at("2026-09-17T09:30:00+08:00").await;
    assert_eq!(taken_in_at(&story, CERTIFICATE).await.1["notices"], json!([]));
}

#[tokio::test]
async fn what_ends_before_it_begins_is_refused_and_only_who_watches_the_station_says_it() {
    let story = Story::begin().await;
    let path = format!("/api/v1/stations/{VILLAGE_STATION}");
    let supervisor = story.staff("duban").await;
    let seen = supervisor.get(&path).await.expect(200).etag().to_owned();
    let backwards = json!({ "closures": [{ "from": "2026-09-15", "to": "2026-09-14", "hours": null, "cause": "event" }] });
    let patch = |api: &Api, body: Value| api.ask(reqwest::Method::PATCH, &path).if_match(&seen).json(body).send();
    patch(&supervisor, backwards).await.problem(422, "facts_invalid");
    patch(&supervisor, json!({ "absences": [{ "from": "2026-09-14T08:00:00+08:00", "until": "2026-09-15T08:00:00+08:00", "staff": 0 }] }))
        .await
        .expect(422);
    patch(&story.staff("cunwu").await, json!({ "closures": [] })).await.problem(403, "role_missing");
    patch(&story.villager("wang-dama").await, json!({ "closures": [] })).await.problem(403, "staff_only");
}

fn elsewhere() -> Value {
    let mut ask = ask(LIFE_CHECK);
    ask["whereabouts"] = json!({ "elsewhere": { "district": "440499", "place": null } });
    ask
}

#[tokio::test]
async fn partner_stations_come_and_go_with_the_system_administrator_or_the_district_s_supervisor() {
    let story = Story::begin().await;
    let (anyone, admin) = (story.stand.anyone(), story.staff("guanli").await);
    let listed = anyone.get("/api/v1/partners").await.expect(200).value();
    assert_eq!(listed["items"].as_array().expect("partners").len(), 2);
    let new = json!({
        "name": "演示·海湾区", "station_name": "海湾区第二政务服务中心（演示）", "place": { "lat": 22.3, "lng": 113.5 }, "items": [LIFE_CHECK],
        "hours": [{ "days": [6, 7], "open": "09:00", "close": "17:00" }],
    });
    let second = "440499000000-02";
    let body = |code: &str| json!({ "code": code, "partner": &new });
    story.staff("cunwu").await.post("/api/v1/partners", body(second)).await.problem(403, "role_missing");
    admin.post("/api/v1/partners", body(VILLAGE_STATION)).await.problem(422, "partner_in_own_district");
    let added = admin.post("/api/v1/partners", body(second)).await.expect(201).value();
    assert_eq!((&added["code"], &added["district"]), (&json!(second), &json!("440499")));
    admin.post("/api/v1/partners", body(second)).await.problem(409, "partner_there_already");
    let path = format!("/api/v1/partners/{second}");
    let seen = anyone.get(&path).await.expect(200).etag().to_owned();
    let edit = |etag: &str| admin.ask(reqwest::Method::PUT, &path).if_match(etag).json(&new).send();
    edit("\"0\"").await.problem(412, "stale");
    edit(&seen).await.expect(200);
    story.staff("duban").await.delete(&format!("/api/v1/partners/{FAR_STATION}")).await.expect(204);
    admin.delete(&format!("/api/v1/partners/{FAR_STATION}")).await.problem(404, "partner_not_found");
    let listed = anyone.get("/api/v1/partners").await.expect(200).value();
    let codes: Vec<_> = listed["items"].as_array().expect("partners").iter().map(|partner| word(partner, "code")).collect();
    assert_eq!(codes, [second, "510199000000-01"]);
    plans(&anyone, elsewhere()).await;
}

/// The only clerk of a courtyard point is the villager's brother: the point takes nothing of theirs in, and of a neighbour it does.
#[tokio::test]
async fn nobody_is_sent_to_a_counter_at_which_only_their_own_people_work() {
    let story = Story::begin().await;
    let brother = json!({ "name": "罗守点", "citizen_id": "51149919850102001X", "kinship": "sibling" });
    story.villager("zhang-wei").await.post("/api/v1/me/relatives", brother).await.expect(201);
    manned_by(&story, "51149919850102001X").await;
    assert_eq!(reason_at_the_point(&story, "zhang-wei").await, json!("only_own_people"));
    assert_eq!(reason_at_the_point(&story, "wang-dama").await, json!(null));
}

/// From now on nobody but this person works at the point.
async fn manned_by(story: &Story, citizen_id: &str) {
    let security = story.staff("anquan").await;
    for account in security.all(&format!("/api/v1/staff?station={POINT}")).await {
        let grants = account["grants"].as_array().expect("grants");
        if grants.iter().any(|grant| grant["role"] == "clerk" || grant["role"] == "approver") {
            let path = format!("/api/v1/staff/{}", word(&account, "id"));
            let seen = security.get(&path).await.expect(200).etag().to_owned();
            let closed = json!({ "disabled": true });
            security.ask(reqwest::Method::PATCH, &path).if_match(&seen).json(closed).send().await.expect(200);
        }
    }
    let grants = json!([{ "role": "clerk", "station": POINT }]);
    let new = json!({ "login": "luo.shoudian", "name": "罗守点", "citizen_id": citizen_id, "grants": grants });
    security.post("/api/v1/staff", new).await.expect(201);
}

/// Why the point was no way for a case of the villager's; none where it was one.
async fn reason_at_the_point(story: &Story, phone: &str) -> Value {
    let case = story.submit(phone, "V006", "nearby").await;
    let decided = story.villager(phone).await.get(&case.path("/decision")).await.expect(200).value();
    let candidates = decided["candidates"].as_array().expect("candidates");
    let here = candidates.iter().find(|candidate| candidate["mode"] == "nearby" && candidate["station"]["code"] == POINT);
    here.unwrap_or_else(|| panic!("the point isn't looked at: {decided:#}"))["reason"].clone()
}

#[tokio::test]
async fn a_case_keeps_what_its_plan_came_from_and_the_decision_can_be_made_again() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let owner = story.villager("wang-dama").await;
    let decided = owner.get(&case.path("/decision")).await.expect(200).value();
    assert!(word(&decided, "at").starts_with("2026-09-14T09:30:0"));
    let candidates = decided["candidates"].as_array().expect("candidates");
    assert!(candidates.iter().any(|candidate| candidate["sentence"] == "最优方案"), "{decided:#}");
    assert!(candidates.iter().all(|candidate| candidate["figures"].is_null() != candidate["reason"].is_null()));
    assert!(candidates.len() >= 2, "{decided:#}");
    assert_eq!((&decided["chosen"]["mode"], &decided["chosen"]["stations"][0]["code"]), (&json!("nearby"), &json!(VILLAGE_STATION)));

    let closed = json!({ "closures": [{ "from": "2026-09-01", "to": "2026-12-31", "hours": null, "cause": "relocation" }] });
    edit(&story, "duban", TOWN_STATION, closed).await;
    story.stand.run_jobs().await;
    let again = owner.get(&case.path("/decision")).await.expect(200).value();
    assert_eq!(again["candidates"], decided["candidates"], "as things were then: the town's station had no part in it");
    case.seen_by(&story.staff("cunwu").await).await;
    story.staff("duban").await.get(&case.path("/decision")).await.expect(200);
    story.villager("zhang-wei").await.get(&case.path("/decision")).await.problem(404, "case_not_found");

    let said = story.stand.run_program(&["explain", &case.number]).unwrap();
    assert!(said.contains(&case.number) && said.contains("最优方案") && said.contains("所选 就近即办"), "{said}");
    assert!(!said.contains("王桂芳"), "no name");
    assert!(story.stand.run_program(&["explain", "511499-20200101-00001-1"]).unwrap_err().contains("no case"));
}

#[tokio::test]
async fn a_decision_names_the_partner_station_that_would_meet_the_person() {
    let story = Story::begin().await;
    let mut ask = elsewhere();
    ask["items"] = json!([MOVING_HOUSE]);
    let chosen = story.chosen(&ask, "remote").await;
    let matter = json!({ "item": MOVING_HOUSE, "answers": story.answers(MOVING_HOUSE).await });
    let order = json!({ "ask": ask, "chosen": chosen, "subject": { "kind": "myself" }, "matters": [matter] });
    let owner = story.villager("wang-dama").await;
    let case = story.open(&owner, &order).await;
    let decided = owner.get(&case.path("/decision")).await.expect(200).value();
    let candidates = decided["candidates"].as_array().expect("candidates");
    let remote: Vec<_> = candidates.iter().filter(|candidate| candidate["mode"] == "remote").collect();
    assert!(!remote.is_empty() && remote.iter().all(|candidate| candidate["partner"]["code"] == FAR_STATION), "{decided:#}");
    assert!(candidates.iter().filter(|candidate| candidate["mode"] != "remote").all(|candidate| candidate["partner"].is_null()));
    let said = story.stand.run_program(&["explain", &case.number]).unwrap();
    assert!(said.contains(&format!("（在{}核验）", word(&remote[0]["partner"], "name"))), "{said}");
}

#[tokio::test]
async fn a_case_whose_station_closes_is_planned_again_and_the_person_is_told() {
    let story = Story::begin().await;
    story.allow_news("wang-dama").await;
    let (case, accepted) = (story.submit("wang-dama", CERTIFICATE, "nearby").await, story.submit("wang-dama", CERTIFICATE, "nearby").await);
    accepted.done_by("cunwu", accept()).await;
    let closed = json!({ "closures": [{ "from": "2026-09-14", "to": "2026-09-18", "hours": null, "cause": "outage" }] });
    edit(&story, "duban", VILLAGE_STATION, closed).await;
    story.stand.run_jobs().await;
    let owner = story.villager("wang-dama").await;
    says(&case.history(&owner).await, "站点临时停办或调整，方案已重排，最晚2026-09-");
    assert!(story.news("wang-dama").await.contains(&"方案有变".to_owned()));
    let decided = owner.get(&case.path("/decision")).await.expect(200).value();
    let best = &decided["answer"]["plans"][0];
    assert!(word(best, "expected").as_str() > "2026-09-14T23:59:59+08:00", "{best:#}");
    assert!(!accepted.history(&owner).await.iter().any(|sentence| sentence.contains("重排")), "an accepted case keeps its promise");

    story.stand.run_jobs().await;
    let told = case.history(&owner).await.iter().filter(|sentence| sentence.contains("重排")).count();
    assert_eq!(told, 1, "once");
}

#[tokio::test]
async fn a_case_whose_station_takes_the_item_in_no_more_says_so() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    edit(&story, "duban", VILLAGE_STATION, json!({ "removed": [CERTIFICATE] })).await;
    story.stand.run_jobs().await;
    let owner = story.villager("wang-dama").await;
    says(&case.history(&owner).await, "原方案不再适用");

    let told = case.history(&owner).await;
    for text in ["今日上午停电", "今日上午不停电"] {
        let notice = json!({ "notices": [{ "from": "2026-09-14T08:00:00+08:00", "until": "2026-09-14T12:00:00+08:00", "text": text }] });
        edit(&story, "duban", TOWN_STATION, notice).await;
        story.stand.run_jobs().await;
    }
    assert_eq!(case.history(&owner).await, told, "what else changes is no news to them");
    edit(&story, "duban", VILLAGE_STATION, json!({ "removed": [] })).await;
    story.stand.run_jobs().await;
    says(&case.history(&owner).await, "方案已重排");
}

#[tokio::test]
async fn a_case_whose_station_takes_the_item_in_no_more_goes_where_that_asks_no_more_of_the_person() {
    let story = Story::begin().await;
    story.allow_news("wang-dama").await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let (owner, clerk) = (story.villager("wang-dama").await, story.staff("cunwu").await);
    let (waiting, before) = (case.work_item(&clerk).await, case.seen_by(&owner).await);
    edit(&story, "duban", VILLAGE_STATION, json!({ "removed": [TOWN_SERVICE] })).await;
    story.stand.run_jobs().await;
    let after = case.seen_by(&owner).await;
    let there = word(&after["accepting"], "code");
    assert!(there != VILLAGE_STATION && before["accepting"]["code"] == VILLAGE_STATION, "{after:#}");
    says(&case.history(&owner).await, "原站点办不了，已改为就近即办");
    assert!(story.news("wang-dama").await.contains(&"方案有变".to_owned()));
    clerk.post(&format!("/api/v1/work-items/{waiting}/claim"), json!({})).await.expect(409);
    let decided = owner.get(&case.path("/decision")).await.expect(200).value();
    assert_eq!(decided["chosen"]["stations"][0]["code"], json!(there), "{decided:#}");

    edit(&story, "duban", VILLAGE_STATION, json!({ "removed": [] })).await;
    story.stand.run_jobs().await;
    assert_eq!(word(&case.seen_by(&owner).await["accepting"], "code"), there, "it stays where it went");
}

#[tokio::test]
async fn a_courier_who_gives_a_fetching_back_changes_the_plan() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", "T037", "express").await;
    let courier = story.staff("kuaidi").await;
    let legs = courier.get("/api/v1/deliveries").await.expect(200).value().as_array().expect("legs").clone();
    let leg = legs.iter().find(|leg| leg["case"]["id"] == case.id.as_str()).unwrap_or_else(|| panic!("{legs:#?}"));
    let path = format!("/api/v1/deliveries/{}/fetch", word(leg, "delivery"));
    courier.post(&format!("{path}/claim"), json!({})).await.expect(200);
    courier.post(&format!("{path}/give-back"), json!({})).await.expect(200);
    let owner = story.villager("wang-dama").await;
    says(&case.history(&owner).await, "原定的快递员不能来，方案已重排");
}
