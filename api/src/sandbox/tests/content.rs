//! Content safety: text at once, files by a push.

use infra::wechat::{CheckError, Event, MediaCheck, MediaKind, Place, Suggest, TextVerdict};

use super::receiver::Receiver;
use super::*;

async fn verdict(bench: &Bench, openid: &Openid, text: &str) -> TextVerdict {
    bench.wechat.check_text(openid, (text, Place::Comment), bench.now()).await.unwrap()
}

#[tokio::test]
async fn a_text_passes_is_looked_at_or_is_hidden_by_what_it_says() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    for (text, expected) in [("服务很好", Suggest::Pass), ("请加我微信", Suggest::Review), ("加我微信来赌博", Suggest::Risky)]
    {
        let TextVerdict::Judged { suggest, .. } = verdict(&bench, &openid, text).await else { panic!("not judged") };
        assert_eq!(suggest, expected, "{text}");
    }
}

#[tokio::test]
async fn of_a_user_who_was_not_in_the_app_for_two_hours_wechat_says_nothing() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.pass(TimeDelta::hours(2)).await;
    assert!(matches!(verdict(&bench, &openid, "服务很好").await, TextVerdict::Judged { .. }));
    bench.pass(TimeDelta::seconds(1)).await;
    assert_eq!(verdict(&bench, &openid, "服务很好").await, TextVerdict::NotSeenLately);
    let picture = ("http://127.0.0.1:1/picture", MediaKind::Picture, Place::Comment);
    assert_eq!(bench.wechat.check_media(&openid, picture, bench.now()).await.unwrap(), MediaCheck::NotSeenLately);
}

#[tokio::test]
async fn a_text_too_long_and_a_user_of_another_app_are_told_apart() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    let check = async |openid: &Openid, text: &str| bench.wechat.check_text(openid, (text, Place::Comment), bench.now()).await;
    assert!(check(&openid, &"好".repeat(2500)).await.is_ok());
    assert!(matches!(check(&openid, &"好".repeat(2501)).await, Err(CheckError::TooLong)));
    assert!(matches!(check(&"oNobody".parse().unwrap(), "好").await, Err(CheckError::UnknownUser)));
}

/// The verdicts that came for a picture that lies at `path` of the receiver.
async fn verdicts(bench: &Bench, receiver: &Receiver, path: &str, wait: TimeDelta) -> Vec<(bool, Option<Suggest>, i64)> {
    let openid = bench.openid("wang-fang").await;
    let url = format!("{}{path}", receiver.base_url);
    let begun = bench.wechat.check_media(&openid, (&url, MediaKind::Picture, Place::Comment), bench.now()).await.unwrap();
    let MediaCheck::Begun { trace_id: begun } = begun else { panic!("not begun") };
    bench.pass(wait).await;
    let checked = |event| match event {
        Event::MediaChecked(verdict) => Some((verdict.trace_id == begun, verdict.suggest, verdict.errcode)),
        _ => None,
    };
    receiver.take(bench).into_iter().filter_map(|pushed| checked(pushed.event)).collect()
}

#[tokio::test]
async fn the_verdict_on_a_picture_comes_later_as_a_push_or_not_at_all() {
    let bench = bench().await;
    let receiver = Receiver::start(&bench).await;
    let soon = TimeDelta::seconds(30);
    assert_eq!(verdicts(&bench, &receiver, "/good", TimeDelta::seconds(29)).await, []);
    assert_eq!(verdicts(&bench, &receiver, "/bad", soon).await.last(), Some(&(true, Some(Suggest::Risky), 0)));
    assert_eq!(verdicts(&bench, &receiver, "/good", soon).await, [(true, Some(Suggest::Pass), 0)]);
    assert_eq!(verdicts(&bench, &receiver, "/missing", soon).await, [(true, None, -1008)]);
}

#[tokio::test]
async fn a_verdict_may_be_lost_late_or_told_twice() {
    let bench = bench().await;
    let receiver = Receiver::start(&bench).await;
    let fate = async |fate: &str| bench.post("/__sandbox/verdicts", json!({ "fate": fate })).await;
    fate("lost").await;
    assert_eq!(verdicts(&bench, &receiver, "/good", TimeDelta::hours(1)).await, []);
    fate("late").await;
    assert_eq!(verdicts(&bench, &receiver, "/good", TimeDelta::minutes(40)).await, []);
    bench.pass(TimeDelta::minutes(5)).await;
    assert_eq!(receiver.take(&bench).len(), 1);
    fate("twice").await;
    assert_eq!(
        verdicts(&bench, &receiver, "/good", TimeDelta::seconds(30)).await,
        [(true, Some(Suggest::Pass), 0)],
        "by its mark it is one"
    );
    assert_eq!(receiver.deliveries(), 3);
}
