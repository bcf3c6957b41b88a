//! What local rules settle about reviews. Units stand in the names.

use serde::{Deserialize, Serialize};

use super::farming::Thresholds;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvaluationRules {
    /// Working days within which whoever gave a bad review is contacted (安阳市政务服务条例 52). Default: 1.
    pub contact_working_days: u16,
    /// Working days within which a rectification is closed. Local; default: 15.
    pub close_working_days: u16,
    /// Attempts after which a rectification may be closed though nobody was reached. Default: 3.
    pub attempts_min: u16,
    /// Calendar days after which no answer counts as praise, and is then counted apart. Local; default: never.
    pub default_praise_days: Option<u16>,
    /// Reviews below which a station's figures, and a clerk's own, aren't shown: one person could be read from them. Default: 10.
    pub shown_from: u32,
    /// Calendar days for which the mark of a device is kept. Default: 90.
    pub device_days: u16,
    /// What looks made up.
    pub farming: Thresholds,
}

impl Default for EvaluationRules {
    fn default() -> Self {
        Self {
            contact_working_days: 1,
            close_working_days: 15,
            attempts_min: 3,
            default_praise_days: None,
            shown_from: 10,
            device_days: 90,
            farming: Thresholds::default(),
        }
    }
}
