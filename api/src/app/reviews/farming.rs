//! Signs of farming: looked for in the reviews of the last weeks, and looked into by supervisors.

use std::collections::BTreeSet;

use chrono::Days;
use domain::catalogue::is_sealed;
use domain::evaluation::Evaluation;
use domain::evaluation::farming::{Found, From as GivenBy, Review, Sign, detect, first_day};
use domain::ids::{CaseId, FarmingId, ItemCode, PersonId, StationCode};
use domain::people::{Grant, Staff};
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::time::{Timestamp, start_of};
use infra::store::{FarmingFinding, LookedInto, StoreError, Tx, View};
use uuid::Uuid;

use crate::app::Grounds;

#[derive(Debug, thiserror::Error)]
pub enum FarmingError {
    #[error("no such finding, or none of theirs")]
    NotFound,
    #[error("it is about reviews of what they handled themself")]
    OwnReviews,
    #[error("somebody looked into it")]
    Done,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Before this, the marks of devices are forgotten.
pub fn devices_before(grounds: &Grounds) -> Timestamp {
    grounds.now.checked_sub_days(Days::new(grounds.evaluations.device_days.into())).unwrap_or(Timestamp::MIN_UTC)
}

/// From when on reviews are looked through.
fn since(grounds: &Grounds) -> Timestamp {
    start_of(first_day(grounds.today(), &grounds.evaluations.farming))
}

/// What the reviews of the last weeks show, known or not.
pub async fn signs(view: &View, grounds: &Grounds) -> Result<Vec<Found>, StoreError> {
    let sealed: Vec<ItemCode> =
        grounds.catalogue.catalogue.items().map(|listed| &listed.item.code).filter(|code| is_sealed(code)).cloned().collect();
    let grants = view.all_grants().await?;
    let reviews = view.reviews_since(since(grounds), &sealed).await?.into_iter().map(|given| with_giver(given, &grants));
    let reviews: Vec<_> = reviews.collect();
    let measure = (&grounds.evaluations.farming, grounds.today());
    Ok(Sign::ALL.into_iter().flat_map(|sign| detect(sign, &reviews, measure)).collect())
}

/// Keeps what isn't known; says how many findings are new.
pub async fn keep_signs(tx: &Tx, grounds: &Grounds, signs: Vec<Found>) -> Result<u32, StoreError> {
    tx.take_turn_at_farming().await?;
    let mut new = 0;
    for found in signs {
        let known = tx.found_since(found.sign, since(grounds)).await?;
        new += keep(tx, grounds, &known, found).await?;
    }
    Ok(new)
}

/// Who works at the station says so by their account.
fn with_giver((person, review): (PersonId, Review), grants: &[(PersonId, Grant)]) -> Review {
    let works_there = grants.iter().any(|(own, grant)| *own == person && grant.scope.covers(&review.station));
    if works_there { Review { from: GivenBy::StaffAccount, ..review } } else { review }
}

/// A sign that is known goes on; what somebody looked into isn't found again, but what came since, if it is a sign by itself.
async fn keep(tx: &Tx, grounds: &Grounds, known: &[FarmingFinding], found: Found) -> Result<u32, StoreError> {
    let (looked, open): (Vec<_>, Vec<_>) = known.iter().partition(|finding| finding.looked_into.is_some());
    let settled: BTreeSet<CaseId> = looked.iter().flat_map(|finding| finding.found.cases.iter().copied()).collect();
    let min = usize::from(grounds.evaluations.farming.min(found.sign));
    let left: Vec<_> = found.cases.iter().copied().filter(|case| !settled.contains(case)).collect();
    if left.len() < min {
        return Ok(0);
    }
    let found = Found { cases: left, ..found };
    if let Some(going_on) = open.iter().find(|finding| finding.found.cases.iter().any(|case| found.cases.contains(case))) {
        if found.cases.iter().any(|case| !going_on.found.cases.contains(case)) {
            tx.extend_farming(going_on, &found).await?;
        }
        return Ok(0);
    }
    tx.add_farming(FarmingId::new(Uuid::now_v7()), &found, grounds.now).await?;
    Ok(1)
}

/// A finding, with those of its reviews that the supervisor may see.
pub struct Looked {
    pub finding: FarmingFinding,
    pub reviews: Vec<Evaluation>,
}

/// A page of a station's findings, newest first, for who watches over it; and how many there are.
pub async fn farming_at(
    view: &View,
    staff: &Staff,
    station: &StationCode,
    (before, limit): (Option<FarmingId>, u64),
) -> Result<(Vec<Looked>, u64), FarmingError> {
    may(Actor::Staff(staff), Act::ListFarming, &Object::Station(station))?;
    let (found, total) = view.farming_at(station, before, limit).await?;
    Ok((seen(view, staff, found).await?, total))
}

/// Findings, each without the reviews of what the supervisor handled themself, or of somebody close to them.
async fn seen(view: &View, staff: &Staff, findings: Vec<FarmingFinding>) -> Result<Vec<Looked>, StoreError> {
    let cases: Vec<CaseId> = findings.iter().flat_map(|finding| finding.found.cases.iter().copied()).collect();
    let hidden = view.cases_not_for(staff, &cases).await?;
    let reviews = view.evaluations_of(cases.into_iter().filter(|case| !hidden.contains(case))).await?;
    let of = |finding: &FarmingFinding| reviews.iter().filter(|review| finding.found.cases.contains(&review.case)).cloned().collect();
    Ok(findings.into_iter().map(|finding| Looked { reviews: of(&finding), finding }).collect())
}

/// Notes what a supervisor found out. Nobody looks into reviews of what they handled.
pub async fn look_into(tx: &Tx, grounds: &Grounds, staff: &Staff, (id, note): (FarmingId, String)) -> Result<Looked, FarmingError> {
    let finding = tx.farming(id).await?.ok_or(FarmingError::NotFound)?;
    may(Actor::Staff(staff), Act::LookIntoFarming, &Object::Station(&finding.found.station)).map_err(|_| FarmingError::NotFound)?;
    if !tx.cases_not_for(staff, &finding.found.cases).await?.is_empty() {
        return Err(FarmingError::OwnReviews);
    }
    let looked = LookedInto { at: grounds.now, by: staff.account, note };
    match tx.look_into_farming(id, &looked).await {
        Ok(()) => {
            let looked_into = FarmingFinding { looked_into: Some(looked), ..finding };
            seen(tx, staff, vec![looked_into]).await?.pop().ok_or(FarmingError::NotFound)
        }
        Err(StoreError::Stale) => Err(FarmingError::Done),
        Err(error) => Err(error.into()),
    }
}
