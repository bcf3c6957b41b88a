//! What WeChat pushed, by its mark, for as long as it may come again: one push has one effect, on whatever instance each of its
//! deliveries arrives. The mark is a keyed hash: whoever has the database alone can't tell from it who did what when.

use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{EntityTrait, TryInsertResult};

use super::{StoreError, Tx};
use crate::vault::Column as Sealed;

/// What a push's mark is hashed as.
const MARK: Sealed = Sealed::new("wechat_pushes", "mark");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "wechat_pushes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mark: Vec<u8>,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl Tx {
    /// Takes a push in, in the unit of what it brings about: true the first time. Of two deliveries at once the second waits here for
    /// the end of the first one's unit.
    pub async fn take_push(&self, mark: &str, now: Timestamp) -> Result<bool, StoreError> {
        let row = row::ActiveModel { district: Set(self.district().to_string()), mark: Set(self.safe().index(MARK, mark)?), at: Set(now) };
        let taken = row::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(&self.db()).await?;
        Ok(matches!(taken, TryInsertResult::Inserted(1..)))
    }

    /// Forgets what was taken in before `before`; says how much that was.
    pub async fn forget_pushes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::At.lt(before));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}
