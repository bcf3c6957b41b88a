//! Mini-program codes (小程序码): a station's poster, a case's slip, and what they open for whom.

use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, TOWN_STATION, VILLAGE_STATION};
use crate::support::client::{Answer, Api};
use crate::support::stand::Stand;

const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

fn station_code(station: &str) -> String {
    format!("/api/v1/stations/{station}/mini-code")
}

/// The scene of a code that was drawn.
#[track_caller]
fn scene(drawn: Answer) -> String {
    let drawn = drawn.expect(200);
    assert!(drawn.bytes().starts_with(&JPEG) && drawn.header("content-type") == "image/jpeg");
    let scene = drawn.header("x-scene").to_owned();
    assert!((16..=32).contains(&scene.len()) && scene.bytes().all(|b| b.is_ascii_alphanumeric()), "{scene}");
    scene
}

async fn opens(by: &Api, scene: &str) -> Answer {
    by.get(&format!("/api/v1/scenes/{scene}")).await
}

async fn drawn_by_wechat(stand: &Stand) -> u64 {
    let calls = stand.sandbox().get("/__sandbox/calls").await.expect(200).value();
    calls["paths"]["/wxa/getwxacodeunlimit"].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn a_station_s_poster_opens_the_station_for_everybody_and_is_drawn_once() {
    let mut story = Story::begin().await;
    let first = story.staff("cunwu").await.get(&station_code(VILLAGE_STATION)).await;
    let picture = first.bytes().to_vec();
    let poster = scene(first);
    assert!(!poster.contains("511499"));
    let page = json!({ "page": "pages/station/detail", "station": VILLAGE_STATION, "case": Value::Null });
    assert_eq!(opens(&story.stand.anyone(), &poster).await.expect(200).value(), page);
    for login in ["cunzhang", "duban"] {
        let again = story.staff(login).await.get(&station_code(VILLAGE_STATION)).await;
        assert_eq!((again.bytes(), scene(again.clone())), (picture.as_slice(), poster.clone()));
    }
    assert_eq!(drawn_by_wechat(&story.stand).await, 1);
    assert_ne!(scene(story.staff("zhenban").await.get(&station_code(TOWN_STATION)).await), poster);
    story.restart().await;
    assert_eq!(scene(story.staff("cunwu").await.get(&station_code(VILLAGE_STATION)).await), poster);
    assert_eq!(drawn_by_wechat(&story.stand).await, 0, "it was kept");
}

#[tokio::test]
async fn a_poster_is_its_station_s_to_print() {
    let story = Story::begin().await;
    story.staff("zhenban").await.get(&station_code(VILLAGE_STATION)).await.problem(403, "out_of_scope");
    story.villager("wang-dama").await.get(&station_code(VILLAGE_STATION)).await.expect(403);
    story.stand.anyone().get(&station_code(VILLAGE_STATION)).await.expect(401);
    story.staff("duban").await.get(&station_code("511499999999-01")).await.problem(404, "station_not_found");
}

#[tokio::test]
async fn a_case_s_slip_opens_it_for_who_may_see_it_and_for_others_nothing() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let slip = scene(story.staff("cunwu").await.get(&case.path("/mini-code")).await);
    assert!(!case.id.contains(&slip) && !case.number.contains(&slip));
    let page = json!({ "page": "pages/case/detail", "station": Value::Null, "case": case.id });
    for api in [story.villager("wang-dama").await, story.staff("cunwu").await] {
        assert_eq!(opens(&api, &slip).await.expect(200).value(), page);
    }
    let nothing = opens(&story.stand.anyone(), "neverdrawn22characters").await.problem(404, "scene_not_found").detail;
    for api in [story.stand.anyone(), story.villager("zhang-wei").await, story.staff("511499101204-01.2").await] {
        assert_eq!(opens(&api, &slip).await.problem(404, "scene_not_found").detail, nothing);
    }
    for bad in ["a%20b", "%E5%8A%9E%E4%BB%B6", "0000000000000000000000000000000000"] {
        opens(&story.stand.anyone(), bad).await.problem(404, "scene_not_found");
    }
    story.staff("511499101204-01.2").await.get(&case.path("/mini-code")).await.problem(404, "case_not_found");
    story.villager("wang-dama").await.get(&case.path("/mini-code")).await.expect(403);
}

#[tokio::test]
async fn where_wechat_draws_nothing_that_is_said_and_the_next_time_it_is_asked_again() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let path = "/wxa/getwxacodeunlimit";
    let down = json!({ "seed": 1, "per_mille": 1000, "kinds": ["bad_gateway"], "paths": [path] });
    story.stand.sandbox().post("/__sandbox/mishaps", down).await.ok();
    clerk.get(&station_code(VILLAGE_STATION)).await.problem(503, "wechat_unavailable");
    story.stand.sandbox().post("/__sandbox/mishaps", json!({ "seed": 1, "per_mille": 0 })).await.ok();
    scene(clerk.get(&station_code(VILLAGE_STATION)).await);
    story.stand.sandbox().post("/__sandbox/quotas", json!({ "path": path, "quota": { "per_minute": 0 } })).await.ok();
    scene(clerk.get(&station_code(VILLAGE_STATION)).await);
    let town = story.staff("zhenban").await.get(&station_code(TOWN_STATION)).await;
    assert_eq!(town.status(), 503, "{town}");
}
