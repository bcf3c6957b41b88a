//! Several items in one go at one window.

use std::collections::BTreeSet;

use super::journey::Journey;
use super::{Question, Refusal, course, order, reasons};
use crate::catalogue::{Listed, Mode};
use crate::district::Station;
use crate::ids::ItemCode;
use crate::routing::{Plan, Reason};

const MODE: Mode = Mode::OneWindow;

/// An item that may be taken for one that is asked.
pub type Take<'a> = (&'a Listed, Option<&'a ItemCode>);

/// One plan a station that takes all `items` in one go.
pub fn plans<'a>(question: &Question<'a>, items: &[&'a Listed]) -> Result<Vec<Plan>, Refusal> {
    let takes = takes(question, items)?;
    let tried = tried(question, &takes);
    if tried.is_empty() {
        let nowhere = |takes: &Vec<Take<'a>>| !question.map.stations().any(|station| takes_one(question, station, takes));
        let alone = items.iter().zip(&takes).find(|(_, takes)| nowhere(takes));
        return Err(alone.map_or((Reason::NoCommonStation, None), |(asked, _)| (Reason::NoStationAccepts, Some(asked.item.code.clone()))));
    }
    let (plans, lost): (Vec<_>, Vec<_>) = tried.into_iter().map(|(_, tried)| tried).partition(Result::is_ok);
    match lost.into_iter().filter_map(Result::err).min() {
        Some(first) if plans.is_empty() => Err((first, None)),
        Some(_) | None => Ok(plans.into_iter().flatten().collect()),
    }
}

/// What comes of every station that takes them all.
pub fn tried<'a>(question: &Question<'a>, takes: &[Vec<Take<'a>>]) -> Vec<(&'a Station, Result<Plan, Reason>)> {
    let all = question.map.stations().filter(|station| !takes.is_empty() && takes.iter().all(|takes| takes_one(question, station, takes)));
    all.map(|station| (station, window(question, station, takes))).collect()
}

fn takes_one(question: &Question<'_>, station: &Station, takes: &[Take<'_>]) -> bool {
    takes.iter().any(|(listed, _)| question.may_take(MODE, &listed.item, station))
}

/// What may be taken for each item, or the first reason why there is nothing for one of them.
pub fn takes<'a>(question: &Question<'a>, items: &[&'a Listed]) -> Result<Vec<Vec<Take<'a>>>, Refusal> {
    let each: Vec<_> = items.iter().map(|asked| takes_for(question, asked, items)).collect();
    let refused = each.iter().filter_map(|takes| takes.as_ref().err().cloned()).min_by_key(|(reason, _)| *reason);
    refused.map_or_else(|| Ok(each.into_iter().flatten().collect()), Err)
}

/// What may be taken for `asked`: itself, and in a bundle "a V item and its town_service may replace each other if the one taken
/// names `one_window`", unless it costs a trip more.
fn takes_for<'a>(question: &Question<'a>, asked: &'a Listed, items: &[&'a Listed]) -> Result<Vec<Take<'a>>, Refusal> {
    let trips = |listed: &Listed| question.fewest_trips(MODE, &listed.item);
    let others = question.catalogue.items().map(AsRef::as_ref).filter(|other: &&Listed| {
        let asked_too = items.iter().any(|item| item.item.code == other.item.code);
        let one_matter = question.is_same_matter(&other.item.code, &asked.item.code);
        items.len() > 1 && one_matter && !asked_too && trips(other) <= trips(asked)
    });
    let refusal = |listed: &Listed| reasons::of_item_and_person(question, MODE, &listed.item).into_iter().min();
    let all = std::iter::once((asked, None)).chain(others.map(|other| (other, Some(&asked.item.code))));
    let fit: Vec<_> = all.filter(|(listed, _)| refusal(listed).is_none()).collect();
    match refusal(asked) {
        Some(reason) if fit.is_empty() => Err((reason, Some(asked.item.code.clone()))),
        Some(_) | None => Ok(fit),
    }
}

/// "The choice with fewest trips wins"; of equal ones the items as asked, of those the best rank.
fn window<'a>(question: &Question<'_>, station: &Station, takes: &[Vec<Take<'a>>]) -> Result<Plan, Reason> {
    let mut ways: Vec<Vec<Journey<'a>>> = Vec::new();
    let mut lost = Vec::new();
    for takes in takes {
        let mut own = Vec::new();
        let mut against = Vec::new();
        for (listed, taken_for) in takes.iter().filter(|(listed, _)| question.may_take(MODE, &listed.item, station)) {
            let journey = Journey::through(question, MODE, station, listed, *taken_for);
            match reasons::of_station(question, MODE, station, &listed.item, &journey).into_iter().min() {
                Some(reason) => against.push(reason),
                None => own.extend(journey),
            }
        }
        lost.extend(against.into_iter().min().filter(|_| own.is_empty()));
        ways.push(own);
    }
    if let Some(first) = lost.into_iter().min() {
        return Err(first);
    }
    best(question, station, &ways)
}

/// The best of every way of taking one for each item.
fn best(question: &Question<'_>, station: &Station, ways: &[Vec<Journey<'_>>]) -> Result<Plan, Reason> {
    let mut found: Vec<(Vec<usize>, Plan)> = Vec::new();
    let mut nothing = Reason::NoCommonStation;
    for choice in choices(ways) {
        let journeys: Vec<_> = choice.iter().zip(ways).map(|(at, ways)| ways[*at].clone()).collect();
        let codes: BTreeSet<_> = journeys.iter().map(|journey| &journey.item().code).collect();
        // Two items that may only be taken as the same one aren't taken together.
        if codes.len() == journeys.len() {
            nothing = Reason::NeverOpen;
            found.extend(course::plan(question, MODE, station, &journeys).map(|plan| (choice, plan)));
        }
    }
    let fewest = found.iter().map(|(_, plan)| plan.trips).min().ok_or(nothing)?;
    found.retain(|(_, plan)| plan.trips == fewest);
    let mut as_asked: Vec<Plan> = Vec::new();
    for goes_out in [false, true] {
        let of_kind = found.iter().filter(|(choice, _)| goes_out == hands_in(choice, ways));
        as_asked.extend(of_kind.min_by_key(|(choice, _)| choice.clone()).map(|(_, plan)| plan.clone()));
    }
    as_asked.into_iter().min_by(|a, b| order::compare(question.ask, a, b)).ok_or(nothing)
}

fn hands_in(choice: &[usize], ways: &[Vec<Journey<'_>>]) -> bool {
    choice.iter().zip(ways).any(|(at, ways)| ways[*at].takes_the_person_out())
}

/// Every way of picking one of each.
fn choices<T>(of: &[Vec<T>]) -> Vec<Vec<usize>> {
    let mut choices = vec![Vec::new()];
    for options in of {
        let longer = |choice: &Vec<usize>| (0..options.len()).map(|at| [&choice[..], &[at]].concat()).collect::<Vec<_>>();
        choices = choices.iter().flat_map(longer).collect();
    }
    choices
}
