//! The days that a station gives itself for each stage. Source: design page, "The case" (clocks).

use serde::{Deserialize, Serialize};

use crate::case::Stage;

/// Working days that a station gives itself for each stage; they end within the promise. Local data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageAllowances {
    pub at_once: u16,
    pub accept: u16,
    pub inspect: u16,
    pub publicise: u16,
    pub review: u16,
    pub decide: u16,
    pub produce: u16,
    pub forward: u16,
    pub record_answer: u16,
    pub hand_over: u16,
}

impl Default for StageAllowances {
    fn default() -> Self {
        Self {
            at_once: 0,
            accept: 1,
            inspect: 3,
            publicise: 1,
            review: 2,
            decide: 2,
            produce: 1,
            forward: 1,
            record_answer: 5,
            hand_over: 5,
        }
    }
}

impl StageAllowances {
    pub fn of(&self, stage: Stage) -> u16 {
        match stage {
            Stage::AtOnce => self.at_once,
            Stage::Accept => self.accept,
            Stage::Inspect => self.inspect,
            Stage::Publicise => self.publicise,
            Stage::Review => self.review,
            Stage::Decide => self.decide,
            Stage::Produce => self.produce,
            Stage::Forward => self.forward,
            Stage::RecordAnswer => self.record_answer,
            Stage::HandOver => self.hand_over,
        }
    }
}
