//! What somebody without a phone asks about their own data at a counter (查阅复制、删除): a copy, which the clerk prints for them there
//! and then, and an erasure, which a second person confirms (`countersign`). The ground is the identity card or the signed request,
//! scanned.
//! Invariants: nobody enters, prints or confirms for themself or one close to them; a copy is printed by who entered it, on that day.
//! Source: 个人信息保护法 45, 47, 50 (convenient ways to ask).

use serde::{Deserialize, Serialize};

use crate::correction::NotConfirmed;
use crate::countersign::{MayNotSettle, Proposal, SecondWord, SeenBy, Settled, Term, WhyRefused};
use crate::ids::{AccountId, PersonId, RequestId, StationCode, UploadId};
use crate::people::{CitizenId, Person, Role, Staff};
use crate::time::{Timestamp, local_date};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    Copy,
    Erasure,
}

/// What the clerk scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    IdentityCard,
    SignedRequest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRequest {
    pub id: RequestId,
    /// Whose data it is about.
    pub person: PersonId,
    pub asked: Asked,
    pub at: Timestamp,
    pub by: SeenBy,
    pub shown: Shown,
    pub scan: UploadId,
    pub settled: Option<Settled>,
}

/// News of a request, for whom it is about; the sentence is made where it is sent. It names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    CopyMade,
    ErasureProposed,
    ErasureRefused {
        why: WhyRefused,
    },
    /// No second person came in time: nothing was erased.
    ErasureLapsed,
    /// The same, for who entered it.
    EnteredLapsed,
}

impl CounterRequest {
    pub fn enter(
        (id, person): (RequestId, PersonId),
        asked: Asked,
        (shown, scan): (Shown, UploadId),
        (staff, station): (&Staff, StationCode),
        at: Timestamp,
    ) -> Self {
        Self { id, person, asked, at, by: SeenBy::at_the_counter(staff, station), shown, scan, settled: None }
    }

    /// Whether it is carried out: a copy at once, an erasure with a second person's word.
    pub fn stands(&self) -> bool {
        self.asked == Asked::Copy || self.word() == Some(SecondWord::Confirmed)
    }

    /// Whether it waits for a second person; `Term` says until when.
    pub fn waits(&self) -> bool {
        self.asked == Asked::Erasure && self.settled.is_none()
    }

    /// Whether the copy may be printed now by that account.
    pub fn may_print(&self, account: AccountId, now: Timestamp) -> bool {
        self.asked == Asked::Copy && self.by.account == account && local_date(self.at) == local_date(now)
    }

    /// Confirms it by somebody who read the number off the card themself. `person` is whom it is about.
    pub fn confirm(self, person: &Person, read: &CitizenId, staff: &Staff, (now, term): (Timestamp, Term)) -> Result<Self, NotConfirmed> {
        self.as_proposal().may_settle(staff, now, term)?;
        if person.citizen_id.as_ref() != Some(read) {
            return Err(NotConfirmed::OtherNumber);
        }
        Ok(self.settle(staff, SecondWord::Confirmed, now))
    }

    /// Refuses it: nothing is erased.
    pub fn refuse(self, why: WhyRefused, staff: &Staff, (now, term): (Timestamp, Term)) -> Result<Self, MayNotSettle> {
        self.as_proposal().may_settle(staff, now, term)?;
        Ok(self.settle(staff, SecondWord::Refused { why }, now))
    }

    /// What the person is told of it as it is now; nobody is told of an erasure that was carried out.
    pub fn tidings(&self) -> Option<Tidings> {
        match (self.asked, self.word()) {
            (Asked::Copy, _) => Some(Tidings::CopyMade),
            (Asked::Erasure, None) => Some(Tidings::ErasureProposed),
            (Asked::Erasure, Some(SecondWord::Refused { why })) => Some(Tidings::ErasureRefused { why }),
            (Asked::Erasure, Some(SecondWord::Confirmed)) => None,
        }
    }

    fn settle(self, staff: &Staff, word: SecondWord, at: Timestamp) -> Self {
        let by = SeenBy::new(staff, Role::Approver, self.by.station.clone());
        Self { settled: Some(Settled { at, by, word }), ..self }
    }

    fn word(&self) -> Option<SecondWord> {
        self.settled.as_ref().map(|settled| settled.word)
    }

    fn as_proposal(&self) -> Proposal<'_> {
        let settled = if self.stands() { Some(SecondWord::Confirmed) } else { self.word() };
        Proposal { about: self.person, at: self.at, by: &self.by, settled }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::case::tests::world::{LI, TOWN_APPROVER, VILLAGE, VILLAGE_HEAD, ZHANG, at, code};

    const NUMBER: &str = "511499199002021231";
    const TERM: Term = Term { days: 15 };

    fn entered(asked: Asked) -> CounterRequest {
        let (id, scan) = (RequestId::new(Uuid::from_u128(1)), UploadId::new(Uuid::from_u128(2)));
        CounterRequest::enter((id, ZHANG), asked, (Shown::IdentityCard, scan), (&LI, code(VILLAGE)), at("2026-09-14T09:30:00"))
    }

    fn zhang() -> Person {
        Person { citizen_id: Some(NUMBER.parse().unwrap()), ..Person::unknown(ZHANG) }
    }

    #[test]
    fn a_copy_is_printed_by_who_entered_it_and_on_that_day() {
        let copy = entered(Asked::Copy);
        assert!(copy.stands() && !copy.waits() && copy.tidings() == Some(Tidings::CopyMade));
        assert!(copy.may_print(LI.account, at("2026-09-14T17:00:00")));
        assert!(!copy.may_print(LI.account, at("2026-09-15T08:00:00")));
        assert!(!copy.may_print(TOWN_APPROVER.account, at("2026-09-14T17:00:00")));
        assert!(!entered(Asked::Erasure).may_print(LI.account, at("2026-09-14T17:00:00")));
    }

    #[test]
    fn an_erasure_stands_once_a_second_person_has_read_the_card_too() {
        let now = (at("2026-09-14T10:00:00"), TERM);
        let number: CitizenId = NUMBER.parse().unwrap();
        let erasure = entered(Asked::Erasure);
        assert!(erasure.waits() && !erasure.stands());
        assert_eq!(erasure.clone().confirm(&zhang(), &number, &LI, now), Err(MayNotSettle::EnteredThemself.into()));
        let other = "51149919900202124X".parse().unwrap();
        assert_eq!(erasure.clone().confirm(&zhang(), &other, &VILLAGE_HEAD, now), Err(NotConfirmed::OtherNumber));
        assert!(erasure.clone().confirm(&zhang(), &number, &VILLAGE_HEAD, now).unwrap().stands());
        let refused = erasure.refuse(WhyRefused::NotAskedFor, &VILLAGE_HEAD, now).unwrap();
        assert!(!refused.stands() && !refused.waits());
        assert_eq!(refused.tidings(), Some(Tidings::ErasureRefused { why: WhyRefused::NotAskedFor }));
    }
}
