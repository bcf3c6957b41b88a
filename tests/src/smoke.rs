//! The server comes up, knows its people and its day, and keeps what it acknowledged.

use crate::support::stand::Stand;

#[tokio::test]
async fn a_started_server_is_live_and_ready() {
    let stand = Stand::start().await;
    stand.anyone().get("/livez").await.expect(200);
    stand.anyone().get("/readyz").await.expect(200);
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_refused_with_a_problem_document() {
    let stand = Stand::start().await;
    stand.anyone().get("/no-such-thing").await.problem(404, "route_not_found");
}

#[tokio::test]
async fn the_whole_catalogue_can_be_read_page_by_page() {
    let stand = Stand::start().await;
    assert_eq!(stand.anyone().all("/api/v1/items?limit=50").await.len(), 251);
}

#[tokio::test]
async fn a_server_that_was_killed_comes_back_on_what_it_had_committed() {
    let mut stand = Stand::start().await;
    stand.crash_and_restart();
    stand.anyone().get("/readyz").await.expect(200);
    assert_eq!(stand.anyone().all("/api/v1/items?kind=certificate").await.len(), 57);
}
