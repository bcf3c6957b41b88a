//! An entry as a row, and a row as an entry.

use domain::audit::{Entry, Office, On, Outcome, Reason, Refusal, Stated, Thing, Who};
use domain::ids::{AccountId, CaseId, DistrictCode, PersonId};
use domain::time::{Timestamp, to_micros};
use sea_orm::entity::prelude::*;

use super::super::StoreError;
use super::super::words::{from_word, word};
use super::TABLE;
use super::chain::{AuditHash, Encoding};

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub district: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: i64,
    pub by_kind: String,
    pub by_account: Option<Uuid>,
    pub by_person: Option<Uuid>,
    pub by_role: Option<String>,
    pub by_station: Option<String>,
    pub deed: String,
    pub on_thing: String,
    pub on_id: Option<String>,
    pub on_case: Option<Uuid>,
    pub on_person: Option<Uuid>,
    pub operation: Option<String>,
    pub problem: Option<String>,
    pub times: Option<i64>,
    pub purpose: Option<String>,
    pub purpose_words: Option<String>,
    pub prev: String,
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

const NOBODY: &str = "nobody";
const PERSON: &str = "person";
const STAFF: &str = "staff";
const SYSTEM: &str = "system";

impl Model {
    /// All but the hash itself.
    fn encoding(&self) -> Encoding {
        let mut encoding = Encoding::new();
        encoding.put(&self.district);
        encoding.put_any(Some(self.seq));
        encoding.put_any(Some(self.at));
        encoding.put(&self.by_kind);
        encoding.put_any(self.by_account);
        encoding.put_any(self.by_person);
        encoding.put_any(self.by_role.as_deref());
        encoding.put_any(self.by_station.as_deref());
        encoding.put(&self.deed);
        encoding.put(&self.on_thing);
        encoding.put_any(self.on_id.as_deref());
        encoding.put_any(self.on_case);
        encoding.put_any(self.on_person);
        encoding.put_any(self.operation.as_deref());
        encoding.put_any(self.problem.as_deref());
        encoding.put_any(self.times);
        encoding.put_any(self.purpose.as_deref());
        encoding.put_any(self.purpose_words.as_deref());
        encoding.put(&self.prev);
        encoding
    }

    /// Whether the row is what was hashed.
    pub fn fits_its_hash(&self) -> bool {
        AuditHash::of(&self.hash).is_some_and(|algorithm| algorithm.over(&self.encoding()) == self.hash)
    }
}

/// The row of an entry that follows the one with the hash `prev`.
pub fn chained(district: &DistrictCode, entry: &Entry, (seq, prev): (i64, String), algorithm: AuditHash) -> Result<Model, StoreError> {
    let (kind, account, person) = match &entry.by {
        Who::Nobody => (NOBODY, None, None),
        Who::Person { person } => (PERSON, None, Some(person.as_uuid())),
        Who::Staff { account, person, .. } => (STAFF, Some(account.as_uuid()), Some(person.as_uuid())),
        Who::System => (SYSTEM, None, None),
    };
    let refusal = match &entry.outcome {
        Outcome::Done => None,
        Outcome::Refused(refusal) => Some(refusal),
    };
    let office = entry.by.office();
    let mut row = Model {
        district: district.to_string(),
        seq,
        at: to_micros(entry.at).timestamp_micros(),
        by_kind: kind.to_owned(),
        by_account: account,
        by_person: person,
        by_role: office.map(|office| word(TABLE, &office.role)).transpose()?,
        by_station: office.map(|office| office.station.to_string()),
        deed: word(TABLE, &entry.deed)?,
        on_thing: entry.on.thing.word().to_owned(),
        on_id: entry.on.thing.id(),
        on_case: entry.on.case.map(|case| case.as_uuid()),
        on_person: entry.on.person.map(|person| person.as_uuid()),
        operation: refusal.map(|refusal| refusal.operation.to_string()),
        problem: refusal.map(|refusal| refusal.problem.to_string()),
        times: refusal.map(|refusal| refusal.times.into()),
        purpose: entry.purpose.as_ref().map(|stated| word(TABLE, &stated.purpose())).transpose()?,
        purpose_words: entry.purpose.as_ref().and_then(|stated| stated.words()).map(ToString::to_string),
        prev,
        hash: String::new(),
    };
    row.hash = algorithm.over(&row.encoding());
    Ok(row)
}

pub fn entry(row: Model) -> Result<Entry, StoreError> {
    let at = Timestamp::from_timestamp_micros(row.at).ok_or_else(|| StoreError::corrupt(TABLE, "`at` is no instant"))?;
    Ok(Entry {
        at,
        by: who(&row)?,
        deed: from_word(TABLE, row.deed.clone())?,
        on: On {
            thing: Thing::read(&row.on_thing, row.on_id.as_deref()).map_err(|error| StoreError::corrupt(TABLE, error))?,
            case: row.on_case.map(CaseId::new),
            person: row.on_person.map(PersonId::new),
        },
        outcome: outcome(&row)?,
        purpose: purpose(&row)?,
    })
}

fn who(row: &Model) -> Result<Who, StoreError> {
    let office = match (row.by_role.clone(), &row.by_station) {
        (Some(role), Some(station)) => Some(Office { role: from_word(TABLE, role)?, station: parsed(station)? }),
        (Some(_), None) | (None, _) => None,
    };
    match (row.by_kind.as_str(), row.by_account, row.by_person) {
        (NOBODY, None, None) => Ok(Who::Nobody),
        (SYSTEM, None, None) => Ok(Who::System),
        (PERSON, None, Some(person)) => Ok(Who::Person { person: PersonId::new(person) }),
        (STAFF, Some(account), Some(person)) => Ok(Who::Staff { account: AccountId::new(account), person: PersonId::new(person), office }),
        (kind, _, _) => Err(StoreError::corrupt(TABLE, format!("{kind:?} with these ids did nothing"))),
    }
}

fn outcome(row: &Model) -> Result<Outcome, StoreError> {
    match (&row.operation, &row.problem, row.times) {
        (None, None, None) => Ok(Outcome::Done),
        (Some(operation), Some(problem), Some(times)) => Ok(Outcome::Refused(Refusal {
            operation: parsed(operation)?,
            problem: parsed(problem)?,
            times: u32::try_from(times).map_err(|error| StoreError::corrupt(TABLE, error))?,
        })),
        (_, _, _) => Err(StoreError::corrupt(TABLE, "a refusal names operation, problem and times")),
    }
}

fn purpose(row: &Model) -> Result<Option<Stated>, StoreError> {
    let Some(purpose) = row.purpose.clone() else { return Ok(None) };
    let words: Option<Reason> = row.purpose_words.as_deref().map(parsed).transpose()?;
    Stated::new(from_word(TABLE, purpose)?, words).map(Some).map_err(|error| StoreError::corrupt(TABLE, error))
}

fn parsed<T: std::str::FromStr<Err: ToString>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: T::Err| StoreError::corrupt(TABLE, error))
}
