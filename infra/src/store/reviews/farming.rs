//! Reviews as signs of farming are looked for in, the devices that staff sign in with, and what was found.

use domain::evaluation::farming::{Found, From, Review, Sign};
use domain::ids::{AccountId, CaseId, FarmingId, ItemCode, PersonId, StationCode};
use domain::people::Staff;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ConnectionTrait, ExprTrait, QueryOrder, QueryResult, QuerySelect, Statement, Value};

use super::DEVICE;
use super::evaluations;
use crate::store::sealed::Safe;
use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "farming";
const NOTE: Sealed = Sealed::new(TABLE, "note");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "farming")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub sign: String,
        pub station: String,
        pub found_at: DateTimeUtc,
        pub first_at: DateTimeUtc,
        pub last_at: DateTimeUtc,
        pub looked_at: Option<DateTimeUtc>,
        pub looked_by: Option<Uuid>,
        pub note: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod review_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "farming_reviews")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub farming: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod device_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub device: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        pub seen_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use device_row::Column as DeviceColumn;
use review_row::Column as ReviewColumn;
use row::Column;

/// What was found, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarmingFinding {
    pub id: FarmingId,
    pub found: Found,
    pub found_at: Timestamp,
    pub looked_into: Option<LookedInto>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedInto {
    pub at: Timestamp,
    pub by: AccountId,
    pub note: String,
}

impl View {
    /// The reviews since an instant, but for those of the items of `not_of`; each with who gave it.
    pub async fn reviews_since(&self, since: Timestamp, not_of: &[ItemCode]) -> Result<Vec<(PersonId, Review)>, StoreError> {
        let mut values: Vec<Value> = vec![self.district().as_str().into(), since.into()];
        let mut places = Vec::new();
        for item in not_of {
            values.push(item.as_str().into());
            places.push(format!("${}", values.len()));
        }
        let but = if places.is_empty() { String::new() } else { format!(" AND c.item NOT IN ({})", places.join(", ")) };
        let text = format!(
            "SELECT e.case_id, e.person, e.level, e.at, e.counter_at, e.device, c.accepting, \
             CASE WHEN EXISTS (SELECT 1 FROM staff_devices s WHERE s.district = e.district AND s.device = e.device) THEN 1 ELSE 0 END AS staff \
             FROM evaluations e JOIN cases c ON c.district = e.district AND c.id = e.case_id \
             WHERE e.district = $1 AND e.at >= $2{but} ORDER BY e.at, e.case_id"
        );
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), text, values);
        self.db().query_all_raw(statement).await?.iter().map(review).collect()
    }

    /// All that was found of one sign in reviews since an instant.
    pub async fn found_since(&self, sign: Sign, since: Timestamp) -> Result<Vec<FarmingFinding>, StoreError> {
        let rows = self.of(row::Entity::find(), Column::District).filter(Column::Sign.eq(word(TABLE, &sign)?));
        self.findings(rows.filter(Column::LastAt.gte(since)).order_by_asc(Column::Id).all(&self.db()).await?).await
    }

    pub async fn farming(&self, id: FarmingId) -> Result<Option<FarmingFinding>, StoreError> {
        let rows = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid())).all(&self.db()).await?;
        Ok(self.findings(rows).await?.pop())
    }

    /// A page of what was found at a station, newest first, after `before`; and how much there is in all.
    pub async fn farming_at(
        &self,
        station: &StationCode,
        before: Option<FarmingId>,
        limit: u64,
    ) -> Result<(Vec<FarmingFinding>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(Column::Station.eq(station.as_str()));
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((self.findings(rows).await?, total))
    }

    async fn findings(&self, rows: Vec<row::Model>) -> Result<Vec<FarmingFinding>, StoreError> {
        let cases = self.of(review_row::Entity::find(), ReviewColumn::District);
        let cases = cases.filter(ReviewColumn::Farming.is_in(rows.iter().map(|row| row.id))).order_by_asc(ReviewColumn::CaseId);
        let cases = cases.all(&self.db()).await?;
        let of = |id: Uuid| cases.iter().filter(|case| case.farming == id).map(|case| CaseId::new(case.case_id)).collect();
        let rows: Vec<_> = rows.into_iter().map(|row| (of(row.id), row)).collect();
        self.opened(&rows, finding).await
    }

    /// Of some cases, those whose reviews a staff member doesn't see: what they handled themself, and what is of somebody close to them.
    pub async fn cases_not_for(&self, staff: &Staff, cases: &[CaseId]) -> Result<Vec<CaseId>, StoreError> {
        let close = self.cases_about(staff.ties.people.iter().copied().chain([staff.person]));
        let theirs = Expr::col("id").in_subquery(self.cases_handled_by(staff.person)).or(Expr::col("id").in_subquery(close));
        let select = Query::select()
            .column("id")
            .from("cases")
            .and_where(Expr::col("district").eq(self.district().as_str()))
            .and_where(Expr::col("id").is_in(cases.iter().map(|case| case.as_uuid())))
            .and_where(theirs)
            .to_owned();
        self.db().query_all(&select).await?.iter().map(|row| Ok(CaseId::new(row.try_get("", "id")?))).collect()
    }
}

impl Tx {
    /// Who looks for signs looks at what others found before.
    pub async fn take_turn_at_farming(&self) -> Result<(), StoreError> {
        self.take_turn(TABLE).await
    }

