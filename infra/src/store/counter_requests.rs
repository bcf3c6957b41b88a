//! What people asked about their own data at a counter.

use domain::counter_request::{Asked, CounterRequest};
use domain::ids::{PersonId, RequestId, UploadId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{QueryOrder, QuerySelect};

use super::proposals::{Columns, REFUSED, STANDING, WAITING, Waiting, never_stood, role_word, seen_by};
use super::words::{from_json, from_word, json, word};
use super::{StoreError, Tx, View};

const TABLE: &str = "counter_requests";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "counter_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub asked: String,
        pub at: DateTimeUtc,
        pub by_account: Uuid,
        pub by_person: Uuid,
        pub by_role: String,
        pub by_station: String,
        pub shown: String,
        pub scan: Uuid,
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
    pub async fn counter_request(&self, id: RequestId) -> Result<Option<CounterRequest>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        found.one(&self.db()).await?.map(request).transpose()
    }

    /// A page of the erasures that wait for somebody's second word, oldest first, after `after`; and how many there are in all.
    pub async fn waiting_erasures(
        &self,
        waiting: &Waiting,
        after: Option<RequestId>,
        limit: u64,
    ) -> Result<(Vec<CounterRequest>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(waiting.filter(&COLUMNS));
        let all = all.filter(Column::Asked.eq(word(TABLE, &Asked::Erasure)?));
        let total = all.clone().count(&self.db()).await?;
        let page = match after {
            Some(after) => all.filter(Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let rows = page.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(request).collect::<Result<_, _>>()?, total))
    }

    /// Ids of the requests about a person.
    pub(super) fn requests_about(&self, person: PersonId) -> SelectStatement {
        Query::select()
            .column(Column::Id)
            .from(row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Person.eq(person.as_uuid()))
            .to_owned()
    }
}

impl Tx {
    pub async fn add_counter_request(&self, request: &CounterRequest) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(request.id.as_uuid()),
            person: Set(request.person.as_uuid()),
            asked: Set(word(TABLE, &request.asked)?),
            at: Set(request.at),
            by_account: Set(request.by.account.as_uuid()),
            by_person: Set(request.by.person.as_uuid()),
            by_role: Set(role_word(TABLE, &request.by)?),
            by_station: Set(request.by.station.to_string()),
            shown: Set(word(TABLE, &request.shown)?),
            scan: Set(request.scan.as_uuid()),
            state: Set(state(request).to_owned()),
            settled: Set(request.settled.as_ref().map(|settled| json(TABLE, settled)).transpose()?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves what a second person said of a request; `Stale` where somebody did before.
    pub async fn save_word_on_request(&self, request: &CounterRequest) -> Result<(), StoreError> {
        let settled = request.settled.as_ref().map(|settled| json(TABLE, settled)).transpose()?;
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel { state: Set(state(request).to_owned()), settled: Set(settled), ..Default::default() })
            .filter(Column::Id.eq(request.id.as_uuid()))
            .filter(Column::State.eq(WAITING))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Removes the requests, with their scans, that were entered before `before` and never came to stand; says how many there were.
    pub async fn remove_requests_that_never_stood(&self, before: Timestamp) -> Result<u64, StoreError> {
        let gone = self.of(row::Entity::find(), Column::District).filter(never_stood(&COLUMNS, before));
        let ids: Vec<Uuid> = gone.select_only().column(Column::Id).into_tuple().all(&self.db()).await?;
        self.erase_uploads_of("request", &ids).await?;
        let removed = self.of(row::Entity::delete_many(), Column::District).filter(Column::Id.is_in(ids)).exec(&self.db()).await?;
        Ok(removed.rows_affected)
    }
}

fn state(request: &CounterRequest) -> &'static str {
    match (request.stands(), request.waits()) {
        (true, _) => STANDING,
        (false, true) => WAITING,
        (false, false) => REFUSED,
    }
}

fn request(row: row::Model) -> Result<CounterRequest, StoreError> {
    Ok(CounterRequest {
        id: RequestId::new(row.id),
        person: PersonId::new(row.person),
        asked: from_word(TABLE, row.asked)?,
        at: row.at,
        by: seen_by(TABLE, (row.by_account, row.by_person), (row.by_role, &row.by_station))?,
        shown: from_word(TABLE, row.shown)?,
        scan: UploadId::new(row.scan),
        settled: row.settled.map(|settled| from_json(TABLE, settled)).transpose()?,
    })
}
