//! Accounts of staff, their roles, passwords and second factors.

use domain::backoff::Rests;
use domain::people::{BadGrants, BadLogin, GRANTS_MAX, PASSWORD_CHARS_MIN, WeakPassword};
use infra::oidc::OidcError;
use infra::passwords::{PASSWORD_BYTES_MAX, PasswordError};
use infra::store::StoreError;
use infra::wechat::LoginError;

use super::people::{citizen_id, wechat};
use super::{Chain, FieldFault, Problem};
use crate::app::second_factor::{DemoCodeError, SecondFactorError};
use crate::app::staff::StaffError;
use crate::app::{BindWechatError, ChangePasswordError, ProviderError};
use crate::http::etag::IfMatchFault;

impl Problem {
    pub fn one_place_a_grant() -> Self {
        at_fault("grants", "grant_place_invalid", "每项权限应写明一个站点或一个区域，二者只能选一，请更正")
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::NotFound => Problem::not_found("staff_not_found", "没有这个工作人员账号，请重新查找"),
            StaffError::Denied(denied) => denied.into(),
            StaffError::Login(BadLogin) => {
                at_fault("login", "login_invalid", "账号应为 3 至 40 个小写字母、数字、点、横线或下划线，请更正")
            }
            StaffError::LoginTaken => Problem::conflict("login_taken", "这个账号名已有人使用，请换一个"),
            StaffError::CitizenId(bad) => citizen_id(bad),
            StaffError::NameDiffers => at_fault("name", "name_differs", "姓名与该身份号码登记的不一致，请核对后重新录入"),
            StaffError::Grants(bad) => bad_grants(bad),
            StaffError::NoSuchPlace(code) => {
                Problem::unprocessable("place_not_found", format!("没有编码为 {code} 的站点或区域，请重新选择"))
                    .with_errors(vec![FieldFault::new("grants", "place_not_found", "没有这个站点或区域")])
            }
            StaffError::Stale | StaffError::Store(StoreError::Stale) => IfMatchFault::Stale.into(),
            StaffError::Password(error) => Problem::internal(&error),
            StaffError::Store(error) => error.into(),
        }
    }
}

fn bad_grants(bad: BadGrants) -> Problem {
    match bad {
        BadGrants::TooMany => {
            let detail = format!("一个人最多有 {GRANTS_MAX} 项权限，请删减，或按区域授予");
            Problem::unprocessable("too_many_grants", detail.clone()).with_errors(vec![FieldFault::new(
                "grants",
                "too_many_grants",
                detail,
            )])
        }
        BadGrants::AdministratorAndMore => {
            at_fault("grants", "administrator_and_more", "系统、安全、审计三类管理员不能互相兼任，也不能兼任其他岗位，请更正")
        }
        BadGrants::AdministratorOfAPart => at_fault("grants", "administrator_of_a_part", "管理员的权限应覆盖全区县，请选择区县"),
    }
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Denied(denied) => denied.into(),
            ChangePasswordError::OldIsWrong => at_fault("old", "old_password_wrong", "原密码不对，请重新输入"),
            ChangePasswordError::TooManyAttempts(rests) => too_many_attempts(rests),
            ChangePasswordError::Weak(weak) => weak_password(weak),
            ChangePasswordError::Unchanged => at_fault("new", "password_unchanged", "新密码不能与原密码相同，请另选一个"),
            ChangePasswordError::Gone => Problem::unauthorised("token_invalid", "登录已失效，请重新登录"),
            ChangePasswordError::Password(PasswordError::TooLong) => {
                let detail = format!("密码最多 {PASSWORD_BYTES_MAX} 个字节，请缩短");
                Problem::unprocessable("password_too_long", detail.clone()).with_errors(vec![FieldFault::new(
                    "new",
                    "password_too_long",
                    detail,
                )])
            }
            ChangePasswordError::Password(error) => Problem::internal(&error),
            ChangePasswordError::Token(error) => Problem::internal(&error),
            ChangePasswordError::Store(error) => error.into(),
        }
    }
}

impl From<SecondFactorError> for Problem {
    fn from(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::Denied(denied) => denied.into(),
            SecondFactorError::PasswordWrong => at_fault("password", "password_wrong", "密码不对，请重新输入"),
            SecondFactorError::CodeNeeded => at_fault("code", "second_factor_needed", "请输入现用验证器上的 6 位动态验证码，或一个恢复码"),
            SecondFactorError::CodeWrong => at_fault("code", "second_factor_wrong", "动态验证码不对或已用过，请等验证器换出新的一组再输入"),
            SecondFactorError::NothingPending => {
                Problem::conflict("second_factor_not_begun", "没有待确认的验证器，或已超过 10 分钟，请重新获取密钥")
            }
            SecondFactorError::TooManyAttempts(rests) => too_many_attempts(rests),
            SecondFactorError::Gone => Problem::unauthorised("token_invalid", "登录已失效，请重新登录"),
            SecondFactorError::Secret(error) => Problem::internal(&error),
            SecondFactorError::Password(error) => Problem::internal(&error),
            SecondFactorError::Store(error) => error.into(),
        }
    }
}

