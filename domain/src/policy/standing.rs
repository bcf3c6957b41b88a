//! Whether somebody stands to a thing as a leave of the table wants it.

use super::{Actor, Denied, FileOf, Leave, Object, Standing, Who, Work, carriage};
use crate::case::{Bar, Case, Sight, is_impartial, may_enter_for_the_person, may_read, may_see_whole, may_take};
use crate::consent::is_guardian;
use crate::district::Line;
use crate::evaluation::may_evaluate;
use crate::evaluation::rectification::{oversees, turn_of};
use crate::ids::{PersonId, StationCode};
use crate::mandate::Mandate;
use crate::people::{Role, Staff};

/// Whether the condition of `leave` holds. An act asked about a thing that its row doesn't speak of is denied.
pub(super) fn holds(actor: Actor<'_>, leave: Leave, object: &Object<'_>) -> Result<(), Denied> {
    match leave.on {
        Standing::Whatever => Ok(()),
        Standing::Own => own(actor, object),
        Standing::OfItsPeople
        | Standing::OnTheirOwnBehalf
        | Standing::ForThePerson
        | Standing::AtItsDesk
        | Standing::OverItsStation
        | Standing::RectifyingIt
        | Standing::OverRectification
        | Standing::NamedByIt
        | Standing::OnItNow => to_a_case(actor, leave, object),
        Standing::AtItsStep | Standing::OverItsDesk | Standing::CarryingIt | Standing::OnTheLeg => to_its_work(actor, leave, object),
        Standing::AtTheCounter
        | Standing::InAHall
        | Standing::WhoseVisitItIs
        | Standing::AtTheStation
        | Standing::AtTheirCounter
        | Standing::EnteredToday => at_a_station(actor, leave, object),
        Standing::OnEitherSide | Standing::ItsGrantor | Standing::AsGuardian | Standing::WhereItWasEntered | Standing::WhomItIsAbout => {
            to_a_paper(actor, leave, object)
        }
        Standing::OverTheDistrict | Standing::AnothersAccount => to_the_district(actor, leave, object),
    }
}

fn to_a_case(actor: Actor<'_>, leave: Leave, object: &Object<'_>) -> Result<(), Denied> {
    match (leave.on, object) {
        (Standing::OfItsPeople, Object::Case(case) | Object::Upload { of: FileOf::Case(case), .. }) => {
            yours(matches!(actor, Actor::Villager(person, today) if case.is_of(person, today)))
        }
        (Standing::OnTheirOwnBehalf, Object::Case(case)) => {
            yours(matches!(actor, Actor::Villager(person, _) if may_evaluate(case, person)))
        }
        (Standing::ForThePerson, Object::Case(case)) => for_the_person(staff(actor)?, case),
        (Standing::AtItsDesk, Object::Case(case) | Object::Upload { of: FileOf::Case(case), .. }) => match may_read(staff(actor)?, case)? {
            Sight::Whole => Ok(()),
            Sight::Figures => Err(Denied::NotYours),
        },
        (Standing::OverItsStation, Object::Case(case)) => Ok(may_read(staff(actor)?, case).map(|_whole_or_figures| ())?),
        (Standing::RectifyingIt, Object::Rectification(case, own)) => yours(turn_of(staff(actor)?, case, own).is_some()),
        (Standing::OverRectification, Object::Rectification(case, own)) => yours(oversees(staff(actor)?, case, own)),
        (Standing::NamedByIt, Object::Rectification(_, own)) => yours(own.names(staff(actor)?.person)),
        (Standing::OnItNow, Object::Masked(case, hold)) => Ok(may_see_whole(staff(actor)?, case, *hold)?),
        _another_thing => Err(Denied::NotYours),
    }
}

fn to_its_work(actor: Actor<'_>, leave: Leave, object: &Object<'_>) -> Result<(), Denied> {
    match (leave.on, object) {
        (Standing::AtItsStep, Object::Work(work)) => at_its_step(staff(actor)?, work),
        (Standing::OverItsDesk, Object::Work(work)) => {
            is_impartial(staff(actor)?, work.case)?;
            in_scope(holds_at(actor, leave.who, &work.step.desk.station))
        }
        (Standing::CarryingIt, Object::Leg(leg)) => yours(carriage::has_it(staff(actor)?, leg)?),
        (Standing::OnTheLeg, Object::Leg(leg)) => yours(carriage::party(actor, leg).is_some()),
        _another_thing => Err(Denied::NotYours),
    }
}

