//! A second person's word (复核): what one staff member entered of somebody before them, from their identity card, stands once another
//! has read the card too.
//! Invariants: nobody enters or settles what is about themself or one close to them; who entered it doesn't settle it; it is settled
//! once, and not after its last day. Units: calendar days, local time.
//! Source: design page, "People and privacy"; at a village office the clerk may be a cousin.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PersonId, StationCode};
use crate::people::{Role, Staff};
use crate::time::{Timestamp, end_of, local_date};

/// A staff member who saw the card, as what, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenBy {
    pub account: AccountId,
    pub person: PersonId,
    pub role: Role,
    pub station: StationCode,
}

impl SeenBy {
    pub fn new(staff: &Staff, role: Role, station: StationCode) -> Self {
        Self { account: staff.account, person: staff.person, role, station }
    }

    /// By who does a clerk's work there; an approver may.
    pub fn at_the_counter(staff: &Staff, station: StationCode) -> Self {
        let role = if staff.has(Role::Clerk, &station) { Role::Clerk } else { Role::Approver };
        Self::new(staff, role, station)
    }
}

/// Why a second person doesn't agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyRefused {
    /// What was entered isn't what stands on the card.
    OtherThanTheCard,
    /// The scan can't be read.
    Unreadable,
    /// The card is another person's.
    NotTheirCard,
    /// The person says that they didn't ask for it.
    NotAskedFor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SecondWord {
    Confirmed,
    Refused { why: WhyRefused },
}

/// What a second person said, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    pub at: Timestamp,
    pub by: SeenBy,
    pub word: SecondWord,
}

/// How long something waits for a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Calendar days after the one on which it was entered.
    pub days: u16,
}

impl Term {
    pub fn last_day(self, entered: Timestamp) -> NaiveDate {
        local_date(entered).checked_add_days(Days::new(self.days.into())).unwrap_or(NaiveDate::MAX)
    }

    pub fn is_over(self, entered: Timestamp, today: NaiveDate) -> bool {
        self.last_day(entered) < today
    }

    /// The instant from which on what was entered still waits on `today`.
    pub fn since(self, today: NaiveDate) -> Timestamp {
        let before = today.checked_sub_days(Days::new(u64::from(self.days) + 1));
        before.map_or(Timestamp::MIN_UTC, end_of)
    }
}

/// What waits for a second person.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    pub about: PersonId,
    pub at: Timestamp,
    pub by: &'a SeenBy,
    pub settled: Option<SecondWord>,
}

/// Why somebody isn't the second person for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MayNotSettle {
    #[error("it is about the second person themself or one close to them")]
    TooClose,
    #[error("who entered it isn't the second person")]
    EnteredThemself,
    #[error("it stands already")]
    Stands,
    #[error("it was refused")]
    Refused,
    #[error("its last day is over")]
    Expired,
}

impl Proposal<'_> {
    /// Whether `staff` may agree to it, or refuse it, on the day of `now`.
    pub fn may_settle(&self, staff: &Staff, now: Timestamp, term: Term) -> Result<(), MayNotSettle> {
        if staff.is_close_to(self.about) {
            return Err(MayNotSettle::TooClose);
        }
        if staff.person == self.by.person {
            return Err(MayNotSettle::EnteredThemself);
        }
        match self.settled {
            Some(SecondWord::Confirmed) => Err(MayNotSettle::Stands),
            Some(SecondWord::Refused { .. }) => Err(MayNotSettle::Refused),
            None if term.is_over(self.at, local_date(now)) => Err(MayNotSettle::Expired),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::world::{LI, TOWN_APPROVER, VILLAGE, VILLAGE_HEAD, ZHANG, at, code, related};

    const TERM: Term = Term { days: 15 };

    fn settles(staff: &Staff, settled: Option<SecondWord>, now: &str) -> Result<(), MayNotSettle> {
        let by = SeenBy::at_the_counter(&LI, code(VILLAGE));
        Proposal { about: ZHANG, at: at("2026-09-14T09:30:00"), by: &by, settled }.may_settle(staff, self::at(now), TERM)
    }

    #[test]
    fn a_second_person_who_is_close_to_nobody_in_it_settles_it_once() {
        let (now, refused) = ("2026-09-14T10:00:00", SecondWord::Refused { why: WhyRefused::Unreadable });
        assert_eq!(settles(&VILLAGE_HEAD, None, now), Ok(()));
        assert_eq!(settles(&related(&VILLAGE_HEAD, ZHANG), None, now), Err(MayNotSettle::TooClose));
        assert_eq!(settles(&LI, None, now), Err(MayNotSettle::EnteredThemself));
        let second_account = Staff { account: TOWN_APPROVER.account, ..LI.clone() };
        assert_eq!(settles(&second_account, None, now), Err(MayNotSettle::EnteredThemself), "of the same person");
        assert_eq!(settles(&VILLAGE_HEAD, Some(SecondWord::Confirmed), now), Err(MayNotSettle::Stands));
        assert_eq!(settles(&VILLAGE_HEAD, Some(refused), now), Err(MayNotSettle::Refused));
    }

    #[test]
    fn it_waits_to_the_end_of_its_last_day() {
        assert_eq!(settles(&VILLAGE_HEAD, None, "2026-09-29T23:59:00"), Ok(()));
        assert_eq!(settles(&VILLAGE_HEAD, None, "2026-09-30T00:00:00"), Err(MayNotSettle::Expired));
        for (entered, today) in [("2026-09-14T00:00:00", "2026-09-29"), ("2026-09-13T23:59:59", "2026-09-29")] {
            let (entered, today) = (at(entered), today.parse().unwrap());
            assert_eq!(TERM.is_over(entered, today), entered < TERM.since(today), "{entered}");
        }
    }
}
