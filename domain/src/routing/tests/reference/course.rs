//! One plan: the matters of one go through one station, from the ask to the result in the person's hands.

use std::collections::BTreeMap;

use chrono::Duration;

use super::arithmetic::{Queue, Sitting, Turn};
use super::journey::{Collects, Journey, Served};
use super::{Question, giving, papers};
use crate::case::{Places, Stage, procedure};
use crate::catalogue::Mode;
use crate::district::{Place, Station};
use crate::ids::{ItemCode, StationCode};
use crate::routing::{Actor, Desk, HandIn, Plan, PlannedMatter, Spot, Step, StepKind, Visitor, VisitorTerms};
use crate::time::{self, Timestamp};

/// The plan; none where somebody who is needed is never there long enough.
pub fn plan(question: &Question<'_>, mode: Mode, station: &Station, journeys: &[Journey<'_>]) -> Option<Plan> {
    let mut steps = Vec::new();
    let order = order(question, journeys);
    let taken = if mode == Mode::Special {
        visit(question, station, journeys, &mut steps)?
    } else {
        come(question, station, (journeys, &order), &mut steps)?
    };
    let days: Vec<u16> = journeys.iter().map(|journey| chain(question, journey, journeys)).collect();
    let mut decided: BTreeMap<usize, Decided> = BTreeMap::new();
    for at in order {
        let (journey, accepted) = (&journeys[at], taken.sittings[at]);
        let results = needed(question, journey, journeys).into_iter().map(|first| decided[&first].expected);
        let begin = results.fold(accepted.end, Timestamp::max);
        decided.insert(at, decide(question, station, journey, (accepted, begin), days[at], &mut steps)?);
    }
    let decided: Vec<Decided> = decided.into_values().collect();
    let expected = giving::hand_out(question, station, journeys, &decided, |decided| decided.expected, &mut steps)?;
    let latest = giving::hand_out(question, station, journeys, &decided, |decided| decided.latest, &mut Vec::new())?;
    steps.sort_by_key(|step| step.from);
    let mut plan = Plan {
        mode,
        matters: journeys.iter().map(|journey| matter(question, mode, station, journey)).collect(),
        steps,
        trips: trips(journeys),
        distance_m: distance_m(question, station, journeys),
        fee_fen: journeys.iter().map(|journey| journey.item().fee_fen).sum(),
        wait_min: u32::try_from(taken.wait.num_minutes()).unwrap(),
        joint_working_days: (mode == Mode::OneWindow).then(|| days.iter().copied().max()).flatten(),
        expected,
        latest,
        provisional: decided.iter().any(|decided| decided.provisional),
        papers: papers::to_bring(question, mode, journeys),
        notices: Vec::new(),
        pros: Vec::new(),
        cons: Vec::new(),
    };
    papers::weigh(question, &mut plan);
    Some(plan)
}

/// What is handed in together, or collected together, shares the journey.
fn trips(journeys: &[Journey<'_>]) -> u32 {
    u32::from(journeys.iter().any(Journey::takes_the_person_out)) + u32::from(journeys.iter().any(collected_in_person))
}

fn collected_in_person(journey: &Journey<'_>) -> bool {
    journey.collects == Collects::Person
}

fn distance_m(question: &Question<'_>, station: &Station, journeys: &[Journey<'_>]) -> u32 {
    let Some(start) = question.start() else { return 0 };
    let mut metres = 0u32;
    let mut there_and_back = |place| metres = metres.saturating_add(question.road_m(start, place).saturating_mul(2));
    if journeys.iter().any(|journey| journey.hand_in == HandIn::Counter) {
        there_and_back(station.place);
    }
    if journeys.iter().any(collected_in_person) {
        there_and_back(station.place);
    }
    if let Some(met) = journeys.iter().find(|journey| journey.hand_in == HandIn::Partner) {
        there_and_back(met.partner.unwrap().place);
    }
    metres
}

