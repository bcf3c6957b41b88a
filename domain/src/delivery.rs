//! Delivery (代办递送): papers moving between a person and a station. Each change of hands is confirmed by both sides: each
//! shows a code of its own and enters the other's. Invariants: a leg has one courier at a time; it moves on only when both
//! sides confirmed; who carries is known at every instant.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, CaseId, DeliveryId};
use crate::time::Timestamp;

/// After so many wrong codes a handover takes no more until its codes are made anew.
pub const WRONG_TRIES_MAX: u8 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegKind {
    /// Papers from the person to the station that accepts.
    Fetch,
    /// The result from the station to the person.
    Bring,
}

/// Six digits that one side shows and the other enters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandoverCode(String);

impl HandoverCode {
    /// From a random number: its last six digits.
    pub fn from_random(random: u32) -> Self {
        Self(format!("{:06}", random % 1_000_000))
    }

    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for HandoverCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HandoverCode(..)")
    }
}

/// One side of a handover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Giver,
    Taker,
}

/// One change of hands: what each side shows, and when each entered what the other showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub giver_code: HandoverCode,
    pub taker_code: HandoverCode,
    pub giver_confirmed: Option<Timestamp>,
    pub taker_confirmed: Option<Timestamp>,
    pub wrong_tries: u8,
}

impl Handover {
    pub fn new((giver_code, taker_code): (HandoverCode, HandoverCode)) -> Self {
        Self { giver_code, taker_code, giver_confirmed: None, taker_confirmed: None, wrong_tries: 0 }
    }

    /// The code that `side` shows.
    pub fn code_of(&self, side: Side) -> &HandoverCode {
        match side {
            Side::Giver => &self.giver_code,
            Side::Taker => &self.taker_code,
        }
    }

    pub fn is_complete(&self) -> bool {
        self.giver_confirmed.is_some() && self.taker_confirmed.is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegState {
    /// The result isn't there yet.
    Waiting,
    /// A courier may claim it.
    Offered,
    Claimed {
        courier: AccountId,
        pick_up: Handover,
    },
    Carried {
        courier: AccountId,
        drop_off: Handover,
    },
    Delivered,
    /// The case ended, or the person came for it.
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub kind: LegKind,
    pub state: LegState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub case: CaseId,
    pub legs: Vec<Leg>,
}

/// Who takes part in a leg's handovers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Person,
    Station,
    Courier,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryRejection {
    #[error("the leg waits for its result")]
    NotReady,
    #[error("another courier has the leg")]
    Another,
    #[error("the leg is done")]
    Done,
    #[error("nobody hands over anything now")]
    NoHandover,
    #[error("this side has no part in the handover")]
    NoPart,
    #[error("the code doesn't fit; {left} tries left")]
    WrongCode { left: u8 },
    #[error("too many wrong codes: the courier has to make new ones")]
    TooManyTries,
}

/// What became of a leg when a side confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The other side has yet to confirm.
    HalfConfirmed,
    PickedUp,
    Delivered,
}

impl Leg {
    pub fn new(kind: LegKind) -> Self {
        let state = match kind {
            LegKind::Fetch => LegState::Offered,
            LegKind::Bring => LegState::Waiting,
        };
        Self { kind, state }
    }

    /// The result is there: couriers may claim the leg.
    pub fn offer(&mut self) {
        if self.state == LegState::Waiting {
            self.state = LegState::Offered;
        }
    }

    pub fn cancel(&mut self) {
        match self.state {
            LegState::Waiting | LegState::Offered | LegState::Claimed { .. } => self.state = LegState::Cancelled,
            LegState::Carried { .. } | LegState::Delivered | LegState::Cancelled => {}
        }
    }

    pub fn courier(&self) -> Option<AccountId> {
        match &self.state {
            LegState::Claimed { courier, .. } | LegState::Carried { courier, .. } => Some(*courier),
            LegState::Waiting | LegState::Offered | LegState::Delivered | LegState::Cancelled => None,
        }
    }

