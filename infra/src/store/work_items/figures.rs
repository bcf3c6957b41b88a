//! The queue in figures: what waits at each station, who holds what, and what was done in a period. Bounded by what is open, or by
//! the period.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::ids::{AccountId, StationCode, WorkItemId};
use domain::people::Scope;
use domain::queue::WorkItem;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, ExprTrait, QueryOrder, QueryResult, QuerySelect, Statement, Value, entity::prelude::*};

use super::is_free;
use super::row::{Column, TABLE};
use super::sql::is_up_to_us;
use crate::store::scopes::within;
use crate::store::{StoreError, View};

/// What may be claimed at a station.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    pub to_take_in: u64,
    pub in_all: u64,
}

/// What lies at a station now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub waiting: u64,
    pub held: u64,
    /// Past the time at which it was due there.
    pub late: u64,
    /// The earliest arrival of what waits.
    pub oldest: Option<Timestamp>,
}

/// What was done in a period, and how long it took. An item counts for the day on which it was closed, by whoever closed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneWork {
    pub station: StationCode,
    pub closed: u64,
    /// From when it could be claimed at the station to its first claim, in seconds, summed up.
    pub waited_secs: u64,
    /// From its last claim to its end.
    pub handled_secs: u64,
    /// How many of them were closed after they were due at the station. Handing over waits for the person, and is never late; nor is
    /// what stood for an outside body.
    pub late: u64,
}

/// What somebody holds now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldNow {
    pub items: u64,
    /// Past the time at which it was due; handing over never is.
    pub late: u64,
}

/// The same by day and clerk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneByClerk {
    pub day: NaiveDate,
    pub clerk: AccountId,
    pub work: DoneWork,
}

/// Whose work, and whose time at windows.
#[derive(Debug, Clone)]
pub enum WorkOf {
    /// Of everybody, at one station.
    Station(StationCode),
    /// Of one clerk, wherever.
    Clerk(AccountId),
}

impl View {
    /// How much may be claimed at each station at `now`, and is up to nobody else.
    pub async fn waiting_at_stations(&self, now: Timestamp) -> Result<BTreeMap<StationCode, Waiting>, StoreError> {
        let taken_in = Expr::cust("SUM(CASE WHEN stage IN ('at_once', 'accept') THEN 1 ELSE 0 END)");
        let own = self.work_items().filter(is_free(now)).filter(Expr::cust(is_up_to_us("")?));
        let counted = own.select_only().column(Column::Station).column_as(taken_in, "to_take_in");
        let counted = counted.column_as(Column::Id.count(), "in_all").group_by(Column::Station);
        let rows: Vec<(String, i64, i64)> = counted.into_tuple().all(&self.db()).await?;
        let waiting = rows.into_iter().map(|(station, to_take_in, in_all)| {
            Ok((code(&station)?, Waiting { to_take_in: number(to_take_in)?, in_all: number(in_all)? }))
        });
        waiting.collect()
    }

    /// What lies at the stations in these scopes at `now`.
    pub async fn standing_at_stations(&self, scopes: &[Scope], now: Timestamp) -> Result<BTreeMap<StationCode, Standing>, StoreError> {
        let open = self.work_items().filter(Column::ClosedAt.is_null()).filter(within(scopes, Column::Station));
        let free = || Column::FreeFrom.lte(now);
        let counted = open
            .select_only()
            .column(Column::Station)
            .column_as(count(free()), "waiting")
            .column_as(count(Column::LeaseUntil.gt(now)), "held")
            .column_as(count(is_late(now)), "late")
            .column_as(Expr::case(free(), Expr::col(Column::ArrivedAt)).min(), "oldest")
            .group_by(Column::Station);
        let rows: Vec<(String, i64, i64, i64, Option<DateTimeUtc>)> = counted.into_tuple().all(&self.db()).await?;
        let standing = rows.into_iter().map(|(station, waiting, held, late, oldest)| {
            Ok((code(&station)?, Standing { waiting: number(waiting)?, held: number(held)?, late: number(late)?, oldest }))
        });
        standing.collect()
    }

    /// What each of them holds at `now`: at a station, or one clerk wherever. Who holds nothing isn't named.
    pub async fn held_now(&self, whose: &WorkOf, now: Timestamp) -> Result<BTreeMap<AccountId, HeldNow>, StoreError> {
        let held = self.work_items().filter(Expr::cust("closed_at IS NULL")).filter(Column::LeaseUntil.gt(now));
        let held = held.filter(match whose {
            WorkOf::Station(station) => Column::Station.eq(station.as_str()),
            WorkOf::Clerk(clerk) => Column::Holder.eq(clerk.as_uuid()),
        });
        let counted = held.select_only().column(Column::Holder).column_as(Column::Id.count(), "items");
        let counted = counted.column_as(count(is_late(now)), "late").group_by(Column::Holder);
        let rows: Vec<(Uuid, i64, i64)> = counted.into_tuple().all(&self.db()).await?;
        let held = rows
            .into_iter()
            .map(|(holder, items, late)| Ok((AccountId::new(holder), HeldNow { items: number(items)?, late: number(late)? })));
        held.collect()
    }

