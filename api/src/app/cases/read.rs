//! Reading a case. Who may not read it learns no more than that there is none; the audit log learns which one it was.

use chrono::NaiveDate;
use domain::audit::{On, Thing};
use domain::case::{Case, may_read};
use domain::catalogue::Item;
use domain::ids::{CaseId, PersonId};
use domain::people::Staff;
use infra::store::{StoreError, View};

use super::dossier::Dossier;
use crate::app::Grounds;

/// Who reads.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    Person(PersonId),
    Staff(&'a Staff),
}

impl Reader<'_> {
    pub fn may_read(&self, case: &Case, item: &Item, today: NaiveDate) -> bool {
        match self {
            Reader::Person(person) => case.is_of(*person, today),
            Reader::Staff(staff) => may_read(staff, case, item.care()).is_ok(),
        }
    }
}

/// What is hidden is answered like what isn't there.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("there is no such thing")]
    NotFound,
    #[error("it is hidden from whoever asks")]
    Hidden(On),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A case with all that is shown of it.
pub async fn read_case(view: &View, grounds: &Grounds, reader: Reader<'_>, case: CaseId) -> Result<Dossier, ReadError> {
    let dossier = Dossier::open(view, grounds, case).await?.ok_or(ReadError::NotFound)?;
    if reader.may_read(&dossier.file.case, &dossier.listed.item, grounds.today()) {
        Ok(dossier)
    } else {
        Err(ReadError::Hidden(on(&dossier.file.case, Thing::Case)))
    }
}

/// A case, or a thing of it, as the audit log names it.
pub fn on(case: &Case, thing: Thing) -> On {
    On::case(thing, case.id, case.subject.person())
}
