//! Subscription messages: consent, values, pages, quotas, one at a time.

use std::time::Duration;

use futures_util::future::join_all;
use infra::wechat::BadValue;

use super::*;

#[tokio::test]
async fn a_phone_known_from_the_start_takes_the_messages_that_it_allowed_before() {
    let settings = SandboxSettings { phones: vec!["wang-dama".to_owned()], consents_at_start: 1, ..SandboxSettings::demo() };
    let openid = settings.openid_of("wang-dama").unwrap();
    let bench = bench_with(settings).await;
    bench.send(&openid, &progress()).await.unwrap();
    assert!(matches!(bench.send(&openid, &progress()).await, Err(SendError::RefusedByUser)));
    assert_eq!(bench.openid("wang-dama").await, openid);
}

#[tokio::test]
async fn a_message_reaches_the_phone_as_often_as_its_user_has_agreed() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    assert!(matches!(bench.send(&openid, &progress()).await, Err(SendError::RefusedByUser)));
    assert_eq!(bench.accept("wang-fang", TEMPLATE, 2).await, 2);
    bench.send(&openid, &progress()).await.unwrap();
    bench.send(&openid, &progress()).await.unwrap();
    assert!(matches!(bench.send(&openid, &progress()).await, Err(SendError::RefusedByUser)));

    let messages = bench.messages("wang-fang").await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["data"]["thing2"], "城乡居民养老保险参保登记");
    assert_eq!(messages[0]["received_at"], "2026-09-01T12:00:00+08:00");
}

#[tokio::test]
async fn a_long_term_template_takes_one_yes_for_many_messages_until_it_is_turned_off() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    assert!(matches!(bench.send(&openid, &reminder()).await, Err(SendError::RefusedByUser)));
    assert_eq!(bench.accept("wang-fang", REMINDER, 1).await, true);
    for _ in 0..5 {
        bench.send(&openid, &reminder()).await.unwrap();
    }
    assert_eq!(bench.credit("wang-fang", REMINDER).await, true);
    bench.post("/__sandbox/turn_off", json!({ "user": "wang-fang", "template_ids": [REMINDER] })).await;
    assert!(matches!(bench.send(&openid, &reminder()).await, Err(SendError::RefusedByUser)));
    assert_eq!(bench.messages("wang-fang").await.len(), 5);
}

#[tokio::test]
async fn a_bad_value_is_told_before_it_is_sent() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    for (key, value) in [("phrase3", "received"), ("thing5", "")] {
        let Err(SendError::BadValue(BadValue { key: told, .. })) = bench.send(&openid, &with(key, value)).await else {
            panic!("{key} sent")
        };
        assert_eq!(told, key);
    }
    assert_eq!(bench.calls("/cgi-bin/message/subscribe/send").await, 0);
}

#[tokio::test]
async fn what_only_the_template_knows_wechat_refuses_by_its_key_and_it_costs_no_consent() {
    let mut settings = SandboxSettings::demo();
    settings.templates[0].keys.insert("enum6".to_owned(), "渠道".to_owned());
    settings.templates[0].choices.insert("enum6".to_owned(), vec!["窗口".to_owned(), "网上".to_owned()]);
    let bench = bench_with(settings).await;
    let openid = bench.openid("wang-fang").await;
    bench.accept("wang-fang", TEMPLATE, 1).await;
    let mut unknown_key = with("enum6", "窗口");
    unknown_key.data.insert("thing9".to_owned(), "没有这一项".to_owned());
    for (message, key) in [(progress(), "enum6"), (with("enum6", "电话"), "enum6"), (unknown_key, "thing9")] {
        let Err(SendError::BadMessage(refusal)) = bench.send(&openid, &message).await else { panic!("{key} accepted") };
        assert_eq!((refusal.errcode, refusal.about.as_deref()), (47003, Some(key)));
    }
    assert_eq!(bench.credit("wang-fang", TEMPLATE).await, 1);
    bench.send(&openid, &with("enum6", "窗口")).await.unwrap();
}

