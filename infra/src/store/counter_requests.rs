//! What people asked about their own data at a counter.

use domain::counter_request::CounterRequest;
use domain::ids::{PersonId, RequestId, UploadId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;

use super::proposals::{Proposals, Waiting, role_word, seen_by, state_word};
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

const REQUESTS: Proposals<row::Entity> = Proposals {
    name: TABLE,
    owner: "request",
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
    pub async fn counter_request(&self, id: RequestId) -> Result<Option<CounterRequest>, StoreError> {
        REQUESTS.find(self, id.as_uuid()).await?.map(request).transpose()
    }

    /// A page of the erasures that wait for somebody's second word, oldest first, after `after`; and how many there are in all. A copy
    /// waits for nobody.
    pub async fn waiting_erasures(
        &self,
        waiting: &Waiting,
        after: Option<RequestId>,
        limit: u64,
    ) -> Result<(Vec<CounterRequest>, u64), StoreError> {
        let (rows, total) = REQUESTS.waiting(self, waiting, after.map(|after| after.as_uuid()), limit).await?;
        Ok((rows.into_iter().map(request).collect::<Result<_, _>>()?, total))
    }

    /// Those that were entered before `since` and that nobody has settled, oldest first.
    pub async fn overdue_erasures(&self, since: Timestamp, limit: u64) -> Result<Vec<CounterRequest>, StoreError> {
        REQUESTS.overdue(self, since, limit).await?.into_iter().map(request).collect()
    }

    /// Ids of the requests about a person.
    pub(super) fn requests_about(&self, person: PersonId) -> SelectStatement {
        REQUESTS.about(self, person)
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

    /// Saves what a second person said of a request; `Stale` where somebody did before, or its time is over.
    pub async fn save_word_on_request(&self, request: &CounterRequest) -> Result<(), StoreError> {
        REQUESTS.settle(self, request.id.as_uuid(), state(request), request.settled.as_ref()).await
    }

    /// Notes that nobody settled a request in its time; false where somebody did, or it was noted before.
    pub async fn lapse_request(&self, id: RequestId) -> Result<bool, StoreError> {
        REQUESTS.lapse(self, id.as_uuid()).await
    }

    /// Removes the requests, with their scans, that were entered before `before` and never came to stand; says how many there were.
    pub async fn remove_requests_that_never_stood(&self, before: Timestamp) -> Result<u64, StoreError> {
        REQUESTS.remove_what_never_stood(self, before).await
    }
}

fn state(request: &CounterRequest) -> &'static str {
    state_word((request.stands(), request.waits()))
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
