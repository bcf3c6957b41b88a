//! The copy of all that is kept of a person.

use std::collections::BTreeMap;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::{CaseId, PersonId};
use infra::store::{Document, OwnCase, PersonalRow, StoreError, Upload, View};

use crate::app::App;

/// What is kept of a person, and the files, which are fetched one by one.
pub struct OwnData {
    pub rows: Vec<PersonalRow>,
    pub cases: BTreeMap<CaseId, OwnCase>,
    pub uploads: Vec<Upload>,
    pub documents: Vec<Document>,
}

impl OwnData {
    pub async fn of(view: &View, person: PersonId) -> Result<Self, StoreError> {
        Ok(Self {
            rows: view.personal_rows(person).await?,
            cases: view.own_cases(person).await?.into_iter().map(|case| (case.id, case)).collect(),
            uploads: view.uploads_about(person).await?,
            documents: view.documents_about(person).await?,
        })
    }

    /// The number of one of their cases.
    pub fn number_of(&self, case: CaseId) -> Option<String> {
        self.cases.get(&case).map(|case| case.number.clone())
    }
}

impl App {
    /// A copy of a person's data, for themself; that it was made stands in the audit log before it leaves.
    pub async fn own_data(&self, person: PersonId) -> Result<OwnData, StoreError> {
        let own = OwnData::of(&self.store.read(self.district()), person).await?;
        self.audit(Entry::done(self.clock.now(), Who::Person { person }, Deed::Export, On::person(Thing::Person, person))).await?;
        Ok(own)
    }
}
