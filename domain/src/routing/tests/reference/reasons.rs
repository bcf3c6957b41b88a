//! Every true reason against a mode; the first in the closed list is given.

use super::Question;
use super::journey::{Journey, Served};
use crate::catalogue::{InPerson, Item, Mode};
use crate::district::Station;
use crate::routing::{Access, Mobility, Presence, Reason, Visitor, VisitorTerms};

/// What speaks against `mode` for this item and this person at whatever station.
pub fn of_item_and_person(question: &Question<'_>, mode: Mode, item: &Item) -> Vec<Reason> {
    let ask = question.ask;
    let away = question.is_elsewhere();
    let at_a_counter = matches!(mode, Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express);
    let once = item.in_person == InPerson::Once;
    let deciding = question.deciding_division().err();
    let certified = item.certificate().is_none() || question.registered().is_some() || question.is_about_land();
    let bound = ask.needs.mobility == Mobility::CannotLeaveHome;
    let mandated = question.agent(item).is_some();
    let all = [
        (Reason::ModeNotOffered, !item.modes.contains(&mode)),
        (Reason::NothingToCarry, mode == Mode::Express && question.legs(mode, item).is_empty()),
        (Reason::NoDivisionHere, deciding == Some(Reason::NoDivisionHere) || !has_line(question, mode, item)),
        (Reason::LandNotHere, deciding == Some(Reason::LandNotHere)),
        (Reason::NotRegisteredHere, !certified),
        (Reason::NotElsewhere, mode == Mode::Remote && !away),
        (Reason::Elsewhere, away && (mode == Mode::Special || at_a_counter && ask.agent.is_none())),
        (Reason::AgentMayNotStandIn, away && at_a_counter && ask.agent.is_some() && !mandated),
        (Reason::PresenceNotDelegable, away && at_a_counter && mandated && once),
        (Reason::NoPartner, away && mode == Mode::Remote && once && question.partners(item).is_empty()),
        (Reason::NoGround, mode == Mode::Special && ask.evidence(&question.load.tuning).is_none()),
        (Reason::CannotLeaveHome, bound && question.fewest_trips(mode, item) > 0),
    ];
    all.into_iter().filter(|(_, is_true)| *is_true).map(|(reason, _)| reason).collect()
}

/// Whether there is a line in which the mode could have it accepted, or any station will do.
fn has_line(question: &Question<'_>, mode: Mode, item: &Item) -> bool {
    let own = question.own_division().is_some();
    match mode {
        Mode::Nearby => own,
        Mode::District => true,
        Mode::Remote => question.remote_division().is_some() || question.is_about_land(),
        Mode::OneWindow | Mode::Express | Mode::Special => own || item.modes.contains(&Mode::District),
    }
}

/// What speaks against one station that accepts the item and lies in reach.
pub fn of_station(question: &Question<'_>, mode: Mode, station: &Station, item: &Item, journey: &Option<Journey<'_>>) -> Vec<Reason> {
    let Some(journey) = journey else { return vec![Reason::NoDeciding] };
    let needs = question.ask.needs;
    let own_village = question.is_own_village(station, &journey.division);
    let all = [
        (Reason::CannotLeaveHome, needs.mobility == Mobility::CannotLeaveHome && journey.trips() > 0),
        (Reason::OwnVillageOnly, item.certificate().is_some() && !own_village && !item.modes.contains(&Mode::District)),
        (Reason::HasSteps, needs.access == Access::StepFree && journey.brings_the_person_in() && !station.accessible),
        (Reason::OnlyOwnPeople, question.ask.barred_stations.contains(&station.code)),
        (Reason::NobodyVisits, mode == Mode::Special && question.visitors(station, journey).next().is_none()),
    ];
    all.into_iter().filter(|(_, is_true)| *is_true).map(|(reason, _)| reason).collect()
}

impl Question<'_> {
    /// Who may come from `station`: of its level, able to check the person's presence where the item asks for it, and one of the
    /// staff where it is decided there and then: "no step by someone who may not".
    pub fn visitors(&self, station: &Station, journey: &Journey<'_>) -> impl Iterator<Item = &VisitorTerms> {
        let (level, on_the_spot, once) = (station.level, journey.served == Served::AtOnce, journey.item().in_person == InPerson::Once);
        let of_the_level = self.load.tuning.visitors.iter().filter(move |terms| terms.levels.contains(&level));
        let checking = of_the_level.filter(move |terms| !once || terms.presence == Presence::Checks);
        checking.filter(move |terms| !on_the_spot || terms.who == Visitor::Clerk)
    }
}
