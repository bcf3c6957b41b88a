//! Who may take a step: the rules that hold at every claim and again at every act. Source: design page, "Who".

use serde::{Deserialize, Serialize};

use crate::audit::Office;
use crate::case::{Actor, Case, Desk, Event, Reach, Recorded, Stage, Step, StopReason};
use crate::district::Line;
use crate::ids::{AccountId, StationCode};
use crate::people::{Role, Scope, Staff};

/// Why a staff member may not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    #[error("the step belongs to another station or role")]
    OtherDesk,
    #[error("nobody handles their own case")]
    Own,
    #[error("nobody handles the case of their household or of a recorded relative")]
    Close,
    #[error("an agent neither accepts nor decides")]
    Agent,
    #[error("who accepted doesn't decide")]
    Accepted,
    #[error("the only one who may decide doesn't accept")]
    OnlyDecider,
    #[error("a sealed case is opened at its desks alone")]
    Sealed,
}

impl Role {
    /// An approver does a clerk's work too: small offices have no other way.
    fn does_the_work_of(self, role: Role) -> bool {
        self == role || (self == Role::Approver && role == Role::Clerk)
    }
}

impl Staff {
    /// Whether they do this role's work at the station.
    pub fn works_as(&self, role: Role, station: &StationCode) -> bool {
        self.grants.iter().any(|grant| grant.role.does_the_work_of(role) && grant.scope.covers(station))
    }

    /// Whether they do this role's work anywhere in the line.
    fn works_in_line(&self, role: Role, line: &Line) -> bool {
        let in_line = |scope: &Scope| match scope {
            Scope::Station(station) => line.holds(station),
            Scope::Division(division) => line.stations().any(|own| division.contains(&own.division())),
        };
        self.grants.iter().any(|grant| grant.role.does_the_work_of(role) && in_line(&grant.scope))
    }
}

impl Desk {
    /// Whether the staff member sits at this desk, whosever case it is.
    pub fn seats(&self, staff: &Staff, case: &Case) -> bool {
        match self.reach {
            Reach::Station => staff.works_as(self.role, &self.station),
            Reach::Line => staff.works_as(self.role, &case.route.accepting) || staff.works_in_line(self.role, &case.route.line),
        }
    }
}

impl Case {
    /// Whether a step that is opened to the whole line is open to who works at the station.
    pub fn has_in_line(&self, station: &StationCode) -> bool {
        *station == self.route.accepting || self.route.line.holds(station)
    }
}

/// Whether `staff` may take `step` of `case`, and if not, why.
pub fn may_take(staff: &Staff, case: &Case, step: &Step) -> Result<(), Bar> {
    if !step.desk.seats(staff, case) {
        return Err(Bar::OtherDesk);
    }
    is_impartial(staff, case)?;
    let (takes_in, decides) = match step.stage {
        Stage::AtOnce => (true, true),
        Stage::Accept => (true, false),
        Stage::Decide => (false, true),
        Stage::Inspect | Stage::Publicise | Stage::Review | Stage::Produce | Stage::Forward | Stage::RecordAnswer | Stage::HandOver => {
            (false, false)
        }
    };
    if (takes_in || decides) && case.agent() == Some(staff.person) {
        return Err(Bar::Agent);
    }
    if decides && step.stage != Stage::AtOnce && case.acceptors.contains(&staff.person) {
        return Err(Bar::Accepted);
    }
    Ok(())
}

/// Whether `staff` takes a decision away by accepting: they could make it, and whoever accepted doesn't decide. Then somebody else
/// has to be left to decide: [`leaves_a_decider`].
pub fn gives_up_deciding(staff: &Staff, case: &Case, step: &Step) -> bool {
    step.stage == Stage::Accept && may_decide_in_the_end(staff, case)
}

/// Whether somebody of the line other than `staff` may still decide: with two unrelated staff in the line every case can end.
pub fn leaves_a_decider(staff: &Staff, case: &Case, line: &[Staff]) -> bool {
    line.iter().any(|other| other.person != staff.person && may_decide_in_the_end(other, case))
}

/// A decision that nobody at its desk may make rises until it is open to the whole line.
fn may_decide_in_the_end(staff: &Staff, case: &Case) -> bool {
    let decision = case.procedure.iter().find(|step| step.stage == Stage::Decide);
    decision.is_some_and(|step| {
        let desk = Desk { reach: Reach::Line, ..step.desk.clone() };
        may_take(staff, case, &Step { desk, ..step.clone() }).is_ok()
    })
}

/// Nobody handles their own, their household's or a recorded relative's case.
pub fn is_impartial(staff: &Staff, case: &Case) -> Result<(), Bar> {
    if case.involved.contains(&staff.person) {
        return Err(Bar::Own);
    }
    if case.involved.iter().any(|person| staff.is_close_to(*person)) {
        return Err(Bar::Close);
    }
    Ok(())
}

