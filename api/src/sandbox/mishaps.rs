//! Faults on demand: which call meets which, from a seed. The n-th call of a path meets the same at every run.

use std::collections::HashMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

const PER_MILLE: u64 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The answer takes its time; a client that waits less has none.
    Delay,
    /// The connection breaks.
    Reset,
    /// HTTP 502 with a page.
    BadGateway,
    /// Half of the answer.
    Truncated,
    /// -1, with nothing done.
    Busy,
}

/// Whether the work was done when it happened: the client cannot know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mishap {
    pub kind: Kind,
    pub side: Side,
}

/// What is to go wrong.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub seed: u64,
    /// Of a thousand calls; 0: none.
    pub per_mille: u64,
    /// Empty: all kinds.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Empty: all of WeChat's.
    #[serde(default)]
    pub paths: Vec<String>,
    #[serde(default)]
    pub delay_ms: u64,
}

#[derive(Default)]
pub(super) struct Mishaps {
    plan: Plan,
    /// Of each path, since the plan was made.
    planned: HashMap<String, u64>,
    /// Of each path, since the start.
    pub calls: HashMap<String, u64>,
    /// How many calls met one.
    pub met: u64,
    /// Calls that are being worked on, whether or not anybody still waits for them.
    pub under_way: u64,
}

impl Mishaps {
    pub(super) fn follow(&mut self, plan: Plan) {
        (self.plan, self.planned) = (plan, HashMap::new());
    }

    pub(super) fn delay_ms(&self) -> u64 {
        self.plan.delay_ms
    }

    /// Counts a call, and says what it meets.
    pub(super) fn next(&mut self, path: &str) -> Option<Mishap> {
        *self.calls.entry(path.to_owned()).or_default() += 1;
        let number = self.planned.entry(path.to_owned()).or_default();
        *number += 1;
        let met = self.plan.meets(path, *number);
        self.met += u64::from(met.is_some());
        met
    }
}

impl Plan {
    fn meets(&self, path: &str, number: u64) -> Option<Mishap> {
        let planned = self.paths.is_empty() || self.paths.iter().any(|planned| planned == path);
        let chance = Sha256::digest(format!("{}\n{path}\n{number}", self.seed));
        let (whether, rest) = chance.split_first_chunk::<8>()?;
        if !planned || u64::from_be_bytes(*whether) % PER_MILLE >= self.per_mille {
            return None;
        }
        const ALL: [Kind; 5] = [Kind::Delay, Kind::Reset, Kind::BadGateway, Kind::Truncated, Kind::Busy];
        let kinds: &[Kind] = if self.kinds.is_empty() { &ALL } else { &self.kinds };
        let (which, side) = (usize::from(*rest.first()?), *rest.get(1)?);
        let side = if side % 2 == 0 { Side::Before } else { Side::After };
        kinds.get(which % kinds.len()).map(|kind| Mishap { kind: *kind, side })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(plan: Plan) -> Vec<Option<Mishap>> {
        let mut mishaps = Mishaps::default();
        mishaps.follow(plan);
        (0..1_000).map(|_| mishaps.next("/sns/jscode2session")).collect()
    }

    #[test]
    fn a_seed_tells_the_same_story_at_every_run_and_another_seed_another() {
        let plan = |seed| Plan { seed, per_mille: 300, ..Plan::default() };
        let told = story(plan(7));
        assert_eq!(told, story(plan(7)));
        assert_ne!(told, story(plan(8)));
        let met = told.iter().flatten().count();
        assert!((250..350).contains(&met), "{met} of 1000");
        for kind in [Kind::Delay, Kind::Reset, Kind::BadGateway, Kind::Truncated, Kind::Busy] {
            assert!(told.iter().flatten().any(|mishap| mishap.kind == kind), "{kind:?}");
        }
    }

    #[test]
    fn only_the_paths_and_kinds_of_the_plan_go_wrong() {
        let plan = Plan { seed: 1, per_mille: 1_000, kinds: vec![Kind::Busy], paths: vec!["/a".to_owned()], delay_ms: 0 };
        let mut mishaps = Mishaps::default();
        mishaps.follow(plan);
        assert!((0..20).all(|_| mishaps.next("/a").is_some_and(|mishap| mishap.kind == Kind::Busy)));
        assert!((0..20).all(|_| mishaps.next("/b").is_none()));
        assert_eq!((mishaps.calls["/a"], mishaps.calls["/b"], mishaps.met), (20, 20, 20));
    }
}
