//! What every answer carries, what none does, and which pages elsewhere may read it.

use reqwest::Method;

use crate::support::client::Answer;
use crate::support::people::Role;
use crate::support::stand::Stand;

const PAGE: &str = "https://h5.example.gov.cn";

/// Of every kind of answer one: public, personal, refused, a page, the document.
async fn answers(stand: &Stand) -> Vec<Answer> {
    let (anyone, villager) = (stand.anyone(), stand.someone(Role::Villager).await);
    let mut answers = vec![villager.get("/api/v1/me").await.expect(200), villager.get("/api/v1/no-such-thing").await.expect(404)];
    let page = format!("/c/511499/{}", "0".repeat(32));
    for path in ["/livez", "/api/openapi.json", "/api/docs/", "/api/v1/items", "/api/v1/me", "/no-such-thing", &page] {
        answers.push(anyone.get(path).await);
    }
    answers
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_strict_and_none_names_the_server() {
    let stand = Stand::start().await;
    for answer in answers(&stand).await {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.header("cache-control").contains("no-store"), "{answer}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
        for absent in ["server", "x-powered-by", "strict-transport-security", "access-control-allow-origin", "set-cookie"] {
            assert!(!answer.has_header(absent), "{absent}: {answer}");
        }
    }
}

#[tokio::test]
async fn browsers_are_told_to_insist_on_https_where_the_settings_say_that_it_is_there() {
    let stand = Stand::with(&[("BIANMIN__EDGE__HSTS_DAYS", "365")]).await;
    for answer in answers(&stand).await {
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    }
}

#[tokio::test]
async fn a_host_that_somebody_makes_up_is_not_repeated() {
    let stand = Stand::start().await;
    for path in ["/", "/api/docs", "/api/v1/items", "/no-such-thing", "/api/openapi.json", "/livez"] {
        let mut wire = super::wire::Wire::to(&stand).await;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: made-up.example\r\nX-Forwarded-Host: made-up.example\r\nConnection: close\r\n\r\n");
        wire.say(head).await;
        let heard = wire.hear_out().await;
        assert!(heard.starts_with("HTTP/1.1 ") && !heard.contains("made-up"), "{heard}");
    }
}

#[tokio::test]
async fn no_page_elsewhere_may_ask_unless_the_settings_name_its_origin() {
    let closed = Stand::start().await;
    let ask = |stand: &Stand, origin: &str| stand.anyone().ask(Method::GET, "/api/v1/items/C001").header("Origin", origin);
    assert!(!ask(&closed, PAGE).send().await.expect(200).has_header("access-control-allow-origin"));
    let before = |stand: &Stand, origin: &str| {
        let ask = stand.anyone().ask(Method::OPTIONS, "/api/v1/cases").header("Origin", origin);
        ask.header("Access-Control-Request-Method", "POST").send()
    };
    let refused = before(&closed, PAGE).await;
    assert!(refused.status() >= 400 && !refused.has_header("access-control-allow-methods"), "{refused}");

    let open = Stand::with(&[("BIANMIN__EDGE__ALLOWED_ORIGINS", PAGE)]).await;
    let answer = ask(&open, PAGE).send().await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    assert!(answer.header("vary").to_lowercase().contains("origin"));
    assert!(!answer.has_header("access-control-allow-credentials"), "there is nothing to send along but the token");
    let allowed = before(&open, PAGE).await.expect(204);
    assert_eq!(allowed.header("access-control-allow-origin"), PAGE);
    assert!(allowed.header("access-control-allow-headers").contains("Idempotency-Key"));
    for other in ["https://h5.example.gov.cn.evil.example", "http://h5.example.gov.cn", "null"] {
        assert!(!ask(&open, other).send().await.has_header("access-control-allow-origin"), "{other}");
        assert!(!before(&open, other).await.has_header("access-control-allow-methods"), "{other}");
    }
    // A refusal can be read too, so that the page can say why.
    let refusal = open.anyone().ask(Method::GET, "/api/v1/me").header("Origin", PAGE).send().await.expect(401);
    assert_eq!(refusal.header("access-control-allow-origin"), PAGE);
}
