//! From when to when items were held. Of one that is done, or held now, its row tells; any other hold is kept as it ends.

use std::collections::BTreeSet;

use domain::floor::{Engagement, hold_over};
use domain::ids::{AccountId, WorkItemId};
use domain::queue::WorkItem;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryResult, QuerySelect, entity::prelude::*};

use super::row::{Column, DONE, Entity};
use crate::store::{StoreError, Tx, View};

impl View {
    /// Of these clerks, what was done after `from` and what is held, as far as they held it before `to`.
    pub(in crate::store) async fn holds_of(
        &self,
        clerks: &BTreeSet<AccountId>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<Engagement>, StoreError> {
        let theirs = |items: Select<Entity>| {
            let theirs = items.filter(Column::Holder.is_in(clerks.iter().map(|clerk| clerk.as_uuid())));
            theirs.filter(Column::HeldSince.lt(to)).select_only().column(Column::Holder).column(Column::HeldSince)
        };
        let done = self.work_items().filter(Column::ClosedAt.gt(from)).filter(Column::Outcome.eq(DONE));
        let held = self.work_items().filter(Expr::cust("closed_at IS NULL AND lease_until IS NOT NULL"));
        let mut all: Vec<(Uuid, DateTimeUtc, DateTimeUtc)> = theirs(done).column(Column::ClosedAt).into_tuple().all(&self.db()).await?;
        all.extend(theirs(held).column(Column::LeaseUntil).into_tuple::<(Uuid, DateTimeUtc, DateTimeUtc)>().all(&self.db()).await?);
        let hold = |(holder, begun_at, until)| Engagement { clerk: AccountId::new(holder), begun_at, ended_at: Some(until) };
        Ok(all.into_iter().map(hold).collect())
    }
}

impl Tx {
    /// Keeps the hold that a change ended.
    pub(super) async fn keep_hold_over(&self, before: &WorkItem, after: &WorkItem, now: Timestamp) -> Result<(), StoreError> {
        match hold_over(before, after, now) {
            Some(hold) => self.keep_engagement(before.id.as_uuid(), &hold).await,
            None => Ok(()),
        }
    }

    /// Keeps the claim that had run out when its item was claimed anew.
    pub(super) async fn keep_lapsed(&self, item: WorkItemId, lapsed: Option<Engagement>) -> Result<(), StoreError> {
        match lapsed {
            Some(lapsed) => self.keep_engagement(item.as_uuid(), &lapsed).await,
            None => Ok(()),
        }
    }
}

/// The columns of `candidates` that tell of a claim which has run out, though nobody noted it yet.
pub(super) const LAPSED: &str = "lapsed_holder, lapsed_since, lapsed_until";

/// That claim, where a row has one.
pub(super) fn lapsed(row: &QueryResult, now: Timestamp) -> Result<Option<Engagement>, StoreError> {
    let holder: Option<Uuid> = row.try_get("", "lapsed_holder")?;
    let since: Option<Timestamp> = row.try_get("", "lapsed_since")?;
    let until: Option<Timestamp> = row.try_get("", "lapsed_until")?;
    let claim = holder.zip(since).zip(until);
    Ok(claim.and_then(|((holder, since), until)| Engagement::of_claim(AccountId::new(holder), since, until, now)))
}
