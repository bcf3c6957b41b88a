//! What kept clerks busy: numbers that they called, and work items that they held. What a live number, an item that is held and one that
//! is done tell by themselves is read from them; the rest is kept here as it ends.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::floor::Engagement;
use domain::ids::AccountId;
use domain::time::{Timestamp, end_of};
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use super::ticket_row;
use crate::store::{StoreError, Tx, View};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "engagements")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub about: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub begun_at: DateTimeUtc,
        pub clerk: Uuid,
        pub ended_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// All that kept these clerks busy at some time from `from` until before `to`, wherever, as far as it has begun.
    pub async fn engagements_of(
        &self,
        clerks: &BTreeSet<AccountId>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<Engagement>, StoreError> {
        if clerks.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = self.holds_of(clerks, (from, to)).await?;
        all.extend(self.calls_of(clerks).await?);
        let over = self.of(row::Entity::find(), Column::District).filter(Column::Clerk.is_in(clerks.iter().map(|clerk| clerk.as_uuid())));
        let over = over.filter(Column::EndedAt.gt(from)).filter(Column::BegunAt.lt(to)).all(&self.db()).await?;
        all.extend(over.into_iter().map(|row| Engagement {
            clerk: AccountId::new(row.clerk),
            begun_at: row.begun_at,
            ended_at: Some(row.ended_at),
        }));
        Ok(all)
    }

    /// The numbers that are at the windows of these clerks.
    async fn calls_of(&self, clerks: &BTreeSet<AccountId>) -> Result<Vec<Engagement>, StoreError> {
        use ticket_row::Column;
        let there = self.tickets().filter(Expr::cust("state IN ('called', 'serving')")).filter(Column::CalledAt.is_not_null());
        let theirs = there.filter(Column::CalledBy.is_in(clerks.iter().map(|clerk| clerk.as_uuid())));
        let rows: Vec<(Uuid, DateTimeUtc)> =
            theirs.select_only().column(Column::CalledBy).column(Column::CalledAt).into_tuple().all(&self.db()).await?;
        let call = |(clerk, begun_at)| Engagement { clerk: AccountId::new(clerk), begun_at, ended_at: None };
        Ok(rows.into_iter().map(call).collect())
    }
}

impl Tx {
    /// Keeps what is over; `about` is the number or the work item.
    pub async fn keep_engagement(&self, about: Uuid, engagement: &Engagement) -> Result<(), StoreError> {
        let Some(ended_at) = engagement.ended_at else { return Ok(()) };
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            about: Set(about),
            begun_at: Set(engagement.begun_at),
            clerk: Set(engagement.clerk.as_uuid()),
            ended_at: Set(ended_at),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    pub(super) async fn forget_engagements(&self, before: NaiveDate) -> Result<u64, StoreError> {
        let Some(eve) = before.pred_opt() else { return Ok(0) };
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::EndedAt.lt(end_of(eve)));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}
