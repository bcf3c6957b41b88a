//! Windows that clerks have opened, and had.

use chrono::NaiveDate;
use domain::floor::{Turns, Window};
use domain::ids::{AccountId, StationCode, WindowId};
use domain::people::Scope;
use domain::time::{Timestamp, end_of};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect};

use crate::store::scopes::within;
use crate::store::words::{from_json, json};
use crate::store::{StoreError, Tx, View, WorkOf};

const TABLE: &str = "floor_windows";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "floor_windows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub station: String,
        pub number: i32,
        pub clerk: Uuid,
        pub serves: Json,
        pub opened_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
        pub turn_tickets: i32,
        pub turn_online: i32,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// The windows of a station that are open, by number.
    pub async fn open_windows(&self, station: &StationCode) -> Result<Vec<Window>, StoreError> {
        let rows = self.open().filter(Column::Station.eq(station.as_str())).order_by_asc(Column::Number).all(&self.db()).await?;
        rows.into_iter().map(Window::try_from).collect()
    }

    /// Where a clerk sits now.
    pub async fn window_of(&self, clerk: AccountId) -> Result<Option<Window>, StoreError> {
        self.open().filter(Column::Clerk.eq(clerk.as_uuid())).one(&self.db()).await?.map(Window::try_from).transpose()
    }

    /// The windows that were opened before `at` and still are.
    pub async fn windows_opened_before(&self, at: Timestamp, limit: u64) -> Result<Vec<Window>, StoreError> {
        let rows = self.open().filter(Column::OpenedAt.lt(at)).order_by_asc(Column::OpenedAt).limit(limit).all(&self.db()).await?;
        rows.into_iter().map(Window::try_from).collect()
    }

    /// How many windows are open at every station where one is.
    pub async fn windows_at_work(&self) -> Result<Vec<(StationCode, u64)>, StoreError> {
        let counted = self.open().select_only().column(Column::Station).column_as(Column::Id.count(), "open").group_by(Column::Station);
        let rows: Vec<(String, i64)> = counted.into_tuple().all(&self.db()).await?;
        let corrupt = |error: &dyn std::fmt::Display| StoreError::corrupt(TABLE, error);
        let read = |(station, open): (String, i64)| {
            Ok((station.parse().map_err(|e: domain::ids::BadCode| corrupt(&e))?, u64::try_from(open).map_err(|e| corrupt(&e))?))
        };
        rows.into_iter().map(read).collect()
    }

    /// Sittings at the stations in these scopes of which some part lies from `from` until before `to`.
    pub async fn sittings_within(&self, scopes: &[Scope], period: (Timestamp, Timestamp)) -> Result<Vec<Window>, StoreError> {
        self.sittings(within(scopes, Column::Station), period).await
    }

    /// The same at one station, or of one clerk.
    pub async fn sittings_of(&self, whose: &WorkOf, period: (Timestamp, Timestamp)) -> Result<Vec<Window>, StoreError> {
        let theirs = match whose {
            WorkOf::Station(station) => Column::Station.eq(station.as_str()),
            WorkOf::Clerk(clerk) => Column::Clerk.eq(clerk.as_uuid()),
        };
        self.sittings(Condition::all().add(theirs), period).await
    }

    async fn sittings(&self, wanted: Condition, (from, to): (Timestamp, Timestamp)) -> Result<Vec<Window>, StoreError> {
        let lasted = Column::ClosedAt.is_null().or(Column::ClosedAt.gt(from));
        let found = self.of(row::Entity::find(), Column::District).filter(wanted).filter(Column::OpenedAt.lt(to)).filter(lasted);
        found.all(&self.db()).await?.into_iter().map(Window::try_from).collect()
    }

    fn open(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District).filter(Expr::cust("closed_at IS NULL"))
    }
}

impl Tx {
    /// `Taken` where somebody sits there already, or the clerk sits elsewhere.
    pub async fn add_window(&self, window: &Window) -> Result<(), StoreError> {
        let row = row::ActiveModel::of(self.district().as_str(), window)?;
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves what became of a window since it was read, and counts the change.
    pub async fn save_window(&self, window: Window) -> Result<Window, StoreError> {
        let saved = Window { version: window.version + 1, ..window };
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel::of(self.district().as_str(), &saved)?)
            .filter(Column::Id.eq(saved.id.as_uuid()))
            .filter(Column::Version.eq(window.version))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 1 { Ok(saved) } else { Err(StoreError::Stale) }
    }

    pub(super) async fn forget_sittings(&self, before: NaiveDate) -> Result<u64, StoreError> {
        let Some(eve) = before.pred_opt() else { return Ok(0) };
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::ClosedAt.lt(end_of(eve)));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}

impl row::ActiveModel {
    fn of(district: &str, window: &Window) -> Result<Self, StoreError> {
        Ok(Self {
            district: Set(district.to_owned()),
            id: Set(window.id.as_uuid()),
            station: Set(window.station.to_string()),
            number: Set(window.number.into()),
            clerk: Set(window.clerk.as_uuid()),
            serves: Set(json(TABLE, &window.serves)?),
            opened_at: Set(window.opened_at),
            closed_at: Set(window.closed_at),
            turn_tickets: Set(window.turns.tickets.into()),
            turn_online: Set(window.turns.online.into()),
            version: Set(i32::try_from(window.version).map_err(|e| StoreError::corrupt(TABLE, e))?),
        })
    }
}

impl TryFrom<row::Model> for Window {
    type Error = StoreError;

    fn try_from(row: row::Model) -> Result<Self, StoreError> {
        let turn = |count: i32| u8::try_from(count).map_err(|e| StoreError::corrupt(TABLE, e));
        Ok(Window {
            id: WindowId::new(row.id),
            station: row.station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?,
            number: u16::try_from(row.number).map_err(|e| StoreError::corrupt(TABLE, e))?,
            clerk: AccountId::new(row.clerk),
            serves: from_json(TABLE, row.serves)?,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
            turns: Turns { tickets: turn(row.turn_tickets)?, online: turn(row.turn_online)? },
            version: u32::try_from(row.version).map_err(|e| StoreError::corrupt(TABLE, e))?,
        })
    }
}
