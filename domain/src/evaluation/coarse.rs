//! From when on a review shows where those whom it names can see it: at coarse instants, so that who keeps looking sees none come, and can't
//! tell by the hour whose it is. Whoever watches over a station sees its figures as they come.
//! Units: days and weeks of the district; a week begins on Monday.

use chrono::{Datelike, Days, NaiveDate};

use crate::time::{Timestamp, local_date, start_of};

/// Days after a month until its figures are shown. What is given later isn't counted in them, however long they are shown.
const FIGURES_AFTER_DAYS: u64 = 7;

/// The instant before which a review was given that the figures of a month count, once it has come; by the first day of the next month.
pub fn figures_as_of(next_month: NaiveDate, now: Timestamp) -> Option<Timestamp> {
    let as_of = start_of(next_month.checked_add_days(Days::new(FIGURES_AFTER_DAYS))?);
    (as_of <= now).then_some(as_of)
}

/// The instant before which a bad review was given that those whom it names know of: they learn of a week's at its end.
pub fn named_know_before(now: Timestamp) -> Timestamp {
    let today = local_date(now);
    let since_monday = Days::new(today.weekday().num_days_from_monday().into());
    start_of(today.checked_sub_days(since_monday).unwrap_or(today))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::case::tests::world::at;

    #[test]
    fn the_figures_of_a_month_are_shown_a_week_after_it_and_stay_as_they_were_then() {
        let october = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        assert_eq!(figures_as_of(october, at("2026-10-07T23:59:59")), None);
        for later in ["2026-10-08T00:00:00", "2026-12-24T12:00:00"] {
            assert_eq!(figures_as_of(october, at(later)), Some(at("2026-10-08T00:00:00")), "{later}");
        }
    }

    #[test]
    fn whom_a_review_names_learns_of_it_on_the_monday_after() {
        let given = at("2026-09-14T16:00:00");
        assert!(["2026-09-15T09:00:00", "2026-09-20T23:59:59"].into_iter().all(|soon| named_know_before(at(soon)) <= given));
        assert_eq!(named_know_before(at("2026-09-21T00:00:00")), at("2026-09-21T00:00:00"));
    }

    proptest! {
        #[test]
        fn within_a_week_nothing_comes_new(minutes in 0_i64..7 * 24 * 60) {
            let monday = at("2026-09-21T00:00:00");
            prop_assert_eq!(named_know_before(monday + chrono::Duration::minutes(minutes)), monday);
        }
    }
}
