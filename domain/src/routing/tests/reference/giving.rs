//! From the decision to the result in the person's hands.

use chrono::Duration;

use super::Question;
use super::course::{Decided, actor, earliest, person, step};
use super::journey::{Collects, Journey};
use crate::catalogue::ResultForm;
use crate::district::{Place, Station};
use crate::ids::ItemCode;
use crate::routing::{Actor, CourierLeg, HandIn, Spot, Step, StepKind};
use crate::time::Timestamp;

/// When the person holds the last of the results. What one person collects is collected on one journey, when all of it is there.
pub fn hand_out(
    question: &Question<'_>,
    station: &Station,
    journeys: &[Journey<'_>],
    decided: &[Decided],
    when: fn(&Decided) -> Timestamp,
    steps: &mut Vec<Step>,
) -> Option<Timestamp> {
    let mut last = question.now;
    for (journey, own) in journeys.iter().zip(decided) {
        let together = journeys.iter().zip(decided).filter(|(other, _)| other.collects == journey.collects);
        let ready = match journey.collects {
            Collects::Nobody => when(own),
            Collects::Person | Collects::Agent => together.map(|(_, decided)| when(decided)).max()?,
        };
        last = last.max(give(question, station, journey, ready, steps)?);
    }
    Some(last)
}

fn give(question: &Question<'_>, station: &Station, journey: &Journey<'_>, ready: Timestamp, steps: &mut Vec<Step>) -> Option<Timestamp> {
    let code = &journey.item().code;
    let carried = |from, to| question.ride(from, to);
    match (journey.collects, journey.item().result.form) {
        (Collects::Nobody, _) if journey.is_taken_home() => Some(ready),
        (Collects::Nobody, ResultForm::None) => Some(ready),
        (Collects::Nobody, _) if journey.legs.contains(&CourierLeg::Bring) => {
            let (from, to) = question.driven(ready + question.handover(), carried(station.place, question.papers_at()))?;
            steps.push(step(StepKind::Bring, code, Actor::Courier, Spot::OnTheWay, from, to));
            Some(to)
        }
        (Collects::Nobody, ResultForm::Both | ResultForm::Electronic) => {
            steps.push(step(StepKind::Serve, code, Actor::Staff, Spot::WithPerson, ready, ready));
            Some(ready)
        }
        (Collects::Nobody, ResultForm::Paper) if journey.hand_in == HandIn::Visit => {
            let of_the_level = question.load.tuning.visitors.iter().filter(|terms| terms.levels.contains(&station.level));
            let road = carried(station.place, person(question));
            let (who, brought) = earliest(question, station, of_the_level, ready, road)?;
            steps.push(step(StepKind::Bring, code, actor(who), Spot::OnTheWay, brought.begin, brought.end));
            Some(brought.end)
        }
        (Collects::Nobody, ResultForm::Paper) => {
            let there = ready + question.post();
            steps.push(step(StepKind::Send, code, Actor::Post, Spot::OnTheWay, ready, there));
            Some(there)
        }
        (Collects::Person, _) => collect(question, station, code, (Actor::Person, question.start()), ready, steps),
        (Collects::Agent, _) => collect(question, station, code, (Actor::Agent, Some(question.papers_at())), ready, steps),
    }
}

fn collect(
    question: &Question<'_>,
    station: &Station,
    code: &ItemCode,
    (who, start): (Actor, Option<Place>),
    ready: Timestamp,
    steps: &mut Vec<Step>,
) -> Option<Timestamp> {
    let road = start.map_or(Duration::zero(), |start| question.ride(start, station.place));
    let collected = question.collected(station, ready + road)?;
    steps.push(step(StepKind::Travel, code, who, Spot::OnTheWay, collected.begin - road, collected.begin));
    steps.push(step(StepKind::Collect, code, who, Spot::Station(station.code.clone()), collected.begin, collected.end));
    Some(collected.end)
}
