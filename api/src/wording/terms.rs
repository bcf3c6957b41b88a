//! The field's words in Chinese.

use domain::audit::{Purpose, Thing};
use domain::case::{Outcome, Stage, State, StopReason};
use domain::catalogue::{Authorisation, ItemKind, MaterialForm, Mode};
use domain::certificate::CertificateStatus;
use domain::evaluation::Satisfaction;
use domain::evaluation::farming::Sign;
use domain::evaluation::rectification::{Appellant, Contact, Event, Overdue, Rating, Timeliness, Verdict};
use domain::evaluation::words::WordsState;
use domain::floor::CallOff;
use domain::mandate::{RevokedHow, Witnessing};
use domain::people::{FaceState, IdentityLevel, Role};
use domain::session::Device;

/// What a sealed case is called where its papers are carried.
pub const SEALED_PAPERS: &str = "办件材料";
/// What somebody's matter is called in a list of a station's staff, where what it is about isn't for them to see.
pub const UNSHOWN_MATTER: &str = "密件";
/// What it is called in a message, which others may see on the phone.
pub const SEALED_MATTER: &str = "您申请的事项";

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

/// What somebody takes a number for.
pub fn matter_kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::TownService => "综合业务",
        ItemKind::Certificate => "开具证明",
        ItemKind::VillageProxy => "代办服务",
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
        Role::SystemAdmin => "系统管理员",
        Role::SecurityAdmin => "安全管理员",
        Role::AuditAdmin => "审计管理员",
    }
}

/// How sure it is that somebody is who they say.
pub fn identity_level(level: IdentityLevel) -> &'static str {
    match level {
        IdentityLevel::Unverified => "未核实",
        IdentityLevel::Phone => "手机号已验证",
        IdentityLevel::Face => "已认脸",
        IdentityLevel::Document => "站点核对过身份证件",
    }
}

/// Where a face check stands.
pub fn face_state(state: FaceState) -> &'static str {
    match state {
        FaceState::Waiting => "等待认脸",
        FaceState::Passed => "已通过",
        FaceState::Differs => "看上去不是本人，可到站点核对",
        FaceState::NotAlive => "没有认出真人，请再试一次",
        FaceState::GivenUp => "没有认完，请重新开始",
    }
}

/// What somebody signed in on.
pub fn device(device: Device) -> &'static str {
    match device {
        Device::Android => "安卓手机",
        Device::Iphone => "苹果手机",
        Device::Ipad => "苹果平板",
        Device::Harmony => "鸿蒙设备",
        Device::Windows => "Windows 电脑",
        Device::Mac => "苹果电脑",
        Device::Linux => "Linux 电脑",
    }
}

/// What somebody saw of a person's data.
pub fn seen(thing: &Thing) -> &'static str {
    match thing {
        Thing::Case => "身份号码、电话、住址和表单内容",
        Thing::Form => "表单内容",
        Thing::Notice => "文书",
        Thing::Upload(_) => "提交的材料",
        Thing::Document(_) => "办理结果",
        Thing::Delivery(_) => "姓名、电话和住址",
        Thing::Person | Thing::Correction(_) => "个人资料",
        Thing::Nothing
        | Thing::WorkItem(_)
        | Thing::Account(_)
        | Thing::Station(_)
        | Thing::Year(_)
        | Thing::Clock
        | Thing::Keys
        | Thing::Mandate(_)
        | Thing::Catalogue
        | Thing::Consent(_)
        | Thing::Request(_)
        | Thing::Appointment(_)
        | Thing::Ticket(_)
        | Thing::Window(_) => "其他",
    }
}

pub fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::VerifyIdentity => "核验身份",
        Purpose::Contact => "联系申请人",
        Purpose::Print => "打印材料",
        Purpose::Deliver => "递送",
        Purpose::Supervise => "督办核查",
        Purpose::Other => "其他",
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

/// How it stands with the words of a review, for who wrote them.
pub fn review_words(state: WordsState) -> &'static str {
    match state {
        WordsState::Unchecked => "您写的话正在做内容检查，检查完之前只有处理评价的人能看到",
        WordsState::Shown => "您写的话已通过内容检查，整改办结后被评价的人能看到",
        WordsState::Held => "您写的话等待人工核看，核看之前只有处理评价的人能看到，评价照常计入",
        WordsState::Hidden => "您写的话含有不宜转给他人的内容，只有处理评价的人能看到，评价照常计入",
    }
}

