//! Every item of the catalogue, in every mode that it names, from its plan to its completed end, over HTTP alone.
//!
//! The stages walked must equal a table that `expected` derives from the catalogue files by code of its own; what a printed
//! certificate says is read back from its PDF. Public notices hang their time: all cases go as far as they can, then the clock is
//! moved once, and they go on.

mod case;
mod catalogue;
mod desks;
mod expected;
pub mod form;
pub mod paper;

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::stand::Stand;
use case::Walk;
use desks::Desks;

/// Cases under way at once: more would only wait for each other on two cores.
const AT_ONCE: usize = 6;
/// After the longest public notice of the catalogue (30 days), on a working day.
const AFTER_THE_NOTICES: &str = "2026-11-02T09:30:00+08:00";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_item_is_walked_in_every_mode_that_it_names_to_its_completed_end() {
    let stand = Stand::start().await;
    let desks = Arc::new(Desks::open(&stand).await);
    let walks = catalogue::items().into_iter().flat_map(|item| {
        let modes = item.modes();
        modes.into_iter().map(move |mode| Walk::new(item.clone(), mode)).collect::<Vec<_>>()
    });
    let walks: Vec<Walk> = walks.collect();
    assert!(walks.len() > 600, "the catalogue names {} ways", walks.len());

    let (hanging, mut faults) = all(walks, &desks).await;
    stand.at(AFTER_THE_NOTICES).await;
    desks.sign_in_anew(&stand).await;
    let (left, later) = all(hanging, &desks).await;
    faults.extend(later);

    assert!(left.is_empty(), "{} cases still wait", left.len());
    assert!(faults.is_empty(), "{} walks failed:\n{}", faults.len(), faults.join("\n"));
}

/// Walks each as far as it goes now: those that wait for their notice, and what went wrong.
async fn all(walks: Vec<Walk>, desks: &Arc<Desks>) -> (Vec<Walk>, Vec<String>) {
    let (turns, mut tasks) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for walk in walks {
        let (turns, desks) = (Arc::clone(&turns), Arc::clone(desks));
        tasks.spawn(async move {
            let _turn = turns.acquire_owned().await.expect("never closed");
            walk.go_on(&desks).await
        });
    }
    let (mut waiting, mut faults) = (Vec::new(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        match done.expect("a walk answers its faults") {
            Ok(Some(walk)) => waiting.push(walk),
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    faults.sort();
    (waiting, faults)
}