impl From<BindWechatError> for Problem {
    fn from(error: BindWechatError) -> Self {
        match error {
            BindWechatError::Denied(denied) => denied.into(),
            BindWechatError::NotFresh => Problem::sign_in_again(),
            BindWechatError::SignedOut => Problem::unauthorised("token_invalid", "登录已失效，请重新登录"),
            BindWechatError::NoWechat => Problem::unavailable("wechat_not_set_up", "微信登录尚未开通，请用账号密码登录"),
            BindWechatError::Wechat(LoginError::CodeInvalid) => at_fault("code", "login_code_invalid", "微信登录码已失效，请重新获取"),
            BindWechatError::Wechat(error) => wechat(error),
            BindWechatError::Taken => {
                Problem::conflict("wechat_bound_elsewhere", "这个微信已绑定另一个工作人员账号，请先在那个账号解除绑定")
            }
            BindWechatError::Store(error) => error.into(),
        }
    }
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::NotSetUp => Problem::not_found("oidc_not_set_up", "没有开通统一身份登录，请用账号密码登录"),
            ProviderError::UnknownState => Problem::unauthorised("oidc_state_unknown", "这次登录已超时或已用过，请重新从统一身份登录进入"),
            ProviderError::Oidc(OidcError::CodeRefused) => {
                Problem::unauthorised("oidc_code_refused", "统一身份登录没有认可这次登录，请重新登录")
            }
            ProviderError::Oidc(OidcError::Token(_)) => {
                tracing::warn!(error.chain = %Chain(&error), "a token of the identity provider doesn't hold");
                Problem::unauthorised("oidc_token_refused", "统一身份登录返回的身份不可信，请重新登录；仍不行时联系系统管理员")
            }
            ProviderError::Oidc(OidcError::Unreachable(_)) => {
                tracing::warn!(error.chain = %Chain(&error), "the identity provider doesn't answer");
                Problem::unavailable("oidc_unavailable", "统一身份登录暂时没有响应，请稍后再试，或用账号密码登录")
            }
            ProviderError::Oidc(OidcError::Misconfigured(_)) => {
                tracing::error!(error.chain = %Chain(&error), "the identity provider answers what it shouldn't");
                Problem::unavailable("oidc_unavailable", "统一身份登录暂时不能用，请用账号密码登录")
            }
            ProviderError::NoAccount => Problem::forbidden("oidc_no_account", "没有与您的统一身份对应的工作人员账号，请联系安全管理员"),
            ProviderError::AnothersAccount => {
                Problem::forbidden("oidc_bound_otherwise", "这个账号已绑定另一个统一身份，不能登录，请联系安全管理员")
            }
            ProviderError::Sealing => Problem::internal(&error),
            ProviderError::Token(error) => Problem::internal(&error),
            ProviderError::Store(error) => error.into(),
        }
    }
}

impl From<DemoCodeError> for Problem {
    fn from(error: DemoCodeError) -> Self {
        match error {
            DemoCodeError::NoDemoAccount => Problem::not_found("demo_account_not_found", "没有这个演示账号，请核对账号名"),
            DemoCodeError::NotEnrolled => {
                Problem::conflict("second_factor_not_enrolled", "这个演示账号的验证器已被重置，请用密码登录后重新绑定")
            }
            DemoCodeError::AllUsed(secs) => {
                Problem::conflict("demo_codes_used", format!("这一时段的动态验证码都已用过，请 {secs} 秒后再取，或拨动演示时钟"))
                    .retry_after(std::time::Duration::from_secs(secs))
            }
            DemoCodeError::Store(error) => error.into(),
        }
    }
}

pub(super) fn too_many_attempts(Rests(wait): Rests) -> Problem {
    let wait = wait.to_std().unwrap_or_default();
    let minutes = wait.as_millis().div_ceil(60_000).max(1);
    let detail = format!("输错次数过多，请 {minutes} 分钟后再试，或联系安全管理员重置密码");
    Problem::too_many("too_many_attempts", detail).retry_after(wait)
}

fn weak_password(weak: WeakPassword) -> Problem {
    match weak {
        WeakPassword::TooShort => {
            let detail = format!("新密码至少要有 {PASSWORD_CHARS_MIN} 个字，请加长；可以用一句自己记得住的话");
            Problem::unprocessable("password_too_short", detail.clone()).with_errors(vec![FieldFault::new(
                "new",
                "password_too_short",
                detail,
            )])
        }
        WeakPassword::Monotonous => at_fault("new", "password_monotonous", "新密码过于单一，请使用更多不同的字符"),
        WeakPassword::HasLogin => at_fault("new", "password_has_login", "新密码中不能含有账号名，请更正"),
    }
}

fn at_fault(field: &'static str, code: &'static str, message: &'static str) -> Problem {
    Problem::unprocessable(code, message).with_errors(vec![FieldFault::new(field, code, message)])
}
