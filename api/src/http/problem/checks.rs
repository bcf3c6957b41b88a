//! The public check of certificates.

use super::Problem;
use crate::app::CheckError;

impl From<CheckError> for Problem {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::NoSuchCertificate => {
                Problem::not_found("certificate_not_found", "查无此证，请核对二维码是否完整，或联系出具证明的村（社区）")
            }
            CheckError::Store(error) => error.into(),
        }
    }
}
