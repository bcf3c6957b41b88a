//! A correction (更正) of who somebody is: name, number, ethnicity, by the identity card that a clerk saw and scanned. Whoever has a
//! number has what is kept under it, so that a changed number stands only once a second person has read the card too (`countersign`).
//! Invariants: nobody corrects for themself or one close to them; what stood before is kept with it.
//! Source: 个人信息保护法 46 (correction after it was checked); issue of mandates, permissions, privacy, audit.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::countersign::{MayNotSettle, Proposal, SecondWord, SeenBy, Settled, Term, WhyRefused};
use crate::ids::{CorrectionId, PersonId, StationCode, UploadId};
use crate::people::{CitizenId, Person, Role, Staff};
use crate::time::Timestamp;

/// Who somebody is, as their identity card tells it. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub name: Option<String>,
    pub citizen_id: Option<CitizenId>,
    pub ethnicity: Option<String>,
}

impl Identity {
    pub fn of(person: &Person) -> Self {
        Self { name: person.name.clone(), citizen_id: person.citizen_id.clone(), ethnicity: person.ethnicity.clone() }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub id: CorrectionId,
    pub person: PersonId,
    pub at: Timestamp,
    pub by: SeenBy,
    /// Of the identity card.
    pub scan: UploadId,
    pub before: Identity,
    pub after: Identity,
    pub settled: Option<Settled>,
}

/// Why a correction isn't entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotEntered {
    #[error("it is the clerk themself or one close to them")]
    TooClose,
    #[error("it says what stands already")]
    NothingNew,
}

/// Why a correction isn't confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotConfirmed {
    #[error(transparent)]
    MayNot(#[from] MayNotSettle),
    #[error("who it corrects isn't any more as they were when it was entered")]
    Outdated,
    #[error("the number on the card isn't the one that was entered")]
    OtherNumber,
}

/// What a correction changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Name,
    CitizenId,
    Ethnicity,
}

/// News of a correction, for whom it corrects; the sentence is made where it is sent. It names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    /// Their number is to be changed, once a second person agrees.
    Proposed,
    Corrected,
    /// The second person didn't agree: all stays as it was.
    Refused {
        why: WhyRefused,
    },
    /// No second person came in time: all stays as it was.
    Lapsed,
    /// The same, for who entered it.
    EnteredLapsed,
}

impl Correction {
    /// Enters what `staff` read off the card of `person`. `read` may leave the ethnicity as it is.
    pub fn enter(
        (id, scan): (CorrectionId, UploadId),
        person: &Person,
        read: Identity,
        (staff, station): (&Staff, StationCode),
        now: Timestamp,
    ) -> Result<Self, NotEntered> {
        if staff.is_close_to(person.id) {
            return Err(NotEntered::TooClose);
        }
        let before = Identity::of(person);
        let after = Identity { ethnicity: read.ethnicity.or_else(|| before.ethnicity.clone()), ..read };
        if after == before {
            return Err(NotEntered::NothingNew);
        }
        Ok(Self { id, person: person.id, at: now, by: SeenBy::at_the_counter(staff, station), scan, before, after, settled: None })
    }

    /// Whether it holds: a number changes only with a second person's word.
    pub fn stands(&self) -> bool {
        !self.needs_second_word() || self.word() == Some(SecondWord::Confirmed)
    }

    /// Whether it waits for a second person; `Term` says until when.
    pub fn waits(&self) -> bool {
        self.needs_second_word() && self.settled.is_none()
    }

    pub fn changes(&self) -> impl Iterator<Item = Change> {
        let (before, after) = (&self.before, &self.after);
        let changes = [
            (Change::Name, before.name != after.name),
            (Change::CitizenId, before.citizen_id != after.citizen_id),
            (Change::Ethnicity, before.ethnicity != after.ethnicity),
        ];
        changes.into_iter().filter_map(|(change, is_one)| is_one.then_some(change))
    }

    /// Confirms it by somebody who read the number off the card themself. `person` is whom it corrects, as they stand now.
    pub fn confirm(self, person: &Person, read: &CitizenId, staff: &Staff, (now, term): (Timestamp, Term)) -> Result<Self, NotConfirmed> {
        self.as_proposal().may_settle(staff, now, term)?;
        if Identity::of(person) != self.before {
            return Err(NotConfirmed::Outdated);
        }
        if self.after.citizen_id.as_ref() != Some(read) {
            return Err(NotConfirmed::OtherNumber);
        }
        Ok(self.settle(staff, SecondWord::Confirmed, now))
    }

    /// Refuses it: it will not stand.
    pub fn refuse(self, why: WhyRefused, staff: &Staff, (now, term): (Timestamp, Term)) -> Result<Self, MayNotSettle> {
        self.as_proposal().may_settle(staff, now, term)?;
        Ok(self.settle(staff, SecondWord::Refused { why }, now))
    }

    fn settle(self, staff: &Staff, word: SecondWord, at: Timestamp) -> Self {
        let by = SeenBy::new(staff, Role::Approver, self.by.station.clone());
        Self { settled: Some(Settled { at, by, word }), ..self }
    }

    fn needs_second_word(&self) -> bool {
        self.before.citizen_id != self.after.citizen_id
    }

    fn word(&self) -> Option<SecondWord> {
        self.settled.as_ref().map(|settled| settled.word)
    }