    pub fn claim(&mut self, courier: AccountId, codes: (HandoverCode, HandoverCode)) -> Result<(), DeliveryRejection> {
        match &self.state {
            LegState::Offered => self.state = LegState::Claimed { courier, pick_up: Handover::new(codes) },
            LegState::Waiting => return Err(DeliveryRejection::NotReady),
            LegState::Claimed { .. } | LegState::Carried { .. } => return Err(DeliveryRejection::Another),
            LegState::Delivered | LegState::Cancelled => return Err(DeliveryRejection::Done),
        }
        Ok(())
    }

    /// The courier gives the leg back before anything changed hands.
    pub fn give_back(&mut self, by: AccountId) -> Result<(), DeliveryRejection> {
        match &self.state {
            LegState::Claimed { courier, .. } if *courier == by => self.state = LegState::Offered,
            LegState::Claimed { .. } => return Err(DeliveryRejection::Another),
            LegState::Waiting | LegState::Offered | LegState::Carried { .. } | LegState::Delivered | LegState::Cancelled => {
                return Err(DeliveryRejection::NoHandover);
            }
        }
        Ok(())
    }

    /// The handover that is on, and the side that `party` has in it.
    pub fn handover(&self, party: Party) -> Option<(&Handover, Side)> {
        let (handover, parties) = match &self.state {
            LegState::Claimed { pick_up, .. } => (pick_up, (self.origin(), Party::Courier)),
            LegState::Carried { drop_off, .. } => (drop_off, (Party::Courier, self.destination())),
            LegState::Waiting | LegState::Offered | LegState::Delivered | LegState::Cancelled => return None,
        };
        side_of(party, parties).map(|side| (handover, side))
    }

    fn origin(&self) -> Party {
        match self.kind {
            LegKind::Fetch => Party::Person,
            LegKind::Bring => Party::Station,
        }
    }

    fn destination(&self) -> Party {
        match self.kind {
            LegKind::Fetch => Party::Station,
            LegKind::Bring => Party::Person,
        }
    }

    /// `party` entered the code that the other side showed. `next` are the codes of the drop-off, should this end the pick-up.
    /// A wrong code counts and is to be saved like a right one.
    pub fn confirm(
        &mut self,
        party: Party,
        entered: &str,
        now: Timestamp,
        next: (HandoverCode, HandoverCode),
    ) -> Result<Progress, DeliveryRejection> {
        let (origin, destination) = (self.origin(), self.destination());
        let progress = match &mut self.state {
            LegState::Claimed { courier, pick_up } => {
                let side = side_of(party, (origin, Party::Courier)).ok_or(DeliveryRejection::NoPart)?;
                enter(pick_up, side, entered, now)?;
                let picked_up = pick_up.is_complete().then(|| LegState::Carried { courier: *courier, drop_off: Handover::new(next) });
                picked_up.map(|state| (state, Progress::PickedUp))
            }
            LegState::Carried { drop_off, .. } => {
                let side = side_of(party, (Party::Courier, destination)).ok_or(DeliveryRejection::NoPart)?;
                enter(drop_off, side, entered, now)?;
                drop_off.is_complete().then_some((LegState::Delivered, Progress::Delivered))
            }
            LegState::Waiting | LegState::Offered | LegState::Delivered | LegState::Cancelled => {
                return Err(DeliveryRejection::NoHandover);
            }
        };
        let Some((state, progress)) = progress else { return Ok(Progress::HalfConfirmed) };
        self.state = state;
        Ok(progress)
    }