/// Which of `all` are matters whose results `journey`'s needs.
fn needed(question: &Question<'_>, journey: &Journey<'_>, all: &[Journey<'_>]) -> Vec<usize> {
    let item = journey.item();
    let service = question.catalogue.town_service_of(item);
    let named: Vec<_> = item.after.iter().chain(service.iter().flat_map(|listed| &listed.item.after)).collect();
    let needs = |other: &Journey<'_>| named.iter().any(|code| question.is_same_matter(code, &other.item().code));
    (0..all.len()).filter(|at| all[*at].item().code != item.code && needs(&all[*at])).collect()
}

/// The working days until `journey`'s matter is decided: its own, after the longest of those whose results it needs.
fn chain(question: &Question<'_>, journey: &Journey<'_>, all: &[Journey<'_>]) -> u16 {
    let first = needed(question, journey, all).into_iter().map(|at| chain(question, &all[at], all));
    journey.item().promised_working_days.saturating_add(first.max().unwrap_or_default())
}

/// Of all orders in which nothing comes before a matter whose result it needs, the one that is nearest to the ask.
fn order(question: &Question<'_>, journeys: &[Journey<'_>]) -> Vec<usize> {
    let needed: Vec<Vec<usize>> = journeys.iter().map(|journey| needed(question, journey, journeys)).collect();
    let comes_in_time =
        |order: &Vec<usize>| (0..order.len()).all(|done| needed[order[done]].iter().all(|first| order[..done].contains(first)));
    orders(journeys.len()).into_iter().find(comes_in_time).unwrap()
}

/// Every order of so many, those that leave the first in front before the others.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..count {
        let longer = |order: &Vec<usize>| {
            let left = (0..count).filter(|at| !order.contains(at));
            left.map(|at| [&order[..], &[at]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    orders
}

/// They come to the station, each matter in its way; the counter takes them one after the other, in their order.
fn come(question: &Question<'_>, station: &Station, (journeys, order): (&[Journey<'_>], &[usize]), steps: &mut Vec<Step>) -> Option<Turn> {
    let mut ready = question.now;
    for journey in journeys {
        ready = ready.max(arrive(question, station, journey, steps)?);
    }
    let turn = question.turn(station, ready, journeys.len(), Queue::Joined)?;
    let there = turn.sittings.first()?.begin - turn.wait;
    let travellers = [(HandIn::Counter, Actor::Person, question.start()), (HandIn::Agent, Actor::Agent, Some(question.papers_at()))];
    for (hand_in, who, start) in travellers {
        if let (Some(first), Some(start)) = (journeys.iter().find(|journey| journey.hand_in == hand_in), start) {
            let road = question.ride(start, station.place);
            steps.push(step(StepKind::Travel, &first.item().code, who, Spot::OnTheWay, there - road, there));
        }
    }
    let mut sittings = turn.sittings.clone();
    for (place, sitting) in order.iter().zip(&turn.sittings) {
        let at = Spot::Station(station.code.clone());
        steps.push(step(StepKind::Accept, &journeys[*place].item().code, Actor::Staff, at, sitting.begin, sitting.end));
        sittings[*place] = *sitting;
    }
    Some(Turn { sittings, ..turn })
}

/// When the matter is at the station.
fn arrive(question: &Question<'_>, station: &Station, journey: &Journey<'_>, steps: &mut Vec<Step>) -> Option<Timestamp> {
    let (now, code) = (question.now, &journey.item().code);
    let road = |from| question.ride(from, station.place);
    if !matches!(journey.hand_in, HandIn::Counter | HandIn::Agent | HandIn::Visit) {
        steps.push(step(StepKind::Apply, code, Actor::Person, Spot::WithPerson, now, now));
    }
    match journey.hand_in {
        HandIn::Counter => Some(now + question.start().map_or(Duration::zero(), road)),
        HandIn::Agent => Some(now + road(question.papers_at())),
        HandIn::Phone | HandIn::Visit => Some(now),
        HandIn::Post => Some(post(question, code, now, steps)),
        HandIn::Courier => {
            let (from, to) = question.driven(now, road(question.papers_at()))?;
            steps.push(step(StepKind::Fetch, code, Actor::Courier, Spot::OnTheWay, from, to));
            Some(to + question.handover())
        }
        HandIn::Partner => meet(question, journey, steps),
    }
}

fn post(question: &Question<'_>, code: &ItemCode, from: Timestamp, steps: &mut Vec<Step>) -> Timestamp {
    let there = from + question.post();
    steps.push(step(StepKind::Post, code, Actor::Post, Spot::OnTheWay, from, there));
    there
}

fn meet(question: &Question<'_>, journey: &Journey<'_>, steps: &mut Vec<Step>) -> Option<Timestamp> {
    let (item, partner) = (journey.item(), journey.partner?);
    let road = question.start().map_or(Duration::zero(), |start| question.ride(start, partner.place));
    let met = question.met_at(partner, question.now + road)?;
    steps.push(step(StepKind::Travel, &item.code, Actor::Person, Spot::OnTheWay, met.begin - road, met.begin));
    steps.push(step(StepKind::Meet, &item.code, Actor::Partner, Spot::Partner(partner.code.clone()), met.begin, met.end));
    Some(if question.has_originals(item) { post(question, &item.code, met.end, steps) } else { met.end })
}

/// Somebody comes from the station to the person and takes the matters in there.
fn visit(question: &Question<'_>, station: &Station, journeys: &[Journey<'_>], steps: &mut Vec<Step>) -> Option<Turn> {
    let mut sittings = Vec::new();
    for journey in journeys {
        let (who, sitting) = visitor(question, station, journey)?;
        steps.push(step(StepKind::Visit, &journey.item().code, actor(who), Spot::WithPerson, sitting.begin, sitting.end));
        sittings.push(sitting);
    }
    Some(Turn { sittings, wait: Duration::zero() })
}

