//! No step outside the hours of the station, the partner, the courier or the visitor who does it.

use chrono::{Datelike, NaiveDate, NaiveTime};
use proptest::prelude::*;

use super::super::super::*;
use super::told::Told;
use crate::district::{Opening, Station};
use crate::time;

pub fn no_step_is_outside_the_hours_of_those_who_do_it(told: &Told) -> Result<(), TestCaseError> {
    for plan in told.answer.plans.iter().chain(told.every_plan()) {
        for step in &plan.steps {
            prop_assert!(told.case.now <= step.from && step.from <= step.to, "{:?}", step);
            prop_assert!(is_in_hours(told, plan, step), "{:?} of {:?}", step, plan);
        }
    }
    Ok(())
}

fn is_in_hours(told: &Told, plan: &Plan, step: &Step) -> bool {
    match (step.kind, step.who) {
        (StepKind::Accept | StepKind::Collect, _) => is_while_open(told, step),
        (StepKind::Decide, _) => !is_sitting(told, plan, step) || is_while_open(told, step),
        (StepKind::Meet, _) => is_while_the_partner_is_open(told, step),
        (StepKind::Fetch | StepKind::MovePapers, _) | (StepKind::Bring, Actor::Courier) => is_in_a_shift(told, step),
        (StepKind::Visit | StepKind::Bring, _) => is_while_they_visit(told, plan, step),
        // The person's own time, the post's, or a period in which a stage is done.
        (StepKind::Apply | StepKind::Travel | StepKind::Post | StepKind::Send | StepKind::Serve, _) => true,
        (StepKind::Inspect | StepKind::Publicise | StepKind::Review | StepKind::Forward, _) => true,
    }
}

/// An instant matter is decided in a sitting, unless it waits for the results of others for days.
fn is_sitting(told: &Told, plan: &Plan, step: &Step) -> bool {
    told.item(&step.item).is_instant() && plan.joint_working_days.is_none_or(|days| days == 0)
}

fn is_while_open(told: &Told, step: &Step) -> bool {
    let Spot::Station(code) = &step.r#where else { return false };
    let station = told.map.station(code).unwrap();
    lies_in(step, |date| station.openings_on(&told.map.calendar, date))
}

fn is_while_the_partner_is_open(told: &Told, step: &Step) -> bool {
    let Spot::Partner(code) = &step.r#where else { return false };
    let partner = told.map.partners().find(|partner| partner.code == *code).unwrap();
    let own = if partner.hours.is_empty() { &told.case.world.load.tuning.partner_hours } else { partner.hours.as_ref() };
    lies_in(step, |date| kept(told, own, date))
}

fn is_in_a_shift(told: &Told, step: &Step) -> bool {
    lies_in(step, |date| kept(told, &told.case.world.load.tuning.courier_hours, date))
}

/// Visitors come on holidays too; a clerk while not all of the station's staff are away.
fn is_while_they_visit(told: &Told, plan: &Plan, step: &Step) -> bool {
    let matter = plan.matters.iter().find(|matter| matter.item == step.item).unwrap();
    let station = told.map.station(&matter.accepting).unwrap();
    let come = |terms: &&VisitorTerms| Actor::from(terms.who) == step.who && terms.levels.contains(&station.level);
    told.case.world.load.tuning.visitors.iter().filter(come).any(|terms| {
        let is_there = terms.who != Visitor::Clerk || !are_all_away(station, step);
        is_there && lies_in(step, |date| of_weekday(&terms.hours, date.weekday().number_from_monday()))
    })
}

/// Whether there is an instant of the step at which all of the station's staff are away.
fn are_all_away(station: &Station, step: &Step) -> bool {
    let absences = &station.facts.absences;
    let begun = absences.iter().map(|absence| absence.from).filter(|from| (step.from..step.to).contains(from));
    std::iter::once(step.from).chain(begun).any(|instant| {
        let away = absences.iter().filter(|absence| absence.from <= instant && instant < absence.until);
        let away: u32 = away.map(|absence| u32::from(absence.staff)).sum();
        away > 0 && away >= u32::from(station.staff)
    })
}

/// Hours that are closed on holidays, and on a make-up workday those of a Friday.
fn kept(told: &Told, hours: &[Opening], date: NaiveDate) -> Vec<(NaiveTime, NaiveTime)> {
    told.map.calendar.hours_weekday(date).map(|weekday| of_weekday(hours, weekday.number_from_monday())).unwrap_or_default()
}

fn of_weekday(hours: &[Opening], weekday: u32) -> Vec<(NaiveTime, NaiveTime)> {
    hours.iter().filter(|opening| opening.days.iter().any(|day| u32::from(*day) == weekday)).map(|o| (o.open, o.close)).collect()
}

/// Whether the step lies within one of its day's openings.
fn lies_in(step: &Step, openings: impl Fn(NaiveDate) -> Vec<(NaiveTime, NaiveTime)>) -> bool {
    let (from, to) = (time::local(step.from), time::local(step.to));
    let holds = |(open, close): (NaiveTime, NaiveTime)| open <= from.time() && to.time() <= close;
    from.date() == to.date() && openings(from.date()).into_iter().any(holds)
}
