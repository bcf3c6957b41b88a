//! The clerk's day: what waits and what is held; claiming it (`claims`), acting on it (`acts`).

mod acts;
mod claims;

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Query};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{StationCode, WorkItemId};
use domain::queue::{WorkItem, WorkState};
use domain::supervision::{Clocks, alerts, colour_at};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::StaffMember;
use super::cases::view::{CaseLineView, StationRef, line_of_file, shown};
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{AlertColour, Lane, Stage};
use crate::app::queue::{Taken, held, pools_of, waiting};
use crate::app::{App, Grounds};
use crate::wording;

pub use acts::*;
pub use claims::*;

#[derive(Debug, Serialize, ToSchema)]
pub struct WorkItemView {
    id: Uuid,
    stage: Stage,
    stage_name: &'static str,
    station: StationRef,
    /// In whose name it is done, after it rose to the station above.
    in_name_of: StationRef,
    lane: Lane,
    arrived_at: DateTime<FixedOffset>,
    /// None while an outside body tests or appraises: it is due anew once the case goes on.
    due_on: Option<NaiveDate>,
    /// The worst alert of its clocks now.
    alert: Option<AlertColour>,
    /// Not to be claimed earlier: a notice hangs, or a clerk put it aside.
    not_before: Option<DateTime<FixedOffset>>,
    /// When a clerk called the supervisor.
    escalated_at: Option<DateTime<FixedOffset>>,
    /// The number of the claim; every act names it.
    lease: Option<LeaseView>,
    case: CaseLineView,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LeaseView {
    number: u32,
    until: DateTime<FixedOffset>,
}

pub fn view(taken: &Taken, grounds: &Grounds) -> WorkItemView {
    let item = &taken.work_item;
    WorkItemView {
        id: item.id.as_uuid(),
        stage: item.stage.into(),
        stage_name: wording::stage(item.stage),
        station: StationRef::of(&item.desk.station, grounds),
        in_name_of: StationRef::of(&item.desk.in_name_of, grounds),
        lane: item.lane.into(),
        arrived_at: shown(item.arrived_at),
        due_on: item.due_on(),
        alert: alert(taken, grounds),
        not_before: (item.claimable_from() > item.arrived_at).then(|| shown(item.claimable_from())),
        escalated_at: item.escalated_at.map(shown),
        lease: lease(item),
        case: line_of_file(&taken.file, grounds),
    }
}

/// The law's limit is never shorter than the promise, so that it makes no colour worse.
fn alert(taken: &Taken, grounds: &Grounds) -> Option<AlertColour> {
    let clocks = Clocks { record: &taken.file.record, statutory_working_days: None, open: Some(&taken.work_item) };
    colour_at(&alerts(&clocks, &grounds.map.calendar, &grounds.thresholds), grounds.now).map(AlertColour::from)
}

fn lease(item: &WorkItem) -> Option<LeaseView> {
    match item.state {
        WorkState::Leased(lease) => Some(LeaseView { number: item.fence, until: shown(lease.until) }),
        WorkState::Ready | WorkState::Done | WorkState::Cancelled => None,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkItemsQuery {
    /// One station of those that the caller works at.
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// What is counted of what waits.
const COUNTED_MAX: u64 = 1000;

/// What waits in the caller's pools, in the order of the queue. `total` counts what they may not take too, and no further than 1000: then
/// there are as many or more.
#[utoipa::path(
    tag = "work", operation_id = "list_work_items", params(WorkItemsQuery),
    responses((status = 200, body = Page<WorkItemView>))
)]
#[get("/work-items")]
pub async fn list(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<WorkItemsQuery>,
) -> Result<Answer<Page<WorkItemView>>, Problem> {
    let (grounds, view_of) = (app.grounds(), app.store.read(app.district()));
    let mut pools = pools_of(&staff, &grounds);
    pools.retain(|pool| query.station.as_ref().is_none_or(|station| pool.station == *station));
    let after = match &query.cursor {
        Some(cursor) => {
            let id: WorkItemId = cursor.key()?.parse().map_err(|_| BadCursor)?;
            Some(view_of.work_item(id).await?.ok_or(BadCursor)?)
        }
        None => None,
    };
    let total = view_of.claimable_count(&pools, grounds.now, COUNTED_MAX).await?;
    let page = waiting(&view_of, &grounds, &staff, &pools, (after.as_ref(), query.limit.into())).await?;
    let items = page.taken.iter().map(|taken| view(taken, &grounds)).collect();
    let next = page.last.map(|id| id.to_string());
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// What the caller holds.
#[utoipa::path(tag = "work", operation_id = "list_held_work_items", responses((status = 200, body = Vec<WorkItemView>)))]
#[get("/work-items/held")]
pub async fn list_held(app: Data<App>, StaffMember(staff): StaffMember) -> Result<Answer<Vec<WorkItemView>>, Problem> {
    let grounds = app.grounds();
    let held = held(&app.store.read(app.district()), &grounds, &staff).await?;
    Ok(Answer(held.iter().map(|taken| view(taken, &grounds)).collect()))
}
