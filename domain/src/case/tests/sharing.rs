//! A station with time to spare takes over what is shared district-wide, and decides nothing by that.

use crate::case::Command as C;
use crate::case::{Bar, Event, Rejection as R, Stage};
use crate::catalogue::{Item, Mode};

use super::story::*;
use super::world::*;

fn drawn(from: &str, to: &str) -> Event {
    Event::Drawn { from: code(from), to: code(to) }
}

fn draw(to: &str) -> C {
    C::Draw { to: code(to) }
}

fn from_the_phone(item: Item) -> Item {
    Item { trips: 0, ..item }
}

#[test]
fn a_clerk_elsewhere_accepts_in_the_name_of_the_station_that_was_chosen() {
    let story = filed(from_the_phone(town_service())).in_mode(Mode::District).submitted();
    let story = given(story).when(&FAR_CLERK, draw(FAR_VILLAGE)).then(&[drawn(VILLAGE, FAR_VILLAGE)]);
    let desk = story.case.work().unwrap().desk;
    assert_eq!((desk.station, desk.in_name_of), (code(FAR_VILLAGE), code(VILLAGE)));
    given(story.clone()).when(&LI, C::Accept { matter: None }).then_barred(Bar::OtherDesk);
    let accepted = given(story).when(&FAR_CLERK, C::Accept { matter: None }).then_stands_at(Stage::Decide);
    given(accepted).when(&FAR_CLERK, draw(FAR_VILLAGE)).then_rejected(R::NotShared);
}

#[test]
fn only_what_is_district_wide_and_came_from_the_phone_is_shared() {
    let nearby = filed(from_the_phone(town_service())).in_mode(Mode::Nearby).submitted();
    given(nearby).when(&FAR_CLERK, draw(FAR_VILLAGE)).then_rejected(R::NotShared);
    let brought = filed(Item { trips: 1, ..town_service() }).in_mode(Mode::District).submitted();
    given(brought).when(&FAR_CLERK, draw(FAR_VILLAGE)).then_rejected(R::NotShared);
    let sealed = filed(from_the_phone(coded("T023", town_service()))).in_mode(Mode::District).submitted();
    given(sealed).when(&FAR_CLERK, draw(FAR_VILLAGE)).then_rejected(R::NotShared);
}

#[test]
fn nobody_draws_to_a_station_where_they_do_not_work_or_from_their_own_family() {
    let story = || filed(from_the_phone(town_service())).in_mode(Mode::District).submitted();
    given(story()).when(&LI, draw(FAR_VILLAGE)).then_barred(Bar::OtherDesk);
    given(story()).when(&related(&FAR_CLERK, ZHANG), draw(FAR_VILLAGE)).then_barred(Bar::Close);
    given(story()).when(SYSTEM, draw(FAR_VILLAGE)).then_rejected(R::NotYours);
}
