//! What the plan rested on changes: another plan stands in its place, and the person is told; the case itself stays where it is.

use crate::case::Command as C;
use crate::case::{Changed, Event, Rejection as R, Tidings, tidings};

use super::story::*;
use super::world::*;

fn replan() -> C {
    C::Replan { changed: Changed::Station, latest: None }
}

#[test]
fn a_case_that_is_planned_again_stays_where_it_is_and_the_person_is_told() {
    let event = Event::Replanned { changed: Changed::Station, latest: None };
    let before = case(certificate());
    let after = given(before.clone()).when(SYSTEM, replan()).then(std::slice::from_ref(&event));
    assert_eq!((&after.case.state, &after.case.route), (&before.case.state, &before.case.route));
    assert_eq!(tidings(&after.case, &[event]), [Tidings::Replanned { changed: Changed::Station, latest: None }]);
}

#[test]
fn nobody_plans_a_case_again_by_hand_nor_one_that_has_ended() {
    given(case(certificate())).when(&LI, replan()).then_rejected(R::NotYours);
    given(case(certificate())).when(ZHANG, replan()).then_rejected(R::NotYours);
    given(case(certificate()).then(ZHANG, C::Withdraw)).when(SYSTEM, replan()).then_rejected(R::Ended);
}
