//! Corrections of who somebody is, with what stood before.

use domain::correction::Correction;
use domain::ids::{CorrectionId, PersonId, UploadId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};

use super::sealed::Safe;
use super::words::{from_json, json};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "corrections";
const BEFORE: Sealed = Sealed::new(TABLE, "before");
const AFTER: Sealed = Sealed::new(TABLE, "after");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "corrections")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub at: DateTimeUtc,
        pub entered_by: Json,
        pub scan: Uuid,
        pub before: Vec<u8>,
        pub after: Vec<u8>,
        pub confirmed: Option<Json>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn correction(&self, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        self.opened_one(found.one(&self.db()).await?, correction).await
    }

    /// Ids of the corrections of a person.
    pub(super) fn corrections_of(&self, person: PersonId) -> SelectStatement {
        Query::select()
            .column(Column::Id)
            .from(row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Person.eq(person.as_uuid()))
            .to_owned()
    }
}

impl Tx {
    pub async fn add_correction(&self, correction: &Correction) -> Result<(), StoreError> {
        let (safe, key) = (self.safe(), RowId::of(correction.id.as_uuid()));
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(correction.id.as_uuid()),
            person: Set(correction.person.as_uuid()),
            at: Set(correction.at),
            entered_by: Set(json(TABLE, &correction.by)?),
            scan: Set(correction.scan.as_uuid()),
            before: Set(safe.seal_json(BEFORE, &key, &correction.before)?),
            after: Set(safe.seal_json(AFTER, &key, &correction.after)?),
            confirmed: Set(correction.confirmed.as_ref().map(|confirmed| json(TABLE, confirmed)).transpose()?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves that a correction was confirmed; `Stale` where somebody confirmed it before.
    pub async fn save_confirmation(&self, correction: &Correction) -> Result<(), StoreError> {
        let confirmed = correction.confirmed.as_ref().map(|confirmed| json(TABLE, confirmed)).transpose()?;
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel { confirmed: Set(confirmed), ..Default::default() })
            .filter(Column::Id.eq(correction.id.as_uuid()))
            .filter(Column::Confirmed.is_null())
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }
}

fn correction(safe: &Safe<'_>, row: &row::Model) -> Result<Correction, StoreError> {
    let key = RowId::of(row.id);
    Ok(Correction {
        id: CorrectionId::new(row.id),
        person: PersonId::new(row.person),
        at: row.at,
        by: from_json(TABLE, row.entered_by.clone())?,
        scan: UploadId::new(row.scan),
        before: safe.open_json(BEFORE, &key, &row.before)?,
        after: safe.open_json(AFTER, &key, &row.after)?,
        confirmed: row.confirmed.clone().map(|confirmed| from_json(TABLE, confirmed)).transpose()?,
    })
}
