//! Lists of cases and one case whole.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get};
use domain::audit::Thing;
use domain::catalogue::is_sealed;
use domain::evaluation::rectification::turn_of;
use domain::evaluation::{Satisfaction, handlers, may_evaluate};
use domain::ids::{CaseId, StationCode};
use domain::policy::{Act, Actor, Denied, Object, may, sight};
use infra::store::{CaseFile, CaseFilter, CaseLine, StoreError, View};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{self, CaseLineView, CaseView, Extras, HistoryLine};
use crate::app::cases::{Dossier, ReadError, read_case};
use crate::app::{App, Grounds};
use crate::http::auth::Caller;
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
    let scope = scope(&caller, query.station.as_ref(), &grounds)?;
    let view = app.store.read(app.district());
    let (lines, total) = match &query.number {
        Some(number) => {
            numbered(&view, caller.actor(grounds.today()), CaseFilter { number: Some(number.clone()), not_of: Vec::new(), ..scope }).await?
        }
        None => view.cases(&CaseFilter { before, ..scope }, query.limit.into()).await?,
    };
    let full = query.number.is_none() && lines.len() >= query.limit.get();
    let next = lines.last().filter(|_| full).map(|last| last.id.to_string());
    let items = lines.iter().map(|line| view::line(line, &grounds)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// The case of a whole number, if the caller may open it: whoever has the number in hand finds a sealed one too.
async fn numbered(view: &View, actor: Actor<'_>, filter: CaseFilter) -> Result<(Vec<CaseLine>, u64), StoreError> {
    let (found, _) = view.cases(&filter, 1).await?;
    let mut opened = Vec::new();
    for line in found {
        let file = view.case_file(line.id).await?;
        if file.is_some_and(|file| may(actor, Act::ShowCase, &Object::Case(&file.case)).is_ok()) {
            opened.push(line);
        }
    }
    let total = u64::from(!opened.is_empty());
    Ok((opened, total))
}

/// What the caller may list: their own, or the station that they work or watch at. Sealed cases are in no list of staff.
fn scope(caller: &Caller, station: Option<&StationCode>, grounds: &Grounds) -> Result<CaseFilter, Denied> {
    match (caller, station) {
        (Caller::Villager(person), _) => {
            may(caller.actor(grounds.today()), Act::ListCases, &Object::Own)?;
            Ok(CaseFilter { person: Some((*person, grounds.today())), ..CaseFilter::default() })
        }
        (Caller::Staff(_), None) => Err(Denied::OutOfScope),
        (Caller::Staff(staff), Some(station)) => {
            may(caller.actor(grounds.today()), Act::ListCases, &Object::Station(station))?;
            let not_about = staff.ties.people.iter().copied().chain([staff.person]).collect();
            let items = grounds.catalogue.catalogue.items().map(|listed| &listed.item.code);
            let not_of = items.filter(|code| is_sealed(code)).cloned().collect();
            Ok(CaseFilter { station: Some(station.clone()), not_about, not_of, ..CaseFilter::default() })
        }
    }
}

/// The dossier of a case, for a caller who may do `act` to it.
pub async fn dossier(app: &App, grounds: &Grounds, (caller, act): (&Caller, Act), id: CaseId) -> Result<Dossier, ReadError> {
    read_case(&app.store.read(app.district()), grounds, (caller.actor(grounds.today()), act), id).await
}

/// One case.
#[utoipa::path(
    tag = "cases", operation_id = "show_case", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = CaseView, headers(("etag" = String))))
)]
#[get("/cases/{id}")]
pub async fn show(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, (&caller, Act::ShowCase), *id).await?;
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
        evaluation: seen_evaluation(&store, caller, &dossier.file).await?,
    };
    Ok(view::case(dossier, extras, grounds).as_seen(sight(caller.actor(grounds.today()), &dossier.file.case)))
}

/// The level, for those of whom the review is and who doesn't learn by it who wrote it. Staff who handled the case see neither a bad nor
/// a good one: what isn't there would tell of what is. A bad one is for who rectifies and who looks after that.
async fn seen_evaluation(view: &View, caller: &Caller, file: &CaseFile) -> Result<Option<Satisfaction>, StoreError> {
    let Some(evaluation) = view.evaluation(file.case.id).await? else { return Ok(None) };
    let may_see = match caller {
        Caller::Villager(person) => may_evaluate(&file.case, *person),
        Caller::Staff(staff) if handlers(&file.record).contains_key(&staff.person) => false,
        Caller::Staff(_) if !evaluation.level.is_bad() => true,
        Caller::Staff(staff) => {
            let own = view.rectification_of(file.case.id).await?;
            own.is_some_and(|own| turn_of(staff, &file.case, &own.rectification).is_some())
        }
    };
    Ok(may_see.then_some(evaluation.level))
}

/// All that happened to a case, in plain Chinese.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_history", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<HistoryLine>))
)]
#[get("/cases/{id}/history")]
pub async fn history(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<Answer<Vec<HistoryLine>>, Problem> {
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, (&caller, Act::ShowCaseHistory), *id).await?;
    let sight = sight(caller.actor(grounds.today()), &dossier.file.case);
    Ok(Answer(view::history(&dossier, sight, &grounds)))
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
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, (&caller, Act::ShowCaseForm), *id).await?;
    let store = app.store.read(app.district());
    let answers = store.answers(*id).await?;
    let answers = match &caller {
        Caller::Villager(_) => answers,
        Caller::Staff(_) => dossier.listed.item.masked_answers(&answers),
    };
    app.note_look(caller.actor(grounds.today()), &dossier.file.case, Thing::Form).await?;
    let uploads = store.uploads_of(*id).await?.into_iter();
    let materials = uploads.map(|upload| UploadedView {
        material: upload.material,
        upload: upload.id.as_uuid(),
        media_type: upload.file.media_type,
        size: upload.file.size,
    });
    Ok(Answer(FormView { answers, materials: materials.collect() }))
}
