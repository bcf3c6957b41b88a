//! The history of a case in plain Chinese, one sentence an event. Names of staff and free texts don't stand here.

use chrono::NaiveDate;
use domain::case::{Acceptance, Actor, Changed, Decision, Event, Finding, Objections, Opinion, Receiver};
use domain::ids::PersonId;

use super::terms;

/// Who did it, without a name. Acting for another shows.
pub fn who_did(actor: &Actor, agent: Option<PersonId>) -> &'static str {
    match actor {
        Actor::Person { person } if agent == Some(*person) => "代办人",
        Actor::Staff { person, .. } if agent == Some(*person) => "工作人员（代办人）",
        Actor::Person { .. } => "申请方",
        Actor::Staff { .. } => "工作人员",
        Actor::System => "系统",
    }
}

/// What happened. `station_name` tells a station's name by its code.
pub fn said(event: &Event, station_name: &dyn Fn(&domain::ids::StationCode) -> String) -> String {
    match event {
        Event::Submitted { submission } => {
            format!("提交申请，办件编号{}，由{}受理", submission.number, station_name(&submission.route.accepting))
        }
        Event::PapersArrived => "快递员已将材料送达站点".to_owned(),
        Event::Accepted { how, promised_working_days } => accepted(*how, *promised_working_days),
        Event::TakenIn => "上级站点已接收转报的申请".to_owned(),
        Event::MatterNamed { matter } => format!("确认本件对应事项{matter}"),
        Event::NotAccepted { .. } => "不予受理，理由和去处见《不予受理通知书》".to_owned(),
        Event::SupplementAsked { until, .. } => format!("一次性告知需补正的材料，请在{until}前提交"),
        Event::Supplemented => "已提交补正材料".to_owned(),
        Event::Lapsed => "逾期未补正，办件终止；备齐材料后可重新申请".to_owned(),
        Event::Inspected { finding: Finding::AsStated, .. } => "现场核查完成，情况属实".to_owned(),
        Event::Inspected { finding: Finding::Differs, .. } => "现场核查完成，与申报情况不一致".to_owned(),
        Event::PublicityOpened { until } => format!("开始公示，至{until}结束"),
        Event::PublicityClosed { objections: Objections::None, .. } => "公示结束，无异议".to_owned(),
        Event::PublicityClosed { objections: Objections::Raised, .. } => "公示结束，收到异议，将在决定时一并考虑".to_owned(),
        Event::Reviewed { opinion: Opinion::Endorsed, .. } => "审核通过".to_owned(),
        Event::Reviewed { opinion: Opinion::Opposed, .. } => "审核意见为不同意，由决定机关定夺".to_owned(),
        Event::Forwarded => "申请已转报".to_owned(),
        Event::Decided { decision } => decided("决定", *decision),
        Event::AnswerRecorded { decision, .. } => decided("主管部门答复", *decision),
        Event::FeePaid { fee } => format!("已在窗口缴费{}，票据号{}", domain::notice::yuan(fee.amount_fen), fee.receipt_no),
        Event::Produced { .. } => "结果文书已制作".to_owned(),
        Event::HandedOver { to } => handed_over(to),
        Event::Delivered => "结果已送达并由双方确认".to_owned(),
        Event::ClockStopped { reason, legal_basis } => format!("时限暂停：{}（依据：{legal_basis}）", terms::stop_reason(*reason)),
        Event::ClockStarted { reason } => format!("时限恢复计算：{}结束", terms::stop_reason(*reason)),
        Event::Drawn { from, to } => format!("{}待办较多，由{}以其名义办理", station_name(from), station_name(to)),
        Event::Rose { from, to } => format!("{}无合适人员可办，由{}以其名义办理", station_name(from), station_name(to)),
        Event::OpenedToLine => "本级无合适人员可办，已请条线内其他人员办理并告知督办人员".to_owned(),
        Event::Replanned { changed, latest } => replanned(*changed, *latest),
        Event::Rerouted { way } => {
            let (mode, station) = (super::mode(way.route.mode), station_name(&way.route.accepting));
            format!("原站点办不了，已改为{mode}，由{station}受理，最晚{}办好；也可另选站点", way.latest)
        }
        Event::ChosenAnew { way } => {
            let (mode, station) = (super::mode(way.route.mode), station_name(&way.route.accepting));
            format!("已改选方案：{mode}，由{station}受理，最晚{}办好", way.latest)
        }
        Event::DueMoved { before, after } => super::due_moved(*before, *after),
        Event::AgentLeft => "委托已解除，代办人不再办理本件".to_owned(),
        Event::Withdrawn => "申请已撤回".to_owned(),
        Event::ConsentWithdrawn { .. } => "办这件事所需的同意已收回，申请已撤回".to_owned(),
        Event::Completed => "办结".to_owned(),
    }
}

fn replanned(changed: Changed, latest: Option<NaiveDate>) -> String {
    let cause = match changed {
        Changed::Station => "站点临时停办或调整",
        Changed::Courier => "原定的快递员不能来",
    };
    match latest {
        Some(latest) => format!("{cause}，方案已重排，最晚{latest}办好"),
        None => format!("{cause}，原方案不再适用，请另选站点或与站点联系"),
    }
}

fn accepted(how: Acceptance, promised_working_days: u16) -> String {
    let promise = match promised_working_days {
        0 => "当场办理".to_owned(),
        days => format!("承诺{days}个工作日内办结"),
    };
    match how {
        Acceptance::ByClerk => format!("已受理，{promise}"),
        Acceptance::BySilence => format!("五个工作日内未告知补正，自收到之日起视为受理，{promise}"),
    }
}

fn decided(whose: &str, decision: Decision) -> String {
    match decision {
        Decision::Granted => format!("{whose}：同意"),
        Decision::Refused { .. } => format!("{whose}：不同意，理由和救济途径见《办结通知书》"),
    }
}

fn handed_over(to: &Receiver) -> String {
    match to {
        Receiver::Subject => "结果已交付本人".to_owned(),
        Receiver::Agent => "结果已交付代办人".to_owned(),
        Receiver::Organisation => "结果已交付来函单位".to_owned(),
        Receiver::Post { tracking_no } => format!("结果已寄出，邮寄单号{tracking_no}"),
        Receiver::Courier { .. } => "结果已交给快递员".to_owned(),
    }
}
