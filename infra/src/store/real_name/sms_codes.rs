//! Codes by short message. One a phone; neither phone nor code can be read back.
//! Invariants: a code is taken once, in its time, within a number of tries, whichever instance is asked; tries at the same phone wait for
//! each other.

use domain::people::Phone;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockType, OnConflict};

use crate::store::{StoreError, Tx, View};
use crate::vault;

const TABLE: &str = "sms_codes";
const PHONE: vault::Column = vault::Column::new(TABLE, "phone");
const CODE: vault::Column = vault::Column::new(TABLE, "code");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sms_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub phone_index: Vec<u8>,
        pub code_index: Vec<u8>,
        pub tries: i32,
        pub ends_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// What a try at a code came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It was the code, which nobody can take again.
    Taken,
    Wrong,
    /// There is none, its time is over, or it was tried too often: a new one has to be asked for.
    Gone,
}

impl View {
    /// What stands for a phone where its number may not.
    pub fn sms_code_index(&self, phone: &Phone) -> Result<Vec<u8>, StoreError> {
        self.safe().index(PHONE, phone.as_str())
    }
}

impl Tx {
    /// A new code for a phone; an earlier one is good no more.
    pub async fn set_sms_code(&self, phone: &Phone, code: &str, ends_at: Timestamp) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            phone_index: Set(self.sms_code_index(phone)?),
            code_index: Set(self.code_index(phone, code)?),
            tries: Set(0),
            ends_at: Set(ends_at),
        };
        let replaced = [Column::CodeIndex, Column::Tries, Column::EndsAt];
        let replace = OnConflict::columns([Column::District, Column::PhoneIndex]).update_columns(replaced).to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Tries a code, of which `tries_max` are let pass before it is gone.
    pub async fn try_sms_code(&self, phone: &Phone, code: &str, (tries_max, now): (u32, Timestamp)) -> Result<Tried, StoreError> {
        let index = self.sms_code_index(phone)?;
        let found = self.of(row::Entity::find(), Column::District).filter(Column::PhoneIndex.eq(index.clone()));
        let Some(row) = found.lock(LockType::Update).one(&self.db()).await? else { return Ok(Tried::Gone) };
        if row.ends_at <= now || u32::try_from(row.tries).unwrap_or(u32::MAX) >= tries_max {
            return Ok(Tried::Gone);
        }
        if row.code_index == self.code_index(phone, code)? {
            self.of(row::Entity::delete_many(), Column::District).filter(Column::PhoneIndex.eq(index)).exec(&self.db()).await?;
            return Ok(Tried::Taken);
        }
        let tried = self.of(row::Entity::update_many(), Column::District).filter(Column::PhoneIndex.eq(index));
        tried.col_expr(Column::Tries, Expr::value(row.tries + 1)).exec(&self.db()).await?;
        Ok(Tried::Wrong)
    }

    /// Forgets codes whose time was over before `before`; says how many.
    pub async fn forget_sms_codes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::EndsAt.lt(before));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }

    fn code_index(&self, phone: &Phone, code: &str) -> Result<Vec<u8>, StoreError> {
        self.safe().index(CODE, &format!("{} {code}", phone.as_str()))
    }
}
