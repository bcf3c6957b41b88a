//! Carrying (代办递送): a courier claims a leg, and each handover is confirmed by both sides.

use domain::audit::{On, Thing};
use domain::case::{By, Command, Receiver};
use domain::delivery::{DeliveryRejection, HandoverCode, LegKind, Party, Progress};
use domain::ids::{CaseId, DeliveryId, StationCode};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, ForWhom, LegOf, Object, may, party};
use domain::time::Timestamp;
use infra::store::{CaseFile, KeptLeg, StoreError, Tx, View};

use super::Grounds;
use super::cases::{ActError, command, on, replan_without_courier};

/// Who takes part in a delivery, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    pub actor: Actor<'a>,
    pub for_whom: ForWhom,
}

impl<'a> Part<'a> {
    pub fn courier(staff: &'a Staff) -> Self {
        Self { actor: Actor::Staff(staff), for_whom: ForWhom::Station }
    }
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

impl SeenLeg {
    pub fn leg_of(&self, for_whom: ForWhom) -> LegOf<'_> {
        leg_of(&self.kept, &self.file, for_whom)
    }
}

/// What a code did. A wrong one is counted, and so saved, like a right one.
#[derive(Debug, Clone)]
pub struct Confirmed {
    pub result: Result<Progress, DeliveryRejection>,
    pub leg: SeenLeg,
}

/// The leg, for whoever may do `act` on it.
pub async fn see_leg(view: &View, (who, act): (Part<'_>, Act), delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    let kept = view.delivery(delivery).await?.into_iter().find(|kept| kept.leg.kind == kind).ok_or(CarryError::NotFound)?;
    let file = view.case_file(kept.case).await?.ok_or(CarryError::NotFound)?;
    let party = party_in(who, act, &kept, &file).map_err(|_| CarryError::Hidden(on(&file.case, Thing::Delivery(delivery))))?;
    Ok(SeenLeg { kept, file, party })
}

/// The legs of a case, for whoever may see them.
pub async fn legs_of_case(view: &View, who: Part<'_>, case: CaseId) -> Result<Vec<SeenLeg>, StoreError> {
    let Some(file) = view.case_file(case).await? else { return Ok(Vec::new()) };
    let legs = view.delivery_of(case).await?.into_iter();
    let seen = legs.filter_map(|kept| {
        let party = party_in(who, Act::ShowCaseDelivery, &kept, &file).ok()?;
        Some(SeenLeg { kept, file: file.clone(), party })
    });
    Ok(seen.collect())
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

pub async fn claim_leg(tx: &Tx, now: Timestamp, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    change(tx, (staff, Act::ClaimLeg), (delivery, kind), now, |leg| leg.claim(staff.account, codes())).await
}

/// Another courier may have it; the case is planned again, and the person is told.
pub async fn give_leg_back(tx: &Tx, grounds: &Grounds, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    let given_back = change(tx, (staff, Act::GiveLegBack), (delivery, kind), grounds.now, |leg| leg.give_back(staff.account)).await?;
    replan_without_courier(tx, grounds, given_back.file.case.id).await?;
    Ok(given_back)
}

pub async fn renew_codes(tx: &Tx, now: Timestamp, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<SeenLeg, CarryError> {
    change(tx, (staff, Act::RenewLegCodes), (delivery, kind), now, |leg| leg.renew_codes(staff.account, codes())).await
}

async fn change(
    tx: &Tx,
    (staff, act): (&Staff, Act),
    (delivery, kind): (DeliveryId, LegKind),
    now: Timestamp,
    change: impl FnOnce(&mut domain::delivery::Leg) -> Result<(), DeliveryRejection>,
) -> Result<SeenLeg, CarryError> {
    let seen = see_leg(tx, (Part::courier(staff), act), delivery, kind).await?;
    if seen.party != Party::Courier {
        return Err(CarryError::Hidden(on(&seen.file.case, Thing::Delivery(delivery))));
    }
    let mut leg = seen.kept.leg.clone();
    change(&mut leg)?;
    tx.save_leg(&seen.kept, &leg, now).await?;
    Ok(SeenLeg { kept: KeptLeg { leg, ..seen.kept }, ..seen })
}

/// One side enters what the other shows. When both did, the paper has changed hands and the case goes on.
pub async fn confirm(
    tx: &Tx,
    grounds: &Grounds,
    who: Part<'_>,
    (delivery, kind): (DeliveryId, LegKind),
    entered: &str,
) -> Result<Confirmed, CarryError> {
    let seen = see_leg(tx, (who, Act::ConfirmHandover), delivery, kind).await?;
    let mut leg = seen.kept.leg.clone();
    let result = leg.confirm(seen.party, entered, grounds.now, codes());
    if leg != seen.kept.leg {
        tx.save_leg(&seen.kept, &leg, grounds.now).await?;
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

fn leg_of<'a>(kept: &'a KeptLeg, file: &'a CaseFile, for_whom: ForWhom) -> LegOf<'a> {
    LegOf { case: &file.case, leg: &kept.leg, station: &kept.station, for_whom }
}

/// The part that somebody has in the leg, if they may do `act` on it.
fn party_in(part: Part<'_>, act: Act, kept: &KeptLeg, file: &CaseFile) -> Result<Party, Denied> {
    let of = leg_of(kept, file, part.for_whom);
    may(part.actor, act, &Object::Leg(of))?;
    party(part.actor, &of).ok_or(Denied::NotYours)
}

fn codes() -> (HandoverCode, HandoverCode) {
    (HandoverCode::from_random(rand::random()), HandoverCode::from_random(rand::random()))
}
