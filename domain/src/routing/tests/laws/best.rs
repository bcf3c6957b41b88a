//! The best of all.

use proptest::prelude::*;

use super::super::super::*;
use super::super::order::rank;
use super::told::{Told, single};
use crate::catalogue::Mode;

pub fn the_best_is_the_minimum_over_every_plan_that_can_be_chosen(told: &Told) -> Result<(), TestCaseError> {
    let best = told.answer.best().map(|plan| rank(told.ask(), plan));
    for plan in told.every_plan() {
        prop_assert!(best.as_ref().unwrap() <= &rank(told.ask(), plan), "{:?} beats {:?}", plan, told.answer.best());
    }
    Ok(())
}

/// It can only be chosen as well: no plan goes away, and none changes. The one exception is who is elsewhere, of a remote plan alone:
/// a remote application goes to the lowest level that accepts it in the line of the matter, so a station below that takes it away
/// from those above, and may be open more rarely or farther from the desk that decides. All other modes of theirs keep their best.
pub fn one_more_station_never_makes_the_best_rank_worse(told: &Told) -> Result<(), TestCaseError> {
    let takes_remote_away = takes_remote_away(told);
    let after = told.answer_with_the_extra_station();
    let best = |answer: &'_ Answer| {
        let counted = answer.plans.iter().filter(|plan| !(takes_remote_away && plan.mode == Mode::Remote));
        counted.min_by(|a, b| rank(told.ask(), a).cmp(&rank(told.ask(), b))).cloned()
    };
    if let Some(before) = best(&told.answer) {
        let after = best(&after);
        prop_assert!(after.as_ref().is_some_and(|after| rank(told.ask(), after) <= rank(told.ask(), &before)), "{:?}\n{:?}", before, after);
    }
    Ok(())
}

/// Whether the extra station accepts an item that nobody of its level or below accepts in the line of a remote application.
fn takes_remote_away(told: &Told) -> bool {
    let (question, extra) = (told.question(), &told.extra);
    let Some(division) = question.remote_division().filter(|_| question.is_elsewhere()) else { return false };
    let line: Vec<_> = told.map.stations().filter(|station| question.is_of_line(division, station)).collect();
    let items = told.ask().items.iter().filter_map(|code| told.catalogue.item(code));
    let is_lowest = |item| extra.accepts(item) && !line.iter().any(|other| other.level <= extra.level && other.accepts(item));
    question.is_of_line(division, extra) && items.map(|listed| &listed.item).any(is_lowest)
}

pub fn with_a_special_need_the_best_has_no_trip_if_any_has_none(told: &Told) -> Result<(), TestCaseError> {
    if told.ask().needs.are_special() && told.every_plan().iter().any(|plan| plan.trips == 0) {
        prop_assert_eq!(told.answer.best().unwrap().trips, 0);
    }
    Ok(())
}

pub fn one_window_takes_no_more_trips_than_its_items_apart(told: &Told) -> Result<(), TestCaseError> {
    for plan in told.every_plan().iter().filter(|plan| plan.mode == Mode::OneWindow) {
        let station = plan.stations().next().unwrap();
        let apart = |item| {
            let ask = single(told.ask(), item);
            let at = |mode| Choice { mode, stations: vec![station.clone()] };
            [Mode::Nearby, Mode::District].into_iter().find_map(|mode| told.chosen(&ask, &at(mode)))
        };
        let trips: Option<u32> = told.ask().items.iter().map(|item| apart(item).map(|plan| plan.trips)).sum();
        prop_assert!(trips.is_none_or(|trips| plan.trips <= trips));
    }
    Ok(())
}
