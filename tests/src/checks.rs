//! The public check of certificates, where there is nothing to find: what an unknown token is told.

use crate::support::client::Answer;
use crate::support::stand::Stand;

const UNKNOWN: &str = "0123456789abcdef0123456789abcdef";

async fn page(stand: &Stand, district: &str, token: &str) -> Answer {
    stand.anyone().get(&format!("/c/{district}/{token}")).await
}

#[tokio::test]
async fn whoever_scans_an_unknown_code_reads_a_page_that_says_so() {
    let stand = Stand::start().await;
    let page = page(&stand, "511499", UNKNOWN).await.expect(404);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("查无此证"), "{page}");
}

#[tokio::test]
async fn the_page_runs_nothing_loads_nothing_and_stays_out_of_caches_and_indexes() {
    let stand = Stand::start().await;
    let page = page(&stand, "511499", UNKNOWN).await.expect(404);
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!((page.header("cache-control"), page.header("x-robots-tag")), ("no-store", "noindex"));
    assert!(!page.text().contains("<script") && !page.text().contains("src="));
}

#[tokio::test]
async fn another_district_and_what_is_no_token_are_unknown_too_and_never_echoed() {
    let stand = Stand::start().await;
    for (district, token) in [("511402", UNKNOWN), ("nowhere", UNKNOWN), ("511499", "%3Cscript%3E"), ("511499", "%00"), ("511499", "短")] {
        let page = page(&stand, district, token).await.expect(404);
        assert!(page.text().contains("查无此证") && !page.text().contains("<script"), "{page}");
    }
}

#[tokio::test]
async fn a_program_that_asks_for_an_unknown_token_gets_a_problem() {
    let stand = Stand::start().await;
    for token in [UNKNOWN, "%00", "x"] {
        stand.anyone().get(&format!("/api/v1/certificate-checks/{token}")).await.problem(404, "certificate_not_found");
    }
}