    /// New codes for the handover that is on, after too many wrong tries.
    pub fn renew_codes(&mut self, by: AccountId, codes: (HandoverCode, HandoverCode)) -> Result<(), DeliveryRejection> {
        match &mut self.state {
            LegState::Claimed { courier, pick_up: handover } | LegState::Carried { courier, drop_off: handover } if *courier == by => {
                *handover = Handover::new(codes);
                Ok(())
            }
            LegState::Claimed { .. } | LegState::Carried { .. } => Err(DeliveryRejection::Another),
            LegState::Waiting | LegState::Offered | LegState::Delivered | LegState::Cancelled => Err(DeliveryRejection::NoHandover),
        }
    }
}

fn side_of(party: Party, (giver, taker): (Party, Party)) -> Option<Side> {
    if party == giver {
        Some(Side::Giver)
    } else if party == taker {
        Some(Side::Taker)
    } else {
        None
    }
}

fn enter(handover: &mut Handover, side: Side, entered: &str, now: Timestamp) -> Result<(), DeliveryRejection> {
    if handover.wrong_tries >= WRONG_TRIES_MAX {
        return Err(DeliveryRejection::TooManyTries);
    }
    let (shown, confirmed) = match side {
        Side::Giver => (&handover.taker_code, &mut handover.giver_confirmed),
        Side::Taker => (&handover.giver_code, &mut handover.taker_confirmed),
    };
    if shown.as_str() != entered {
        handover.wrong_tries += 1;
        return Err(DeliveryRejection::WrongCode { left: WRONG_TRIES_MAX - handover.wrong_tries });
    }
    confirmed.get_or_insert(now);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURIER: AccountId = AccountId::new(uuid::Uuid::from_u128(1));
    const OTHER: AccountId = AccountId::new(uuid::Uuid::from_u128(2));

    fn codes(giver: u32, taker: u32) -> (HandoverCode, HandoverCode) {
        (HandoverCode::from_random(giver), HandoverCode::from_random(taker))
    }

    fn now() -> Timestamp {
        crate::time::instant("2026-09-14T10:00:00".parse().unwrap())
    }

    fn claimed(kind: LegKind) -> Leg {
        let mut leg = Leg::new(kind);
        leg.offer();
        leg.claim(COURIER, codes(111_111, 222_222)).unwrap();
        leg
    }

    #[test]
    fn a_paper_is_picked_up_and_delivered_when_both_sides_entered_the_others_code() {
        let mut leg = claimed(LegKind::Bring);
        assert_eq!(leg.confirm(Party::Courier, "111111", now(), codes(3, 4)), Ok(Progress::HalfConfirmed));
        assert_eq!(leg.confirm(Party::Station, "222222", now(), codes(333_333, 444_444)), Ok(Progress::PickedUp));
        assert_eq!(leg.confirm(Party::Person, "333333", now(), codes(5, 6)), Ok(Progress::HalfConfirmed));
        assert_eq!(leg.confirm(Party::Courier, "444444", now(), codes(5, 6)), Ok(Progress::Delivered));
        assert_eq!(leg.state, LegState::Delivered);
    }

    #[test]
    fn ones_own_code_confirms_nothing() {
        let mut leg = claimed(LegKind::Fetch);
        assert_eq!(leg.confirm(Party::Person, "111111", now(), codes(3, 4)), Err(DeliveryRejection::WrongCode { left: 4 }));
    }

    #[test]
    fn after_five_wrong_codes_even_the_right_one_is_refused_until_the_courier_makes_new_ones() {
        let mut leg = claimed(LegKind::Fetch);
        for _ in 0..WRONG_TRIES_MAX {
            assert!(leg.confirm(Party::Person, "000000", now(), codes(3, 4)).is_err());
        }
        assert_eq!(leg.confirm(Party::Person, "222222", now(), codes(3, 4)), Err(DeliveryRejection::TooManyTries));
        assert_eq!(leg.renew_codes(OTHER, codes(5, 6)), Err(DeliveryRejection::Another));
        leg.renew_codes(COURIER, codes(5, 6)).unwrap();
        assert_eq!(leg.confirm(Party::Person, "000006", now(), codes(3, 4)), Ok(Progress::HalfConfirmed));
    }

    #[test]
    fn the_station_has_no_part_in_a_pick_up_at_the_persons_door() {
        assert_eq!(claimed(LegKind::Fetch).confirm(Party::Station, "111111", now(), codes(3, 4)), Err(DeliveryRejection::NoPart));
    }

    #[test]
    fn a_second_courier_is_refused_and_a_leg_given_back_is_offered_again() {
        let mut leg = claimed(LegKind::Fetch);
        assert_eq!(leg.claim(OTHER, codes(3, 4)), Err(DeliveryRejection::Another));
        assert_eq!(leg.give_back(OTHER), Err(DeliveryRejection::Another));
        leg.give_back(COURIER).unwrap();
        assert_eq!(leg.claim(OTHER, codes(3, 4)), Ok(()));
    }

    #[test]
    fn a_result_that_is_not_there_yet_is_not_carried() {
        assert_eq!(Leg::new(LegKind::Bring).claim(COURIER, codes(1, 2)), Err(DeliveryRejection::NotReady));
    }
}
