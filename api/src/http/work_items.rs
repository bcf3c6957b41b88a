//! The clerk's day: claim work, keep it alive, act on it, give it back.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use domain::case::{Receiver, Wanted};
use domain::catalogue::Answers;
use domain::ids::{ItemCode, StationCode, UploadId, WorkItemId};
use domain::queue::{WorkItem, WorkState, due_day};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::StaffMember;
use super::body::{self, Text};
use super::cases::view::{CaseLineView, StationRef, line_of_file, shown};
use super::idempotency::{Act, once, repetition};
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{Finding, Lane, Objections, Opinion, Stage, SupplementGround};
use crate::app::cases::{self, ActOrder, Verdict, act};
use crate::app::queue::{Taken, at_station, claim, claim_next, extend, held, pools_of, release, waiting};
use crate::app::{App, Grounds};
use crate::wording;

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
    due_on: NaiveDate,
    /// Not to be claimed earlier.
    not_before: Option<DateTime<FixedOffset>>,
    /// The number of the claim; every act names it.
    lease: Option<LeaseView>,
    case: CaseLineView,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LeaseView {
    number: u32,
    until: DateTime<FixedOffset>,
}

fn view(taken: &Taken, grounds: &Grounds) -> WorkItemView {
    let item = &taken.work_item;
    WorkItemView {
        id: item.id.as_uuid(),
        stage: item.stage.into(),
        stage_name: wording::stage(item.stage),
        station: StationRef::of(&item.desk.station, grounds),
        in_name_of: StationRef::of(&item.desk.in_name_of, grounds),
        lane: item.lane.into(),
        arrived_at: shown(item.arrived_at),
        due_on: due_day(item.due_at),
        not_before: item.not_before.map(shown),
        lease: lease(item),
        case: line_of_file(&taken.file, grounds),
    }
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

/// What waits in the caller's pools, in the order of the queue. `total` counts what they may not take too.
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
    let pools = at_station(pools_of(&staff, &grounds), query.station.as_ref());
    let after = match &query.cursor {
        Some(cursor) => {
            let id: WorkItemId = cursor.key()?.parse().map_err(|_| BadCursor)?;
            Some(view_of.work_item(id).await?.ok_or(BadCursor)?)
        }
        None => None,
    };
    let total = view_of.claimable_count(&pools, grounds.now).await?;
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

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimNextBody {
    /// One station of those that the caller works at; else all of them.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
}

/// Claims the next item that the caller may take.
#[utoipa::path(
    tag = "work", operation_id = "claim_next_work_item", request_body = ClaimNextBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = WorkItemView))
)]
#[post("/work-items/claim")]
pub async fn claim_next_item(app: Data<App>, StaffMember(staff): StaffMember, act: Act<ClaimNextBody>) -> Result<HttpResponse, Problem> {
    let (grounds, length) = (app.grounds(), lease_length(&app));
    let pools = at_station(pools_of(&staff, &grounds), act.body.station.as_ref());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let taken = claim_next(tx, &grounds, &staff, &pools, length).await?;
            Ok::<_, Problem>(view(&taken, &grounds))
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Claims one item.
#[utoipa::path(
    tag = "work", operation_id = "claim_work_item", request_body = Nothing,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = WorkItemView))
)]
#[post("/work-items/{id}/claim")]
pub async fn claim_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (grounds, length, id) = (app.grounds(), lease_length(&app), *id);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let taken = claim(tx, &grounds, &staff, id, length).await?;
            Ok::<_, Problem>(view(&taken, &grounds))
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaseBody {
    /// The number of the claim.
    lease: u32,
}

/// A sign of life: the lease runs anew from now.
#[utoipa::path(
    tag = "work", operation_id = "extend_work_item", request_body = LeaseBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = LeaseView))
)]
#[post("/work-items/{id}/extend")]
pub async fn extend_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<LeaseBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, length, id, number) = (app.grounds(), lease_length(&app), *id, act.body.lease);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let extended = extend(tx, &grounds, &staff, id, number, length).await?;
            Ok::<_, Problem>(lease(&extended))
        })
    })
    .await
}

/// Gives an item back to its pool.
#[utoipa::path(
    tag = "work", operation_id = "release_work_item", request_body = LeaseBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = ReleasedView))
)]
#[post("/work-items/{id}/release")]
pub async fn release_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<LeaseBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id, number) = (app.grounds(), *id, act.body.lease);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let released = release(tx, &grounds, &staff, id, number).await?;
            Ok::<_, Problem>(ReleasedView { id: released.id.as_uuid() })
        })
    })
    .await
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasedView {
    id: Uuid,
}

