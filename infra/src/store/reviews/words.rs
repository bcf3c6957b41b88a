//! Whether the words of a bad review were looked through; the words themselves stand with the evaluation.

use std::collections::BTreeMap;

use domain::evaluation::words::{Look, Next, WordsState};
use domain::ids::{AccountId, CaseId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect};

use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "review_words";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_words")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        pub state: String,
        pub written_at: DateTimeUtc,
        pub again_at: Option<DateTimeUtc>,
        pub looked_by: Option<Uuid>,
        pub changed_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// Words that are to be looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordsToCheck {
    pub case: CaseId,
    pub written_at: Timestamp,
}

impl View {
    /// How it stands with the words of the reviews of these cases; a case whose review has none is left out.
    pub async fn review_words(&self, cases: impl IntoIterator<Item = CaseId>) -> Result<BTreeMap<CaseId, WordsState>, StoreError> {
        let all = self.of(row::Entity::find(), Column::District);
        let found = all.filter(Column::CaseId.is_in(cases.into_iter().map(|case| case.as_uuid()))).all(&self.db()).await?;
        found.into_iter().map(|row| Ok((CaseId::new(row.case_id), from_word(TABLE, row.state)?))).collect()
    }

    /// What is to be looked through at `now`, longest due first.
    pub async fn words_to_check(&self, now: Timestamp, limit: u64) -> Result<Vec<WordsToCheck>, StoreError> {
        // In the words of the index of those that wait: a bound value wouldn't find it.
        let due = self.of(row::Entity::find(), Column::District).filter(Expr::cust("again_at IS NOT NULL"));
        let due = due.filter(Column::AgainAt.lte(now)).order_by_asc(Column::AgainAt).order_by_asc(Column::CaseId).limit(limit);
        let rows = due.all(&self.db()).await?.into_iter();
        Ok(rows.map(|row| WordsToCheck { case: CaseId::new(row.case_id), written_at: row.written_at }).collect())
    }
}

impl Tx {
    /// Notes that a review has words, and what happens with them.
    pub async fn keep_review_words(&self, case: CaseId, next: Next, now: Timestamp) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(case.as_uuid()),
            state: Set(word(TABLE, &next.state)?),
            written_at: Set(now),
            again_at: Set(next.again_at),
            looked_by: NotSet,
            changed_at: Set(now),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Notes what came of looking words through, unless somebody has looked meanwhile.
    pub async fn note_words_check(&self, case: CaseId, next: Next, now: Timestamp) -> Result<(), StoreError> {
        let unchecked = self.of(row::Entity::update_many(), Column::District).filter(Column::CaseId.eq(case.as_uuid()));
        let change = row::ActiveModel {
            state: Set(word(TABLE, &next.state)?),
            again_at: Set(next.again_at),
            changed_at: Set(now),
            ..Default::default()
        };
        unchecked.filter(Column::State.eq(word(TABLE, &WordsState::Unchecked)?)).set(change).exec(&self.db()).await?;
        Ok(())
    }

    /// Notes what a person thinks of words who looked at them.
    pub async fn note_words_look(&self, case: CaseId, (look, by): (Look, AccountId), now: Timestamp) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(case.as_uuid()),
            state: Set(word(TABLE, &look.state())?),
            written_at: Set(now),
            again_at: Set(None),
            looked_by: Set(Some(by.as_uuid())),
            changed_at: Set(now),
        };
        // Of a review that is older than these rows there is none yet.
        let known = OnConflict::columns([Column::District, Column::CaseId])
            .update_columns([Column::State, Column::AgainAt, Column::LookedBy, Column::ChangedAt])
            .to_owned();
        row::Entity::insert(row).on_conflict(known).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}
