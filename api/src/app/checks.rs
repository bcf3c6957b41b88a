//! The public check of a certificate: whoever holds the paper holds its token, and learns where it stands today.

use domain::certificate::{self, CertificateStatus};
use domain::time::local_date;
use infra::store::{IssuedCertificate, StoreError};

use super::App;

/// Hex digits of a token, as many as `cases::paper` draws.
const TOKEN_LEN: usize = 32;

/// What a check answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCertificate {
    pub certificate: IssuedCertificate,
    /// The certificate's name in the catalogue.
    pub name: String,
    pub status: CertificateStatus,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("no certificate has this token")]
    NoSuchCertificate,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    pub async fn check_certificate(&self, token: &str) -> Result<CheckedCertificate, CheckError> {
        if !is_token(token) {
            return Err(CheckError::NoSuchCertificate);
        }
        let found = self.store.read(self.district()).certificate_by_token(token).await?;
        let certificate = found.ok_or(CheckError::NoSuchCertificate)?;
        let listed = self.item(&certificate.item).ok();
        let name = listed.map_or_else(|| certificate.item.to_string(), |listed| listed.item.result.name.clone());
        let status = certificate::status(certificate.valid_until, &certificate.standing, local_date(self.clock.now()));
        Ok(CheckedCertificate { certificate, name, status })
    }
}

/// Anything else can't be one, and isn't looked for.
fn is_token(text: &str) -> bool {
    text.len() == TOKEN_LEN && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