    /// What stood at once is as good as confirmed.
    fn as_proposal(&self) -> Proposal<'_> {
        let settled = if self.stands() { Some(SecondWord::Confirmed) } else { self.word() };
        Proposal { about: self.person, at: self.at, by: &self.by, settled }
    }

    /// The person with what it says.
    pub fn put_right(&self, person: Person) -> Person {
        let Identity { name, citizen_id, ethnicity } = self.after.clone();
        Person { name, citizen_id, ethnicity, ..person }
    }

    /// What the person is told of it as it is now.
    pub fn tidings(&self) -> Tidings {
        match self.word() {
            Some(SecondWord::Refused { why }) => Tidings::Refused { why },
            Some(SecondWord::Confirmed) | None if self.stands() => Tidings::Corrected,
            Some(SecondWord::Confirmed) | None => Tidings::Proposed,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::case::tests::world::{LI, VILLAGE, VILLAGE_HEAD, ZHANG, at, code, related};

    const NUMBER: &str = "511499199002021231";
    const OTHER: &str = "51149919900202124X";
    const TERM: Term = Term { days: 15 };

    fn number(text: &str) -> CitizenId {
        text.parse().unwrap()
    }

    fn zhang() -> Person {
        Person { name: Some("张某".to_owned()), citizen_id: Some(number(NUMBER)), ..Person::unknown(ZHANG) }
    }

    fn read(name: &str, citizen_id: &str) -> Identity {
        Identity { name: Some(name.to_owned()), citizen_id: Some(number(citizen_id)), ethnicity: None }
    }

    fn entered(by: &Staff, what: Identity) -> Result<Correction, NotEntered> {
        let ids = (CorrectionId::new(Uuid::from_u128(1)), UploadId::new(Uuid::from_u128(2)));
        Correction::enter(ids, &zhang(), what, (by, code(VILLAGE)), at("2026-09-14T09:30:00"))
    }

    fn confirmed(by: &Staff, person: &Person, citizen_id: &str) -> Result<Correction, NotConfirmed> {
        entered(&LI, read("张某", OTHER)).unwrap().confirm(person, &number(citizen_id), by, (at("2026-09-14T10:00:00"), TERM))
    }

    #[test]
    fn a_name_stands_at_once_and_a_number_once_a_second_person_read_it_too() {
        let name = entered(&LI, read("章某", NUMBER)).unwrap();
        assert_eq!((name.stands(), name.tidings(), name.put_right(zhang()).name.as_deref()), (true, Tidings::Corrected, Some("章某")));
        let number = entered(&LI, read("张某", OTHER)).unwrap();
        assert_eq!((number.stands(), number.tidings()), (false, Tidings::Proposed));
        let number = confirmed(&VILLAGE_HEAD, &zhang(), OTHER).unwrap();
        assert_eq!(
            (number.stands(), number.tidings(), number.put_right(zhang()).citizen_id),
            (true, Tidings::Corrected, Some(self::number(OTHER)))
        );
        assert_eq!(number.before, Identity::of(&zhang()), "it can be undone");
    }

    #[test]
    fn what_stands_already_is_no_correction_and_nobody_enters_or_confirms_one_of_somebody_close() {
        assert_eq!(entered(&LI, read("张某", NUMBER)), Err(NotEntered::NothingNew));
        assert_eq!(entered(&related(&LI, ZHANG), read("章某", NUMBER)), Err(NotEntered::TooClose));
        assert_eq!(confirmed(&related(&VILLAGE_HEAD, ZHANG), &zhang(), OTHER), Err(MayNotSettle::TooClose.into()));
    }

    #[test]
    fn a_number_is_confirmed_once_by_another_from_the_card_and_while_nothing_else_has_changed() {
        assert_eq!(confirmed(&LI, &zhang(), OTHER), Err(MayNotSettle::EnteredThemself.into()));
        assert_eq!(confirmed(&VILLAGE_HEAD, &zhang(), NUMBER), Err(NotConfirmed::OtherNumber));
        let renamed = Person { name: Some("章某".to_owned()), ..zhang() };
        assert_eq!(confirmed(&VILLAGE_HEAD, &renamed, OTHER), Err(NotConfirmed::Outdated));
        let late = (at("2026-09-30T00:00:00"), TERM);
        let stands = confirmed(&VILLAGE_HEAD, &zhang(), OTHER).unwrap();
        assert_eq!(stands.confirm(&zhang(), &number(OTHER), &VILLAGE_HEAD, late), Err(MayNotSettle::Stands.into()));
        let waits = entered(&LI, read("张某", OTHER)).unwrap();
        assert_eq!(waits.confirm(&zhang(), &number(OTHER), &VILLAGE_HEAD, late), Err(MayNotSettle::Expired.into()));
        let name = entered(&LI, read("章某", NUMBER)).unwrap();
        assert_eq!(name.confirm(&zhang(), &number(NUMBER), &VILLAGE_HEAD, late), Err(MayNotSettle::Stands.into()));
    }

    #[test]
    fn what_the_second_person_refuses_does_not_stand_and_the_person_is_told_why() {
        let (why, now) = (WhyRefused::NotTheirCard, (at("2026-09-14T10:00:00"), TERM));
        let entered = entered(&LI, read("章某", OTHER)).unwrap();
        assert!(entered.waits() && entered.changes().eq([Change::Name, Change::CitizenId]));
        assert_eq!(entered.clone().refuse(why, &LI, now), Err(MayNotSettle::EnteredThemself));
        let refused = entered.refuse(why, &VILLAGE_HEAD, now).unwrap();
        assert_eq!((refused.stands(), refused.waits(), refused.tidings()), (false, false, Tidings::Refused { why }));
        let confirmed = refused.confirm(&zhang(), &number(OTHER), &VILLAGE_HEAD, now);
        assert_eq!(confirmed, Err(MayNotSettle::Refused.into()));
    }
}
