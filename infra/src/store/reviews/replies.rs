//! What people were answered to their bad reviews, and what of it everybody may read; both sealed, and gone with the case's file.

use domain::ids::{CaseId, ReplyId, StationCode};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::Period;
use crate::store::sealed::Safe;
use crate::store::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "rectification_replies";
const TEXT: Sealed = Sealed::new(TABLE, "text");
const PUBLISHED: Sealed = Sealed::new(TABLE, "published");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "rectification_replies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub station: String,
        pub at: DateTimeUtc,
        pub text: Option<Vec<u8>>,
        pub published: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub id: ReplyId,
    pub case: CaseId,
    pub station: StationCode,
    pub at: Timestamp,
    /// For the person.
    pub text: String,
    /// For everybody: it names and numbers nobody.
    pub published: Option<String>,
}

impl View {
    pub async fn reply(&self, id: ReplyId) -> Result<Option<Reply>, StoreError> {
        let row = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        self.opened_one(row, reply).await
    }

    /// A page of what a station published, newest first, after `before`; and how much there is in all.
    pub async fn published_replies(
        &self,
        station: &StationCode,
        period: Period,
        before: Option<ReplyId>,
        limit: u64,
    ) -> Result<(Vec<Reply>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(Column::Station.eq(station.as_str()));
        let all = all.filter(Column::Published.is_not_null()).filter(Column::At.gte(period.from)).filter(Column::At.lt(period.to));
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((self.opened(&rows, reply).await?, total))
    }
}

impl Tx {
    pub async fn add_reply(&self, reply: &Reply) -> Result<(), StoreError> {
        let (safe, key) = (self.safe(), RowId::of(reply.id.as_uuid()));
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(reply.id.as_uuid()),
            case_id: Set(reply.case.as_uuid()),
            station: Set(reply.station.to_string()),
            at: Set(reply.at),
            text: Set(Some(safe.seal(TEXT, &key, &reply.text)?)),
            published: Set(safe.seal_if_any(PUBLISHED, &key, reply.published.as_deref())?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}

fn reply(safe: &Safe<'_>, row: &row::Model) -> Result<Reply, StoreError> {
    let key = RowId::of(row.id);
    Ok(Reply {
        id: ReplyId::new(row.id),
        case: CaseId::new(row.case_id),
        station: row.station.parse().map_err(|error: domain::ids::BadCode| StoreError::corrupt(TABLE, error))?,
        at: row.at,
        text: safe.open_if_any(TEXT, &key, row.text.as_deref())?.unwrap_or_default(),
        published: safe.open_if_any(PUBLISHED, &key, row.published.as_deref())?,
    })
}
