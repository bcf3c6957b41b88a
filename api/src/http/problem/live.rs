//! Watching what changes.

use super::{FieldFault, Problem};
use crate::app::live::{EntryError, WatchError};

impl Problem {
    pub fn topics_unfit(max: usize) -> Self {
        let fault = FieldFault::new("topics", "invalid_value", format!("请给出 1 至 {max} 个主题"));
        Problem::unprocessable("topics_unfit", format!("一次可以关注 1 至 {max} 个主题")).with_errors(vec![fault])
    }

    pub fn no_upgrade() -> Self {
        Problem::bad_request("no_websocket", "这个地址只接受 WebSocket 连接")
    }
}

impl From<WatchError> for Problem {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::NoSuchStation => Problem::no_such_station(),
            WatchError::NoSuchCase => Problem::no_such_case(),
            WatchError::HiddenCase(on) => Problem::no_such_case().about(on),
            WatchError::Denied(denied) => denied.into(),
            WatchError::Store(error) => error.into(),
        }
    }
}

impl From<EntryError> for Problem {
    fn from(error: EntryError) -> Self {
        match error {
            EntryError::NoTicket => Problem::unauthorised("live_ticket_invalid", "实时更新的凭证已失效，请重新获取"),
            EntryError::Full(_) => Problem::unavailable("live_full", "实时更新的连接已满，请稍后再试，或手动刷新"),
            EntryError::Store(error) => error.into(),
        }
    }
}
