//! Evaluations: one a case, by its key.

use domain::evaluation::Evaluation;
use domain::ids::{CaseId, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::sealed::Safe;
use super::words::{from_word, word};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "evaluations";
const TEXT: Sealed = Sealed::new(TABLE, "text");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "evaluations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        pub level: String,
        pub text: Option<Vec<u8>>,
        pub person: Uuid,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl View {
    pub async fn evaluation(&self, case: CaseId) -> Result<Option<Evaluation>, StoreError> {
        let found = self.of(row::Entity::find(), row::Column::District).filter(row::Column::CaseId.eq(case.as_uuid()));
        let found = found.one(&self.db()).await?;
        self.opened_one(found, read).await
    }
}

impl Tx {
    /// `StoreError::Taken` where the case was evaluated before.
    pub async fn add_evaluation(&self, evaluation: &Evaluation) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(evaluation.case.as_uuid()),
            level: Set(word(TABLE, &evaluation.level)?),
            text: Set(Some(self.safe().seal(TEXT, &RowId::of(evaluation.case.as_uuid()), &evaluation.text)?)),
            person: Set(evaluation.by.as_uuid()),
            at: Set(evaluation.at),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}

fn read(safe: &Safe<'_>, row: &row::Model) -> Result<Evaluation, StoreError> {
    let level = from_word(TABLE, row.level.clone())?;
    // Erased with the case's file; its level stays.
    let text = safe.open_if_any(TEXT, &RowId::of(row.case_id), row.text.as_deref())?.unwrap_or_default();
    Ok(Evaluation { case: CaseId::new(row.case_id), level, text, by: PersonId::new(row.person), at: row.at })
}
