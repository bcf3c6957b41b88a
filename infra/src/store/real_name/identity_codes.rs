//! Codes that a villager shows to a clerk, so that the clerk's look at their document counts for the phone in their hand. Kept by a keyed hash,
//! one a person, and gone with their first use.

use domain::ids::PersonId;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::store::{StoreError, Tx};
use crate::vault;

const CODE: vault::Column = vault::Column::new("identity_codes", "code");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "identity_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: Uuid,
        pub digest: String,
        pub ends_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl Tx {
    /// A new code of a person; an earlier one is good no more. `Taken` where another person has the same.
    pub async fn set_identity_code(&self, person: PersonId, code: &str, ends_at: Timestamp) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            person: Set(person.as_uuid()),
            digest: Set(self.identity_code_index(code)?),
            ends_at: Set(ends_at),
        };
        let replace = OnConflict::columns([Column::District, Column::Person]).update_columns([Column::Digest, Column::EndsAt]).to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Takes a code, which nobody can take again: whose it was. None where there is none, or its time is over.
    pub async fn take_identity_code(&self, code: &str, now: Timestamp) -> Result<Option<PersonId>, StoreError> {
        let digest = self.identity_code_index(code)?;
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Digest.eq(digest.as_str())).one(&self.db()).await?;
        let Some(row) = found else { return Ok(None) };
        let taken = self.of(row::Entity::delete_many(), Column::District).filter(Column::Digest.eq(digest)).exec(&self.db()).await?;
        Ok((taken.rows_affected > 0 && row.ends_at > now).then_some(PersonId::new(row.person)))
    }

    /// Eight digits are soon guessed: without the key nobody can try.
    fn identity_code_index(&self, code: &str) -> Result<String, StoreError> {
        Ok(hex::encode(self.safe().index(CODE, code)?))
    }

    /// Forgets codes whose time was over before `before`; says how many.
    pub async fn forget_identity_codes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::EndsAt.lt(before));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}
