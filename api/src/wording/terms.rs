//! The field's words in Chinese.

use domain::case::{Outcome, Stage, State, StopReason};
use domain::catalogue::Mode;
use domain::evaluation::Satisfaction;
use domain::people::Role;

pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Nearby => "就近即办",
        Mode::District => "全区通办",
        Mode::Remote => "异地可办",
        Mode::OneWindow => "一窗快办",
        Mode::Express => "快递代办",
        Mode::Special => "特需特办",
    }
}

pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::AtOnce => "即办",
        Stage::Accept => "受理",
        Stage::Inspect => "现场核查",
        Stage::Publicise => "公示",
        Stage::Review => "审核",
        Stage::Decide => "决定",
        Stage::Produce => "制作结果",
        Stage::Forward => "转报",
        Stage::RecordAnswer => "登记答复",
        Stage::HandOver => "交付",
    }
}

/// Where a case stands, as its owner reads it.
pub fn state(state: &State, at: Option<Stage>) -> String {
    match state {
        State::AwaitingPapers => "等待快递员上门取件".to_owned(),
        State::Open { .. } => format!("等待{}", at.map_or("办理", stage)),
        State::Supplementing { until, .. } => format!("需要补正材料，请在{until}前提交"),
        State::Publicising { until, .. } => format!("公示中，至{until}结束"),
        State::Paused { .. } => "外部机构检测鉴定中，时限暂停".to_owned(),
        State::OnTheWay => "快递员正在送件".to_owned(),
        State::Ended { outcome } => self::outcome(outcome).to_owned(),
    }
}

pub fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "已办结",
        Outcome::Rejected { .. } => "不予办理",
        Outcome::Withdrawn => "已撤回",
        Outcome::NotAccepted { .. } => "不予受理",
        Outcome::Lapsed => "逾期未补正，已终止",
    }
}

pub fn stop_reason(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Supplement => "等待补正材料",
        StopReason::OutsideTest => "外部机构检测鉴定",
        StopReason::Publicity => "公示（不计入时限）",
    }
}

pub fn role(role: Role) -> &'static str {
    match role {
        Role::Clerk => "工作人员",
        Role::Approver => "审批人",
        Role::Courier => "快递员",
        Role::Supervisor => "督办人员",
        Role::Admin => "系统管理员",
    }
}

pub fn satisfaction(level: Satisfaction) -> &'static str {
    match level {
        Satisfaction::VerySatisfied => "非常满意",
        Satisfaction::Satisfied => "满意",
        Satisfaction::FairlySatisfied => "基本满意",
        Satisfaction::Dissatisfied => "不满意",
        Satisfaction::VeryDissatisfied => "非常不满意",
    }
}
