//! Laws of whatever is answered: each by itself in small districts, all of them together in larger ones.

mod answers;
mod best;
mod hours;
mod told;
mod who;

use proptest::prelude::*;

use super::districts::{DISTRICT, VALLEY};
use told::{Told, in_a_district, in_a_small_district};

type Law = fn(&Told) -> Result<(), TestCaseError>;

/// The laws by name; each becomes a test of its own as well.
macro_rules! laws {
    ($($file:ident: $($law:ident)*;)*) => {
        const LAWS: &[(&str, Law)] = &[$($((stringify!($law), $file::$law)),*),*];

        mod small_districts {
            use super::*;

            proptest! {
                #![proptest_config(config(300))]

                $($(
                    #[test]
                    fn $law(told in in_a_small_district()) {
                        $file::$law(&told)?;
                    }
                )*)*
            }
        }
    };
}

laws! {
    answers:
        the_same_input_gives_the_same_answer
        every_mode_has_a_plan_or_a_reason_and_never_both
        what_is_shown_can_be_chosen_as_it_is_shown
        a_mode_is_refused_only_if_no_station_can_be_chosen_for_it
        load_changes_when_and_never_whether
        a_plan_is_never_later_than_its_latest_and_reads_back;
    hours:
        no_step_is_outside_the_hours_of_those_who_do_it;
    who:
        no_plan_is_at_an_incapable_station_or_by_somebody_who_may_not
        whom_the_plan_names_to_decide_decides_in_the_cases_procedure
        nobody_but_staff_decides_nor_takes_in_what_is_decided_at_once;
    best:
        the_best_is_the_minimum_over_every_plan_that_can_be_chosen
        one_more_station_never_makes_the_best_rank_worse
        with_a_special_need_the_best_has_no_trip_if_any_has_none
        one_window_takes_no_more_trips_than_its_items_apart;
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() }
}

fn all_hold(told: &Told) -> Result<(), TestCaseError> {
    LAWS.iter().try_for_each(|(name, law)| law(told).map_err(|error| TestCaseError::fail(format!("{name}: {error}"))))
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn in_a_valley_every_law_holds(told in in_a_district(VALLEY)) {
        all_hold(&told)?;
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn in_a_district_of_hundreds_of_stations_every_law_holds(told in in_a_district(DISTRICT)) {
        all_hold(&told)?;
    }
}
