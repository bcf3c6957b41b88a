//! Copies, corrections and erasures of people's data.

use domain::correction::{NotConfirmed, NotEntered};
use domain::countersign::MayNotSettle;
use domain::retention::StillNeeded;

use super::{FieldFault, Problem};
use crate::app::rights::correction::CorrectError;
use crate::app::rights::counter::CounterError;
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
            CorrectError::NoSuchCorrection => Problem::not_found("correction_not_found", "没有这份更正，或不在您任职的站点，请核对"),
            CorrectError::NoSuchUpload => {
                at_fault("scan", "upload_not_found", "身份证扫描件不存在、不是您上传的，或已用于别处，请重新上传")
            }
            CorrectError::NotEntered(NotEntered::TooClose) => Problem::forbidden("too_close", "不能更正本人或家人亲属的信息，请交给同事"),
            CorrectError::NotEntered(NotEntered::NothingNew) => {
                Problem::conflict("nothing_to_correct", "与现在登记的一致，没有要更正的内容，请核对")
            }
            CorrectError::NotConfirmed(not_confirmed) => not_confirmed.into(),
            CorrectError::Taken => {
                let detail = "更正后的身份号码已登记在另一人名下，请核对；确有重复登记的，请联系系统管理员";
                Problem::conflict("citizen_id_taken", detail).with_errors(vec![FieldFault::new("citizen_id", "citizen_id_taken", detail)])
            }
            CorrectError::Store(error) => error.into(),
        }
    }
}

impl From<CounterError> for Problem {
    fn from(error: CounterError) -> Self {
        match error {
            CounterError::OtherStation => {
                Problem::forbidden("other_station", "请在本人户籍地或居住地的村、镇或区的站点，由该站点的工作人员办理")
            }
            CounterError::TooClose => Problem::forbidden("too_close", "不能处理本人或家人亲属的信息，请交给同事"),
            CounterError::NotFound => at_fault("citizen_id", "person_not_found", "没有找到登记为这个身份号码的人，请核对"),
            CounterError::NoSuchRequest => Problem::not_found("request_not_found", "没有这份申请，或不在您任职的站点，请核对"),
            CounterError::NoSuchUpload => at_fault("scan", "upload_not_found", "扫描件不存在、不是您上传的，或已用于别处，请重新上传"),
            CounterError::NotConfirmed(not_confirmed) => not_confirmed.into(),
            CounterError::Erase(EraseError::Gone) => Problem::not_found("request_not_found", "没有这份申请，或不在您任职的站点，请核对"),
            CounterError::Erase(EraseError::StillNeeded(StillNeeded::OpenCase)) => {
                Problem::conflict("case_still_open", "本人还有没办完的事。请等办完，或先撤回，再确认删除")
            }
            CounterError::Erase(error) => error.into(),
            CounterError::Store(error) => error.into(),
        }
    }
}

impl From<NotConfirmed> for Problem {
    fn from(not_confirmed: NotConfirmed) -> Self {
        match not_confirmed {
            NotConfirmed::MayNot(may_not) => may_not.into(),
            NotConfirmed::Outdated => Problem::conflict("correction_outdated", "录入以后登记的身份信息已有变动，请重新录入更正"),
            NotConfirmed::OtherNumber => at_fault("citizen_id", "other_number", "您读到的身份号码与录入的不一致，请对照身份证核对"),
        }
    }
}

impl From<MayNotSettle> for Problem {
    fn from(may_not: MayNotSettle) -> Self {
        match may_not {
            MayNotSettle::TooClose => Problem::forbidden("too_close", "不能处理本人或家人亲属的信息，请交给同事"),
            MayNotSettle::EnteredThemself => Problem::forbidden("entered_themself", "这是您录入的，须由另一位同事核对身份证后处理"),
            MayNotSettle::Stands => Problem::conflict("already_confirmed", "这份申请已经生效，无需再操作"),
            MayNotSettle::Refused => Problem::conflict("already_refused", "这份申请已被退回，不再生效，确有需要的请重新录入"),
            MayNotSettle::Expired => Problem::conflict("confirmation_expired", "这份申请超过期限没有确认，已经失效，请对照身份证重新录入"),
        }
    }
}

fn at_fault(field: &'static str, code: &'static str, message: &'static str) -> Problem {
    Problem::unprocessable(code, message).with_errors(vec![FieldFault::new(field, code, message)])
}
