//! The routing engine's reasons as sentences.

use domain::routing::{Actor, Drawback, Evidence, Ground, HandIn, Merit, Reason, StepKind};

/// Why a mode can't serve, and what to do instead where there is something.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NothingAsked => "请先选择要办的事项",
        Reason::NoSuchItem => "目录里没有这个事项，请重新搜索",
        Reason::SameMatterTwice => "同一件事选了两次，请保留其中一个",
        Reason::ModeNotOffered => "该事项不支持这种办理方式",
        Reason::NothingToCarry => "没有可以上门取送的材料或结果",
        Reason::NoDivisionHere => "户籍和居住地都不在本区，请填写居住地后再试",
        Reason::LandNotHere => "所涉土地不在本区，请到土地所在区办理",
        Reason::NotRegisteredHere => "户籍不在本区，村（社区）不能为您开具，请到户籍地村（社区）办理",
        Reason::NotElsewhere => "您在本区内，不需要异地办理",
        Reason::Elsewhere => "您不在本区，且没有代办人，可选异地可办",
        Reason::AgentMayNotStandIn => "该事项不能代办，或需要更高效力的委托书",
        Reason::PresenceNotDelegable => "该事项须本人到场一次，不能由他人代替",
        Reason::NoPartner => "该事项须本人到场一次，您所在地没有合作站点",
        Reason::NoGround => "没有符合特需条件的情形，可咨询村（社区）网格员",
        Reason::CannotLeaveHome => "这种方式需要出门，可选特需特办",
        Reason::NoStationAccepts => "这种方式下没有站点受理该事项",
        Reason::NoCommonStation => "没有一个站点能同时受理这些事项，可分开办理",
        Reason::OwnVillageOnly => "该证明只能在本村（社区）办理",
        Reason::NoDeciding => "所在条线没有可决定的站点，请联系镇便民服务中心",
        Reason::HasSteps => "站点有台阶，无法满足无障碍需要，可选特需特办",
        Reason::OnlyOwnPeople => "站点只有您本人或亲属在岗，须回避，请选其他站点",
        Reason::NobodyVisits => "站点没有可上门办理该事项的人员，请选其他站点",
        Reason::NeverOpen => "站点近期不开放",
        Reason::StationNotInMode => "所选站点不在这种办理方式的范围内，请重新选择",
    }
}

pub fn merit(merit: Merit) -> &'static str {
    match merit {
        Merit::NoTrip => "不用跑腿",
        Merit::DecidedAtOnce => "当场办结",
        Merit::OwnLine => "在本村（社区）或本镇办理",
        Merit::StepFree => "站点无障碍",
        Merit::AgentActs => "可由代办人办理",
        Merit::StaffCome => "工作人员上门",
        Merit::PriorityLane => "优先办理",
        Merit::CourierFetches => "快递员上门取材料",
        Merit::CourierBrings => "结果送到家",
        Merit::ResultElectronic => "结果可在手机上领取",
        Merit::OneGo => "多件事一次办",
        Merit::OpenNow => "站点现在开放",
    }
}

pub fn drawback(drawback: Drawback) -> &'static str {
    match drawback {
        Drawback::OneTrip => "需要跑一次",
        Drawback::SeveralTrips => "需要跑多次",
        Drawback::CollectInPerson => "纸质结果须到站点领取",
        Drawback::PresenceNeeded => "须本人到场一次",
        Drawback::PapersMove => "材料在站点之间流转，时间稍长",
        Drawback::DecidedOutside => "由上级部门决定",
        Drawback::OriginalsByPost => "原件需要邮寄",
        Drawback::ClosedNow => "站点现在未开放",
        Drawback::LongWait => "排队时间较长",
        Drawback::Fee => "需要缴费",
        Drawback::Provisional => "明年节假日尚未公布，完成日期为暂定",
    }
}

/// One step of the timeline. `place` is where it happens, or where a journey leads.
pub fn step(kind: StepKind, who: Actor, place: Option<&str>) -> String {
    let at = place.unwrap_or_default();
    let to = place.unwrap_or("站点");
    match kind {
        StepKind::Apply => "手机提交申请".to_owned(),
        StepKind::Travel => format!("{}前往{to}", whose_journey(who)),
        StepKind::Fetch => "快递员上门取材料".to_owned(),
        StepKind::Post => "邮寄原件".to_owned(),
        StepKind::Visit => format!("{}上门办理", doer(who)),
        StepKind::Meet => format!("到{to}核验身份、提交材料"),
        StepKind::Accept => format!("{at}受理"),
        StepKind::MovePapers => "材料转送决定机关".to_owned(),
        StepKind::Inspect => format!("{at}现场核查"),
        StepKind::Publicise => format!("{at}公示"),
        StepKind::Review => format!("{at}审核"),
        StepKind::Forward => format!("转报{at}并等待答复"),
        StepKind::Decide => format!("{at}作出决定"),
        StepKind::Bring => format!("{}送结果上门", doer(who)),
        StepKind::Serve => "手机领取结果".to_owned(),
        StepKind::Send => "邮寄结果".to_owned(),
        StepKind::Collect => format!("{}到{to}领取结果", whose_journey(who)),
    }
}

/// The person isn't named in their own plan.
fn whose_journey(who: Actor) -> &'static str {
    match who {
        Actor::Person => "",
        Actor::Agent
        | Actor::Staff
        | Actor::GridWorker
        | Actor::Volunteer
        | Actor::Courier
        | Actor::Post
        | Actor::Partner
        | Actor::OutsideBody => doer(who),
    }
}

pub const OUTSIDE_BODY: &str = "上级部门";

/// Who does a step.
pub fn doer(who: Actor) -> &'static str {
    match who {
        Actor::Person => "本人",
        Actor::Agent => "代办人",
        Actor::Staff => "工作人员",
        Actor::GridWorker => "网格员",
        Actor::Volunteer => "志愿者",
        Actor::Courier => "快递员",
        Actor::Post => "邮政",
        Actor::Partner => "合作站点",
        Actor::OutsideBody => OUTSIDE_BODY,
    }
}

/// How a matter reaches its station.
pub fn hand_in(how: HandIn) -> &'static str {
    match how {
        HandIn::Counter => "本人到窗口提交",
        HandIn::Phone => "手机提交，不用到场",
        HandIn::Agent => "由代办人到窗口提交",
        HandIn::Courier => "手机提交，快递员上门取材料",
        HandIn::Visit => "工作人员上门收取",
        HandIn::Post => "手机提交，原件邮寄",
        HandIn::Partner => "手机提交，本人到合作站点核验",
    }
}

/// A ground for special handling.
pub fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::EightyAndOver => "80周岁及以上老年人",
        Ground::Disabled => "残疾人",
        Ground::BedriddenOrInHospital => "卧床或者住院",
        Ground::LatePregnancy => "孕晚期",
        Ground::BereavedWithinTheWeek => "一周内亲人去世",
        Ground::CannotLeaveHome => "因故不能出门",
    }
}

/// A paper that shows a ground.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::IdCard => "居民身份证",
        Evidence::DisabilityCard => "残疾人证",
        Evidence::HospitalStatement => "住院证明或诊断证明",
        Evidence::MaternityRecord => "孕产妇保健手册",
        Evidence::DeathCertificate => "死亡证明",
        Evidence::GridWorkerStatement => "村（社区）网格员核实",
    }
}