    pub async fn add_farming(&self, id: FarmingId, found: &Found, now: Timestamp) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(id.as_uuid()),
            sign: Set(word(TABLE, &found.sign)?),
            station: Set(found.station.to_string()),
            found_at: Set(now),
            first_at: Set(found.first_at),
            last_at: Set(found.last_at),
            looked_at: Set(None),
            looked_by: Set(None),
            note: Set(None),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        self.add_farmed(id, &found.cases).await
    }

    /// More of the same, as long as nobody has looked into it: what somebody looked into stays what they saw.
    pub async fn extend_farming(&self, known: &FarmingFinding, found: &Found) -> Result<(), StoreError> {
        let (first_at, last_at) = (Ord::min(known.found.first_at, found.first_at), Ord::max(known.found.last_at, found.last_at));
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel { first_at: Set(first_at), last_at: Set(last_at), ..Default::default() })
            .filter(Column::Id.eq(known.id.as_uuid()))
            .filter(Column::LookedAt.is_null())
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Ok(()) } else { self.add_farmed(known.id, &found.cases).await }
    }

    async fn add_farmed(&self, id: FarmingId, cases: &[CaseId]) -> Result<(), StoreError> {
        let rows = cases.iter().map(|case| review_row::ActiveModel {
            district: Set(self.district().to_string()),
            farming: Set(id.as_uuid()),
            case_id: Set(case.as_uuid()),
        });
        let known = OnConflict::columns([ReviewColumn::District, ReviewColumn::Farming, ReviewColumn::CaseId]).do_nothing().to_owned();
        review_row::Entity::insert_many(rows).on_conflict(known).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Notes what came of looking into it; `Stale` where somebody did.
    pub async fn look_into_farming(&self, id: FarmingId, looked: &LookedInto) -> Result<(), StoreError> {
        let note = self.safe().seal(NOTE, &RowId::of(id.as_uuid()), &looked.note)?;
        let set = row::ActiveModel {
            looked_at: Set(Some(looked.at)),
            looked_by: Set(Some(looked.by.as_uuid())),
            note: Set(Some(note)),
            ..Default::default()
        };
        let updated = self.of(row::Entity::update_many(), Column::District).set(set).filter(Column::Id.eq(id.as_uuid()));
        let updated = updated.filter(Column::LookedAt.is_null()).exec(&self.db()).await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Notes the mark of a device that a staff member signed in with.
    pub async fn note_staff_device(&self, account: AccountId, mark: &str, now: Timestamp) -> Result<(), StoreError> {
        let row = device_row::ActiveModel {
            district: Set(self.district().to_string()),
            device: Set(self.device_hash(mark)?),
            account: Set(account.as_uuid()),
            seen_at: Set(now),
        };
        let again = OnConflict::columns([DeviceColumn::District, DeviceColumn::Device, DeviceColumn::Account])
            .update_column(DeviceColumn::SeenAt)
            .to_owned();
        device_row::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// The same mark gives the same hash on whatever table it stands.
    pub(super) fn device_hash(&self, mark: &str) -> Result<String, StoreError> {
        Ok(hex::encode(self.safe().index(DEVICE, mark)?))
    }

    /// Forgets the marks of devices that were seen before an instant; says how many there were.
    pub async fn forget_devices(&self, before: Timestamp) -> Result<u64, StoreError> {
        let of_staff = self.of(device_row::Entity::delete_many(), DeviceColumn::District).filter(DeviceColumn::SeenAt.lt(before));
        let of_staff = of_staff.exec(&self.db()).await?.rows_affected;
        Ok(of_staff + evaluations::forget_devices(self, before).await?)
    }
}

fn review(row: &QueryResult) -> Result<(PersonId, Review), StoreError> {
    let station: String = row.try_get("", "accepting")?;
    let from = if row.try_get::<i32>("", "staff")? == 1 { From::StaffDevice } else { From::APerson };
    let review = Review {
        case: CaseId::new(row.try_get("", "case_id")?),
        station: station.parse().map_err(|error: domain::ids::BadCode| StoreError::corrupt("cases", error))?,
        level: from_word("evaluations", row.try_get("", "level")?)?,
        at: row.try_get("", "at")?,
        ended_at_counter: row.try_get("", "counter_at")?,
        device: row.try_get("", "device")?,
        from,
    };
    Ok((PersonId::new(row.try_get("", "person")?), review))
}

fn finding(safe: &Safe<'_>, (cases, row): &(Vec<CaseId>, row::Model)) -> Result<FarmingFinding, StoreError> {
    let found = Found {
        sign: from_word(TABLE, row.sign.clone())?,
        station: row.station.parse().map_err(|error: domain::ids::BadCode| StoreError::corrupt(TABLE, error))?,
        cases: cases.clone(),
        first_at: row.first_at,
        last_at: row.last_at,
    };
    let note = safe.open_if_any(NOTE, &RowId::of(row.id), row.note.as_deref())?.unwrap_or_default();
    let looked = row.looked_at.zip(row.looked_by).map(|(at, by)| LookedInto { at, by: AccountId::new(by), note });
    Ok(FarmingFinding { id: FarmingId::new(row.id), found, found_at: row.found_at, looked_into: looked })
}
