//! The sandbox's answers as they stand on the wire.

use super::*;

#[tokio::test]
async fn the_wire_is_as_strict_as_wechat() {
    let bench = bench().await;
    let errcode = async |path: &str, body: Value| bench.post(path, body).await["errcode"].clone();
    assert_eq!(errcode("/cgi-bin/message/subscribe/send", json!({})).await, 41001);
    assert_eq!(errcode("/cgi-bin/message/subscribe/send?access_token=x", json!({})).await, 40001);
    assert_eq!(errcode("/cgi-bin/stable_token", json!("text")).await, 41002);
    assert_eq!(errcode("/cgi-bin/stable_token", json!({ "grant_type": "password" })).await, 40002);
    assert_eq!(errcode("/cgi-bin/stable_token", json!({ "grant_type": "client_credential", "appid": "wx", "secret": "x" })).await, 40013);
    assert_eq!(bench.get_json("/cgi-bin/stable_token").await["errcode"], 43002);
    let login = bench.get("/sns/jscode2session?appid=wx").await;
    assert!(login.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    let text = login.text().await.unwrap();
    assert!(text.contains("41004") && text.contains(" rid: "), "{text}");
}

#[tokio::test]
async fn what_the_client_never_sends_is_refused_too() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    let grant = json!({ "grant_type": "client_credential", "appid": "wx0000000000sandbox", "secret": "sandbox-secret" });
    let token = bench.post("/cgi-bin/stable_token", grant).await["access_token"].as_str().unwrap().to_owned();
    let refused = async |path: &str, body: &str| {
        let request = bench.phone.post(format!("{}{path}?access_token={token}", bench.base_url)).body(body.to_owned());
        request.send().await.unwrap().json::<Value>().await.unwrap()["errcode"].clone()
    };
    let qr = "/wxa/getwxacodeunlimit";
    assert_eq!(refused(qr, &json!({ "scene": "a%20b" }).to_string()).await, 40129);
    assert_eq!(refused(qr, &json!({ "scene": "a".repeat(33) }).to_string()).await, 40169);
    assert_eq!(refused(qr, "scene=a").await, 40169);
    assert_eq!(refused(qr, &json!({ "scene": "scancode_time=1" }).to_string()).await, 85096);
    assert_eq!(refused(qr, &json!({ "scene": "a", "page": "/pages/index/index" }).to_string()).await, 41030);
    assert_eq!(refused(qr, &json!({ "scene": "a", "width": 100 }).to_string()).await, 40097);
    let check = "/wxa/msg_sec_check";
    let text = |scene: u8| json!({ "version": 2, "openid": openid.as_str(), "scene": scene, "content": "好" }).to_string();
    assert_eq!((refused(check, &text(5)).await, refused(check, &text(2)).await), (json!(40129), json!(0)));
    assert_eq!(refused(check, &text(2).replace('好', r"\u597d")).await, 40097);
    assert_eq!((refused(check, "").await, refused(check, "{").await), (json!(44002), json!(47001)));
    let send = "/cgi-bin/message/subscribe/send";
    bench.accept("wang-fang", TEMPLATE, 1).await;
    let message = json!({ "touser": openid.as_str(), "template_id": TEMPLATE, "data": { "thing2": { "value": "" } } });
    assert_eq!(refused(send, &message.to_string()).await, 47003);
}

#[tokio::test]
async fn a_phone_or_template_that_is_unknown_is_refused_in_plain_words() {
    let bench = bench().await;
    assert_eq!(bench.get("/__sandbox/inbox?user=nobody").await.status(), 404);
    let bad_name = bench.post("/__sandbox/login", json!({ "user": "王" })).await;
    assert!(bad_name["error"].as_str().unwrap().contains("手机名"));
    let unknown = bench.post("/__sandbox/answer", json!({ "user": "a", "template_ids": ["x"], "answer": "accept" })).await;
    assert!(unknown["error"].as_str().unwrap().contains("模板"));
    let no_session = bench.post("/__sandbox/encrypted", json!({ "user": "a", "data": {} })).await;
    assert!(no_session["error"].as_str().is_some());
}
