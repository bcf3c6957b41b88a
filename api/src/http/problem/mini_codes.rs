//! Mini-program codes.

use infra::wechat::CallError;

use super::Problem;
use crate::app::{MiniCodeError, SceneError};

impl From<MiniCodeError> for Problem {
    fn from(error: MiniCodeError) -> Self {
        match error {
            MiniCodeError::NoWechat => {
                Problem::unavailable("wechat_not_set_up", "微信小程序尚未开通，暂不能生成小程序码，请联系系统管理员")
            }
            MiniCodeError::NoSuchStation => Problem::no_such_station(),
            MiniCodeError::Denied(denied) => denied.into(),
            MiniCodeError::Case(error) => error.into(),
            MiniCodeError::Code(ref cause) => Problem::internal(cause),
            MiniCodeError::Wechat(CallError::Halted { .. }) => Problem::unavailable("try_again", "小程序码生成得太多，请一分钟后再试"),
            MiniCodeError::Wechat(CallError::Refused(_)) => {
                Problem::unavailable("mini_code_refused", "微信没有生成小程序码，请联系系统管理员核对小程序设置")
            }
            MiniCodeError::Wechat(_no_answer) => Problem::unavailable("wechat_unavailable", "微信暂时没有响应，请稍后再试"),
            MiniCodeError::Store(error) => error.into(),
        }
    }
}

impl From<SceneError> for Problem {
    fn from(error: SceneError) -> Self {
        let nothing = || Problem::not_found("scene_not_found", "这个小程序码没有可打开的内容，请登录后再扫，或到站点询问");
        match error {
            SceneError::Nothing => nothing(),
            SceneError::Hidden(on) => nothing().about(on),
            SceneError::Store(error) => error.into(),
        }
    }
}