#[tokio::test]
async fn an_unknown_user_or_template_is_told_apart() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    let stranger: Openid = "oNobody".parse().unwrap();
    assert!(matches!(bench.send(&stranger, &progress()).await, Err(SendError::UnknownUser)));
    let other = SubscribeMessage { template_id: "deleted".to_owned(), ..progress() };
    assert!(matches!(bench.send(&openid, &other).await, Err(SendError::Misconfigured(refusal)) if refusal.errcode == 40037));
}

#[tokio::test]
async fn a_message_whose_page_is_not_released_goes_out_without_it() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.accept("wang-fang", TEMPLATE, 1).await;
    let message = SubscribeMessage { page: Some("pages/not/released".to_owned()), ..progress() };
    bench.send(&openid, &message).await.unwrap();
    assert_eq!(bench.messages("wang-fang").await[0]["page"], Value::Null);
}

#[tokio::test]
async fn messages_to_one_user_go_one_after_the_other_and_another_system_s_makes_ours_wait() {
    let bench = bench_with(SandboxSettings { send_takes_ms: 20, ..SandboxSettings::demo() }).await;
    let openid = bench.openid("wang-fang").await;
    bench.accept("wang-fang", REMINDER, 1).await;
    let message = reminder();
    let sent = join_all((0..8).map(|_| bench.send(&openid, &message))).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");

    let other_instance = client(&bench.base_url, "sandbox-secret", bench.shared.clone());
    let other = async { other_instance.send_subscribe(&openid, &message, bench.now()).await.map(drop) };
    let (one, two) = tokio::join!(bench.send(&openid, &message), other);
    let a_moment = Duration::from_secs(1);
    let waits = [one, two].into_iter().filter(|sent| matches!(sent, Err(SendError::TryLater { after, .. }) if *after == a_moment)).count();
    assert_eq!((waits, bench.messages("wang-fang").await.len()), (1, 9));
}

#[tokio::test]
async fn a_spent_day_stops_messages_until_midnight_in_beijing_without_another_call() {
    let bench = bench().await;
    let (openid, path) = (bench.openid("wang-fang").await, "/cgi-bin/message/subscribe/send");
    bench.accept("wang-fang", REMINDER, 1).await;
    bench.post("/__sandbox/quotas", json!({ "path": path, "quota": { "per_day": 2 } })).await;
    for _ in 0..2 {
        bench.send(&openid, &reminder()).await.unwrap();
    }
    for _ in 0..5 {
        assert!(matches!(bench.send(&openid, &reminder()).await, Err(SendError::QuotaSpent)));
    }
    assert_eq!(bench.calls(path).await, 3);
    bench.pass(TimeDelta::hours(11)).await;
    assert!(matches!(bench.send(&openid, &reminder()).await, Err(SendError::QuotaSpent)), "it is 23:00");
    bench.pass(TimeDelta::hours(1)).await;
    bench.send(&openid, &reminder()).await.unwrap();
}

#[tokio::test]
async fn a_spent_minute_makes_messages_wait_for_the_next() {
    let bench = bench().await;
    let (openid, path) = (bench.openid("wang-fang").await, "/cgi-bin/message/subscribe/send");
    bench.accept("wang-fang", REMINDER, 1).await;
    bench.post("/__sandbox/quotas", json!({ "path": path, "quota": { "per_minute": 1 } })).await;
    bench.send(&openid, &reminder()).await.unwrap();
    for _ in 0..3 {
        let Err(SendError::TryLater { after, .. }) = bench.send(&openid, &reminder()).await else { panic!("sent") };
        assert!(after <= Duration::from_secs(60));
    }
    assert_eq!(bench.calls(path).await, 2);
    bench.pass(TimeDelta::minutes(1)).await;
    bench.send(&openid, &reminder()).await.unwrap();
}
