//! Numbers in the row of a hall.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::catalogue::ItemKind;
use domain::floor::{Ticket, TicketNumber};
use domain::ids::{PersonId, StationCode, TicketId};
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ConnectionTrait, DbBackend, QueryOrder, QuerySelect};

use super::ticket_row::{ActiveModel, Column, Entity, TABLE};
use crate::store::words::word;
use crate::store::{StoreError, Tx, View};

/// Part of a hall's row: those who wait on a day for some kinds of matter.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub station: &'a StationCode,
    pub day: NaiveDate,
    pub kinds: &'a BTreeSet<ItemKind>,
}

/// Who waits at a station, by kind.
pub type Waiting = BTreeMap<ItemKind, u64>;

impl View {
    pub async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.tickets().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?.map(Ticket::try_from).transpose()
    }

    /// The number that somebody has now.
    pub async fn live_ticket_of(&self, person: PersonId) -> Result<Option<Ticket>, StoreError> {
        let found =
            self.tickets().filter(Expr::cust("ended_at IS NULL AND person IS NOT NULL")).filter(Column::Person.eq(person.as_uuid()));
        found.one(&self.db()).await?.map(Ticket::try_from).transpose()
    }

    /// All numbers of a station that have not ended, in the order of the row.
    pub async fn live_tickets(&self, station: &StationCode) -> Result<Vec<Ticket>, StoreError> {
        let live = self.tickets().filter(Expr::cust("ended_at IS NULL")).filter(Column::Station.eq(station.as_str()));
        let rows = live.order_by_asc(Column::RankAt).order_by_asc(Column::Id).all(&self.db()).await?;
        rows.into_iter().map(Ticket::try_from).collect()
    }

    /// The number that is called to a window, or served at it.
    pub async fn ticket_at(&self, station: &StationCode, window: u16) -> Result<Option<Ticket>, StoreError> {
        let there = self.tickets().filter(Expr::cust("state IN ('called', 'serving')")).filter(Column::Station.eq(station.as_str()));
        there.filter(Column::WindowNumber.eq(i32::from(window))).one(&self.db()).await?.map(Ticket::try_from).transpose()
    }

    /// Who stands first in the row; of those alone who took their number by an instant, where one is named.
    pub async fn first_waiting(&self, row: Row<'_>, taken_by: Option<Timestamp>) -> Result<Option<Ticket>, StoreError> {
        self.first_in(row, taken_by)?.one(&self.db()).await?.map(Ticket::try_from).transpose()
    }

    /// Who waits on a day in every hall where somebody does.
    pub async fn waiting_in_halls(&self, day: NaiveDate) -> Result<BTreeMap<StationCode, Waiting>, StoreError> {
        let waiting = self.tickets().filter(Expr::cust("state = 'waiting'")).filter(Column::Day.eq(day));
        let counted = waiting.select_only().column(Column::Station).column(Column::Kind).column_as(Column::Id.count(), "waiting");
        let rows: Vec<(String, String, i64)> =
            counted.group_by(Column::Station).group_by(Column::Kind).into_tuple().all(&self.db()).await?;
        let mut halls: BTreeMap<StationCode, Waiting> = BTreeMap::new();
        for (station, kind, waiting) in rows {
            let station = station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?;
            let waiting = u64::try_from(waiting).map_err(|e| StoreError::corrupt(TABLE, e))?;
            halls.entry(station).or_default().insert(crate::store::words::from_word(TABLE, kind)?, waiting);
        }
        Ok(halls)
    }

    /// The stations and days at which a number has not ended.
    pub async fn live_halls(&self) -> Result<BTreeSet<(StationCode, NaiveDate)>, StoreError> {
        let live = self.tickets().filter(Expr::cust("ended_at IS NULL")).select_only().column(Column::Station).column(Column::Day);
        let rows: Vec<(String, NaiveDate)> = live.distinct().into_tuple().all(&self.db()).await?;
        let hall = |(station, day): (String, _)| Ok((station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?, day));
        rows.into_iter().map(hall).collect()
    }

    fn first_in(&self, row: Row<'_>, taken_by: Option<Timestamp>) -> Result<Select<Entity>, StoreError> {
        let kinds = row.kinds.iter().map(|kind| word(TABLE, kind)).collect::<Result<Vec<_>, _>>()?;
        let waiting = self.tickets().filter(Expr::cust("state = 'waiting'")).filter(Column::Station.eq(row.station.as_str()));
        let mut wanted = waiting.filter(Column::Day.eq(row.day)).filter(Column::Kind.is_in(kinds));
        if let Some(taken_by) = taken_by {
            wanted = wanted.filter(Column::TakenAt.lte(taken_by));
        }
        Ok(wanted.order_by_asc(Column::RankAt).order_by_asc(Column::Id).limit(1))
    }

    pub(super) fn tickets(&self) -> Select<Entity> {
        self.of(Entity::find(), Column::District)
    }
}

impl Tx {
    /// The next number of a kind at a station on a day; its counter stays locked to the unit's end, so take it late.
    pub async fn next_ticket_number(&self, station: &StationCode, day: NaiveDate, kind: ItemKind) -> Result<TicketNumber, StoreError> {
        let serial = self.next_serial(&format!("ticket/{station}/{day}/{}", kind.letter())).await?;
        Ok(TicketNumber::new(kind, serial))
    }

    /// The same, to be called: on PostgreSQL locked, and past whom another transaction is calling.
    pub async fn first_to_call(&self, row: Row<'_>, taken_by: Option<Timestamp>) -> Result<Option<Ticket>, StoreError> {
        let mut first = self.first_in(row, taken_by)?;
        if self.db().get_database_backend() == DbBackend::Postgres {
            first = first.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        first.one(&self.db()).await?.map(Ticket::try_from).transpose()
    }

    /// The ranks of those who wait at a station on a day, in order.
    pub async fn ranks_in_the_row(&self, station: &StationCode, day: NaiveDate) -> Result<Vec<Timestamp>, StoreError> {
        let waiting = self.tickets().filter(Expr::cust("state = 'waiting'")).filter(Column::Station.eq(station.as_str()));
        let ranks = waiting.filter(Column::Day.eq(day)).select_only().column(Column::RankAt).order_by_asc(Column::RankAt);
        Ok(ranks.into_tuple().all(&self.db()).await?)
    }

    /// `Taken` where the person has a live number already.
    pub async fn add_ticket(&self, ticket: &Ticket) -> Result<(), StoreError> {
        Entity::insert(ActiveModel::of(self.district().as_str(), ticket)?).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves what became of a number since it was read, and counts the change. `Taken` where another is at the same window.
    pub async fn save_ticket(&self, ticket: Ticket) -> Result<Ticket, StoreError> {
        let saved = Ticket { version: ticket.version + 1, ..ticket };
        let updated = self
            .of(Entity::update_many(), Column::District)
            .set(ActiveModel::of(self.district().as_str(), &saved)?)
            .filter(Column::Id.eq(saved.id.as_uuid()))
            .filter(Column::Version.eq(ticket.version))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 1 { Ok(saved) } else { Err(StoreError::Stale) }
    }

    pub(super) async fn forget_tickets(&self, before: NaiveDate) -> Result<u64, StoreError> {
        let old = self.of(Entity::delete_many(), Column::District).filter(Column::Day.lt(before)).filter(Column::EndedAt.is_not_null());
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}
