//! `POST /cases`: the shapes of a submission.

use actix_web::web::Data;
use actix_web::{HttpResponse, http::StatusCode, post};
use domain::catalogue::Answers;
use domain::ids::{ItemCode, MandateId, UploadId};
use domain::people::{CitizenId, CreditCode, Phone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::{CaseLineView, line_of_file};
use crate::app::App;
use crate::app::cases::{HandedIn, Joint, Order, OrderedFor, OrderedMatter, PersonEntry, Submitter, submit};
use crate::http::auth::Caller;
use crate::http::body::{self, Text};
use crate::http::idempotency::{Act, once, repetition};
use crate::http::plans::{AskBody, ChosenBody};
use crate::http::problem::Problem;

/// A submission: the ask and the chosen plan as `POST /plans` answered them, for whom, and the answers of each item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitBody {
    ask: AskBody,
    chosen: ChosenBody,
    subject: SubjectBody,
    /// Under which somebody, its holder, acts for the subject. Asked for where the chosen plan has an agent.
    mandate: Option<Uuid>,
    /// By the names of the joint form (`GET /forms?items=`): each answer is used in every matter that asks for it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: Answers,
    /// Each file is handed in to every matter that asks for its material.
    #[serde(default, deserialize_with = "body::list::<_, _, 0, 60>")]
    #[schema(max_items = 60)]
    materials: Vec<MaterialBody>,
    /// One for each item of the chosen plan, in its order. What a matter answers or hands in itself goes before what all share.
    #[serde(deserialize_with = "body::list::<_, _, 1, 10>")]
    #[schema(min_items = 1, max_items = 10)]
    matters: Vec<MatterBody>,
}

/// For whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SubjectBody {
    /// The villager who submits.
    Myself,
    /// Their household.
    MyHousehold,
    /// Whoever gave the mandate that the villager holds.
    MyGrantor,
    MyGrantorsHousehold,
    Organisation {
        /// GB 32100-2015.
        #[schema(value_type = String, example = "91110000600037341L")]
        credit_code: CreditCode,
        name: Text<100>,
    },
    /// A person at the counter: for clerks.
    Person(PersonBody),
    /// The household of a person at the counter: for clerks.
    HouseholdOf(PersonBody),
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    name: Text<50>,
    /// GB 11643.
    #[schema(value_type = String, example = "11010519491231002X")]
    citizen_id: CitizenId,
    #[schema(value_type = Option<String>)]
    phone: Option<Phone>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterBody {
    #[schema(value_type = String, example = "C001")]
    item: ItemCode,
    /// By field key, as the item's form says.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: Answers,
    #[serde(default, deserialize_with = "body::list::<_, _, 0, 60>")]
    #[schema(max_items = 60)]
    materials: Vec<MaterialBody>,
}

/// A photo or PDF that stands for a material.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialBody {
    /// The name of one of the item's materials.
    material: Text<100>,
    upload: Uuid,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SubmittedView {
    /// Of several cases submitted together.
    bundle: Option<Uuid>,
    cases: Vec<CaseLineView>,
}

/// Submits: opens a case for each matter, or says all that is wrong.
#[utoipa::path(
    tag = "cases", operation_id = "submit_case", request_body = SubmitBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = SubmittedView))
)]
#[post("/cases")]
pub async fn submit_case(app: Data<App>, caller: Caller, act: Act<SubmitBody>) -> Result<HttpResponse, Problem> {
    if let Some(answer) = repetition(&app, &act.once).await? {
        return Ok(answer);
    }
    let (by, order, grounds) = (submitter(caller), Order::from(act.body), app.grounds());
    let plan = app.plan_again(&grounds, &by, &order).await.map_err(|error| Problem::not_submitted(error, &grounds))?;
    let order = app.spread(&grounds, &by, order).await.map_err(|error| Problem::not_submitted(error, &grounds))?;
    let copies = order.copies.clone();
    let answer = once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let submitted = submit(tx, &grounds, &by, order, plan).await.map_err(|error| Problem::not_submitted(error, &grounds))?;
            let cases = submitted.cases.iter().map(|file| line_of_file(file, &grounds)).collect();
            Ok::<_, Problem>(SubmittedView { bundle: submitted.bundle.map(|bundle| bundle.as_uuid()), cases })
        })
    });
    let answer = answer.await;
    for copy in &copies {
        app.remove_unless_kept(copy.id, &copy.file.object_key).await;
    }
    answer
}

pub fn submitter(caller: Caller) -> Submitter {
    match caller {
        Caller::Villager(person) => Submitter::Villager(person),
        Caller::Staff(staff) => Submitter::Staff(staff),
    }
}

impl From<SubmitBody> for Order {
    fn from(body: SubmitBody) -> Self {
        Self {
            ask: body.ask.into(),
            chosen: body.chosen.into(),
            subject: body.subject.into(),
            mandate: body.mandate.map(MandateId::new),
            joint: Joint { answers: body.answers, materials: body.materials.into_iter().map(HandedIn::from).collect() },
            matters: body.matters.into_iter().map(OrderedMatter::from).collect(),
            copies: Vec::new(),
        }
    }
}

impl From<SubjectBody> for OrderedFor {
    fn from(body: SubjectBody) -> Self {
        match body {
            SubjectBody::Myself => OrderedFor::Myself,
            SubjectBody::MyHousehold => OrderedFor::MyHousehold,
            SubjectBody::MyGrantor => OrderedFor::MyGrantor,
            SubjectBody::MyGrantorsHousehold => OrderedFor::MyGrantorsHousehold,
            SubjectBody::Organisation { credit_code, name } => OrderedFor::Organisation { credit_code, name: name.into_string() },
            SubjectBody::Person(person) => OrderedFor::Person(person.into()),
            SubjectBody::HouseholdOf(person) => OrderedFor::HouseholdOf(person.into()),
        }
    }
}

impl From<PersonBody> for PersonEntry {
    fn from(body: PersonBody) -> Self {
        Self { name: body.name.into_string(), citizen_id: body.citizen_id, phone: body.phone }
    }
}

impl From<MatterBody> for OrderedMatter {
    fn from(body: MatterBody) -> Self {
        Self::new(body.item, body.answers, body.materials.into_iter().map(HandedIn::from).collect())
    }
}

impl From<MaterialBody> for HandedIn {
    fn from(body: MaterialBody) -> Self {
        Self { material: body.material.into_string(), upload: UploadId::new(body.upload) }
    }
}