/// Who of those who may come is there first; of equal ones the first in the data.
fn visitor(question: &Question<'_>, station: &Station, journey: &Journey<'_>) -> Option<(Visitor, Sitting)> {
    let ready = question.now + question.ride(station.place, person(question));
    let visitors = question.visitors(station, journey);
    earliest(question, station, visitors, ready, question.service(station))
}

pub fn earliest<'t>(
    question: &Question<'_>,
    station: &Station,
    visitors: impl Iterator<Item = &'t VisitorTerms>,
    ready: Timestamp,
    length: Duration,
) -> Option<(Visitor, Sitting)> {
    let visits = visitors.filter_map(|terms| Some((terms.who, question.visited(station, terms, ready, length)?)));
    visits.min_by_key(|(_, visit)| visit.begin)
}

pub fn person(question: &Question<'_>) -> Place {
    question.start().unwrap_or_else(|| question.home())
}

pub fn actor(visitor: Visitor) -> Actor {
    match visitor {
        Visitor::Clerk => Actor::Staff,
        Visitor::GridWorker => Actor::GridWorker,
        Visitor::Volunteer => Actor::Volunteer,
    }
}

pub struct Decided {
    pub expected: Timestamp,
    pub latest: Timestamp,
    provisional: bool,
}

/// At once; by the own village as soon as the papers and the results that it needs are there; or within the promise. What needs the results of others waits for
/// them, unless it is taken home from the sitting.
fn decide(
    question: &Question<'_>,
    station: &Station,
    journey: &Journey<'_>,
    (accepted, begin): (Sitting, Timestamp),
    days: u16,
    steps: &mut Vec<Step>,
) -> Option<Decided> {
    if days > 0 && !journey.is_taken_home() {
        return Some(within_promise(question, station, journey, (accepted.end, begin), days, steps));
    }
    match (journey.served, &journey.desk) {
        (Served::AtOnce, _) => Some(Decided { expected: accepted.end, latest: accepted.close, provisional: false }),
        (Served::Later, Desk::Station(village)) if journey.item().is_instant() => {
            let moved = move_papers(question, station, journey, accepted.end)?;
            let turn = question.turn(question.map.station(village)?, moved.to.max(begin), 1, Queue::Passed)?;
            let decided = *turn.sittings.first()?;
            let at = Spot::Station(village.clone());
            steps.push(moved);
            steps.push(step(StepKind::Decide, &journey.item().code, Actor::Staff, at, decided.begin, decided.end));
            Some(Decided { expected: decided.end, latest: decided.close, provisional: false })
        }
        (Served::Later, _) => Some(within_promise(question, station, journey, (accepted.end, begin), days, steps)),
    }
}

