//! Booked slots. A slot's places are counted while nobody else books at the station, so that it is never booked beyond them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::catalogue::ItemKind;
use domain::floor::{Appointment, AppointmentState};
use domain::ids::{AppointmentId, ItemCode, PersonId, StationCode, TicketId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{QueryOrder, QuerySelect};

use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "appointments";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "appointments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub station: String,
        pub item: String,
        pub kind: String,
        pub day: Date,
        pub begin_at: DateTimeUtc,
        pub end_at: DateTimeUtc,
        pub booked_at: DateTimeUtc,
        pub state: String,
        pub ended_at: Option<DateTimeUtc>,
        pub ticket: Option<Uuid>,
        pub called_off: Option<String>,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

const BOOKED: &str = "booked";
const ARRIVED: &str = "arrived";
const CANCELLED: &str = "cancelled";
const NO_SHOW: &str = "no_show";

/// A day of a station's slots.
#[derive(Debug, Clone, Copy)]
pub struct Day<'a> {
    pub station: &'a StationCode,
    pub date: NaiveDate,
    /// What stands in no list.
    pub not_of: &'a [ItemCode],
}

/// Where a page of a day begins: after the slot's beginning and the appointment that were seen last.
pub type AfterSlot = (Timestamp, AppointmentId);

impl View {
    /// A page of a station's day, in the order of the slots; and how many there are in all.
    pub async fn appointments_on(&self, day: Day<'_>, after: Option<AfterSlot>, limit: u64) -> Result<(Vec<Appointment>, u64), StoreError> {
        let listed = day.not_of.iter().fold(Condition::all(), |all, item| all.add(Column::Item.ne(item.as_str())));
        let here = self.appointments().filter(Column::Day.eq(day.date)).filter(Column::Station.eq(day.station.as_str())).filter(listed);
        let total = here.clone().count(&self.db()).await?;
        let page = match after {
            Some((begin, id)) => {
                let same_slot = Condition::all().add(Column::BeginAt.eq(begin)).add(Column::Id.gt(id.as_uuid()));
                here.filter(Condition::any().add(Column::BeginAt.gt(begin)).add(same_slot))
            }
            None => here,
        };
        let rows = page.order_by_asc(Column::BeginAt).order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(Appointment::try_from).collect::<Result<_, _>>()?, total))
    }

    pub async fn appointment(&self, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
        let found = self.appointments().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        found.map(Appointment::try_from).transpose()
    }

    /// A page of a person's appointments, newest first, before `before`; and how many there are in all.
    pub async fn appointments_of(
        &self,
        person: PersonId,
        before: Option<AppointmentId>,
        limit: u64,
    ) -> Result<(Vec<Appointment>, u64), StoreError> {
        let all = self.appointments().filter(Column::Person.eq(person.as_uuid()));
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(Appointment::try_from).collect::<Result<_, _>>()?, total))
    }

    /// How many slots somebody has booked and not come to yet.
    pub async fn booked_by(&self, person: PersonId) -> Result<u64, StoreError> {
        let own = self.appointments().filter(Column::Person.eq(person.as_uuid())).filter(Column::State.eq(BOOKED));
        Ok(own.count(&self.db()).await?)
    }

    /// The places that are taken in the slots of a station and kind which begin in a period, by beginning.
    pub async fn places_taken(
        &self,
        station: &StationCode,
        kind: ItemKind,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<BTreeMap<Timestamp, u64>, StoreError> {
        let here = self.appointments().filter(Column::Station.eq(station.as_str())).filter(Column::Kind.eq(word(TABLE, &kind)?));
        let taken = here.filter(Column::BeginAt.gte(from)).filter(Column::BeginAt.lt(until)).filter(Column::State.ne(CANCELLED));
        let counted = taken.select_only().column(Column::BeginAt).column_as(Column::Id.count(), "taken").group_by(Column::BeginAt);
        let rows: Vec<(Timestamp, i64)> = counted.into_tuple().all(&self.db()).await?;
        rows.into_iter().map(|(begin, taken)| Ok((begin, u64::try_from(taken).map_err(|e| StoreError::corrupt(TABLE, e))?))).collect()
    }

    /// A page of what is booked and nobody has come to yet, earliest first, after `after`.
    pub async fn booked(&self, after: Option<AfterSlot>, limit: u64) -> Result<Vec<Appointment>, StoreError> {
        let mut booked = self.appointments().filter(Expr::cust("state = 'booked'"));
        if let Some((begin, id)) = after {
            let same_slot = Condition::all().add(Column::BeginAt.eq(begin)).add(Column::Id.gt(id.as_uuid()));
            booked = booked.filter(Condition::any().add(Column::BeginAt.gt(begin)).add(same_slot));
        }
        let rows = booked.order_by_asc(Column::BeginAt).order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        rows.into_iter().map(Appointment::try_from).collect()
    }

    /// Slots that began before `begin` and that nobody has come to, earliest first.
    pub async fn booked_before(&self, begin: Timestamp, limit: u64) -> Result<Vec<AppointmentId>, StoreError> {
        let due = self.appointments().filter(Expr::cust("state = 'booked'")).filter(Column::BeginAt.lt(begin));
        let ids: Vec<Uuid> =
            due.order_by_asc(Column::BeginAt).limit(limit).select_only().column(Column::Id).into_tuple().all(&self.db()).await?;
        Ok(ids.into_iter().map(AppointmentId::new).collect())
    }

    fn appointments(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// Lets those who book at a station, and those who book for a person, follow one another to the unit's end.
    pub async fn take_turn_to_book(&self, station: &StationCode, person: PersonId) -> Result<(), StoreError> {
        self.take_turn(&format!("book/{person}")).await?;
        self.take_turn(&format!("book/{station}")).await
    }

    /// `Taken` where the person has booked a slot for the item on that day already.
    pub async fn add_appointment(&self, appointment: &Appointment) -> Result<(), StoreError> {
        let row = row::ActiveModel::of(self.district().as_str(), appointment)?;
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves what became of an appointment since it was read, and counts the change.
    pub async fn save_appointment(&self, appointment: Appointment) -> Result<Appointment, StoreError> {
        let saved = Appointment { version: appointment.version + 1, ..appointment };
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel::of(self.district().as_str(), &saved)?)
            .filter(Column::Id.eq(saved.id.as_uuid()))
            .filter(Column::Version.eq(appointment.version))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 1 { Ok(saved) } else { Err(StoreError::Stale) }
    }

    pub(super) async fn forget_appointments(&self, before: NaiveDate) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::Day.lt(before)).filter(Column::State.ne(BOOKED));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}

