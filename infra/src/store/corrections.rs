//! Corrections of who somebody is, with what stood before.

use domain::correction::Correction;
use domain::ids::{CorrectionId, PersonId, UploadId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{QueryOrder, QuerySelect};

use super::proposals::{Columns, REFUSED, STANDING, WAITING, Waiting, never_stood, role_word, seen_by};
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
        pub by_account: Uuid,
        pub by_person: Uuid,
        pub by_role: String,
        pub by_station: String,
        pub scan: Uuid,
        pub before: Vec<u8>,
        pub after: Vec<u8>,
        pub state: String,
        pub settled: Option<Json>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

const COLUMNS: Columns<Column> =
    Columns { state: Column::State, person: Column::Person, at: Column::At, by_person: Column::ByPerson, by_station: Column::ByStation };

impl View {
    pub async fn correction(&self, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        self.opened_one(found.one(&self.db()).await?, correction).await
    }

    /// A page of the corrections that wait for somebody's second word, oldest first, after `after`; and how many there are in all.
    pub async fn waiting_corrections(
        &self,
        waiting: &Waiting,
        after: Option<CorrectionId>,
        limit: u64,
    ) -> Result<(Vec<Correction>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(waiting.filter(&COLUMNS));
        let total = all.clone().count(&self.db()).await?;
        let page = match after {
            Some(after) => all.filter(Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let rows = page.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((self.opened(&rows, correction).await?, total))
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
            by_account: Set(correction.by.account.as_uuid()),
            by_person: Set(correction.by.person.as_uuid()),
            by_role: Set(role_word(TABLE, &correction.by)?),
            by_station: Set(correction.by.station.to_string()),
            scan: Set(correction.scan.as_uuid()),
            before: Set(safe.seal_json(BEFORE, &key, &correction.before)?),
            after: Set(safe.seal_json(AFTER, &key, &correction.after)?),
            state: Set(state(correction).to_owned()),
            settled: Set(correction.settled.as_ref().map(|settled| json(TABLE, settled)).transpose()?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves what a second person said of a correction; `Stale` where somebody did before.
    pub async fn save_second_word(&self, correction: &Correction) -> Result<(), StoreError> {
        let settled = correction.settled.as_ref().map(|settled| json(TABLE, settled)).transpose()?;
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel { state: Set(state(correction).to_owned()), settled: Set(settled), ..Default::default() })
            .filter(Column::Id.eq(correction.id.as_uuid()))
            .filter(Column::State.eq(WAITING))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Removes the corrections, with their scans, that were entered before `before` and never came to stand; says how many there were.
    pub async fn remove_corrections_that_never_stood(&self, before: Timestamp) -> Result<u64, StoreError> {
        let gone = self.of(row::Entity::find(), Column::District).filter(never_stood(&COLUMNS, before));
        let ids: Vec<Uuid> = gone.select_only().column(Column::Id).into_tuple().all(&self.db()).await?;
        self.erase_uploads_of("correction", &ids).await?;
        let removed = self.of(row::Entity::delete_many(), Column::District).filter(Column::Id.is_in(ids)).exec(&self.db()).await?;
        Ok(removed.rows_affected)
    }
}

fn state(correction: &Correction) -> &'static str {
    match (correction.stands(), correction.waits()) {
        (true, _) => STANDING,
        (false, true) => WAITING,
        (false, false) => REFUSED,
    }
}

fn correction(safe: &Safe<'_>, row: &row::Model) -> Result<Correction, StoreError> {
    let key = RowId::of(row.id);
    Ok(Correction {
        id: CorrectionId::new(row.id),
        person: PersonId::new(row.person),
        at: row.at,
        by: seen_by(TABLE, (row.by_account, row.by_person), (row.by_role.clone(), &row.by_station))?,
        scan: UploadId::new(row.scan),
        before: safe.open_json(BEFORE, &key, &row.before)?,
        after: safe.open_json(AFTER, &key, &row.after)?,
        settled: row.settled.clone().map(|settled| from_json(TABLE, settled)).transpose()?,
    })
}