/// Why reviews look made up.
pub fn farming_sign(sign: Sign) -> &'static str {
    match sign {
        Sign::SameDevice => "同一设备短时间内连续好评",
        Sign::AtTheCounter => "在窗口办完当场集中好评",
        Sign::StaffDevice => "用工作人员登录过的设备评价",
        Sign::StaffAccount => "本站点工作人员评价本站点",
        Sign::Burst => "当天评价数量远高于平常",
    }
}

/// What happened in a rectification.
pub fn rectification_step(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "收到差评，开始整改",
        Event::Contacted { contact: Contact::Reached, fix_by: None, .. } => "已联系上本人",
        Event::Contacted { contact: Contact::Reached, fix_by: Some(_), .. } => "已联系上本人，答复了整改日期",
        Event::Contacted { contact: Contact::NotReached, .. } => "联系本人，未联系上",
        Event::Closed { timeliness: Timeliness::InTime, .. } => "按期办结并答复本人",
        Event::Closed { timeliness: Timeliness::Late, .. } => "逾期办结并答复本人",
        Event::Rated { rating: Rating::Satisfied } => "本人对整改满意",
        Event::Rated { rating: Rating::NotSatisfied } => "本人对整改不满意",
        Event::Reopened { .. } => "转由督办人员再次整改",
        Event::Appealed { by: Appellant::Named { .. }, .. } => "被评价的工作人员申诉",
        Event::Appealed { by: Appellant::Station, .. } => "站点申诉",
        Event::AppealDecided { verdict: Verdict::Accepted, .. } => "申诉成立，评价不再计入",
        Event::AppealDecided { verdict: Verdict::Refused, .. } => "申诉不成立",
        Event::Raised { .. } => "站点无人可以处理，已转上级站点的审批人员",
        Event::OverdueTold { what: Overdue::Contact } => "超期未联系本人，已提醒督办人员",
        Event::OverdueTold { what: Overdue::Closing } => "超期未办结，已提醒督办人员",
    }
}

/// The form in which a material is wanted.
pub fn material_form(form: MaterialForm) -> &'static str {
    match form {
        MaterialForm::Original => "原件",
        MaterialForm::Copy => "复印件",
        MaterialForm::Electronic => "电子件",
        MaterialForm::Form => "填写的表格",
    }
}

/// What an agent shows.
pub fn mandate(authorisation: Authorisation) -> &'static str {
    match authorisation {
        Authorisation::None => "无需委托书",
        Authorisation::Simple => "委托书",
        Authorisation::Notarised => "经公证的委托书",
    }
}

/// How a mandate was witnessed: its word, and its sentence.
pub fn witnessing(witnessing: &Witnessing) -> (&'static str, &'static str) {
    match witnessing {
        Witnessing::InApp => ("in_app", "委托人本人在手机上确认"),
        Witnessing::Told => ("told", "委托人向工作人员口头说明"),
        Witnessing::OnPaper { .. } => ("on_paper", "书面委托，工作人员已核对扫描"),
        Witnessing::Guardian { .. } => ("guardian", "监护人凭监护证明办理"),
        Witnessing::Notarised { .. } => ("notarised", "经公证的委托书"),
    }
}

/// How a mandate was ended.
pub fn revoked(how: RevokedHow) -> &'static str {
    match how {
        RevokedHow::InApp => "在手机上解除",
        RevokedHow::ByTelephone => "电话告知工作人员解除",
        RevokedHow::AtStation => "到站点解除",
    }
}

/// Where a certificate stands, as whoever is shown it reads it.
pub fn certificate_status(status: CertificateStatus) -> &'static str {
    match status {
        CertificateStatus::Valid => "有效",
        CertificateStatus::Expired => "已过期",
        CertificateStatus::Revoked => "已撤销",
        CertificateStatus::Corrected => "已更正",
    }
}

/// What that means for whoever is shown it.
pub fn certificate_advice(status: CertificateStatus) -> &'static str {
    match status {
        CertificateStatus::Valid => "请核对纸面内容与下列信息是否一致。",
        CertificateStatus::Expired => "有效期已过，请持证人重新申请。",
        CertificateStatus::Revoked => "该证明已被出具单位撤销，请勿采信。",
        CertificateStatus::Corrected => "该证明内容有误，已由新的证明代替，请勿采信，并请持证人出示新的证明。",
    }
}

/// Why a station can't keep a booked slot, and what its person does next.
pub fn called_off(why: CallOff) -> &'static str {
    match why {
        CallOff::Closed => "该时段站点停办，请另约时间或站点",
        CallOff::NotTakenIn => "站点不再受理此事项，请另选站点预约",
        CallOff::NoWindow => "站点不再开设此类窗口，请另选站点预约",
    }
}
