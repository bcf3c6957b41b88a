//! Mandates.

use domain::mandate::{BadMandate, NotRevoked};

use super::Problem;
use crate::app::mandates::MandateError;

impl Problem {
    pub fn no_such_mandate() -> Self {
        Problem::not_found("mandate_not_found", "没有这份委托，或您不是委托的一方，请核对")
    }
}

impl From<MandateError> for Problem {
    fn from(error: MandateError) -> Self {
        match error {
            MandateError::NotFound => Problem::no_such_mandate(),
            MandateError::OtherStation => Problem::forbidden("other_station", "只能在您任职的站点登记委托，请选择本站"),
            MandateError::OtherWay => {
                Problem::unprocessable("mandate_other_way", "本人在手机上只能给出自己的委托；工作人员登记须写明委托人和站点")
            }
            MandateError::ProfileIncomplete => Problem::conflict("profile_incomplete", "请先在个人资料中填写姓名和公民身份号码"),
            MandateError::NameDiffers => Problem::unprocessable("name_differs", "姓名与该身份号码登记的不一致，请核对后重新录入"),
            MandateError::NoSuchUpload => {
                Problem::unprocessable("upload_not_found", "上传的文件不存在、不是您的，或已用于别处，请重新上传")
            }
            MandateError::Bad(bad) => bad.into(),
            MandateError::NotRevoked(NotRevoked::NotASide) => Problem::no_such_mandate(),
            MandateError::NotRevoked(NotRevoked::Already) => Problem::conflict("mandate_revoked", "这份委托已经解除，无需再操作"),
            MandateError::Case(error) => (*error).into(),
            MandateError::Store(error) => error.into(),
        }
    }
}

impl From<BadMandate> for Problem {
    fn from(bad: BadMandate) -> Self {
        match bad {
            BadMandate::Oneself => Problem::unprocessable("mandate_to_oneself", "不能委托本人，请填写另一位代办人"),
            BadMandate::NoScope => Problem::unprocessable("mandate_without_scope", "请选择要委托的事项或类别"),
            BadMandate::NoSuchItem(item) => Problem::unprocessable("item_not_found", format!("目录里没有事项{item}，请重新选择")),
            BadMandate::NotDelegable(item) => {
                Problem::unprocessable("not_delegable", format!("{item} 须本人办理，不能委托他人，请从委托中去掉"))
            }
            BadMandate::TooWeak(item) => {
                Problem::unprocessable("mandate_too_weak", format!("{item} 需要更高效力的委托，请到站点登记委托书或公证书"))
            }
            BadMandate::Past => Problem::unprocessable("mandate_past", "委托的最后一天已经过去，请重新选择日期"),
            BadMandate::TooLong(last) => Problem::unprocessable("mandate_too_long", format!("委托最长到{last}，请重新选择日期")),
            BadMandate::WitnessIsASide => Problem::unprocessable("witness_is_a_side", "见证人不能是委托双方或经办人，请另请一位见证人"),
            BadMandate::NoWitnessNeeded => Problem::unprocessable("witness_not_needed", "本人在手机上委托不需要见证人，请去掉"),
            BadMandate::ClerkIsClose => Problem::forbidden("close_mandate", "不能登记本人、家人或亲属的委托，请交给同事"),
            BadMandate::OtherWay => Problem::unprocessable("mandate_other_way", "手机上给出的委托由本人确认；其余方式由工作人员在站点登记"),
        }
    }
}
