//! Who is told of a rectification: who wrote the review, and who looks after it. Whom the review names is told nothing. Where nobody looks
//! after one of a sealed case, it rises to who may.

use std::collections::BTreeSet;

use domain::case::{Actor, Tidings as CaseTidings, told};
use domain::evaluation::rectification::{By, Command, Context, Rectification, Secrecy, Tidings, decide, may_decide_at, oversees, rises_to};
use domain::ids::StationCode;
use infra::store::{CaseFile, StoreError, Tx, View};

use super::rectify::{Loaded, append};
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

/// Tells those who look after it, and says how many they are. Where there is nobody, one of a sealed case rises up its line first.
pub async fn tell_or_raise(tx: &Tx, grounds: &Grounds, loaded: Loaded, news: Tidings) -> Result<(Loaded, usize), StoreError> {
    let told = tell_overseers(tx, grounds, &loaded.file, &loaded.own.rectification, news).await?;
    let above = if told == 0 { who_may_decide(tx, &loaded).await? } else { None };
    let Some(to) = above else { return Ok((loaded, told)) };
    let context = Context { now: grounds.now, calendar: &grounds.map.calendar, rules: &grounds.evaluations };
    let Ok(events) = decide(&loaded.own.rectification, Command::Raise { to }, By::System, &context) else { return Ok((loaded, told)) };
    let loaded = append(tx, grounds, loaded, (Actor::System, events)).await?;
    let told = tell_overseers(tx, grounds, &loaded.file, &loaded.own.rectification, news).await?;
    Ok((loaded, told))
}

/// The nearest station up the line at which somebody may decide about it.
async fn who_may_decide(view: &View, loaded: &Loaded) -> Result<Option<StationCode>, StoreError> {
    let (case, own) = (&loaded.file.case, &loaded.own.rectification);
    for station in rises_to(case) {
        if view.staff_at(station).await?.iter().any(|staff| may_decide_at(staff, case, own, station)) {
            return Ok(Some(station.clone()));
        }
    }
    Ok(None)
}

/// Whoever is named by the review, or close to the person, doesn't look after it.
async fn tell_overseers(tx: &Tx, grounds: &Grounds, file: &CaseFile, own: &Rectification, news: Tidings) -> Result<usize, StoreError> {
    let mut told = BTreeSet::new();
    for station in places(file, own) {
        for staff in tx.staff_at(&station).await? {
            if oversees(&staff, &file.case, own) && told.insert(staff.person) {
                tell(tx, grounds, staff.person, &file.case, CaseTidings::Review { news }).await?;
            }
        }
    }
    Ok(told.len())
}

/// The stations whose staff may look after it.
fn places(file: &CaseFile, own: &Rectification) -> BTreeSet<StationCode> {
    let theirs = [own.place.station.clone()].into_iter().chain(own.raised_to.clone());
    match own.place.secrecy {
        Secrecy::Ordinary => theirs.collect(),
        Secrecy::Sealed => file.case.procedure.iter().map(|step| step.desk.station.clone()).chain(theirs).collect(),
    }
}
