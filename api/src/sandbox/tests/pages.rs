//! What people see of the sandbox.

use super::*;

#[tokio::test]
async fn the_page_shows_in_chinese_what_the_phone_received_and_escapes_it() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.accept("wang-fang", TEMPLATE, 1).await;
    bench.send(&openid, &with("thing5", "<b>请带\"原件\"</b>")).await.unwrap();
    let page = bench.get("/__sandbox/phones/wang-fang").await.text().await.unwrap();
    assert!(page.contains("办件进度通知") && page.contains("办理进度") && page.contains("2026年9月1日 12:00"));
    assert!(page.contains("&lt;b&gt;请带&quot;原件&quot;") && !page.contains("<b>"));
    assert!(bench.get("/__sandbox").await.text().await.unwrap().contains("wang-fang"));
}
