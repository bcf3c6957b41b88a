//! Alerts, lateness and moves of work in Chinese.

use chrono::NaiveDate;
use domain::queue::Moved;
use domain::supervision::{Cause, Colour};

/// What a sealed case is called for those who watch over the clocks.
pub const SEALED_CASE: &str = "保密事项";

/// What an alert says.
pub fn alert(cause: Cause, colour: Colour) -> String {
    let card = match colour {
        Colour::Yellow => "黄牌",
        Colour::Red => "红牌",
    };
    let what = match (cause, colour) {
        (Cause::Promise, Colour::Yellow) => "承诺时限将到",
        (Cause::Promise, Colour::Red) => "承诺时限已过",
        (Cause::Statute, Colour::Yellow) => "法定时限将到",
        (Cause::Statute, Colour::Red) => "法定时限已过",
        (Cause::Stage, _) => "本环节自定时限已过",
        (Cause::Escalated, _) => "经办人上报",
        (Cause::NobodyMayTake, _) => "条线内无人可办",
    };
    format!("{card}：{what}")
}

/// How what was late ended. `is_over` where its clock counts no further.
pub fn overdue_ended(outcome: Option<&str>, is_over: bool) -> &'static str {
    match (outcome, is_over) {
        (Some("completed"), _) => "已办结",
        (Some("rejected"), _) => "不予办理",
        (Some("withdrawn"), _) => "已撤回",
        (Some("not_accepted"), _) => "不予受理",
        (Some("lapsed"), _) => "逾期未补正，已终止",
        (Some(_) | None, true) => "已办好，待交付",
        (Some(_) | None, false) => "未办结",
    }
}

/// Why the last day of a promise is another.
pub fn due_moved(before: NaiveDate, after: NaiveDate) -> String {
    format!("节假日安排调整，承诺的工作日数不变，最后一天由{before}改为{after}")
}

/// How an item came to wait for somebody else, or for later: its word, and its name.
pub fn moved(moved: &Moved) -> (&'static str, &'static str) {
    match moved {
        Moved::Transferred { .. } => ("transferred", "转交同事"),
        Moved::Parked { .. } => ("parked", "暂时搁置"),
        Moved::Escalated => ("escalated", "上报督办"),
        Moved::Assigned { .. } => ("assigned", "督办指派"),
    }
}
