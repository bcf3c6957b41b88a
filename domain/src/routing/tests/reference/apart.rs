//! Several items apart: one plan an item, and what they add up to.

use std::cmp::Ordering;

use super::{Question, Refusal, papers};
use crate::catalogue::{Listed, Mode};
use crate::ids::StationCode;
use crate::routing::{Ask, Plan, Preference};
use crate::time::Timestamp;

/// "Each other mode answers the items apart, one plan an item with trips and kilometres summed, and is impossible if one of them
/// is." Of all ways to choose one plan an item, the one whose sum ranks best.
pub fn plans<'a>(question: &Question<'a>, mode: Mode, items: &[&'a Listed]) -> Result<Vec<Plan>, Refusal> {
    let (each, lost): (Vec<_>, Vec<_>) = items.iter().map(|listed| question.of_item(mode, listed)).partition(Result::is_ok);
    if let Some(first) = lost.into_iter().filter_map(Result::err).min_by_key(|(reason, _)| *reason) {
        return Err(first);
    }
    let each: Vec<Vec<Plan>> = each.into_iter().flatten().collect();
    let best = least_sum(question, &each);
    let parts = best.into_iter().zip(&each).map(|(at, plans)| plans[at].clone());
    let mut plan = parts.reduce(add).unwrap();
    plan.steps.sort_by_key(|step| step.from);
    papers::weigh(question, &mut plan);
    Ok(vec![plan])
}

/// What adds up of a plan, so that millions of sums stay cheap.
#[derive(Clone, Copy)]
struct Sum {
    trips: u32,
    finish: Timestamp,
    distance_m: u32,
    fee_fen: i64,
}

impl Sum {
    fn of(plan: &Plan) -> Self {
        Self { trips: plan.trips, finish: plan.expected, distance_m: plan.distance_m, fee_fen: plan.fee_fen }
    }

    fn and(self, other: Self) -> Self {
        Self {
            trips: self.trips + other.trips,
            finish: self.finish.max(other.finish),
            distance_m: self.distance_m.saturating_add(other.distance_m),
            fee_fen: self.fee_fen + other.fee_fen,
        }
    }

    fn compare(&self, other: &Self, ask: &Ask) -> Ordering {
        let special = if ask.needs.are_special() { self.trips.cmp(&other.trips) } else { Ordering::Equal };
        let measure = match ask.preference {
            Preference::Soonest => self.finish.cmp(&other.finish),
            Preference::Nearest => self.distance_m.cmp(&other.distance_m),
            Preference::FewestTrips => self.trips.cmp(&other.trips),
        };
        let costs = |sum: &Self| (sum.trips, sum.finish, sum.distance_m, sum.fee_fen);
        special.then(measure).then(costs(self).cmp(&costs(other)))
    }
}

/// Which plan of each item, found by adding up every combination.
fn least_sum(question: &Question<'_>, each: &[Vec<Plan>]) -> Vec<usize> {
    let sums: Vec<Vec<Sum>> = each.iter().map(|plans| plans.iter().map(Sum::of).collect()).collect();
    let stations = |choice: &[usize]| -> Vec<&StationCode> {
        choice.iter().zip(each).flat_map(|(at, plans)| plans[*at].matters.iter().map(|matter| &matter.accepting)).collect()
    };
    let mut choice = vec![0; each.len()];
    let mut best = (choice.clone(), total(&choice, &sums));
    while next(&mut choice, each) {
        let sum = total(&choice, &sums);
        let order = sum.compare(&best.1, question.ask).then_with(|| stations(&choice).cmp(&stations(&best.0)));
        if order == Ordering::Less {
            best = (choice.clone(), sum);
        }
    }
    best.0
}

fn total(choice: &[usize], sums: &[Vec<Sum>]) -> Sum {
    choice.iter().zip(sums).map(|(at, sums)| sums[*at]).reduce(Sum::and).unwrap()
}

/// The next combination, counted like an odometer.
fn next(choice: &mut [usize], each: &[Vec<Plan>]) -> bool {
    for (at, plans) in choice.iter_mut().zip(each) {
        *at += 1;
        if *at < plans.len() {
            return true;
        }
        *at = 0;
    }
    false
}

fn add(whole: Plan, part: Plan) -> Plan {
    let new = part.papers.iter().filter(|paper| !whole.papers.contains(paper)).cloned();
    Plan {
        papers: whole.papers.iter().cloned().chain(new).collect(),
        matters: [whole.matters, part.matters].concat(),
        steps: [whole.steps, part.steps].concat(),
        trips: whole.trips + part.trips,
        distance_m: whole.distance_m.saturating_add(part.distance_m),
        fee_fen: whole.fee_fen + part.fee_fen,
        wait_min: whole.wait_min.max(part.wait_min),
        expected: whole.expected.max(part.expected),
        latest: whole.latest.max(part.latest),
        provisional: whole.provisional || part.provisional,
        ..whole
    }
}
