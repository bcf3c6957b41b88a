//! Plans.

use super::Problem;
use crate::app::PlanError;

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::BrokeOff => Problem::internal(&error),
            PlanError::Store(error) => error.into(),
        }
    }
}
