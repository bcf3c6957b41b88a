//! Signing in, profiles, relatives.

use std::time::Duration;

use domain::audit::{On, Thing};
use domain::ids::AccountId;
use domain::people::BadCitizenId;
use infra::wechat::LoginError;

use super::staff::too_many_attempts;
use super::{FieldFault, Problem};
use crate::app::{ProfileError, RefreshError, RelativeError, SignInError};
use crate::http::etag::IfMatchFault;

/// How long WeChat asks to wait.
const A_MINUTE: Duration = Duration::from_secs(60);

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Over => Problem::unauthorised("refresh_token_invalid", "登录已结束，请重新登录"),
            RefreshError::Reused => {
                let detail = "这次登录的凭证被重复使用，为安全起见已全部退出，请重新登录；如不是您本人操作，请修改密码或联系便民站点";
                Problem::unauthorised("refresh_token_reused", detail)
            }
            RefreshError::Token(error) => Problem::internal(&error),
            RefreshError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Credentials(account) => {
                Problem::unauthorised("credentials_wrong", "账号或密码不对，请重新输入").about(tried(account))
            }
            SignInError::CodeNeeded(account) => {
                Problem::unauthorised("second_factor_needed", "请输入验证器上的 6 位动态验证码，或一个恢复码").about(tried(Some(account)))
            }
            SignInError::CodeWrong(account) => {
                Problem::unauthorised("second_factor_wrong", "动态验证码不对或已用过，请等验证器换出新的一组再输入")
                    .about(tried(Some(account)))
            }
            SignInError::TooManyAttempts(account, rests) => too_many_attempts(rests).about(tried(account)),
            SignInError::NotBound => {
                let detail = "这个微信没有绑定工作人员账号，请先用账号密码登录，再绑定微信";
                Problem::unauthorised("wechat_not_bound", detail)
            }
            SignInError::NoWechat => Problem::unavailable("wechat_not_set_up", "微信登录尚未开通，请到便民站点办理"),
            SignInError::Wechat(error) => wechat(error),
            SignInError::SmsCode(tried) => super::real_name::sms_code(tried),
            SignInError::Password(error) => Problem::internal(&error),
            SignInError::Token(error) => Problem::internal(&error),
            SignInError::Store(error) => error.into(),
        }
    }
}

/// What was typed is left out where it is no account's: people type passwords there too.
fn tried(account: Option<AccountId>) -> On {
    On::of(account.map_or(Thing::Nothing, Thing::Account))
}

pub(super) fn wechat(error: LoginError) -> Problem {
    match error {
        LoginError::CodeInvalid => Problem::unauthorised("login_code_invalid", "微信登录码已失效，请重新登录"),
        LoginError::TooOften => Problem::too_many("too_many_attempts", "登录过于频繁，请一分钟后再试").retry_after(A_MINUTE),
        LoginError::Blocked => Problem::forbidden("wechat_blocked", "微信限制了这个账号登录，请到便民站点办理"),
        LoginError::Misconfigured(_) => Problem::internal(&error),
        LoginError::Unavailable(_) => {
            tracing::warn!(error.chain = %super::Chain(&error), "WeChat doesn't answer a sign-in");
            Problem::unavailable("wechat_unavailable", "微信暂时没有响应，请稍后再登录")
        }
    }
}

impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::CitizenId(bad) => citizen_id(bad),
            ProfileError::CitizenIdMissing => Problem::unprocessable("missing_field", "请填写公民身份号码")
                .with_errors(vec![FieldFault::new("citizen_id", "missing_field", "缺少必填内容")]),
            ProfileError::CitizenIdFixed => {
                Problem::conflict("citizen_id_fixed", "身份号码已登记，不能自行更改；登记有误的，请到便民站点核对")
            }
            ProfileError::NameFixed => Problem::conflict("name_fixed", "姓名已核实，不能自行更改；登记有误的，请带身份证到便民站点更正"),
            ProfileError::CitizenIdTaken => Problem::conflict("citizen_id_taken", "这个身份号码已有人登记，请到便民站点核对身份"),
            ProfileError::NoSuchDivision(field) => Problem::unprocessable("division_not_found", "没有这个村（社区），请重新选择")
                .with_errors(vec![FieldFault::new(field, "division_not_found", "没有这个村（社区）")]),
            ProfileError::Gone => Problem::unauthorised("token_invalid", "登录已失效，请重新登录"),
            ProfileError::Stale => IfMatchFault::Stale.into(),
            ProfileError::Store(error) => error.into(),
        }
    }
}

pub(super) fn citizen_id(bad: BadCitizenId) -> Problem {
    let message = match bad {
        BadCitizenId::Form => "应为 17 位数字加一位数字或 X",
        BadCitizenId::BirthDate => "其中的出生日期不对",
        BadCitizenId::Check => "校验码不对，请核对是否输错",
    };
    Problem::unprocessable("citizen_id_invalid", format!("公民身份号码{message}")).with_errors(vec![FieldFault::new(
        "citizen_id",
        "citizen_id_invalid",
        message,
    )])
}

impl From<RelativeError> for Problem {
    fn from(error: RelativeError) -> Self {
        match error {
            RelativeError::CitizenId(bad) => citizen_id(bad),
            RelativeError::Oneself => Problem::unprocessable("relative_is_oneself", "不能把本人登记为亲属，请更正"),
            RelativeError::NameDiffers => Problem::unprocessable("relative_name_differs", "姓名与已登记的身份号码不符，请核对后再提交"),
            RelativeError::NotRecorded => Problem::not_found("relative_not_found", "没有登记这位亲属"),
            RelativeError::Store(error) => error.into(),
        }
    }
}
