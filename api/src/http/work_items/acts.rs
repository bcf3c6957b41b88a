//! What a clerk does at the stage of an item that they hold.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, http::StatusCode, post};
use domain::case::{Receiver, Wanted};
use domain::catalogue::Answers;
use domain::ids::{ItemCode, UploadId, WorkItemId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::claims::ClaimNextBody;
use super::{WorkItemView, view};
use crate::app::App;
use crate::app::cases::{self, ActOrder, Acted, Verdict, act};
use crate::app::queue::Call;
use crate::http::auth::StaffMember;
use crate::http::body::{self, Text};
use crate::http::cases::view::{CaseLineView, line_of_file};
use crate::http::idempotency::{Act, once, repetition};
use crate::http::problem::Problem;
use crate::http::words::{Finding, Objections, Opinion, SupplementGround};

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
    /// Takes the next item in the same step.
    next: Option<ClaimNextBody>,
}

/// What became of the case, and the next item where one was asked for and waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActedView {
    #[serde(flatten)]
    case: CaseLineView,
    next: Option<WorkItemView>,
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
    responses((status = 200, body = ActedView))
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
    let ActBody { lease, answers, act: wanted, next } = body.body;
    let next = next.map(|next| Call::of(&app, &grounds, staff.clone(), next.station()));
    let order = ActOrder { work_item: *id, fence: lease, answers, act: wanted.into() };
    let printed = app.print(&grounds, &staff, &order).await?;
    once(&app, &body.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let Acted { file, next } = act(tx, &grounds, &staff, order, printed, next).await?;
            Ok::<_, Problem>(ActedView { case: line_of_file(&file, &grounds), next: next.map(|next| view(&next, &grounds)) })
        })
    })
    .await
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