    /// A page of what is held at `now` at the stations in these scopes, after `after`.
    pub async fn held_within(
        &self,
        scopes: &[Scope],
        station: Option<&StationCode>,
        now: Timestamp,
        (after, limit): (Option<WorkItemId>, u64),
    ) -> Result<(Vec<WorkItem>, u64), StoreError> {
        let mut held = self.work_items().filter(Column::ClosedAt.is_null()).filter(Column::LeaseUntil.gt(now));
        held = held.filter(within(scopes, Column::Station));
        if let Some(station) = station {
            held = held.filter(Column::Station.eq(station.as_str()));
        }
        let total = held.clone().count(&self.db()).await?;
        if let Some(after) = after {
            held = held.filter(Column::Id.gt(after.as_uuid()));
        }
        let rows = held.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(WorkItem::try_from).collect::<Result<_, _>>()?, total))
    }

    /// What was closed from `from` until before `to` at the stations in these scopes, by station.
    pub async fn done_by_station(&self, scopes: &[Scope], (from, to): (Timestamp, Timestamp)) -> Result<Vec<DoneWork>, StoreError> {
        let all = scopes.iter().any(Scope::is_whole_district);
        let period = Period::of(self, from, to);
        let sums = period.sums();
        let text = format!("SELECT station, {sums} FROM work_items WHERE {} GROUP BY station ORDER BY station", period.condition());
        let rows = self.db().query_all_raw(period.statement(text)).await?;
        let done = rows.iter().map(done).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(done.into_iter().filter(|done| all || scopes.iter().any(|scope| scope.covers(&done.station))).collect())
    }

    /// What was closed from `from` until before `to`, by day of the district's wall clock and clerk.
    pub async fn done_by_clerk(&self, whose: &WorkOf, (from, to): (Timestamp, Timestamp)) -> Result<Vec<DoneByClerk>, StoreError> {
        let mut period = Period::of(self, from, to);
        let whose = match whose {
            WorkOf::Station(station) => format!("station = {}", period.bind(station.as_str())),
            WorkOf::Clerk(account) => format!("holder = {}", period.bind(account.as_uuid())),
        };
        let (sums, day) = (period.sums(), period.day());
        let text = format!(
            "SELECT {day} AS day, holder, station, {sums} FROM work_items WHERE {} AND {whose} \
             GROUP BY {day}, holder, station ORDER BY {day}, holder, station",
            period.condition()
        );
        let rows = self.db().query_all_raw(period.statement(text)).await?;
        let done = rows.iter().map(|row| {
            let day: String = row.try_get("", "day")?;
            let day = day.parse().map_err(|error: chrono::ParseError| StoreError::corrupt(TABLE, error))?;
            Ok(DoneByClerk { day, clerk: AccountId::new(row.try_get("", "holder")?), work: done(row)? })
        });
        done.collect()
    }
}

/// How many items were closed after they were due. What stands for an outside body isn't due.
const LATE: &str = "SUM(CASE WHEN closed_at >= due_at AND stage <> 'hand_over' AND stands_since IS NULL THEN 1 ELSE 0 END)";

fn is_late(now: Timestamp) -> Expr {
    Column::DueAt.lte(now).and(Column::Stage.ne("hand_over")).and(Column::StandsSince.is_null())
}

fn count(condition: Expr) -> Expr {
    Expr::case(condition, 1).finally(0).sum()
}

/// A question about what was done in a period, in the making: how databases count time differs.
struct Period {
    backend: DbBackend,
    values: Vec<Value>,
}

impl Period {
    fn of(view: &View, from: Timestamp, to: Timestamp) -> Self {
        Self { backend: view.db().get_database_backend(), values: vec![view.district().as_str().into(), from.into(), to.into()] }
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn condition(&self) -> &'static str {
        "district = $1 AND closed_at >= $2 AND closed_at < $3 AND outcome = 'done' AND holder IS NOT NULL"
    }

    fn statement(self, text: String) -> Statement {
        Statement::from_sql_and_values(self.backend, text, self.values)
    }

    /// The district's day on which an item was closed.
    fn day(&self) -> &'static str {
        match self.backend {
            DbBackend::Postgres => "to_char(closed_at AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM-DD')",
            _ => "date(closed_at, '+8 hours')",
        }
    }

    fn sums(&self) -> String {
        let ready = match self.backend {
            DbBackend::Postgres => "GREATEST(arrived_at, not_before)",
            _ => "MAX(arrived_at, COALESCE(not_before, arrived_at))",
        };
        let (waited, handled) = (self.secs(ready, "claimed_at"), self.secs("held_since", "closed_at"));
        format!("COUNT(*) AS closed, {waited} AS waited_secs, {handled} AS handled_secs, {LATE} AS late")
    }

    fn secs(&self, from: &str, to: &str) -> String {
        let secs = match self.backend {
            DbBackend::Postgres => format!("EXTRACT(EPOCH FROM {to} - {from})"),
            _ => format!("(julianday({to}) - julianday({from})) * 86400"),
        };
        format!("CAST(COALESCE(ROUND(SUM({secs})), 0) AS BIGINT)")
    }
}

fn done(row: &QueryResult) -> Result<DoneWork, StoreError> {
    let station: String = row.try_get("", "station")?;
    let sum = |column| row.try_get::<i64>("", column).map_err(StoreError::from).map(|secs| u64::try_from(secs).unwrap_or_default());
    Ok(DoneWork {
        station: code(&station)?,
        closed: number(row.try_get("", "closed")?)?,
        waited_secs: sum("waited_secs")?,
        handled_secs: sum("handled_secs")?,
        late: number(row.try_get("", "late")?)?,
    })
}

fn code(text: &str) -> Result<StationCode, StoreError> {
    text.parse().map_err(|error: domain::ids::BadCode| StoreError::corrupt(TABLE, error))
}

fn number(count: i64) -> Result<u64, StoreError> {
    u64::try_from(count).map_err(|error| StoreError::corrupt(TABLE, error))
}
