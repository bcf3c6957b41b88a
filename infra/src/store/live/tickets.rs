//! Tickets with which one comes to watch: kept by their digest, for half a minute, and gone with their first use.

use domain::live::{Topic, Watcher};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::store::words::{from_json, json};
use crate::store::{StoreError, Tx};

const TABLE: &str = "live_tickets";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "live_tickets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub watcher: Json,
        pub topics: Json,
        pub expires_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// Who comes to watch what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveTicket {
    pub watcher: Watcher,
    pub topics: Vec<Topic>,
    pub expires_at: Timestamp,
}

impl Tx {
    pub async fn add_live_ticket(&self, digest: &str, ticket: &LiveTicket) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            digest: Set(digest.to_owned()),
            watcher: Set(json(TABLE, &ticket.watcher)?),
            topics: Set(json(TABLE, &ticket.topics)?),
            expires_at: Set(ticket.expires_at),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Takes a ticket, which nobody can take again; none where there is none, or its time is over.
    pub async fn take_live_ticket(&self, digest: &str, now: Timestamp) -> Result<Option<LiveTicket>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Digest.eq(digest)).one(&self.db()).await?;
        let Some(row) = found else { return Ok(None) };
        let taken = self.of(row::Entity::delete_many(), Column::District).filter(Column::Digest.eq(digest)).exec(&self.db()).await?;
        if taken.rows_affected == 0 || row.expires_at <= now {
            return Ok(None);
        }
        let (watcher, topics) = (from_json(TABLE, row.watcher)?, from_json(TABLE, row.topics)?);
        Ok(Some(LiveTicket { watcher, topics, expires_at: row.expires_at }))
    }

    /// Forgets tickets whose time was over before `before`; says how many.
    pub async fn forget_live_tickets(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::ExpiresAt.lt(before));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}