/// What the caller does at the stage of an item that they hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActBody {
    /// The number of the claim.
    lease: u32,
    /// Fields of the form that the station fills.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: Answers,
    act: StageAct,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StageAct {
    /// 受理. `matter` names the town service of a proxy item that covers several.
    Accept {
        #[schema(value_type = Option<String>)]
        matter: Option<ItemCode>,
    },
    /// 不予受理.
    NotAccept {
        reason: Text<2000>,
        go_to: Option<Text<2000>>,
    },
    /// 一次性告知. Everything at once; a second time for a new fact alone.
    AskSupplement {
        #[serde(deserialize_with = "body::list::<_, _, 1, 40>")]
        #[schema(min_items = 1, max_items = 40)]
        wanted: Vec<WantedBody>,
        ground: SupplementGround,
    },
    /// 现场核查.
    Inspect {
        finding: Finding,
        text: Option<Text<2000>>,
    },
    /// 开始公示.
    OpenPublicity {},
    /// 结束公示.
    ClosePublicity {
        objections: Objections,
        text: Option<Text<2000>>,
    },
    /// 审核.
    Review {
        opinion: Opinion,
        text: Option<Text<2000>>,
    },
    /// 转报.
    Forward {},
    /// What the outside body answered. `file` is an upload of what it gave.
    RecordAnswer {
        verdict: VerdictBody,
        file: Option<Uuid>,
    },
    /// 决定.
    Decide {
        verdict: VerdictBody,
    },
    /// 即办: accept, decide and produce in one sitting.
    ServeAtOnce {
        verdict: VerdictBody,
        file: Option<Uuid>,
    },
    /// 制作结果. `file` is an upload of the result; without one the system prints a certificate or a result sheet.
    Produce {
        file: Option<Uuid>,
    },
    /// 交付.
    HandOver {
        to: ReceiverBody,
    },
    /// The clock stands while an outside body tests or appraises.
    Pause {},
    Resume {},
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedBody {
    /// The material or the field of the form.
    what: Text<200>,
    /// What is wrong with it, or how it must be.
    requirement: Text<2000>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum VerdictBody {
    Granted {},
    Refused { reason: Text<2000>, basis: Option<Text<2000>> },
}

/// Who took the paper. A courier isn't named here: both enter their codes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReceiverBody {
    Subject {},
    Agent {},
    Organisation {},
    Post { tracking_no: Text<40> },
}

/// Acts on an item that the caller holds; the case goes on.
#[utoipa::path(
    tag = "work", operation_id = "act_on_work_item", request_body = ActBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = CaseLineView))
)]
#[post("/work-items/{id}/acts")]
pub async fn act_on_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    body: Act<ActBody>,
) -> Result<HttpResponse, Problem> {
    if let Some(answer) = repetition(&app, &body.once).await? {
        return Ok(answer);
    }
    let grounds = app.grounds();
    let ActBody { lease, answers, act: wanted } = body.body;
    let order = ActOrder { work_item: *id, fence: lease, answers, act: wanted.into() };
    let printed = app.print(&grounds, &staff, &order).await?;
    once(&app, &body.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let file = act(tx, &grounds, &staff, order, printed).await?;
            Ok::<_, Problem>(line_of_file(&file, &grounds))
        })
    })
    .await
}

fn lease_length(app: &App) -> Duration {
    Duration::minutes(app.settings.queue.lease_minutes.into())
}

impl From<StageAct> for cases::Act {
    fn from(act: StageAct) -> Self {
        let text = |text: Option<Text<2000>>| text.map(Text::into_string);
        match act {
            StageAct::Accept { matter } => Self::Accept { matter },
            StageAct::NotAccept { reason, go_to } => Self::NotAccept { reason: reason.into_string(), go_to: text(go_to) },
            StageAct::AskSupplement { wanted, ground } => {
                Self::AskSupplement { wanted: wanted.into_iter().map(Wanted::from).collect(), ground: ground.into() }
            }
            StageAct::Inspect { finding, text: said } => Self::Inspect { finding: finding.into(), text: text(said) },
            StageAct::OpenPublicity {} => Self::OpenPublicity,
            StageAct::ClosePublicity { objections, text: said } => Self::ClosePublicity { objections: objections.into(), text: text(said) },
            StageAct::Review { opinion, text: said } => Self::Review { opinion: opinion.into(), text: text(said) },
            StageAct::Forward {} => Self::Forward,
            StageAct::RecordAnswer { verdict, file } => Self::RecordAnswer { verdict: verdict.into(), file: file.map(UploadId::new) },
            StageAct::Decide { verdict } => Self::Decide { verdict: verdict.into() },
            StageAct::ServeAtOnce { verdict, file } => Self::ServeAtOnce { verdict: verdict.into(), file: file.map(UploadId::new) },
            StageAct::Produce { file } => Self::Produce { file: file.map(UploadId::new) },
            StageAct::HandOver { to } => Self::HandOver { to: to.into() },
            StageAct::Pause {} => Self::Pause,
            StageAct::Resume {} => Self::Resume,
        }
    }
}

impl From<WantedBody> for Wanted {
    fn from(body: WantedBody) -> Self {
        Self { what: body.what.into_string(), requirement: body.requirement.into_string() }
    }
}

impl From<VerdictBody> for Verdict {
    fn from(body: VerdictBody) -> Self {
        match body {
            VerdictBody::Granted {} => Verdict::Granted,
            VerdictBody::Refused { reason, basis } => {
                Verdict::Refused { reason: reason.into_string(), basis: basis.map(Text::into_string) }
            }
        }
    }
}

impl From<ReceiverBody> for Receiver {
    fn from(body: ReceiverBody) -> Self {
        match body {
            ReceiverBody::Subject {} => Receiver::Subject,
            ReceiverBody::Agent {} => Receiver::Agent,
            ReceiverBody::Organisation {} => Receiver::Organisation,
            ReceiverBody::Post { tracking_no } => Receiver::Post { tracking_no: tracking_no.into_string() },
        }
    }
}
