//! The month's list of what was past its promise (超期清单).

use domain::supervision::{Month, working_days_late};
use infra::store::{Alert, Overdue, OverdueFilter, StoreError, View};

use super::Watch;
use crate::app::Grounds;
use domain::ids::{AlertId, StationCode};

/// Rows read in one go for the whole list.
const BATCH: u64 = 500;

/// One case of the list.
#[derive(Debug, Clone)]
pub struct OverdueLine {
    pub alert: Alert,
    /// Working days after the promise by the end of the case, of the month, or by now, whichever came first.
    pub days_late: u32,
    pub outcome: Option<String>,
}

/// The cases at the stations that somebody watches over, or at one of them.
pub fn filter(watch: Watch, station: Option<StationCode>, month: Month) -> OverdueFilter {
    OverdueFilter { scopes: watch.scopes, not_about: watch.not_about, station, month: (month.begins(), month.ends()) }
}

pub async fn overdue_lines(
    view: &View,
    grounds: &Grounds,
    filter: &OverdueFilter,
    (after, limit): (Option<AlertId>, u64),
) -> Result<Vec<OverdueLine>, StoreError> {
    let found = view.overdue(filter, after, limit).await?;
    Ok(found.into_iter().map(|overdue| line(overdue, grounds, filter)).collect())
}

/// The whole list, as it is handed out.
pub async fn all_overdue(view: &View, grounds: &Grounds, filter: &OverdueFilter) -> Result<Vec<OverdueLine>, StoreError> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let found = overdue_lines(view, grounds, filter, (after, BATCH)).await?;
        after = match found.last() {
            Some(last) => Some(last.alert.id),
            None => return Ok(all),
        };
        all.extend(found);
    }
}

fn line(Overdue { alert, outcome }: Overdue, grounds: &Grounds, filter: &OverdueFilter) -> OverdueLine {
    let (_, month_ends) = filter.month;
    // The last instant of the month still lies in it.
    let by = alert.ended_at.unwrap_or(grounds.now).min(grounds.now).min(month_ends - chrono::Duration::microseconds(1));
    let days_late = alert.due_on.map_or(0, |due| working_days_late(&grounds.map.calendar, due, by));
    OverdueLine { alert, days_late, outcome }
}
