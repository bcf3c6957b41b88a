//! When a work item is due: its stage's allowance after it arrived, never past the promise.

use chrono::{Days, NaiveDate};

use super::Terms;
use crate::case::{Case, Stage};
use crate::time::{Timestamp, end_of, local_date, start_of};

pub(super) fn due_at(case: &Case, stage: Stage, arrival: Timestamp, terms: &Terms<'_>) -> Timestamp {
    let own = end_of(terms.calendar.after_working_days(local_date(arrival), terms.allowances.of(stage)).on);
    let promise = case.clock.as_ref().filter(|_| stage != Stage::HandOver).map(|clock| end_of(clock.due(terms.calendar, arrival).on));
    promise.map_or(own, |promise| own.min(promise))
}

/// The day on which a deadline falls that ends with the instant `due_at`.
pub fn due_day(due_at: Timestamp) -> NaiveDate {
    let end = local_date(due_at);
    if start_of(end) == due_at { end.checked_sub_days(Days::new(1)).unwrap_or(end) } else { end }
}
