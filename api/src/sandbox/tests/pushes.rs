//! What the sandbox tells by itself: signed, encrypted, repeated; and refused where something is wrong with it.

use infra::wechat::{Answer, Event, SentNotice, Subscription};

use super::receiver::Receiver;
use super::*;

async fn deliver(bench: &Bench) {
    bench.post("/__sandbox/deliver", json!({})).await;
}

fn subscription(template_id: &str, answer: Answer) -> Subscription {
    Subscription { template_id: template_id.to_owned(), answer }
}

#[tokio::test]
async fn a_message_that_was_sent_is_told_of_with_its_user_and_its_template() {
    let bench = bench().await;
    let (receiver, openid) = (Receiver::start(&bench).await, bench.openid("wang-fang").await);
    bench.accept("wang-fang", REMINDER, 1).await;
    bench.send(&openid, &reminder()).await.unwrap();
    deliver(&bench).await;
    let told = receiver.take(&bench);
    assert_eq!(told[0].event, Event::Answered(vec![subscription(REMINDER, Answer::Accept)]));
    assert_eq!(told[1].from.as_ref(), Some(&openid));
    assert!(
        matches!(&told[1].event, Event::Sent(sent) if matches!(&sent[..], [SentNotice { template_id, errcode: 0, .. }] if template_id == REMINDER))
    );
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn answers_to_several_templates_come_as_a_list_and_turning_one_off_comes_alone() {
    let bench = bench().await;
    let receiver = Receiver::start(&bench).await;
    let both = json!({ "user": "wang-fang", "template_ids": [TEMPLATE, REMINDER], "answer": "reject" });
    assert_eq!(bench.post("/__sandbox/answer", both).await["credits"][TEMPLATE], 0);
    bench.post("/__sandbox/turn_off", json!({ "user": "wang-fang", "template_ids": [TEMPLATE] })).await;
    deliver(&bench).await;
    let told: Vec<Event> = receiver.take(&bench).into_iter().map(|pushed| pushed.event).collect();
    let rejected = |id| subscription(id, Answer::Reject);
    assert_eq!(told, [Event::Answered(vec![rejected(TEMPLATE), rejected(REMINDER)]), Event::TurnedOff(vec![rejected(TEMPLATE)])]);
}

#[tokio::test]
async fn a_push_without_an_answer_comes_up_to_three_times_more_and_is_kept_once() {
    let bench = bench().await;
    let receiver = Receiver::start(&bench).await;
    receiver.stay_silent_for(2);
    bench.accept("wang-fang", TEMPLATE, 1).await;
    deliver(&bench).await;
    assert_eq!((receiver.deliveries(), receiver.take(&bench).len()), (3, 1));
    receiver.stay_silent_for(10);
    bench.accept("li-qiang", TEMPLATE, 1).await;
    deliver(&bench).await;
    assert_eq!((receiver.deliveries(), receiver.take(&bench).len()), (3 + 4, 1));
}

#[tokio::test]
async fn a_push_with_a_flaw_is_refused_and_the_next_without_one_is_taken() {
    let bench = bench().await;
    let receiver = Receiver::start(&bench).await;
    for flaw in ["wrong_signature", "old_timestamp", "wrong_appid"] {
        let (deliveries, refused) = (receiver.deliveries(), receiver.refused());
        bench.post("/__sandbox/flaw", json!({ "flaw": flaw })).await;
        bench.accept("wang-fang", TEMPLATE, 1).await;
        deliver(&bench).await;
        assert_eq!((receiver.deliveries() - deliveries, receiver.refused() - refused), (4, 4), "{flaw}");
        assert!(receiver.take(&bench).is_empty());
    }
    bench.accept("wang-fang", TEMPLATE, 1).await;
    deliver(&bench).await;
    assert_eq!(receiver.take(&bench).len(), 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_when_the_address_is_set() {
    let bench = bench().await;
    let refused = bench.post("/__sandbox/push", json!({ "url": "http://127.0.0.1:1", "token": "t", "encoding_aes_key": "short" })).await;
    assert!(refused["error"].as_str().unwrap().contains("EncodingAESKey"));
}
