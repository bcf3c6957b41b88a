//! Carrying (代办递送): a courier claims a leg, and each handover is confirmed by both sides.

use chrono::NaiveDate;
use domain::audit::{On, Thing};
use domain::case::{Applicant, By, Command, Receiver, may_take};
use domain::delivery::{DeliveryRejection, HandoverCode, LegKind, Party, Progress};
use domain::ids::{CaseId, DeliveryId, PersonId, StationCode};
use domain::people::{Role, Staff};
use infra::store::{CaseFile, KeptLeg, StoreError, Tx, View};

use super::Grounds;
use super::cases::{ActError, command, on};

/// Who takes part in a delivery.
#[derive(Debug, Clone, Copy)]
pub enum Participant<'a> {
    /// Somebody of the case, or who acts in it, on this day.
    Person(PersonId, NaiveDate),
    Staff(&'a Staff),
    /// A clerk for somebody without a phone, whose case was entered at the counter: the person's code stands on their receipt.
    ForPerson(&'a Staff),
}

#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    #[error("no such delivery")]
    NotFound,
    #[error("a delivery that is none of theirs")]
    Hidden(On),
    #[error(transparent)]
    Rejected(#[from] DeliveryRejection),
    #[error(transparent)]
    Case(#[from] ActError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A leg with its case, as one participant sees it.
#[derive(Debug, Clone)]
pub struct SeenLeg {
    pub kept: KeptLeg,
    pub file: CaseFile,
    pub party: Party,
}

/// What a code did. A wrong one is counted, and so saved, like a right one.
#[derive(Debug, Clone)]
pub struct Confirmed {
    pub result: Result<Progress, DeliveryRejection>,
    pub leg: SeenLeg,
}

/// The leg as `who` may see it.
pub async fn see_leg(view: &View, who: Participant<'_>, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    let kept = view.delivery(delivery).await?.into_iter().find(|kept| kept.leg.kind == kind).ok_or(CarryError::NotFound)?;
    let file = view.case_file(kept.case).await?.ok_or(CarryError::NotFound)?;
    let party = party(who, &kept, &file).ok_or_else(|| CarryError::Hidden(on(&file.case, Thing::Delivery(delivery))))?;
    Ok(SeenLeg { kept, file, party })
}

/// The legs of a case, for whoever may see them.
pub async fn legs_of_case(view: &View, who: Participant<'_>, case: CaseId) -> Result<Vec<SeenLeg>, StoreError> {
    let Some(file) = view.case_file(case).await? else { return Ok(Vec::new()) };
    let legs = view.delivery_of(case).await?.into_iter();
    Ok(legs.filter_map(|kept| party(who, &kept, &file).map(|party| SeenLeg { kept, file: file.clone(), party })).collect())
}

/// What a courier may claim, and what they have.
pub async fn courier_legs(view: &View, grounds: &Grounds, staff: &Staff, limit: u64) -> Result<Vec<SeenLeg>, StoreError> {
    let stations: Vec<StationCode> =
        grounds.map.stations().map(|station| station.code.clone()).filter(|station| staff.has(Role::Courier, station)).collect();
    let mut legs = Vec::new();
    for kept in view.legs_for_courier(staff.account, &stations, limit).await? {
        if let Some(file) = view.case_file(kept.case).await? {
            legs.push(SeenLeg { kept, file, party: Party::Courier });
        }
    }
    Ok(legs)
}

pub async fn claim_leg(tx: &Tx, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    change(tx, staff, delivery, kind, |leg| leg.claim(staff.account, codes())).await
}

pub async fn give_leg_back(tx: &Tx, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    change(tx, staff, delivery, kind, |leg| leg.give_back(staff.account)).await
}

pub async fn renew_codes(tx: &Tx, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    change(tx, staff, delivery, kind, |leg| leg.renew_codes(staff.account, codes())).await
}

async fn change(
    tx: &Tx,
    staff: &Staff,
    delivery: DeliveryId,
    kind: LegKind,
    change: impl FnOnce(&mut domain::delivery::Leg) -> Result<(), DeliveryRejection>,
) -> Result<SeenLeg, CarryError> {
    let seen = see_leg(tx, Participant::Staff(staff), delivery, kind).await?;
    if seen.party != Party::Courier {
        return Err(CarryError::Hidden(on(&seen.file.case, Thing::Delivery(delivery))));
    }
    let mut leg = seen.kept.leg.clone();
    change(&mut leg)?;
    tx.save_leg(&seen.kept, &leg).await?;
    Ok(SeenLeg { kept: KeptLeg { leg, ..seen.kept }, ..seen })
}

/// One side enters what the other shows. When both did, the paper has changed hands and the case goes on.
pub async fn confirm(
    tx: &Tx,
    grounds: &Grounds,
    who: Participant<'_>,
    (delivery, kind): (DeliveryId, LegKind),
    entered: &str,
) -> Result<Confirmed, CarryError> {
    let seen = see_leg(tx, who, delivery, kind).await?;
    let mut leg = seen.kept.leg.clone();
    let result = leg.confirm(seen.party, entered, grounds.now, codes());
    if leg != seen.kept.leg {
        tx.save_leg(&seen.kept, &leg).await?;
    }
    let file = match (&result, kind) {
        (Ok(Progress::PickedUp), LegKind::Bring) => Some(Command::HandOver { to: Receiver::Courier { delivery } }),
        (Ok(Progress::Delivered), LegKind::Fetch) => Some(Command::BringPapers),
        (Ok(Progress::Delivered), LegKind::Bring) => Some(Command::Deliver),
        (Ok(Progress::PickedUp), LegKind::Fetch) | (Ok(Progress::HalfConfirmed), _) | (Err(_), _) => None,
    };
    let file = match file {
        Some(next) => command(tx, grounds, seen.kept.case, By::System, next).await?,
        None => seen.file,
    };
    Ok(Confirmed { result, leg: SeenLeg { kept: KeptLeg { leg, ..seen.kept }, file, party: seen.party } })
}

/// The part that somebody has in a leg: courier of the leg or of its station, staff at the desk, or the people of the case.
fn party(who: Participant<'_>, kept: &KeptLeg, file: &CaseFile) -> Option<Party> {
    let case = &file.case;
    match who {
        Participant::Person(person, today) => case.is_of(person, today).then_some(Party::Person),
        Participant::ForPerson(staff) => stands_in(staff, file).then_some(Party::Person),
        Participant::Staff(staff) => {
            let free = kept.leg.courier().is_none() && staff.has(Role::Courier, &kept.station);
            if free || kept.leg.courier() == Some(staff.account) {
                return Some(Party::Courier);
            }
            hands_papers(staff, kept, file).then_some(Party::Station)
        }
    }
}

/// A clerk of the station that took the case in at its counter.
fn stands_in(staff: &Staff, file: &CaseFile) -> bool {
    let entered = matches!(file.case.applicant, Applicant::Clerk { .. });
    entered && staff.works_as(Role::Clerk, &file.case.route.accepting) && domain::case::is_impartial(staff, &file.case).is_ok()
}

/// Staff of the station where the leg begins or ends, impartial in the case.
fn hands_papers(staff: &Staff, kept: &KeptLeg, file: &CaseFile) -> bool {
    let impartial = domain::case::is_impartial(staff, &file.case).is_ok();
    let at_desk = match (kept.leg.kind, file.case.current()) {
        (LegKind::Bring, Some((_, step))) => may_take(staff, &file.case, step).is_ok(),
        (LegKind::Fetch, _) | (LegKind::Bring, None) => staff.works_as(Role::Clerk, &kept.station),
    };
    impartial && at_desk
}

fn codes() -> (HandoverCode, HandoverCode) {
    (HandoverCode::from_random(rand::random()), HandoverCode::from_random(rand::random()))
}