fn at_a_station(actor: Actor<'_>, leave: Leave, object: &Object<'_>) -> Result<(), Denied> {
    match (leave.on, object) {
        (Standing::AtTheCounter, Object::Application { stations, lines }) => in_scope(serves(staff(actor)?, stations, lines)),
        (Standing::InAHall, Object::Hall(_)) => Ok(()),
        (Standing::WhoseVisitItIs, Object::Visit { person, .. }) => yours(matches!(actor, Actor::Villager(own, _) if *person == Some(own))),
        (Standing::AtTheStation, Object::Station(station) | Object::Visit { station, .. }) => in_scope(holds_at(actor, leave.who, station)),
        (Standing::AtTheirCounter, Object::AtCounter { station, person, lines }) => {
            in_scope(holds_at(actor, leave.who, station) && lines.iter().any(|line| line.holds(station)))?;
            yours(!staff(actor)?.is_close_to(*person))
        }
        (Standing::EnteredToday, Object::Request(request, now)) => yours(request.may_print(staff(actor)?.account, *now)),
        _another_thing => Err(Denied::NotYours),
    }
}

fn to_a_paper(actor: Actor<'_>, leave: Leave, object: &Object<'_>) -> Result<(), Denied> {
    match (leave.on, object) {
        (Standing::OnEitherSide, Object::Mandate(mandate) | Object::Upload { of: FileOf::Mandate(mandate), .. }) => {
            yours(actor.person().is_some_and(|person| mandate.is_side(person)))
        }
        (Standing::ItsGrantor, Object::Mandate(mandate)) => yours(actor.person() == Some(mandate.grantor)),
        (Standing::AsGuardian, Object::Mandate(mandate)) => {
            yours(matches!(actor, Actor::Villager(person, today) if is_guardian(person, mandate, today)))
        }
        (Standing::WhereItWasEntered, Object::Mandate(mandate) | Object::Upload { of: FileOf::Mandate(mandate), .. }) => {
            yours(entered(staff(actor)?, mandate))
        }
        (Standing::WhereItWasEntered, Object::Upload { of, .. }) => yours(entered_there(actor, leave.who, of)?),
        (Standing::WhomItIsAbout, Object::Upload { of, .. }) => yours(matches!(actor, Actor::Villager(person, _) if is_about(of, person))),
        _another_thing => Err(Denied::NotYours),
    }
}

fn to_the_district(actor: Actor<'_>, leave: Leave, object: &Object<'_>) -> Result<(), Denied> {
    match (leave.on, object) {
        (Standing::OverTheDistrict, Object::District | Object::Account { .. }) => over_the_district(actor, leave.who),
        (Standing::AnothersAccount, Object::Account { holder }) => {
            over_the_district(actor, leave.who)?;
            anothers(actor, *holder)
        }
        _another_thing => Err(Denied::NotYours),
    }
}

/// Whether what the file was handed in for is about the person, or was said by them.
fn is_about(of: &FileOf<'_>, person: PersonId) -> bool {
    match of {
        FileOf::Correction(correction) => person == correction.person,
        FileOf::Consent(consent) => person == consent.person || consent.said().any(|said| said.by == person),
        FileOf::Request(request) => person == request.person,
        FileOf::Nothing | FileOf::Case(_) | FileOf::Mandate(_) => false,
    }
}

/// Whether the role holds where what the file was handed in for was entered, and they aren't close to whom it is about.
fn entered_there(actor: Actor<'_>, role: Who, of: &FileOf<'_>) -> Result<bool, Denied> {
    let staff = staff(actor)?;
    let at = |station| holds_at(actor, role, station);
    Ok(match of {
        FileOf::Correction(correction) => at(&correction.by.station) && !staff.is_close_to(correction.person),
        FileOf::Consent(consent) => {
            let mut places = consent.said().filter_map(|said| said.entered.as_ref()).map(|entered| &entered.at.station);
            places.any(at) && !staff.is_close_to(consent.person)
        }
        FileOf::Request(request) => at(&request.by.station) && !staff.is_close_to(request.person),
        FileOf::Nothing | FileOf::Case(_) | FileOf::Mandate(_) => false,
    })
}

