//! The steps of a plan, kept only for a plan that is shown: what merely ranks goes through the same arithmetic without them.

use super::{Actor, Spot, Step, StepKind};
use crate::district::At;
use crate::ids::ItemCode;

pub(super) trait Timeline {
    /// Whether the steps are kept at all.
    const KEEPS: bool;

    fn add(&mut self, step: impl FnOnce() -> Step);
}

/// Keeps nothing.
pub(super) struct Unkept;

impl Timeline for Unkept {
    const KEEPS: bool = false;

    fn add(&mut self, _: impl FnOnce() -> Step) {}
}

impl Timeline for Vec<Step> {
    const KEEPS: bool = true;

    fn add(&mut self, step: impl FnOnce() -> Step) {
        self.push(step());
    }
}

pub(super) fn step(kind: StepKind, item: &ItemCode, who: Actor, spot: Spot, (from, to): (At, At)) -> Step {
    Step { kind, item: item.clone(), who, r#where: spot, from: from.timestamp(), to: to.timestamp() }
}
