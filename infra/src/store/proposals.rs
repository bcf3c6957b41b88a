//! What waits for a second person, whichever table it stands in: which of it one person may look through.

use std::collections::BTreeSet;

use domain::countersign::SeenBy;
use domain::ids::{AccountId, PersonId, StationCode};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::StoreError;
use super::words::{from_word, word};

/// Whether it stands, in its row's `state`.
pub(super) const STANDING: &str = "standing";
pub(super) const WAITING: &str = "waiting";
pub(super) const REFUSED: &str = "refused";

/// What somebody may give a second word on.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Where they do.
    pub stations: BTreeSet<StationCode>,
    /// Who doesn't settle what they entered.
    pub not_by: PersonId,
    /// To whom they are too close.
    pub not_about: BTreeSet<PersonId>,
    /// What was entered before waits no more.
    pub since: Timestamp,
}

/// The columns by which it is found.
pub(super) struct Columns<C> {
    pub state: C,
    pub person: C,
    pub at: C,
    pub by_person: C,
    pub by_station: C,
}

impl Waiting {
    pub(super) fn filter<C: ColumnTrait>(&self, columns: &Columns<C>) -> Condition {
        Condition::all()
            .add(columns.state.eq(WAITING))
            .add(columns.at.gte(self.since))
            .add(columns.by_station.is_in(self.stations.iter().map(StationCode::as_str)))
            .add(columns.by_person.ne(self.not_by.as_uuid()))
            .add(columns.person.is_not_in(self.not_about.iter().map(|person| person.as_uuid())))
    }
}

/// What was entered before `before` and never came to stand.
pub(super) fn never_stood<C: ColumnTrait>(columns: &Columns<C>, before: Timestamp) -> Condition {
    Condition::all().add(columns.state.ne(STANDING)).add(columns.at.lt(before))
}

/// Who entered it, as its row tells.
pub(super) fn seen_by(table: &'static str, (account, person): (Uuid, Uuid), (role, station): (String, &str)) -> Result<SeenBy, StoreError> {
    Ok(SeenBy {
        account: AccountId::new(account),
        person: PersonId::new(person),
        role: from_word(table, role)?,
        station: station.parse().map_err(|error: domain::ids::BadCode| StoreError::corrupt(table, error))?,
    })
}

pub(super) fn role_word(table: &'static str, by: &SeenBy) -> Result<String, StoreError> {
    word(table, &by.role)
}
