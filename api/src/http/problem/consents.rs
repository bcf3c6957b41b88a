//! Separate consent to the handling of sensitive data.

use domain::consent::{MayNot, Missing};
use serde::Serialize;

use super::{FieldFault, Problem};
use crate::app::consents::ConsentError;
use crate::http::words::Sensitive;
use crate::wording;

/// A text that has to be agreed to first, as `consent_missing` names it.
#[derive(Serialize)]
struct WantedText {
    kind: Sensitive,
    kind_name: &'static str,
    text_version: u32,
}

impl Problem {
    /// What has to be agreed to before a case is opened, in `missing`.
    pub(super) fn consent_missing(missing: &[Missing]) -> Self {
        let names: Vec<_> = missing.iter().map(|missing| wording::sensitive(missing.kind)).collect();
        let detail = format!("办这件事要先同意使用{}，请申请人看过说明后同意；由别人代办的，也要申请人同意", names.join("、"));
        let wanted = |missing: &Missing| WantedText {
            kind: missing.kind.into(),
            kind_name: wording::sensitive(missing.kind),
            text_version: missing.text.0,
        };
        Problem::conflict("consent_missing", detail).with_member("missing", missing.iter().map(wanted).collect::<Vec<_>>())
    }
}

impl From<ConsentError> for Problem {
    fn from(error: ConsentError) -> Self {
        match error {
            ConsentError::NoSuchMandate => Problem::no_such_mandate(),
            ConsentError::OtherStation => Problem::forbidden("other_station", "只能在您任职的站点登记，请选择本站"),
            ConsentError::OtherWay => {
                Problem::unprocessable("consent_other_way", "本人在手机上只能为自己或被监护人操作；工作人员登记须写明本人、站点和怎么说的")
            }
            ConsentError::ProfileIncomplete => Problem::conflict("profile_incomplete", "请先在个人资料中填写姓名和公民身份号码"),
            ConsentError::NameDiffers => Problem::unprocessable("name_differs", "姓名与该身份号码登记的不一致，请核对后重新录入"),
            ConsentError::NoSuchUpload => {
                let detail = "签字纸的扫描件不存在、不是您上传的，或已用于别处，请重新上传";
                Problem::unprocessable("upload_not_found", detail).with_errors(vec![FieldFault::new(
                    "heard.scan",
                    "upload_not_found",
                    detail,
                )])
            }
            ConsentError::MayNot(may_not) => may_not.into(),
            ConsentError::OtherText(other) => Problem::conflict("consent_text_changed", "说明已有新的版本，请看过新的说明后再同意")
                .with_member("text_version", other.current.0),
            ConsentError::NoneLive(_) => Problem::conflict("consent_not_given", "没有同意过，或已经收回，无需再操作"),
            ConsentError::Case(error) => (*error).into(),
            ConsentError::Store(error) => error.into(),
        }
    }
}

impl From<MayNot> for Problem {
    fn from(may_not: MayNot) -> Self {
        match may_not {
            MayNot::NotTheirs => Problem::no_such_mandate(),
            MayNot::GuardianNeeded => {
                Problem::forbidden("guardian_needed", "不满14岁的，由监护人同意或收回，请监护人带上监护证明到站点登记后操作")
            }
            MayNot::NotTheirGuardian => Problem::forbidden("not_their_guardian", "代办人不能替本人同意或收回，请本人或监护人操作"),
            MayNot::NoWitness => Problem::unprocessable("consent_witness", "见证人不能是本人、监护人或经办的工作人员，请另请一位"),
            MayNot::ClerkIsClose => Problem::forbidden("close_consent", "不能登记本人、家人或亲属的同意，请交给同事"),
        }
    }
}
