//! The jobs over a real store: a demo without a case has nothing to do, and stops when it is told to.

use crate::cli::open_for_tests;
use crate::clock::ClockKind;

use super::*;

#[tokio::test]
async fn without_cases_nothing_is_done() {
    let data = tempfile::tempdir().unwrap();
    let app = open_for_tests(data.path(), ClockKind::Demo).await;
    assert_eq!(run_now(&app).await.unwrap(), Done::default());
    traffic::renew(&app).await.unwrap();
    assert!(app.load.load().stations().is_empty());
}

#[tokio::test]
async fn jobs_stop_when_told_to() {
    let data = tempfile::tempdir().unwrap();
    let app = open_for_tests(data.path(), ClockKind::Real).await;
    start(&app).stop().await;
}
