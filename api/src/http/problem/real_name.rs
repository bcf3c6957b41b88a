//! Codes, phones, face checks and identity documents.

use infra::face::FaceError;
use infra::shared::TooOften;
use infra::store::Tried;
use infra::wechat::PhoneError;

use super::{FieldFault, Problem};
use crate::app::{CheckIdentityError, FaceCheckError, ProvePhoneError, SendCodeError};
use crate::http::auth::AuthFault;

impl From<SendCodeError> for Problem {
    fn from(error: SendCodeError) -> Self {
        match error {
            SendCodeError::NotMobile => at_fault("phone", "phone_not_mobile", "请填写能收短信的手机号"),
            SendCodeError::TooOften(too_often) => often("sms_code_too_often", "要验证码太频繁了", too_often),
            SendCodeError::NoGateway => Problem::unavailable("sms_not_set_up", "短信登录尚未开通，请用微信登录，或到便民站点办理"),
            SendCodeError::Refused(_why) => at_fault("phone", "phone_unreachable", "这个手机号收不到短信，请核对，或换一个手机号"),
            SendCodeError::Unavailable(error) => {
                tracing::warn!(error.chain = %super::Chain(&error), "a code by short message can't be sent");
                Problem::unavailable("sms_unavailable", "短信暂时发不出去，请稍后再试，或用微信登录")
            }
            SendCodeError::Store(error) => error.into(),
        }
    }
}

/// Why a code lets nobody in.
pub(super) fn sms_code(tried: Tried) -> Problem {
    match tried {
        Tried::Taken | Tried::Wrong => Problem::unauthorised("sms_code_wrong", "验证码不对，请看最新一条短信再输入"),
        Tried::Gone => Problem::unauthorised("sms_code_gone", "验证码已失效，请重新获取"),
    }
}

impl From<ProvePhoneError> for Problem {
    fn from(error: ProvePhoneError) -> Self {
        match error {
            // Who asks is signed in already.
            ProvePhoneError::Code(Tried::Gone) => at_fault("code", "sms_code_gone", "验证码已失效，请重新获取"),
            ProvePhoneError::Code(Tried::Taken | Tried::Wrong) => at_fault("code", "sms_code_wrong", "验证码不对，请看最新一条短信再输入"),
            ProvePhoneError::NoWechat => Problem::unavailable("wechat_not_set_up", "微信尚未开通，请用短信验证码"),
            ProvePhoneError::Wechat(error) => wechat_phone(error),
            ProvePhoneError::Abroad => Problem::unprocessable("phone_not_mobile", "微信绑定的不是大陆手机号，请用短信验证码验证一个手机号"),
            ProvePhoneError::Taken => {
                Problem::conflict("phone_taken", "这个手机号已用来登录另一个档案。请用它登录，或带身份证到便民站点核对")
            }
            ProvePhoneError::Gone => AuthFault::Invalid.into(),
            ProvePhoneError::Store(error) => error.into(),
        }
    }
}

fn wechat_phone(error: PhoneError) -> Problem {
    match error {
        PhoneError::CodeInvalid | PhoneError::NotForUs => at_fault("code", "phone_code_invalid", "微信手机号授权已失效，请再点一次"),
        PhoneError::TooOften => Problem::unavailable("wechat_unavailable", "微信暂时不能提供手机号，请用短信验证码"),
        PhoneError::Misconfigured(_) => Problem::internal(&error),
        PhoneError::Unavailable(_) => {
            tracing::warn!(error.chain = %super::Chain(&error), "WeChat gives no phone number");
            Problem::unavailable("wechat_unavailable", "微信暂时没有响应，请稍后再试，或用短信验证码")
        }
    }
}

impl From<FaceCheckError> for Problem {
    fn from(error: FaceCheckError) -> Self {
        match error {
            FaceCheckError::NoProvider => Problem::unavailable("face_not_set_up", "还不能在手机上认脸，请带身份证到便民站点核对"),
            FaceCheckError::ProfileIncomplete => Problem::conflict("profile_incomplete", "请先填写姓名和身份证号，再认脸"),
            FaceCheckError::TooOften(too_often) => often("face_check_too_often", "认脸次数太多了", too_often),
            FaceCheckError::NotFound => Problem::not_found("face_check_not_found", "没有找到这次认脸，请重新开始"),
            FaceCheckError::Provider(FaceError::Misconfigured(_)) => Problem::internal(&error),
            FaceCheckError::Provider(FaceError::TryLater(_)) => {
                tracing::warn!(error.chain = %super::Chain(&error), "the provider of face checks doesn't answer");
                Problem::unavailable("face_unavailable", "认脸暂时用不了，请稍后再试，或带身份证到便民站点核对")
            }
            FaceCheckError::Store(error) => error.into(),
        }
    }
}

impl From<CheckIdentityError> for Problem {
    fn from(error: CheckIdentityError) -> Self {
        match error {
            CheckIdentityError::OtherStation => Problem::forbidden("other_station", "只能在您所在的站点核对身份，请核对站点"),
            CheckIdentityError::NoSuchCode => at_fault("code", "identity_code_gone", "没有这个核对码，或已失效，请本人在手机上重新出示"),
            CheckIdentityError::TooClose => Problem::forbidden("too_close", "不能核对本人或家人亲属的身份，请交给同事"),
            CheckIdentityError::ApproverNeeded => {
                Problem::forbidden("approver_needed", "本人以前核实过身份，换手机要由审批人核对，请交给本站审批人")
            }
            CheckIdentityError::NameDiffers => {
                at_fault("name", "name_differs", "姓名与这个身份号码登记的不符，请对着证件再看一遍；登记有误的，先办更正")
            }
            CheckIdentityError::NumberDiffers => {
                at_fault("citizen_id", "citizen_id_differs", "这部手机登记的是另一个身份号码，请核对是否本人；登记有误的，先办更正")
            }
            CheckIdentityError::Store(error) => error.into(),
        }
    }
}

fn often(code: &'static str, what: &str, TooOften(wait): TooOften) -> Problem {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    Problem::too_many(code, format!("{what}，请 {minutes} 分钟后再试")).retry_after(wait)
}

fn at_fault(field: &'static str, code: &'static str, detail: &'static str) -> Problem {
    Problem::unprocessable(code, detail).with_errors(vec![FieldFault::new(field, code, detail)])
}
