//! The row of an alert, and what it stands for.

use domain::ids::{AccountId, AlertId, CaseId, NoteId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::{Acknowledged, Alert};
use crate::store::StoreError;
use crate::store::words::{from_word, word};

pub(super) const TABLE: &str = "alerts";

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "alerts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub district: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub number: String,
    pub item: String,
    pub sealed: bool,
    pub cause: String,
    pub colour: String,
    pub turn: i32,
    pub station: String,
    pub stage: Option<String>,
    pub due_on: Option<Date>,
    pub raised_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub overtaken: bool,
    pub acknowledged_at: Option<DateTimeUtc>,
    pub acknowledged_by: Option<Uuid>,
    pub reason: Option<Uuid>,
    pub measure: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl ActiveModel {
    pub(super) fn of(district: &str, alert: &Alert) -> Result<Self, StoreError> {
        Ok(Self {
            district: Set(district.to_owned()),
            id: Set(alert.id.as_uuid()),
            case_id: Set(alert.case.as_uuid()),
            number: Set(alert.number.clone()),
            item: Set(alert.item.to_string()),
            sealed: Set(alert.sealed),
            cause: Set(word(TABLE, &alert.cause)?),
            colour: Set(word(TABLE, &alert.colour)?),
            turn: Set(alert.turn.into()),
            station: Set(alert.station.to_string()),
            stage: Set(alert.stage.map(|stage| word(TABLE, &stage)).transpose()?),
            due_on: Set(alert.due_on),
            raised_at: Set(alert.raised_at),
            ended_at: Set(alert.ended_at),
            overtaken: Set(alert.overtaken),
            acknowledged_at: Set(alert.acknowledged.map(|done| done.at)),
            acknowledged_by: Set(alert.acknowledged.map(|done| done.by.as_uuid())),
            reason: Set(alert.reason.map(|note| note.as_uuid())),
            measure: Set(alert.acknowledged.map(|done| done.measure.as_uuid())),
        })
    }
}

impl TryFrom<Model> for Alert {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let done = row.acknowledged_at.zip(row.acknowledged_by).zip(row.measure);
        Ok(Alert {
            id: AlertId::new(row.id),
            case: CaseId::new(row.case_id),
            number: row.number,
            item: row.item.parse().map_err(|error| StoreError::corrupt(TABLE, error))?,
            sealed: row.sealed,
            cause: from_word(TABLE, row.cause)?,
            colour: from_word(TABLE, row.colour)?,
            turn: u16::try_from(row.turn).map_err(|error| StoreError::corrupt(TABLE, error))?,
            station: row.station.parse().map_err(|error| StoreError::corrupt(TABLE, error))?,
            stage: row.stage.map(|stage| from_word(TABLE, stage)).transpose()?,
            due_on: row.due_on,
            raised_at: row.raised_at,
            ended_at: row.ended_at,
            overtaken: row.overtaken,
            acknowledged: done.map(|((at, by), measure)| Acknowledged { at, by: AccountId::new(by), measure: NoteId::new(measure) }),
            reason: row.reason.map(NoteId::new),
        })
    }
}
