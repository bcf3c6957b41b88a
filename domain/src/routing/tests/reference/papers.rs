//! What to bring, and what speaks for and against a plan.

use super::Question;
use super::journey::{Collects, Journey};
use crate::catalogue::{Authorisation, InPerson, Item, Mode, ResultForm};
use crate::district::{Station, StationNotice};
use crate::ids::StationCode;
use crate::routing::{Actor, CourierLeg, Desk, Drawback, HandIn, Merit, Paper, Plan, PlanNotice, PlannedMatter, Step, StepKind};
use crate::time;

/// What the items require, each paper once, minus what stored licences stand in for; the agent's mandate; the ground's evidence.
pub fn to_bring(question: &Question<'_>, mode: Mode, journeys: &[Journey<'_>]) -> Vec<Paper> {
    let mut papers = Vec::new();
    let mut known = Vec::new();
    for journey in journeys {
        for material in journey.item().materials.iter().filter(|material| material.required) {
            let held = material.reusable && question.ask.licences.contains(&material.name);
            let same = (&material.name, material.form);
            if !held && !known.contains(&same) {
                known.push(same);
                let item = journey.item().code.clone();
                papers.push(Paper::Material { item, name: material.name.clone(), form: material.form });
            }
        }
    }
    let acted = journeys.iter().filter(|journey| acts(question, mode, journey));
    let mandate = acted.map(|journey| journey.item().proxy.authorisation).max();
    papers.extend(mandate.filter(|mandate| *mandate != Authorisation::None).map(Paper::Mandate));
    let evidence = question.ask.evidence(&question.load.tuning).filter(|_| mode == Mode::Special);
    papers.extend(evidence.map(|evidence| Paper::OneOf(evidence.to_vec())));
    papers
}

/// An agent hands it in or collects it, or hands it to the courier of a person who is elsewhere.
pub fn acts(question: &Question<'_>, mode: Mode, journey: &Journey<'_>) -> bool {
    let at_the_door = mode == Mode::Express && question.is_elsewhere();
    journey.hand_in == HandIn::Agent || journey.collects == Collects::Agent || at_the_door
}

struct Facts<'a> {
    matter: &'a PlannedMatter,
    item: &'a Item,
    station: &'a Station,
}

/// The notices, and the reasons: for it what is true of every matter, against it what is true of any.
pub fn weigh(question: &Question<'_>, plan: &mut Plan) {
    plan.notices = notices(question, plan);
    plan.provisional |= plan.steps.iter().any(|step| is_guessed(question, step));
    let facts: Vec<_> = plan.matters.iter().map(|matter| facts(question, matter)).collect();
    let (pros, cons) = (merits(question, plan, &facts), drawbacks(question, plan, &facts));
    plan.pros = pros.into_iter().filter(|(_, holds)| *holds).map(|(merit, _)| merit).collect();
    plan.cons = cons.into_iter().filter(|(_, hurts)| *hurts).map(|(drawback, _)| drawback).collect();
}

/// A sitting or a courier's ride on a day of a year that isn't published may turn out to be on a holiday.
fn is_guessed(question: &Question<'_>, step: &Step) -> bool {
    let kinds = [StepKind::Accept, StepKind::Meet, StepKind::Collect, StepKind::Fetch, StepKind::MovePapers, StepKind::Decide];
    let by_courier = step.kind == StepKind::Bring && step.who == Actor::Courier;
    (kinds.contains(&step.kind) || by_courier) && !question.map.calendar.is_loaded(time::local_date(step.from))
}

/// What the stations that take the matters in have to say while the plan runs, each station once.
fn notices(question: &Question<'_>, plan: &Plan) -> Vec<PlanNotice> {
    let mut told: Vec<&StationCode> = Vec::new();
    let mut notices = Vec::new();
    for matter in &plan.matters {
        if !told.contains(&&matter.accepting) {
            told.push(&matter.accepting);
            let station = question.map.station(&matter.accepting).unwrap();
            let runs = |notice: &&StationNotice| notice.from <= plan.expected && notice.until > question.now;
            notices.extend(station.facts.notices.iter().filter(runs).map(|notice| PlanNotice {
                station: station.code.clone(),
                from: notice.from,
                until: notice.until,
                text: notice.text.clone(),
            }));
        }
    }
    notices
}

fn facts<'a>(question: &'a Question<'_>, matter: &'a PlannedMatter) -> Facts<'a> {
    let item = &question.catalogue.item(&matter.item).unwrap().item;
    Facts { matter, item, station: question.map.station(&matter.accepting).unwrap() }
}

fn is_open_now(question: &Question<'_>, station: &Station) -> bool {
    question.spans(station, question.now).next().is_some_and(|span| span.holds(question.now))
}

fn merits(question: &Question<'_>, plan: &Plan, facts: &[Facts<'_>]) -> Vec<(Merit, bool)> {
    let carried = |leg| facts.iter().all(|f| f.matter.legs.contains(&leg));
    let decides = |f: &Facts<'_>| f.matter.deciding == Desk::Station(f.matter.accepting.clone());
    let on_the_phone = |f: &Facts<'_>| matches!(f.item.result.form, ResultForm::Electronic | ResultForm::Both);
    vec![
        (Merit::NoTrip, plan.trips == 0),
        (Merit::DecidedAtOnce, facts.iter().all(|f| f.item.is_instant() && decides(f))),
        (Merit::OwnLine, facts.iter().all(|f| question.is_own(f.station))),
        (Merit::StepFree, facts.iter().all(|f| f.station.accessible)),
        (Merit::AgentActs, facts.iter().all(|f| f.matter.agent.is_some())),
        (Merit::StaffCome, plan.mode == Mode::Special),
        (Merit::PriorityLane, plan.mode == Mode::Special),
        (Merit::CourierFetches, carried(CourierLeg::Fetch)),
        (Merit::CourierBrings, carried(CourierLeg::Bring)),
        (Merit::ResultElectronic, facts.iter().all(on_the_phone)),
        (Merit::OneGo, plan.mode == Mode::OneWindow && facts.len() > 1),
        (Merit::OpenNow, facts.iter().all(|f| is_open_now(question, f.station))),
    ]
}

fn drawbacks(question: &Question<'_>, plan: &Plan, facts: &[Facts<'_>]) -> Vec<(Drawback, bool)> {
    let elsewhere = |f: &Facts<'_>| matches!(&f.matter.deciding, Desk::Station(desk) if *desk != f.matter.accepting);
    let met = |f: &Facts<'_>| f.matter.hand_in == HandIn::Partner && question.has_originals(f.item);
    let posted = |f: &Facts<'_>| f.matter.hand_in == HandIn::Post || met(f);
    vec![
        (Drawback::OneTrip, plan.trips == 1),
        (Drawback::SeveralTrips, plan.trips > 1),
        (Drawback::CollectInPerson, facts.iter().any(|f| f.matter.collect_at.is_some())),
        (Drawback::PresenceNeeded, facts.iter().any(|f| f.item.in_person == InPerson::Once)),
        (Drawback::PapersMove, facts.iter().any(elsewhere)),
        (Drawback::DecidedOutside, facts.iter().any(|f| matches!(f.matter.deciding, Desk::Outside { .. }))),
        (Drawback::OriginalsByPost, facts.iter().any(posted)),
        (Drawback::ClosedNow, !facts.iter().all(|f| is_open_now(question, f.station))),
        (Drawback::LongWait, plan.wait_min > question.load.tuning.long_wait_min),
        (Drawback::Fee, plan.fee_fen > 0),
        (Drawback::Provisional, plan.provisional),
    ]
}
