//! What is masked elsewhere, shown whole: for whoever works on the case now, or watches it, and says what for.
//! It takes no `Idempotency-Key`: a repetition is another look, and the answer isn't to be kept.

use actix_web::post;
use actix_web::web::{Data, Json as Answer, Path};
use domain::audit::{Reason, Stated};
use domain::ids::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::cases::Whole;
use crate::http::auth::StaffMember;
use crate::http::body::Json;
use crate::http::problem::Problem;
use crate::http::words::Purpose;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmaskBody {
    purpose: Purpose,
    /// What for, where it is none of the purposes listed; up to 100 characters, and no long number.
    #[schema(value_type = Option<String>, max_length = 100)]
    words: Option<String>,
}

impl UnmaskBody {
    fn stated(self) -> Result<Stated, Problem> {
        let words: Option<Reason> = self.words.map(|words| words.parse()).transpose().map_err(|_| Problem::bad_reason())?;
        Stated::new(self.purpose.into(), words).map_err(|_| Problem::no_reason())
    }
}

/// Somebody, whole.
#[derive(Serialize, ToSchema)]
pub struct WholeView {
    name: Option<String>,
    /// A citizen ID number, or an organisation's credit code.
    #[schema(example = "11010519491231002X")]
    number: Option<String>,
    #[schema(example = "13800005678")]
    phone: Option<String>,
    address: Option<String>,
}

impl From<Whole> for WholeView {
    fn from(Whole { name, number, phone, address }: Whole) -> Self {
        Self { name, number, phone, address }
    }
}

#[derive(Serialize, ToSchema)]
pub struct UnmaskedView {
    #[serde(flatten)]
    subject: WholeView,
    /// By field key.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: domain::catalogue::Answers,
}

/// The subject's number, phone and address, and the answers, whole. The audit log and the person's own list have it before it is answered.
#[utoipa::path(
    tag = "cases", operation_id = "unmask_case", request_body = UnmaskBody, params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UnmaskedView))
)]
#[post("/cases/{id}/unmasked")]
pub async fn unmask(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<CaseId>,
    Json(body): Json<UnmaskBody>,
) -> Result<Answer<UnmaskedView>, Problem> {
    let (whole, answers) = app.see_case_whole(&staff, *id, body.stated()?).await?;
    Ok(Answer(UnmaskedView { subject: whole.into(), answers }))
}
