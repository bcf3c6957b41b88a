//! With two unrelated staff anywhere in the line every case ends, whoever of them comes first: the only one who may decide isn't let
//! accept, and what neither may reach rises until one of them may.

use proptest::prelude::*;
use proptest::sample::select;

use crate::case::*;
use crate::district::Level;
use crate::people::{Role, Staff};

use super::story::Story;
use super::walk::filings;
use super::world::*;

const MOVES_MAX: usize = 80;

/// All stations of a line, its points included.
fn stations_of(filing: &Filing) -> Vec<String> {
    let own: Vec<_> = filing.route.line.stations().map(|station| station.division()).collect();
    MAP.stations().filter(|station| own.contains(&station.division)).map(|station| station.code.to_string()).collect()
}

/// A case, and two people at work in its line, of whom one at least decides; either comes first.
fn pairs() -> impl Strategy<Value = (Filing, [Staff; 2])> {
    filings().prop_flat_map(|filing| {
        let stations = stations_of(&filing);
        let one = (select(vec![Role::Clerk, Role::Approver]), select(stations.clone()));
        let one = one.prop_map(|(role, station)| staff(61, role, &station));
        let other = select(stations).prop_map(|station| staff(62, Role::Approver, &station));
        let pair = (one, other, any::<bool>()).prop_map(|(one, other, first)| if first { [one, other] } else { [other, one] });
        (Just(filing), pair)
    })
}

/// Drives a case with two people; none if it doesn't end.
fn drive(filing: Filing, line: &[Staff; 2]) -> Option<Story> {
    let mut story = filing.submitted();
    for _ in 0..MOVES_MAX {
        let (by, command) = next(&story, line);
        story = wait_for_the_notice(story).then(by, command);
        if story.case.is_ended() {
            return Some(story);
        }
    }
    None
}

fn wait_for_the_notice(story: Story) -> Story {
    match story.case.state {
        State::Publicising { until, .. } => Story { now: crate::time::end_of(until), ..story },
        State::AwaitingPapers
        | State::Open { .. }
        | State::Supplementing { .. }
        | State::Paused { .. }
        | State::OnTheWay
        | State::Ended { .. } => story,
    }
}

/// The first who may does the usual work; what nobody may do rises.
fn next<'a>(story: &Story, line: &'a [Staff; 2]) -> (By<'a>, Command) {
    let Some((_, step)) = story.case.current() else { return (By::System, Command::BringPapers) };
    let may_claim = |staff: &&Staff| {
        may_take(staff, &story.case, step).is_ok()
            && (!gives_up_deciding(staff, &story.case, step) || leaves_a_decider(staff, &story.case, line))
    };
    line.iter().find(may_claim).map_or((By::System, Command::Rise), |staff| (By::Staff(staff), story.usual_work()))
}

proptest! {
    #[test]
    fn two_unrelated_staff_anywhere_in_the_line_bring_every_case_until_it_ends((filing, line) in pairs()) {
        let story = drive(filing, &line);
        prop_assert_eq!(story.map(|story| story.case.state), Some(State::Ended { outcome: Outcome::Completed }));
    }
}

#[test]
fn two_people_at_the_two_points_of_a_village_end_a_case_that_the_district_decides() {
    let filing = filed(crate::catalogue::Item { decided_at: crate::catalogue::Authority::District, ..town_service() });
    let line = [staff(62, Role::Approver, SECOND_POINT), staff(61, Role::Clerk, POINT)];
    assert!(MAP.stations().filter(|station| station.level == Level::Point).count() > 2);
    let story = drive(filing, &line).unwrap();
    assert_eq!(story.case.state, State::Ended { outcome: Outcome::Completed });
}
