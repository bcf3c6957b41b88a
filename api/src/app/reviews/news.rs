//! Who is told of a rectification: who wrote the review, and who looks after it. Whom the review names is told nothing.

use std::collections::BTreeSet;

use domain::case::{Tidings as CaseTidings, told};
use domain::evaluation::rectification::{Rectification, Secrecy, Tidings, oversees};
use domain::ids::StationCode;
use infra::store::{CaseFile, StoreError, Tx};

use crate::app::Grounds;
use crate::app::cases::tell;

/// Nothing is sent where the matter is such that no news go out at all.
pub async fn tell_reviewer(tx: &Tx, grounds: &Grounds, file: &CaseFile, own: &Rectification, news: Tidings) -> Result<(), StoreError> {
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    if told(&file.case, &listed.item, grounds.today()).is_empty() {
        return Ok(());
    }
    tell(tx, grounds, own.reviewer, &file.case, CaseTidings::Review { news }).await
}

/// Tells those who look after it; whoever is named by the review, or close to the person, isn't one of them.
pub async fn tell_overseers(tx: &Tx, grounds: &Grounds, file: &CaseFile, own: &Rectification, news: Tidings) -> Result<(), StoreError> {
    let mut told = BTreeSet::new();
    for station in places(file, own) {
        for staff in tx.staff_at(&station).await? {
            if oversees(&staff, &file.case, own) && told.insert(staff.person) {
                tell(tx, grounds, staff.person, &file.case, CaseTidings::Review { news }).await?;
            }
        }
    }
    Ok(())
}

/// The stations whose staff may look after it.
fn places(file: &CaseFile, own: &Rectification) -> BTreeSet<StationCode> {
    let station = [own.place.station.clone()];
    match own.place.secrecy {
        Secrecy::Ordinary => station.into(),
        Secrecy::Sealed => file.case.procedure.iter().map(|step| step.desk.station.clone()).chain(station).collect(),
    }
}
