//! Lists of cases and one case whole.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get};
use domain::audit::Thing;
use domain::catalogue::Care;
use domain::ids::{CaseId, StationCode};
use domain::people::Role;
use infra::store::CaseFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{self, CaseLineView, CaseView, Extras, HistoryLine};
use crate::app::cases::{Dossier, ReadError, Reader, read_case};
use crate::app::{App, Grounds};
use crate::http::auth::{AuthFault, Caller, require_any};
use crate::http::etag::ETag;
use crate::http::page::{Cursor, Limit, Page};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CasesQuery {
    /// For staff: cases that were accepted here or stand here.
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    /// A whole case number.
    #[param(value_type = Option<String>, max_length = 40)]
    number: Option<String>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Lists cases, newest first: a villager's own, or those of a station.
#[utoipa::path(tag = "cases", operation_id = "list_cases", params(CasesQuery), responses((status = 200, body = Page<CaseLineView>)))]
#[get("/cases")]
pub async fn list(app: Data<App>, caller: Caller, query: Query<CasesQuery>) -> Result<Answer<Page<CaseLineView>>, Problem> {
    let grounds = app.grounds();
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<CaseId>()).transpose().map_err(|_| crate::http::page::BadCursor)?;
    let filter = CaseFilter { before, number: query.number.clone(), ..scope(&caller, query.station.as_ref(), &grounds)? };
    let (lines, total) = app.store.read(app.district()).cases(&filter, query.limit.into()).await?;
    let full = lines.len() >= query.limit.get();
    let next = lines.last().filter(|_| full).map(|last| last.id.to_string());
    let items = lines.iter().map(|line| view::line(line, &grounds)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// What the caller may list: their own, or the station that they work or watch at. Confidential cases are in no list of staff.
fn scope(caller: &Caller, station: Option<&StationCode>, grounds: &Grounds) -> Result<CaseFilter, AuthFault> {
    match (caller, station) {
        (Caller::Villager(person), _) => Ok(CaseFilter { person: Some((*person, grounds.today())), ..CaseFilter::default() }),
        (Caller::Staff(_), None) => Err(AuthFault::OutOfScope),
        (Caller::Staff(staff), Some(station)) => {
            require_any(staff, &[Role::Clerk, Role::Approver, Role::Supervisor], station)?;
            let not_about = staff.ties.people.iter().copied().chain([staff.person]).collect();
            let confidential = grounds.catalogue.catalogue.items().filter(|listed| listed.item.care() == Care::Confidential);
            let not_of = confidential.map(|listed| listed.item.code.clone()).collect();
            Ok(CaseFilter { station: Some(station.clone()), not_about, not_of, ..CaseFilter::default() })
        }
    }
}

pub fn reader(caller: &Caller) -> Reader<'_> {
    match caller {
        Caller::Villager(person) => Reader::Person(*person),
        Caller::Staff(staff) => Reader::Staff(staff),
    }
}

/// The dossier of a case that the caller may read.
pub async fn dossier(app: &App, grounds: &Grounds, caller: &Caller, id: CaseId) -> Result<Dossier, ReadError> {
    read_case(&app.store.read(app.district()), grounds, reader(caller), id).await
}

/// One case.
#[utoipa::path(
    tag = "cases", operation_id = "show_case", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = CaseView, headers(("etag" = String))))
)]
#[get("/cases/{id}")]
pub async fn show(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, &caller, *id).await?;
    Ok(ETag::of_content(&dossier.file.version()).ok(&whole(&app, &grounds, &caller, &dossier).await?))
}

async fn whole(app: &App, grounds: &Grounds, caller: &Caller, dossier: &Dossier) -> Result<CaseView, Problem> {
    let (store, id) = (app.store.read(app.district()), dossier.file.case.id);
    let certificate = store.certificate_of(id).await?;
    let work_item = match caller {
        Caller::Staff(_) => store.open_work_item(id).await?.map(|item| item.id),
        Caller::Villager(_) => None,
    };
    let extras = Extras {
        work_item,
        documents: store.documents_of(id).await?,
        certificate: certificate.map(|issued| (issued.clone(), app.check_url(&issued.check_token))),
        evaluation: store.evaluation(id).await?.map(|evaluation| evaluation.level),
    };
    Ok(view::case(dossier, extras, grounds))
}

/// All that happened to a case, in plain Chinese.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_history", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<HistoryLine>))
)]
#[get("/cases/{id}/history")]
pub async fn history(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<Answer<Vec<HistoryLine>>, Problem> {
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, &caller, *id).await?;
    Ok(Answer(view::history(&dossier, &grounds)))
}

/// What was answered and handed in. Staff see what is personal in the answers masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormView {
    /// By field key.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: domain::catalogue::Answers,
    materials: Vec<UploadedView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedView {
    material: Option<String>,
    upload: uuid::Uuid,
    media_type: String,
    size: u64,
}

/// The answers and papers of a case. That staff looked is noted.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_form", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = FormView))
)]
#[get("/cases/{id}/form")]
pub async fn form(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<Answer<FormView>, Problem> {
    let dossier = dossier(&app, &app.grounds(), &caller, *id).await?;
    let store = app.store.read(app.district());
    let answers = store.answers(*id).await?;
    let answers = match &caller {
        Caller::Villager(_) => answers,
        Caller::Staff(_) => dossier.listed.item.masked_answers(&answers),
    };
    app.note_look(reader(&caller), &dossier.file.case, Thing::Form).await?;
    let uploads = store.uploads_of(*id).await?.into_iter();
    let materials = uploads.map(|upload| UploadedView {
        material: upload.material,
        upload: upload.id.as_uuid(),
        media_type: upload.file.media_type,
        size: upload.file.size,
    });
    Ok(Answer(FormView { answers, materials: materials.collect() }))
}