impl row::ActiveModel {
    fn of(district: &str, appointment: &Appointment) -> Result<Self, StoreError> {
        let (state, ended_at, ticket, called_off) = match appointment.state {
            AppointmentState::Booked => (BOOKED, None, None, None),
            AppointmentState::Arrived { at, ticket } => (ARRIVED, Some(at), Some(ticket.as_uuid()), None),
            AppointmentState::Cancelled { at } => (CANCELLED, Some(at), None, None),
            AppointmentState::NoShow { at } => (NO_SHOW, Some(at), None, None),
            AppointmentState::CalledOff { at, why } => (CANCELLED, Some(at), None, Some(word(TABLE, &why)?)),
        };
        Ok(Self {
            district: Set(district.to_owned()),
            id: Set(appointment.id.as_uuid()),
            person: Set(appointment.person.as_uuid()),
            station: Set(appointment.station.to_string()),
            item: Set(appointment.item.to_string()),
            kind: Set(word(TABLE, &appointment.kind())?),
            day: Set(appointment.day()),
            begin_at: Set(appointment.begin),
            end_at: Set(appointment.end),
            booked_at: Set(appointment.booked_at),
            state: Set(state.to_owned()),
            ended_at: Set(ended_at),
            ticket: Set(ticket),
            called_off: Set(called_off),
            version: Set(i32::try_from(appointment.version).map_err(|e| StoreError::corrupt(TABLE, e))?),
        })
    }
}

impl TryFrom<row::Model> for Appointment {
    type Error = StoreError;

    fn try_from(row: row::Model) -> Result<Self, StoreError> {
        let state = match (row.state.as_str(), row.ended_at, row.ticket, row.called_off) {
            (BOOKED, None, None, None) => AppointmentState::Booked,
            (ARRIVED, Some(at), Some(ticket), None) => AppointmentState::Arrived { at, ticket: TicketId::new(ticket) },
            (CANCELLED, Some(at), None, None) => AppointmentState::Cancelled { at },
            (CANCELLED, Some(at), None, Some(why)) => AppointmentState::CalledOff { at, why: from_word(TABLE, why)? },
            (NO_SHOW, Some(at), None, None) => AppointmentState::NoShow { at },
            (state, ..) => return Err(StoreError::corrupt(TABLE, format!("its columns don't belong to {state:?}"))),
        };
        Ok(Appointment {
            id: AppointmentId::new(row.id),
            person: PersonId::new(row.person),
            station: row.station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?,
            item: row.item.parse().map_err(|e| StoreError::corrupt(TABLE, e))?,
            begin: row.begin_at,
            end: row.end_at,
            booked_at: row.booked_at,
            state,
            version: u32::try_from(row.version).map_err(|e| StoreError::corrupt(TABLE, e))?,
        })
    }
}
