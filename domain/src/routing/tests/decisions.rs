//! Laws of the decision as a whole: nothing that counts is left out, everything that was looked at is explained, and what was
//! kept gives the same again.

use proptest::prelude::*;

use super::super::*;
use super::generate::*;
use super::world::{self, World};
use crate::catalogue::{Item, Mode};

#[test]
fn a_candidate_whose_mode_another_item_lacks_stands_alone() {
    let nowhere = Item { levels: Vec::new(), ..world::service("T002") };
    let world = world::world([world::service("T001"), nowhere].map(|item| Item { modes: vec![Mode::Nearby], ..item }));
    let (answer, decision) = decide(&world, &world::ask(&["T001", "T002"]), world::now());
    assert!(answer.plans.is_empty() && fates(&decision).count() == 4);
    assert!(fates(&decision).all(|(_, _, fate)| *fate == Fate::Alone));
}

fn decide(world: &World, ask: &Ask, now: Timestamp) -> (Answer, Decision) {
    let (map, catalogue) = (world.map(), world.catalogue());
    (plan(&map, &catalogue, &world.load, ask, now), explain(&map, &catalogue, &world.load, ask, now))
}

/// The fates of the candidates that were planned.
fn fates(decision: &Decision) -> impl Iterator<Item = (&Candidate, &Figures, &Fate)> {
    decision.candidates.iter().filter_map(|candidate| match &candidate.outcome {
        Outcome::Planned { figures, fate } => Some((candidate, figures, fate)),
        Outcome::Impossible { .. } => None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_out_could_not_have_been_in_the_answer(world in worlds(), ask in asks(), now in instants()) {
        let (answer, decision) = decide(&world, &ask, now);
        prop_assert_eq!(answer, decision.answer);
    }

    #[test]
    fn every_candidate_has_a_reason_or_a_fate_and_the_best_is_the_answers(world in worlds(), ask in asks(), now in instants()) {
        let (_, decision) = decide(&world, &ask, now);
        let best: Vec<_> = fates(&decision).filter(|(_, _, fate)| **fate == Fate::Best).collect();
        let shown = decision.answer.best();
        let is_apart = shown.is_some_and(|plan| plan.mode != Mode::OneWindow && ask.items.len() > 1);
        prop_assert_eq!(best.len(), usize::from(shown.is_some() && !is_apart));
        for (candidate, figures, _) in best {
            let plan = shown.unwrap();
            prop_assert_eq!((candidate.mode, Some(&candidate.station)), (plan.mode, plan.stations().next()));
            let own = (figures.trips, figures.expected, figures.distance_m, figures.fee_fen, figures.wait_min);
            prop_assert_eq!(own, (plan.trips, plan.expected, plan.distance_m, plan.fee_fen, plan.wait_min));
        }
        for impossible in &decision.answer.impossible {
            let planned = fates(&decision).any(|(candidate, _, _)| candidate.mode == impossible.mode && ask.items.len() == 1);
            prop_assert!(!planned, "{:?}", impossible);
        }
    }

    #[test]
    fn what_was_kept_gives_the_same_decision_again(world in worlds(), ask in asks(), now in instants()) {
        let (map, catalogue) = (world.map(), world.catalogue());
        let snapshot = Snapshot::of(&map, &world.load.tuning);
        let inputs = Inputs::of(&catalogue, &world.load, &ask, now, snapshot.digest().unwrap());
        let (inputs, snapshot) = (serde_json::to_string(&inputs).unwrap(), serde_json::to_string(&snapshot).unwrap());
        let (inputs, snapshot): (Inputs, Snapshot) = (serde_json::from_str(&inputs).unwrap(), serde_json::from_str(&snapshot).unwrap());
        prop_assert_eq!(&inputs.snapshot, &snapshot.digest().unwrap());
        let kept = Catalogue::new(inputs.items.iter().map(|(code, version)| {
            let listed = catalogue.item(code).unwrap();
            assert_eq!(listed.version, *version);
            Listed::clone(listed)
        }));
        prop_assert_eq!(inputs.replay(&snapshot, &kept).unwrap(), explain(&map, &catalogue, &world.load, &ask, now));
    }

    #[test]
    fn nothing_is_taken_in_where_only_ones_own_people_work(world in worlds(), ask in asks(), now in instants()) {
        let (answer, decision) = decide(&world, &ask, now);
        prop_assert!(answer.plans.iter().flat_map(Plan::stations).all(|station| !ask.barred_stations.contains(station)));
        prop_assert!(fates(&decision).all(|(candidate, _, _)| !ask.barred_stations.contains(&candidate.station)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_a_large_district_too_nothing_that_counts_is_left_out(
        world in large_worlds(),
        asked in prop::collection::vec((asks(), instants()), 100),
    ) {
        let (map, catalogue) = (world.map(), world.catalogue());
        for (ask, now) in asked {
            let decision = explain(&map, &catalogue, &world.load, &ask, now);
            prop_assert_eq!(plan(&map, &catalogue, &world.load, &ask, now), decision.answer, "{:?} at {}", ask, now);
        }
    }
}