fn own(actor: Actor<'_>, object: &Object<'_>) -> Result<(), Denied> {
    match object {
        Object::Own => Ok(()),
        Object::Upload { by, of: FileOf::Nothing } => yours(actor.person() == Some(*by)),
        Object::District
        | Object::Station(_)
        | Object::Hall(_)
        | Object::Visit { .. }
        | Object::AtCounter { .. }
        | Object::Request(..)
        | Object::Case(_)
        | Object::Rectification(..)
        | Object::Upload {
            of: FileOf::Case(_) | FileOf::Mandate(_) | FileOf::Correction(_) | FileOf::Consent(_) | FileOf::Request(_),
            ..
        }
        | Object::Masked(..)
        | Object::Mandate(_)
        | Object::Work(_)
        | Object::Leg(_)
        | Object::Application { .. }
        | Object::Account { .. } => Err(Denied::NotYours),
    }
}

fn staff(actor: Actor<'_>) -> Result<&Staff, Denied> {
    match actor {
        Actor::Staff(staff) => Ok(staff),
        Actor::Anyone | Actor::Villager(..) => Err(Denied::NotYours),
    }
}

/// Of a sealed case, only who may open it.
fn for_the_person(staff: &Staff, case: &Case) -> Result<(), Denied> {
    may_read(staff, case)?;
    Ok(may_enter_for_the_person(staff, case)?)
}

/// Whoever holds the lease is told what became of it, also when the step isn't theirs any more.
fn at_its_step(staff: &Staff, work: &Work<'_>) -> Result<(), Denied> {
    if work.holder == Some(staff.account) { Ok(()) } else { Ok(may_take(staff, work.case, work.step)?) }
}

/// A clerk may enter for somebody what a station of the same line accepts.
fn serves(staff: &Staff, stations: &[StationCode], lines: &[Line]) -> bool {
    let of_line = || lines.iter().flat_map(Line::stations).any(|station| staff.works_as(Role::Clerk, station));
    stations.iter().all(|station| staff.works_as(Role::Clerk, station)) || of_line()
}

/// Whoever entered the mandate, and the clerks of the station where it was entered, but for those who are close to its grantor.
fn entered(staff: &Staff, mandate: &Mandate) -> bool {
    let here = mandate.entered_by.as_ref().is_some_and(|at| at.account == staff.account || staff.works_as(Role::Clerk, &at.station));
    here && !(staff.is_close_to(mandate.grantor) && staff.person != mandate.grantor)
}

fn holds_at(actor: Actor<'_>, who: Who, station: &StationCode) -> bool {
    match (actor, who) {
        (Actor::Staff(staff), Who::Staff(role)) => staff.has(role, station),
        (_, Who::Anyone | Who::Villager | Who::AnyStaff | Who::Staff(_)) => false,
    }
}

fn over_the_district(actor: Actor<'_>, who: Who) -> Result<(), Denied> {
    in_scope(match (actor, who) {
        (Actor::Staff(staff), Who::Staff(role)) => staff.has_everywhere(role),
        (_, Who::Anyone | Who::Villager | Who::AnyStaff | Who::Staff(_)) => false,
    })
}

/// By the person: who has two accounts manages neither with the other.
fn anothers(actor: Actor<'_>, holder: PersonId) -> Result<(), Denied> {
    if actor.person() == Some(holder) { Err(Denied::OwnAccount) } else { Ok(()) }
}

fn yours(is: bool) -> Result<(), Denied> {
    if is { Ok(()) } else { Err(Denied::NotYours) }
}

fn in_scope(is: bool) -> Result<(), Denied> {
    if is { Ok(()) } else { Err(Denied::OutOfScope) }
}

impl From<Bar> for Denied {
    fn from(bar: Bar) -> Self {
        Denied::Barred(bar)
    }
}
