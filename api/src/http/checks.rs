//! The public check of a certificate, without signing in: a page for whoever scans its QR code, and the same for programs.
//! It shows what a reader of the paper needs to trust it, and nothing more of the holder than the family name.

mod page;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use domain::certificate::CertificateNumber;
use serde::Serialize;
use utoipa::ToSchema;

use super::html::html;
use super::problem::Problem;
use super::words::CertificateStatus;
use crate::app::{App, CheckError, CheckedCertificate};
use crate::wording;

/// The page has its styles in itself, and loads, runs and sends nothing.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateCheckView {
    status: CertificateStatus,
    status_name: &'static str,
    /// What the status means for whoever is shown the certificate.
    advice: &'static str,
    name: String,
    #[schema(value_type = String, example = "511499101203-C001-2026-00007-Z")]
    number: CertificateNumber,
    issuer: String,
    issued_on: NaiveDate,
    /// The last day; none where it doesn't expire.
    valid_until: Option<NaiveDate>,
    /// The holder's name, masked.
    #[schema(example = "王**")]
    holder: String,
}

/// The page that a certificate's QR code leads to.
#[utoipa::path(
    tag = "certificates", operation_id = "show_certificate_page",
    params(("district" = String, Path, pattern = "^[0-9]{6}$"), ("token" = String, Path, pattern = "^[0-9a-f]{32}$")),
    responses(
        (status = 200, description = "有此证明", content_type = "text/html", body = String),
        (status = 404, description = "查无此证", content_type = "text/html", body = String)
    )
)]
#[get("/c/{district}/{token}")]
pub async fn show_page(app: Data<App>, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (district, token) = path.into_inner();
    let (at, kind) = (app.clock.now(), app.clock.kind());
    let checked =
        if district == app.district().as_str() { app.check_certificate(&token).await } else { Err(CheckError::NoSuchCertificate) };
    match checked {
        Ok(checked) => Ok(html(StatusCode::OK, PAGE_POLICY, page::found(&checked, at, kind))),
        Err(CheckError::NoSuchCertificate) => Ok(html(StatusCode::NOT_FOUND, PAGE_POLICY, page::unknown(at, kind))),
        Err(error @ CheckError::Store(_)) => Err(error.into()),
    }
}

/// Where a certificate stands, by the token in its QR code.
#[utoipa::path(
    tag = "certificates", operation_id = "check_certificate",
    params(("token" = String, Path, pattern = "^[0-9a-f]{32}$")), responses((status = 200, body = CertificateCheckView))
)]
#[get("/certificate-checks/{token}")]
pub async fn show(app: Data<App>, token: Path<String>) -> Result<Json<CertificateCheckView>, Problem> {
    Ok(Json(app.check_certificate(&token).await?.into()))
}

impl From<CheckedCertificate> for CertificateCheckView {
    fn from(checked: CheckedCertificate) -> Self {
        let CheckedCertificate { certificate, name, status } = checked;
        Self {
            status: status.into(),
            status_name: wording::certificate_status(status),
            advice: wording::certificate_advice(status),
            name,
            number: certificate.number,
            issuer: certificate.issuer,
            issued_on: certificate.issued_on,
            valid_until: certificate.valid_until,
            holder: certificate.holder,
        }
    }
}
