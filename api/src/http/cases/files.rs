//! Notices, results and uploads as files.

use std::io;

use actix_multipart::{Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::audit::Thing;
use domain::ids::{CaseId, DocumentId, UploadId};
use domain::policy::Act;
use futures_util::StreamExt;
use infra::objects::Content;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::dossier;
use crate::app::App;
use crate::app::cases::NoticeKind;
use crate::app::uploads::SenderFault;
use crate::http::auth::Caller;
use crate::http::idempotency::{Once, once};
use crate::http::problem::Problem;

/// A notice (文书) as PDF, as the record gives reason for it.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_notice", params(("id" = Uuid, Path), ("kind" = String, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>))
)]
#[get("/cases/{id}/notices/{kind}")]
pub async fn notice(app: Data<App>, caller: Caller, path: Path<(CaseId, NoticeKind)>) -> Result<HttpResponse, Problem> {
    let ((id, kind), grounds) = (path.into_inner(), app.grounds());
    let dossier = dossier(&app, &grounds, (&caller, Act::ShowCaseNotice), id).await?;
    let sheet = dossier.notice(kind, &grounds, app.marking()).ok_or_else(Problem::no_such_notice)?;
    let name = format!("{}.pdf", sheet.title);
    let pdf = app.draw(sheet, None).await?;
    app.note_look(caller.actor(grounds.today()), &dossier.file.case, Thing::Notice).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(named(&name)).body(pdf))
}

/// A result of a case.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_document", params(("id" = Uuid, Path), ("document" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>))
)]
#[get("/cases/{id}/documents/{document}")]
pub async fn document(app: Data<App>, caller: Caller, path: Path<(CaseId, DocumentId)>) -> Result<HttpResponse, Problem> {
    let (id, document) = path.into_inner();
    let grounds = app.grounds();
    let dossier = dossier(&app, &grounds, (&caller, Act::ShowCaseDocument), id).await?;
    let found = app.store.read(app.district()).document(document).await?;
    let found = found.filter(|found| found.case == dossier.file.case.id).ok_or_else(Problem::no_such_file)?;
    let content = app.open_file(&found.file).await?;
    app.note_look(caller.actor(grounds.today()), &dossier.file.case, Thing::Document(document)).await?;
    Ok(sent(&found.file.media_type, &found.name, content))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UploadView {
    id: Uuid,
    media_type: String,
    size: u64,
    sha256: String,
}

/// The shape of the form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is documented")]
pub struct UploadForm {
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Takes a photo (JPEG, PNG) or a PDF: a form with one file in the field `file` and nothing else. Of a photo its points are kept, turned
/// upright; what else the camera wrote into it is dropped, so size and digest are those of what is kept.
#[utoipa::path(
    tag = "uploads", operation_id = "upload", params(("Idempotency-Key" = String, Header)),
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"), responses((status = 201, body = UploadView))
)]
#[post("/uploads")]
pub async fn take_upload(app: Data<App>, caller: Caller, request: HttpRequest, mut form: Multipart) -> Result<HttpResponse, Problem> {
    let field = form.next().await.ok_or_else(Problem::no_file)?.map_err(|error| fault_of(&error))?;
    if field.name() != Some("file") {
        return Err(Problem::no_file());
    }
    let received = app.receive(caller.person(), field.map(|part| part.map_err(|error| fault_of(&error)))).await?;
    match form.next().await {
        None => {}
        Some(Ok(_)) => return Err(Problem::too_many_files()),
        Some(Err(error)) => return Err(fault_of(&error).into()),
    }
    let upload = app.take_upload(caller.person(), UploadId::new(Uuid::now_v7()), received).await?;
    let key = Once::of(&request, &caller, upload.file.sha256.as_bytes())?;
    let (id, object) = (upload.id, upload.file.object_key.clone());
    let answer = once(&app, &key, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            tx.add_upload(&upload).await?;
            let file = upload.file;
            Ok::<_, Problem>(UploadView { id: upload.id.as_uuid(), media_type: file.media_type, size: file.size, sha256: file.sha256 })
        })
    });
    let answer = answer.await;
    app.remove_unless_kept(id, &object).await;
    answer
}

fn fault_of(error: &MultipartError) -> SenderFault {
    match error {
        MultipartError::Payload(PayloadError::Io(error)) if error.kind() == io::ErrorKind::TimedOut => SenderFault::TooSlow,
        _broke_off => SenderFault::BrokeOff,
    }
}

/// An upload, for whoever handed it in or may read its case.
#[utoipa::path(
    tag = "uploads", operation_id = "show_upload", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>))
)]
#[get("/uploads/{id}")]
pub async fn show_upload(app: Data<App>, caller: Caller, id: Path<UploadId>) -> Result<HttpResponse, Problem> {
    let (found, content) = app.open_upload(caller.actor(app.grounds().today()), *id).await?;
    let name = found.material.unwrap_or_else(|| found.id.to_string());
    Ok(sent(&found.file.media_type, &name, content))
}

fn sent(media_type: &str, name: &str, content: Content) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type(media_type).insert_header(named(name)).insert_header((header::CACHE_CONTROL, "private, no-store"));
    response.no_chunking(content.size).streaming(content.bytes)
}

fn named(name: &str) -> ContentDisposition {
    let value = ExtendedValue { charset: header::Charset::Ext("UTF-8".into()), language_tag: None, value: name.as_bytes().to_vec() };
    ContentDisposition { disposition: DispositionType::Inline, parameters: vec![DispositionParam::FilenameExt(value)] }
}
