//! What stations do for one another, and what the job of lapses does, on the real queue.

use std::collections::BTreeSet;

use domain::case::{Desk, Stage};
use domain::people::Role;
use domain::queue::{WorkItem, comes_before_own};
use domain::time::Timestamp;
use infra::store::{Helpers, StoreError, Tx};

use super::super::{LEASE, account, claimant, moment, station};
use super::{Clerk, Real};

/// Of what is looked at in one go, all: what stands first is taken.
const LOOKED_AT: u64 = 20;

impl Real {
    pub(super) async fn draw(&self, clerk: &Clerk) -> Option<WorkItem> {
        let (helper, now) = (clerk.clone(), self.now);
        let unit = self.bench.write(move |tx| {
            Box::pin(async move {
                let found = tx.shared_work(&helpers(&helper), now, None, LOOKED_AT).await?;
                take_first(tx, &helper, found, now).await
            })
        });
        unit.await.unwrap()
    }

    pub(super) async fn relieve(&self, clerk: &Clerk, overloaded: u8) -> Option<WorkItem> {
        let (helper, now) = (clerk.clone(), self.now);
        let unit = self.bench.write(move |tx| {
            Box::pin(async move {
                let own = tx.first_offered(&claimant(helper.number, &helper.stations, helper.topics.clone()), moment(now)).await?;
                let overloaded = BTreeSet::from([station(overloaded)]);
                let found = tx.shared_work_of(&overloaded, &helpers(&helper), now, LOOKED_AT).await?;
                let before = found.into_iter().filter(|shared| comes_before_own(shared, own.as_ref())).collect();
                take_first(tx, &helper, before, now).await
            })
        });
        unit.await.unwrap()
    }

    pub(super) async fn lapse(&self) {
        let now = self.now;
        for read in self.bench.view().lapsed(now, 100).await.unwrap() {
            let back = read.clone().lapse(now);
            self.bench.write(move |tx| Box::pin(async move { tx.save_work_item(&read, &back, now).await })).await.unwrap();
        }
    }
}

fn helpers(clerk: &Clerk) -> Helpers {
    Helpers {
        stations: clerk.stations.iter().map(|at| station(*at)).collect(),
        roles: [Role::Clerk].into(),
        stages: [Stage::Accept].into(),
        topics: clerk.topics.clone(),
    }
}

/// The first one goes to the clerk's desk, and is theirs.
async fn take_first(tx: &Tx, clerk: &Clerk, found: Vec<WorkItem>, now: Timestamp) -> Result<Option<WorkItem>, StoreError> {
    let Some(item) = found.into_iter().next() else { return Ok(None) };
    assert!(tx.hold_shared(item.id, now).await?, "nobody else is at it");
    let desk = Desk { station: station(clerk.stations[0]), ..item.desk.clone() };
    let moved = tx.change_work_item(item, now, |item| Ok::<_, StoreError>(item.move_to(desk, now))).await?;
    let by = account(clerk.number);
    tx.change_work_item(moved, now, |item| Ok::<_, StoreError>(item.claim(by, now, LEASE).unwrap())).await.map(Some)
}
