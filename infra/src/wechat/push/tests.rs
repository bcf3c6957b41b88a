use serde_json::json;

use super::*;

const NOW: i64 = 1_714_036_504;
const APPID: &str = "wx0000000000sandbox";

fn door(appid: &str, token: &str, key: &str) -> PushDoor {
    PushDoor::new(appid, &PushSettings { token: token.into(), encoding_aes_key: key.into() }).unwrap()
}

fn ours() -> PushDoor {
    door(APPID, "AAAAA", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_timestamp(secs, 0).unwrap()
}

/// A push as WeChat would make it.
fn pushed_by(door: &PushDoor, message: &serde_json::Value) -> (PushQuery, Vec<u8>) {
    let sealed = door.seal(message.to_string().as_bytes(), at(NOW), "nonce").unwrap();
    let query = PushQuery {
        timestamp: sealed.timestamp.to_string(),
        nonce: sealed.nonce,
        msg_signature: Some(sealed.msg_signature),
        ..PushQuery::default()
    };
    (query, json!({ "ToUserName": "gh_1", "Encrypt": sealed.encrypt }).to_string().into_bytes())
}

fn opened(message: &serde_json::Value) -> Pushed {
    let (query, body) = pushed_by(&ours(), message);
    ours().open(&query, &body, at(NOW)).unwrap()
}

fn sent_event() -> serde_json::Value {
    json!({
        "ToUserName": "gh_1", "FromUserName": "oUser", "CreateTime": NOW, "MsgType": "event", "Event": "subscribe_msg_sent_event",
        "List": { "TemplateId": "t1", "MsgID": "1864323726461255680", "ErrorCode": "0", "ErrorStatus": "success" }
    })
}

#[test]
fn the_published_vectors_of_the_set_up_are_echoed() {
    for (timestamp, nonce, signature) in [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ] {
        let query = PushQuery {
            signature: signature.to_owned(),
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
            echostr: Some("4375120948345356249".to_owned()),
            msg_signature: None,
        };
        let now = at(timestamp.parse().unwrap());
        assert_eq!(ours().echo(&query, now), Ok("4375120948345356249"));
        let others = PushQuery { signature: "f464".to_owned(), ..query.clone() };
        assert_eq!(ours().echo(&others, now), Err(NotGenuine));
        assert_eq!(ours().echo(&query, now + chrono::TimeDelta::seconds(301)), Err(NotGenuine));
    }
}

#[test]
fn the_published_vector_of_encryption_holds() {
    let door = door("wxb11529c136998cb6", "any", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
    let sealed = door.seal_with(*b"aaaabbbbccccdddd", "我是中文abcd123".as_bytes(), NOW, "n").unwrap();
    assert_eq!(sealed.encrypt, "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==");
    assert_eq!(door.decrypt(&sealed.encrypt).unwrap(), "我是中文abcd123".as_bytes());
}

#[test]
fn the_published_vector_of_a_push_is_signed_and_opens() {
    let sealed = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    let door = door("wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C");
    assert_eq!(door.signature(&["1409659589", "263014780", sealed]), "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3");
    assert_eq!(door.decrypt(sealed).unwrap(), b"1616140317555161061");
}

#[test]
fn the_published_vector_of_a_reply_holds() {
    let door = door("wx134c8103faa5a59e", "AAAAA", &"A".repeat(43));
    let message = b"<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>";
    let sealed = door.seal_with(*b"999951349e8ee746", message, 1_713_424_427, "415670741").unwrap();
    assert_eq!(
        sealed.encrypt,
        "hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HAZbSvPT9t/o11MI7d6WELwqrGd7jMnV0zv3Zc9Nq7"
    );
    assert_eq!(sealed.msg_signature, "03e0812039325c2712ef5f0f980fd14c70d6e307");
}

#[test]
fn a_key_is_read_whatever_its_spare_bits() {
    // The last character of a key has four bits of it: `C` and `D` differ in the two that are to spare.
    let sealed = ours().seal(b"{}", at(NOW), "n").unwrap();
    let spare = door(APPID, "AAAAA", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2D");
    assert_eq!(spare.decrypt(&sealed.encrypt).unwrap(), b"{}");
    for key in ["", "short", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2=", &"A".repeat(44)] {
        let settings = PushSettings { token: "t".into(), encoding_aes_key: key.into() };
        assert_eq!(PushDoor::new(APPID, &settings).err(), Some(BadEncodingAesKey), "{key}");
    }
}

#[test]
fn whatever_is_wrong_with_a_push_it_is_refused_alike() {
    let (query, body) = pushed_by(&ours(), &sent_event());
    let (others_query, others_body) = pushed_by(&door("wxother", "AAAAA", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"), &sent_event());
    let (key_query, key_body) = pushed_by(&door(APPID, "AAAAA", &"A".repeat(43)), &sent_event());
    let unsigned = PushQuery { msg_signature: None, signature: ours().signature(&[&query.timestamp, &query.nonce]), ..query.clone() };
    let forged = PushQuery { msg_signature: Some("0".repeat(40)), ..query.clone() };
    let nonce = PushQuery { nonce: "other".to_owned(), ..query.clone() };
    let no_message = ours().seal(b"not json", at(NOW), "nonce").unwrap();
    let no_message_query = PushQuery { msg_signature: Some(no_message.msg_signature), ..query.clone() };
    let no_message_body = json!({ "Encrypt": no_message.encrypt }).to_string().into_bytes();
    let tries: [(&str, &PushQuery, &[u8], i64); 10] = [
        ("too old", &query, &body, NOW + 301),
        ("from the future", &query, &body, NOW - 301),
        ("of another app", &others_query, &others_body, NOW),
        ("under another key", &key_query, &key_body, NOW),
        ("in the clear", &unsigned, &body, NOW),
        ("forged", &forged, &body, NOW),
        ("of another nonce", &nonce, &body, NOW),
        ("no JSON", &query, b"<!DOCTYPE xml><xml/>", NOW),
        ("nothing", &query, b"", NOW),
        ("no message", &no_message_query, &no_message_body, NOW),
    ];
    for (what, query, body, now) in tries {
        assert_eq!(ours().open(query, body, at(now)), Err(NotGenuine), "{what}");
    }
    assert!(ours().open(&query, &body, at(NOW + 300)).is_ok());
}

#[test]
fn a_list_of_one_may_come_without_its_list() {
    let notice = SentNotice { template_id: "t1".to_owned(), msg_id: "1864323726461255680".to_owned(), errcode: 0 };
    let lone = opened(&sent_event());
    assert_eq!((lone.event, lone.from), (Event::Sent(vec![notice.clone()]), Some("oUser".parse().unwrap())));
    let mut two = sent_event();
    two["List"] = json!([two["List"], two["List"]]);
    assert_eq!(opened(&two).event, Event::Sent(vec![notice.clone(), notice]));
}

#[test]
fn an_answer_to_the_question_and_a_change_in_the_settings_are_told_apart() {
    let told = |event: &str, answer: &str| {
        opened(&json!({
            "FromUserName": "oUser", "CreateTime": NOW.to_string(), "MsgType": "event", "Event": event,
            "List": [{ "TemplateId": "t1", "SubscribeStatusString": answer, "PopupScene": "2" }]
        }))
        .event
    };
    let one = |answer| vec![Subscription { template_id: "t1".to_owned(), answer }];
    assert_eq!(told("subscribe_msg_popup_event", "accept"), Event::Answered(one(Answer::Accept)));
    assert_eq!(told("subscribe_msg_change_event", "reject"), Event::TurnedOff(one(Answer::Reject)));
}

#[test]
fn a_verdict_on_a_picture_says_what_to_do_and_none_where_it_could_not_be_seen() {
    let told = |result: serde_json::Value, errcode: i64| {
        let message = json!({
            "FromUserName": "oUser", "CreateTime": NOW, "MsgType": "event", "Event": "wxa_media_check", "appid": APPID, "trace_id": "T1",
            "version": 2, "result": result, "detail": [], "errcode": errcode
        });
        match opened(&message).event {
            Event::MediaChecked(verdict) => (verdict.trace_id, verdict.suggest, verdict.errcode),
            other => panic!("{other:?}"),
        }
    };
    use crate::wechat::Suggest;
    assert_eq!(told(json!({ "suggest": "risky", "label": "20002" }), 0), ("T1".to_owned(), Some(Suggest::Risky), 0));
    assert_eq!(told(json!({ "suggest": "pass", "label": 100 }), 0), ("T1".to_owned(), Some(Suggest::Pass), 0));
    assert_eq!(told(json!(null), -1008), ("T1".to_owned(), None, -1008));
    assert_eq!(told(json!({ "suggest": "pass" }), -1008).1, None);
}

#[test]
fn what_nobody_waits_for_is_taken_and_named() {
    let message = json!({ "FromUserName": "oUser", "CreateTime": NOW, "MsgType": "text", "Content": "你好", "MsgId": 1234 });
    assert_eq!(opened(&message).event, Event::Other { kind: "text".to_owned(), event: None });
}

#[test]
fn the_deliveries_of_one_push_bear_one_mark_and_other_pushes_another() {
    let event = sent_event();
    assert_eq!(opened(&event).mark, opened(&event).mark);
    let mut later = event.clone();
    later["CreateTime"] = json!(NOW + 1);
    let mut another = event.clone();
    another["List"]["MsgID"] = json!("1864323726461255681");
    let text = |id: i64| opened(&json!({ "FromUserName": "oUser", "CreateTime": NOW, "MsgType": "text", "MsgId": id })).mark;
    let marks = [opened(&event).mark, opened(&later).mark, opened(&another).mark, text(1), text(2)];
    let distinct: std::collections::BTreeSet<_> = marks.iter().collect();
    assert_eq!(distinct.len(), marks.len());
    assert!(marks.iter().all(|mark| !mark.contains("oUser")));
}
