//! Evaluations: one a case, by its key. The device is a keyed hash of a mark that it made up itself, kept for a while.

use domain::evaluation::Evaluation;
use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::store::sealed::Safe;
use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "evaluations";
const TEXT: Sealed = Sealed::new(TABLE, "text");
/// What a device's mark is hashed as, wherever it stands.
pub const DEVICE: Sealed = Sealed::new(TABLE, "device");

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
        pub counter_at: Option<DateTimeUtc>,
        pub device: Option<String>,
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

    /// Those of many cases, in the order in which they came.
    pub async fn evaluations_of(&self, cases: impl IntoIterator<Item = CaseId>) -> Result<Vec<Evaluation>, StoreError> {
        let found = self.of(row::Entity::find(), row::Column::District);
        let found = found.filter(row::Column::CaseId.is_in(cases.into_iter().map(|case| case.as_uuid())));
        let rows = found.order_by_asc(row::Column::At).order_by_asc(row::Column::CaseId).all(&self.db()).await?;
        self.opened(&rows, read).await
    }
}

impl Tx {
    /// `StoreError::Taken` where the case was evaluated before. `device`: the mark that the device sent.
    pub async fn add_evaluation(&self, evaluation: &Evaluation, device: Option<&str>) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(evaluation.case.as_uuid()),
            level: Set(word(TABLE, &evaluation.level)?),
            text: Set(Some(self.safe().seal(TEXT, &RowId::of(evaluation.case.as_uuid()), &evaluation.text)?)),
            person: Set(evaluation.by.as_uuid()),
            at: Set(evaluation.at),
            counter_at: Set(evaluation.counter_at),
            device: Set(device.map(|mark| self.device_hash(mark)).transpose()?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}

/// Forgets the devices of reviews that were given before an instant; says how many there were.
pub(super) async fn forget_devices(tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
    let old = tx.of(row::Entity::update_many(), row::Column::District).set(row::ActiveModel { device: Set(None), ..Default::default() });
    // In the words of the index of those that have one: a bound value wouldn't find it.
    let old = old.filter(row::Column::At.lt(before)).filter(Expr::cust("device IS NOT NULL"));
    Ok(old.exec(&tx.db()).await?.rows_affected)
}

fn read(safe: &Safe<'_>, row: &row::Model) -> Result<Evaluation, StoreError> {
    let level = from_word(TABLE, row.level.clone())?;
    // Erased with the case's file; its level stays.
    let text = safe.open_if_any(TEXT, &RowId::of(row.case_id), row.text.as_deref())?.unwrap_or_default();
    Ok(Evaluation { case: CaseId::new(row.case_id), level, text, by: PersonId::new(row.person), at: row.at, counter_at: row.counter_at })
}
