//! Plans, and what comes of them.

use super::Problem;
use crate::app::PlanError;
use crate::http::plans::PlansView;

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::BrokeOff => Problem::internal(&error),
            PlanError::Store(error) => error.into(),
        }
    }
}

impl Problem {
    /// The plan that was chosen no longer holds; `replanned` is what holds now.
    pub fn plan_changed(replanned: &PlansView) -> Self {
        Problem::conflict("plan_changed", "办理方案有变化，请看新的方案，重新选择后再提交").with_member("replanned", replanned)
    }
}