/// Whether a staff member may enter what the person does on their case: at the counter that took it in, or where it stands now.
pub fn may_enter_for_the_person(staff: &Staff, case: &Case) -> Result<(), Bar> {
    is_impartial(staff, case)?;
    let at_the_counter = staff.works_as(Role::Clerk, &case.route.accepting);
    let seated = at_the_counter || case.current().is_some_and(|(_, step)| step.desk.seats(staff, case));
    if seated { Ok(()) } else { Err(Bar::OtherDesk) }
}

/// How much of a case somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All of it: names, answers, papers.
    Whole,
    /// How it stands, and no more of the person than the family name.
    Figures,
}

/// How much a staff member may read of a case: all for who works at one of its desks or took it in, figures for who watches over
/// one of its stations. A sealed one is read at its desks alone. Nobody reads the case of their household or of a relative at
/// work.
pub fn may_read(staff: &Staff, case: &Case) -> Result<Sight, Bar> {
    is_impartial(staff, case)?;
    if case.procedure.iter().any(|step| step.desk.seats(staff, case)) {
        return Ok(Sight::Whole);
    }
    let sight = works_around(staff, case).or_else(|| watches(staff, case)).ok_or(Bar::OtherDesk)?;
    if case.is_sealed() { Err(Bar::Sealed) } else { Ok(sight) }
}

/// At the station in whose name a step is done elsewhere, or at the one that took the case in.
fn works_around(staff: &Staff, case: &Case) -> Option<Sight> {
    let stations = case.procedure.iter().map(|step| &step.desk.in_name_of).chain([&case.route.accepting]);
    stations.into_iter().any(|station| staff.works_as(Role::Clerk, station)).then_some(Sight::Whole)
}

fn watches(staff: &Staff, case: &Case) -> Option<Sight> {
    stations_of(case).any(|station| staff.has(Role::Supervisor, station)).then_some(Sight::Figures)
}

/// Whether a staff member may see the numbers, phones, addresses and answers of a case whole: who holds its work item, who may take
/// the step that it stands at, and who watches it. Somebody who may only read the case sees them masked.
pub fn may_see_whole(staff: &Staff, case: &Case, hold: Hold) -> Result<(), Bar> {
    if hold == Hold::ToReach {
        return is_impartial(staff, case);
    }
    may_read(staff, case)?;
    let works = case.current().is_some_and(|(_, step)| may_take(staff, case, step).is_ok());
    let watches = stations_of(case).any(|station| staff.has(Role::Supervisor, station));
    if hold == Hold::Theirs || works || watches { Ok(()) } else { Err(Bar::OtherDesk) }
}

/// Who holds the work item of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Theirs,
    /// They don't open the case, but what follows its bad review rose to them: they have to reach the person, and are shown no more than
    /// that takes.
    ToReach,
    Nobodys,
}

/// As what a staff member deals with a case: at the desk where it stands, else at another of its desks, else as who watches it.
pub fn office_in(staff: &Staff, case: &Case) -> Option<Office> {
    let current = case.current().map(|(_, step)| step);
    let seated = current.into_iter().chain(&case.procedure).find(|step| step.desk.seats(staff, case));
    let desk = seated.map(|step| Office { role: step.desk.role, station: step.desk.station.clone() });
    let works = || at(staff, Role::Clerk, case, |staff, station| staff.works_as(Role::Clerk, station));
    let watches = || at(staff, Role::Supervisor, case, |staff, station| staff.has(Role::Supervisor, station));
    desk.or_else(works).or_else(watches)
}

fn at(staff: &Staff, role: Role, case: &Case, is_there: impl Fn(&Staff, &StationCode) -> bool) -> Option<Office> {
    stations_of(case).find(|station| is_there(staff, station)).map(|station| Office { role, station: station.clone() })
}

/// The stations that have to do with a case: where it was taken in, and those of its steps.
fn stations_of(case: &Case) -> impl Iterator<Item = &StationCode> {
    let steps = case.procedure.iter().flat_map(|step| [&step.desk.station, &step.desk.in_name_of]);
    std::iter::once(&case.route.accepting).chain(steps)
}

/// The clerk who knows what a case goes on with after its latest events: who asked for the supplement that was given, or went on after
/// an outside body's test.
pub fn knows_the_case(record: &[Recorded], latest: &[Event]) -> Option<AccountId> {
    let goes_on_after_test = Event::ClockStarted { reason: StopReason::OutsideTest };
    if latest.contains(&Event::Supplemented) {
        by_whom(record, |event| matches!(event, Event::SupplementAsked { .. }))
    } else if latest.contains(&goes_on_after_test) {
        by_whom(record, |event| *event == goes_on_after_test)
    } else {
        None
    }
}

/// The clerk of the latest event of a kind.
fn by_whom(record: &[Recorded], is_wanted: impl Fn(&Event) -> bool) -> Option<AccountId> {
    record.iter().rev().filter(|recorded| is_wanted(&recorded.event)).find_map(|recorded| match &recorded.by {
        Actor::Staff { account, .. } => Some(*account),
        Actor::Person { .. } | Actor::System => None,
    })
}
