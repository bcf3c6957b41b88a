//! Copies, corrections and erasures of people's data.

use domain::retention::StillNeeded;

use super::{FieldFault, Problem};
use crate::app::rights::correction::CorrectError;
use crate::app::rights::erasure::EraseError;
use crate::http::auth::AuthFault;

impl From<EraseError> for Problem {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::StillNeeded(StillNeeded::OpenCase) => {
                Problem::conflict("case_still_open", "您还有没办完的事。请等办完，或先撤回，再来删除个人信息")
            }
            EraseError::StillNeeded(StillNeeded::Account) => {
                Problem::conflict("account_still_open", "您还有在用的工作账号。请先请安全管理员停用，再来删除个人信息")
            }
            EraseError::Gone => AuthFault::Invalid.into(),
            EraseError::Mandate(error) => (*error).into(),
            EraseError::Store(error) => error.into(),
        }
    }
}

impl From<CorrectError> for Problem {
    fn from(error: CorrectError) -> Self {
        match error {
            CorrectError::OtherStation => Problem::forbidden("other_station", "只能在您所在的站点更正，请核对站点"),
            CorrectError::NotFound => at_fault("known_as", "person_not_found", "没有找到登记为这个身份号码的人，请核对"),
            CorrectError::TooClose => Problem::forbidden("too_close", "不能更正本人或家人亲属的信息，请交给同事"),
            CorrectError::Taken => {
                let detail = "更正后的身份号码已登记在另一人名下，请核对；确有重复登记的，请联系系统管理员";
                Problem::conflict("citizen_id_taken", detail).with_errors(vec![FieldFault::new("citizen_id", "citizen_id_taken", detail)])
            }
            CorrectError::Store(error) => error.into(),
        }
    }
}

fn at_fault(field: &'static str, code: &'static str, message: &'static str) -> Problem {
    Problem::unprocessable(code, message).with_errors(vec![FieldFault::new(field, code, message)])
}
