//! With two unrelated staff anywhere in the line every case can end: the one takes in, the other decides, and what neither
//! may reach rises until one of them may.

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

/// A case, and two people at work in its line: who takes in, who decides.
fn pairs() -> impl Strategy<Value = (Filing, Staff, Staff)> {
    filings().prop_flat_map(|filing| {
        let stations = stations_of(&filing);
        let intake = (select(vec![Role::Clerk, Role::Approver]), select(stations.clone()));
        let intake = intake.prop_map(|(role, station)| staff(61, role, &station));
        let decider = select(stations).prop_map(|station| staff(62, Role::Approver, &station));
        (Just(filing), intake, decider)
    })
}

/// Drives a case with two people; none if it doesn't end.
fn drive(filing: Filing, intake: &Staff, decider: &Staff) -> Option<Story> {
    let mut story = filing.submitted();
    for _ in 0..MOVES_MAX {
        let (by, command) = next(&story, intake, decider);
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

fn next<'a>(story: &Story, intake: &'a Staff, decider: &'a Staff) -> (By<'a>, Command) {
    let Some((_, step)) = story.case.current() else { return (By::System, Command::BringPapers) };
    let may = |staff: &&Staff| may_take(staff, &story.case, step).is_ok();
    let taker = match step.stage {
        Stage::Accept => [intake].into_iter().find(may),
        Stage::Decide => [decider].into_iter().find(may),
        Stage::AtOnce
        | Stage::Inspect
        | Stage::Publicise
        | Stage::Review
        | Stage::Produce
        | Stage::Forward
        | Stage::RecordAnswer
        | Stage::HandOver => [intake, decider].into_iter().find(may),
    };
    taker.map_or((By::System, Command::Rise), |staff| (By::Staff(staff), story.usual_work()))
}

proptest! {
    #[test]
    fn two_unrelated_staff_anywhere_in_the_line_bring_every_case_until_it_ends((filing, intake, decider) in pairs()) {
        let story = drive(filing, &intake, &decider);
        prop_assert_eq!(story.map(|story| story.case.state), Some(State::Ended { outcome: Outcome::Completed }));
    }
}

#[test]
fn two_people_at_the_two_points_of_a_village_end_a_case_that_the_district_decides() {
    let filing = filed(crate::catalogue::Item { decided_at: crate::catalogue::Authority::District, ..town_service() });
    let [first, second] = [staff(61, Role::Clerk, POINT), staff(62, Role::Approver, SECOND_POINT)];
    assert!(MAP.stations().filter(|station| station.level == Level::Point).count() > 2);
    let story = drive(filing, &first, &second).unwrap();
    assert_eq!(story.case.state, State::Ended { outcome: Outcome::Completed });
}