/// The papers ride to the desk that decides; none where no courier ever drives so long.
fn move_papers(question: &Question<'_>, station: &Station, journey: &Journey<'_>, accepted: Timestamp) -> Option<Step> {
    let desk = match &journey.desk {
        Desk::Station(code) | Desk::Outside { via: code } => question.map.station(code)?,
    };
    let (from, to) = question.driven(accepted + question.handover(), question.ride(station.place, desk.place))?;
    Some(step(StepKind::MovePapers, &journey.item().code, Actor::Courier, Spot::OnTheWay, from, to))
}

/// The promise ends with its last working day; it is expected by the closing of the desk that decides. What is done on it in the
/// meantime is done from `begin`.
fn within_promise(
    question: &Question<'_>,
    station: &Station,
    journey: &Journey<'_>,
    (accepted, begin): (Timestamp, Timestamp),
    days: u16,
    steps: &mut Vec<Step>,
) -> Decided {
    let due = question.promise(journey.item(), accepted, days);
    let latest = time::end_of(due.on);
    let closing = match &journey.desk {
        Desk::Station(code) => question.closing_on(question.map.station(code).unwrap(), due.on),
        Desk::Outside { .. } => None,
    };
    let expected = closing.filter(|closing| *closing > accepted).unwrap_or(latest);
    if journey.desk != Desk::Station(station.code.clone()) {
        let moved = move_papers(question, station, journey, accepted);
        // Nobody drives outside a shift; who would be too late doesn't drive at all.
        steps.extend(moved.filter(|moved| moved.to <= expected));
    }
    let line = question.map.line(&journey.division).unwrap();
    let places = Places { accepting: station, collect_at: &station.code, line: &line };
    for done in procedure(journey.item(), &places) {
        steps.extend(stage(journey, done.stage, done.desk.station, begin.min(expected), expected));
    }
    Decided { expected, latest, provisional: due.provisional }
}

fn stage(journey: &Journey<'_>, stage: Stage, at: StationCode, from: Timestamp, to: Timestamp) -> Option<Step> {
    let (kind, who, at) = match stage {
        Stage::Inspect => (StepKind::Inspect, Actor::Staff, Spot::Station(at)),
        Stage::Publicise => (StepKind::Publicise, Actor::Staff, Spot::Station(at)),
        Stage::Review => (StepKind::Review, Actor::Staff, Spot::Station(at)),
        Stage::Decide | Stage::AtOnce => (StepKind::Decide, Actor::Staff, Spot::Station(at)),
        Stage::RecordAnswer => (StepKind::Forward, Actor::OutsideBody, Spot::Outside),
        Stage::Accept | Stage::Forward | Stage::Produce | Stage::HandOver => return None,
    };
    Some(step(kind, &journey.item().code, who, at, from, to))
}

fn matter(question: &Question<'_>, mode: Mode, station: &Station, journey: &Journey<'_>) -> PlannedMatter {
    let item = journey.item();
    let visitor = visitor(question, station, journey).filter(|_| journey.hand_in == HandIn::Visit);
    PlannedMatter {
        item: item.code.clone(),
        version: journey.listed.version,
        taken_for: journey.taken_for.cloned(),
        accepting: station.code.clone(),
        deciding: journey.desk.clone(),
        line_of: journey.division.clone(),
        hand_in: journey.hand_in,
        collect_at: (journey.collects != Collects::Nobody).then(|| station.code.clone()),
        agent: question.agent(item).filter(|_| papers::acts(question, mode, journey)),
        partner: journey.partner.map(|partner| partner.code.clone()),
        visitor: visitor.map(|(who, _)| who),
        legs: journey.legs.clone(),
    }
}

pub fn step(kind: StepKind, item: &ItemCode, who: Actor, spot: Spot, from: Timestamp, to: Timestamp) -> Step {
    Step { kind, item: item.clone(), who, r#where: spot, from, to }
}
