//! Watching over the queue.

use domain::supervision::BadThresholds;

use super::{FieldFault, Problem};
use crate::app::supervision::{AlertError, ThresholdsError};
use crate::http::etag::IfMatchFault;

impl From<AlertError> for Problem {
    fn from(error: AlertError) -> Self {
        match error {
            AlertError::NotFound => no_such_alert(),
            AlertError::Hidden(on) => no_such_alert().about(on),
            AlertError::Acknowledged => Problem::conflict("alert_acknowledged", "这条预警已登记处理措施，请刷新后查看"),
            AlertError::Note(error) => error.into(),
            AlertError::Store(error) => error.into(),
        }
    }
}

fn no_such_alert() -> Problem {
    Problem::not_found("alert_not_found", "没有这条预警，请刷新后再看")
}

impl From<ThresholdsError> for Problem {
    fn from(error: ThresholdsError) -> Self {
        match error {
            ThresholdsError::Denied(denied) => denied.into(),
            ThresholdsError::Bad(bad) => bad.into(),
            ThresholdsError::Stale => IfMatchFault::Stale.into(),
            ThresholdsError::Reference(error) => error.into(),
            ThresholdsError::Store(error) => error.into(),
        }
    }
}

impl From<BadThresholds> for Problem {
    fn from(bad: BadThresholds) -> Self {
        let (field, detail) = match bad {
            BadThresholds::Percent => ("yellow_percent", "预警比例应在 0 到 90 之间，请更正"),
            BadThresholds::Days => ("yellow_days", "提前预警的工作日应在 0 到 60 之间，请更正"),
            BadThresholds::Items => ("items_per_clerk", "每人待办件数应在 1 到 10000 之间，请更正"),
        };
        Problem::unprocessable("threshold_invalid", detail).with_errors(vec![FieldFault::new(field, "threshold_invalid", detail)])
    }
}
