//! Corrections of who somebody is, with what stood before.

use domain::correction::Correction;
use domain::ids::{CorrectionId, PersonId, UploadId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;

use super::proposals::{Proposals, Waiting, role_word, seen_by, state_word};
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

const CORRECTIONS: Proposals<row::Entity> = Proposals {
    name: TABLE,
    owner: "correction",
    district: Column::District,
    id: Column::Id,
    state: Column::State,
    settled: Column::Settled,
    person: Column::Person,
    at: Column::At,
    by_person: Column::ByPerson,
    by_station: Column::ByStation,
};

impl View {
    pub async fn correction(&self, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
        self.opened_one(CORRECTIONS.find(self, id.as_uuid()).await?, correction).await
    }

    /// A page of the corrections that wait for somebody's second word, oldest first, after `after`; and how many there are in all.
    pub async fn waiting_corrections(
        &self,
        waiting: &Waiting,
        after: Option<CorrectionId>,
        limit: u64,
    ) -> Result<(Vec<Correction>, u64), StoreError> {
        let (rows, total) = CORRECTIONS.waiting(self, waiting, after.map(|after| after.as_uuid()), limit).await?;
        Ok((self.opened(&rows, correction).await?, total))
    }

    /// Those that were entered before `since` and that nobody has settled, oldest first.
    pub async fn overdue_corrections(&self, since: Timestamp, limit: u64) -> Result<Vec<Correction>, StoreError> {
        self.opened(&CORRECTIONS.overdue(self, since, limit).await?, correction).await
    }

    /// Ids of the corrections of a person.
    pub(super) fn corrections_of(&self, person: PersonId) -> SelectStatement {
        CORRECTIONS.about(self, person)
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

    /// Saves what a second person said of a correction; `Stale` where somebody did before, or its time is over.
    pub async fn save_second_word(&self, correction: &Correction) -> Result<(), StoreError> {
        CORRECTIONS.settle(self, correction.id.as_uuid(), state(correction), correction.settled.as_ref()).await
    }

    /// Notes that nobody settled a correction in its time; false where somebody did, or it was noted before.
    pub async fn lapse_correction(&self, id: CorrectionId) -> Result<bool, StoreError> {
        CORRECTIONS.lapse(self, id.as_uuid()).await
    }

    /// Removes the corrections, with their scans, that were entered before `before` and never came to stand; says how many there were.
    pub async fn remove_corrections_that_never_stood(&self, before: Timestamp) -> Result<u64, StoreError> {
        CORRECTIONS.remove_what_never_stood(self, before).await
    }
}

fn state(correction: &Correction) -> &'static str {
    state_word((correction.stands(), correction.waits()))
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
