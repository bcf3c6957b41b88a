//! Two instances on one database and one Redis: what is done at the one shows at the other, with Redis or without. On SQLite there is
//! one instance, and nothing to show.

use serde_json::json;

use super::story::{Story, TOWN_SERVICE, VILLAGE_STATION, accept};
use crate::support::live::Watching;
use crate::support::redis::Redis;
use crate::support::stand::{Kind, Stand};

/// So seldom that an instance looks by itself that it doesn't within a test: what comes, Redis brought.
const NEVER_LOOKS: (&str, &str) = ("BIANMIN__LIVE__POLL_SECS", "86400");

fn topics() -> Vec<String> {
    vec![format!("queue:{VILLAGE_STATION}")]
}

#[tokio::test]
async fn a_claim_at_one_instance_shows_at_the_others_subscribers() {
    let story = Story::on(Stand::with(&[NEVER_LOOKS]).await);
    let Some(second) = story.stand.second_instance() else { return };
    let there = second.hears(&story.staff("cunzhang").await);
    let mut list = Watching::socket(&there, &topics(), None).await;
    assert_eq!(list.next().await["event"], "hello");
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let arrived = list.update("arrived").await;
    let held = case.held_by("cunwu").await;
    let claimed = list.update("claimed").await;
    assert_eq!((&claimed["id"], &arrived["id"]), (&json!(held.work_item), &json!(held.work_item)));
}

#[tokio::test]
async fn once_redis_is_back_it_brings_what_happened_meanwhile_and_what_happens_then() {
    if Kind::of_this_run() == Kind::Sqlite {
        return;
    }
    let mut redis = Redis::start();
    let story = Story::on(Stand::with(&[NEVER_LOOKS, ("BIANMIN__REDIS__URL", &redis.url())]).await);
    let second = story.stand.second_instance().expect("a second instance");
    let mut list = Watching::socket(&second.hears(&story.staff("cunzhang").await), &topics(), None).await;
    assert_eq!(list.next().await["event"], "hello");
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let item = list.update("arrived").await["id"].clone();

    redis.kill();
    let held = case.held_by("cunwu").await;
    redis.start_again();
    assert_eq!(list.update("claimed").await["id"], item, "whoever hears again looks what they missed");
    held.tries(accept()).await.expect(200);
    assert_eq!(list.update("closed").await["id"], item);
}

#[tokio::test]
async fn with_redis_gone_work_goes_on_and_no_update_is_missed() {
    if Kind::of_this_run() == Kind::Sqlite {
        return;
    }
    let mut redis = Redis::start();
    let story = Story::on(Stand::with(&[("BIANMIN__REDIS__URL", &redis.url())]).await);
    let second = story.stand.second_instance().expect("a second instance");
    let there = second.hears(&story.staff("cunzhang").await);
    let mut list = Watching::events(&there, &topics(), None).await;
    let begin = list.next().await["sequence"].as_str().expect("a sequence").to_owned();
    let first = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let first_item = list.update("arrived").await["id"].clone();

    redis.kill();
    let held = first.held_by("cunwu").await;
    assert_eq!(list.update("claimed").await["id"], first_item, "without Redis the other instance looks by itself");
    held.tries(accept()).await.expect(200);
    let away = list.last.clone();
    drop(list);
    redis.start_again();

    let second_case = story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    let second_item = second_case.held_by("cunwu").await.work_item;
    let expected = |from: usize| {
        let all = [("arrived", &first_item), ("claimed", &first_item), ("closed", &first_item)];
        let later = [("arrived", json!(second_item)), ("claimed", json!(second_item))];
        let all = all.map(|(what, id)| (json!(what), id.clone())).into_iter().chain(later.map(|(what, id)| (json!(what), id)));
        all.skip(from).collect::<Vec<_>>()
    };
    for (after, missed) in [(away, 2), (begin, 0)] {
        let mut list = Watching::events(&there, &topics(), Some(&after)).await;
        assert_eq!(list.next().await["event"], "hello");
        let mut told = Vec::new();
        for _ in 0..expected(missed).len() {
            let update = list.next().await;
            told.push((update["what"].clone(), update["id"].clone()));
        }
        assert_eq!(told, expected(missed), "from {after}");
    }
}
