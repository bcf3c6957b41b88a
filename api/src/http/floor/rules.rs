//! What a supervisor sets for a station: how the hall and online work share a clerk, what its windows are meant for, and how many may
//! book.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, patch};
use domain::floor::{self, StationRules};
use domain::ids::StationCode;
use domain::policy::{self, Actor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::floor::{FloorError, RulesEdit, edit_rules, rules_of, station_for};
use crate::app::{App, REFERENCE_CHANGED};
use crate::http::auth::StaffMember;
use crate::http::body::{self, Json};
use crate::http::etag::{ETag, IfMatch};
use crate::http::problem::Problem;
use crate::http::words::ItemKind;

/// Which comes first. Whatever the policy, what is over its time goes first.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CallPolicyBody {
    TicketsFirst {},
    OnlineFirst {},
    /// So many numbers, then so many work items.
    ByTurns {
        #[serde(deserialize_with = "body::whole::<_, _, 1, 20>")]
        #[schema(minimum = 1, maximum = 20)]
        tickets: u8,
        #[serde(deserialize_with = "body::whole::<_, _, 1, 20>")]
        #[schema(minimum = 1, maximum = 20)]
        online: u8,
    },
}

/// Which kinds of matter a window is meant for: places are reckoned by it, and whoever opens it serves them unless they say otherwise.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowPlanBody {
    #[serde(deserialize_with = "body::whole::<_, _, 1, 1000>")]
    #[schema(minimum = 1, maximum = 1000)]
    number: u16,
    #[serde(deserialize_with = "body::list::<_, _, 1, 3>")]
    #[schema(min_items = 1, max_items = 3)]
    serves: Vec<ItemKind>,
}

/// How many may book in an hour of each day, at each window that is meant for the kind.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaBody {
    kind: ItemKind,
    /// The hour that begins then.
    #[serde(deserialize_with = "body::whole::<_, _, 0, 23>")]
    #[schema(minimum = 0, maximum = 23)]
    hour: u8,
    /// None may book where it is 0.
    #[serde(deserialize_with = "body::whole::<_, _, 0, 500>")]
    #[schema(minimum = 0, maximum = 500)]
    places_per_window: u16,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FloorRulesView {
    policy: CallPolicyBody,
    /// A number that waits longer goes first, in minutes.
    wait_max_min: u16,
    /// A window without one serves every kind.
    windows: Vec<WindowPlanBody>,
    /// An hour and kind without one has the district's usual places.
    quotas: Vec<QuotaBody>,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FloorRulesChange {
    policy: Option<CallPolicyBody>,
    #[serde(default, deserialize_with = "body::whole_if_any::<_, _, 1, 480>")]
    #[schema(minimum = 1, maximum = 480)]
    wait_max_min: Option<u16>,
    /// One a window.
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 1000>")]
    #[schema(max_items = 1000)]
    windows: Option<Vec<WindowPlanBody>>,
    /// One an hour and kind.
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 72>")]
    #[schema(max_items = 72)]
    quotas: Option<Vec<QuotaBody>>,
}

/// The rules of a station's floor; their `ETag` is what an edit asks for.
#[utoipa::path(
    tag = "floor", operation_id = "show_floor_rules", params(("code" = String, Path, example = "511499101203-01")),
    responses((status = 200, body = FloorRulesView, headers(("etag" = String))))
)]
#[get("/stations/{code}/floor-rules")]
pub async fn show_rules(app: Data<App>, StaffMember(staff): StaffMember, code: Path<StationCode>) -> Result<HttpResponse, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    station_for(&grounds, Actor::Staff(&staff), policy::Act::ShowFloorRules, &code)?;
    let (rules, version) = rules_of(&view, &grounds, &code).await?;
    Ok(ETag::of_version(version).ok(&FloorRulesView::from(&rules)))
}

/// Edits the rules of a station's floor: for a supervisor of its division, or the system administrator.
#[utoipa::path(
    tag = "floor", operation_id = "edit_floor_rules", request_body = FloorRulesChange,
    params(("code" = String, Path, example = "511499101203-01"), ("If-Match" = String, Header)),
    responses((status = 200, body = FloorRulesView, headers(("etag" = String))))
)]
#[patch("/stations/{code}/floor-rules")]
pub async fn edit_station_rules(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    IfMatch(seen): IfMatch,
    Json(change): Json<FloorRulesChange>,
) -> Result<HttpResponse, Problem> {
    let (grounds, code, seen) = (app.grounds(), code.into_inner(), seen.version()?);
    let edit = RulesEdit {
        policy: change.policy.map(Into::into),
        wait_max_min: change.wait_max_min,
        windows: change.windows.map(|windows| windows.into_iter().map(Into::into).collect()),
        quotas: change.quotas.map(|quotas| quotas.into_iter().map(Into::into).collect()),
    };
    let saved =
        app.store.write(app.district(), move |tx| Box::pin(async move { edit_rules(tx, &grounds, &staff, &code, (edit, seen)).await }));
    let (rules, version) = saved.await.map_err(|error: FloorError| Problem::from(error))?;
    // Booked slots rest on it.
    app.shared.notify(REFERENCE_CHANGED).await;
    Ok(ETag::of_version(version).ok(&FloorRulesView::from(&rules)))
}

impl From<&StationRules> for FloorRulesView {
    fn from(rules: &StationRules) -> Self {
        Self {
            policy: rules.calling.policy.into(),
            wait_max_min: rules.calling.wait_max_min,
            windows: rules.windows.iter().map(WindowPlanBody::from).collect(),
            quotas: rules.quotas.iter().copied().map(QuotaBody::from).collect(),
        }
    }
}

impl From<floor::CallPolicy> for CallPolicyBody {
    fn from(policy: floor::CallPolicy) -> Self {
        match policy {
            floor::CallPolicy::TicketsFirst {} => Self::TicketsFirst {},
            floor::CallPolicy::OnlineFirst {} => Self::OnlineFirst {},
            floor::CallPolicy::ByTurns { tickets, online } => Self::ByTurns { tickets, online },
        }
    }
}

impl From<CallPolicyBody> for floor::CallPolicy {
    fn from(policy: CallPolicyBody) -> Self {
        match policy {
            CallPolicyBody::TicketsFirst {} => Self::TicketsFirst {},
            CallPolicyBody::OnlineFirst {} => Self::OnlineFirst {},
            CallPolicyBody::ByTurns { tickets, online } => Self::ByTurns { tickets, online },
        }
    }
}

impl From<&floor::WindowPlan> for WindowPlanBody {
    fn from(plan: &floor::WindowPlan) -> Self {
        Self { number: plan.number, serves: plan.serves.iter().copied().map(ItemKind::from).collect() }
    }
}

impl From<WindowPlanBody> for floor::WindowPlan {
    fn from(plan: WindowPlanBody) -> Self {
        Self { number: plan.number, serves: plan.serves.into_iter().map(Into::into).collect() }
    }
}

impl From<floor::Quota> for QuotaBody {
    fn from(quota: floor::Quota) -> Self {
        Self { kind: quota.kind.into(), hour: quota.hour, places_per_window: quota.places_per_window }
    }
}

impl From<QuotaBody> for floor::Quota {
    fn from(quota: QuotaBody) -> Self {
        Self { kind: quota.kind.into(), hour: quota.hour, places_per_window: quota.places_per_window }
    }
}
