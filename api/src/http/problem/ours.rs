//! Failures of ours: the store, the clock, what isn't ready.

use infra::store::StoreError;

use super::{Chain, Problem};
use crate::app::{MoveClockError, NotReady};
use crate::clock::ClockIsReal;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Problem::precondition_failed("stale", "内容已被他人修改，请刷新后再改"),
            StoreError::Busy | StoreError::Stopped => Problem::unavailable("try_again", "系统繁忙，请稍后再试"),
            StoreError::Taken
            | StoreError::Dangling
            | StoreError::Corrupt { .. }
            | StoreError::Sealed { .. }
            | StoreError::Vault(_)
            | StoreError::WrongMaster { .. }
            | StoreError::BrokeOff
            | StoreError::Database(_) => Problem::internal(&error),
        }
    }
}

impl From<MoveClockError> for Problem {
    fn from(error: MoveClockError) -> Self {
        match error {
            MoveClockError::Real(ClockIsReal) => Problem::no_such_route(),
            MoveClockError::Store(error) => error.into(),
        }
    }
}

impl From<NotReady> for Problem {
    fn from(error: NotReady) -> Self {
        tracing::warn!(error.chain = %Chain(&error), "not ready to serve");
        match error {
            NotReady::Store(_) => Problem::unavailable("not_ready", "数据库暂时不可用，请稍后再试"),
            NotReady::NoFont(_) => Problem::unavailable("not_ready", "缺少中文字体，暂不能出具证明，请联系管理员"),
        }
    }
}
