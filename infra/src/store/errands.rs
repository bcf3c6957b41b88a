//! Errands: whom a station has to call or visit, since no message reached them.

use std::collections::BTreeSet;

use domain::channel::{Errand, ErrandState};
use domain::ids::{CaseId, ErrandId, MessageId, PersonId, StationCode};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::words::{from_json, from_word, json, word};
use super::{StoreError, Tx, View};

const TABLE: &str = "errands";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "errands")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub news: Uuid,
        pub person: Uuid,
        pub case_id: Option<Uuid>,
        pub station: String,
        pub state: String,
        pub opened_at: DateTimeUtc,
        pub due_at: DateTimeUtc,
        pub remind_at: Option<DateTimeUtc>,
        pub attempts: Json,
        pub ended_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn errand(&self, id: ErrandId) -> Result<Option<Errand>, StoreError> {
        self.errands().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?.map(errand).transpose()
    }

    /// The next of a station's waiting errands after `after`, oldest first, but for those about `not_about`; and how many there are.
    pub async fn errands_at(
        &self,
        station: &StationCode,
        not_about: &BTreeSet<PersonId>,
        after: Option<ErrandId>,
        limit: u64,
    ) -> Result<(Vec<Errand>, u64), StoreError> {
        // As a literal: bound values don't lead to its index.
        let all = self.errands().filter(Expr::cust("state = 'waiting'")).filter(Column::Station.eq(station.as_str()));
        let all = all.filter(Column::Person.is_not_in(not_about.iter().map(PersonId::as_uuid)));
        let total = all.clone().count(&self.db()).await?;
        let page = match after {
            Some(after) => all.filter(Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let rows = page.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(errand).collect::<Result<_, _>>()?, total))
    }

    /// Errands that nobody touched in time, and of which no supervisor was told.
    pub async fn errands_to_remind(&self, now: Timestamp, limit: u64) -> Result<Vec<ErrandId>, StoreError> {
        let due = self.errands().filter(Expr::cust("remind_at IS NOT NULL")).filter(Column::RemindAt.lte(now));
        let ids: Vec<Uuid> =
            due.select_only().column(Column::Id).order_by_asc(Column::RemindAt).limit(limit).into_tuple().all(&self.db()).await?;
        Ok(ids.into_iter().map(ErrandId::new).collect())
    }

    fn errands(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    pub async fn add_errand(&self, errand: &Errand) -> Result<(), StoreError> {
        row::Entity::insert(self.errand_row(errand)?).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// The errand as it is to the end of this unit.
    pub async fn holds_errand(&self, id: ErrandId) -> Result<Option<Errand>, StoreError> {
        let held = self.errands().filter(Column::Id.eq(id.as_uuid())).lock(LockType::Update).one(&self.db()).await?;
        held.map(errand).transpose()
    }

    /// Saves an errand that this unit holds.
    pub async fn save_errand(&self, errand: &Errand) -> Result<(), StoreError> {
        let saved = self.of(row::Entity::update_many(), Column::District).set(self.errand_row(errand)?);
        saved.filter(Column::Id.eq(errand.id.as_uuid())).exec(&self.db()).await?;
        Ok(())
    }

    fn errand_row(&self, errand: &Errand) -> Result<row::ActiveModel, StoreError> {
        Ok(row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(errand.id.as_uuid()),
            news: Set(errand.news.as_uuid()),
            person: Set(errand.person.as_uuid()),
            case_id: Set(errand.case.map(|case| case.as_uuid())),
            station: Set(errand.station.to_string()),
            state: Set(word(TABLE, &errand.state)?),
            opened_at: Set(errand.opened_at),
            due_at: Set(errand.due_at),
            remind_at: Set(errand.remind_at),
            attempts: Set(json(TABLE, &errand.attempts)?),
            ended_at: Set(errand.ended_at),
        })
    }
}

fn errand(row: row::Model) -> Result<Errand, StoreError> {
    let state: ErrandState = from_word(TABLE, row.state)?;
    Ok(Errand {
        id: ErrandId::new(row.id),
        news: MessageId::new(row.news),
        person: PersonId::new(row.person),
        case: row.case_id.map(CaseId::new),
        station: row.station.parse().map_err(|error| StoreError::corrupt(TABLE, error))?,
        state,
        opened_at: row.opened_at,
        due_at: row.due_at,
        remind_at: row.remind_at,
        attempts: from_json(TABLE, row.attempts)?,
        ended_at: row.ended_at,
    })
}
