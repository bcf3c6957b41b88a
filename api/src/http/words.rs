//! The field's words as the API says them: the domain's enums with their place in the OpenAPI document.
//! A word that is added in the domain doesn't compile here until the API says it too.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident is $($of:ident)::+ { $($word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($word),+
        }

        impl From<$($of)::+> for $name {
            fn from(word: $($of)::+) -> Self {
                use $($of)::+ as Domain;
                match word {
                    $(Domain::$word => Self::$word),+
                }
            }
        }

        impl From<$name> for $($of)::+ {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$word => Self::$word),+
                }
            }
        }
    )+};
}

words! {
    /// 审计日志里的行为.
    Deed is domain::audit::Deed {
        SignIn, Request, UnmaskedRead, Look, StationEdit, YearLoad, ClockMove, AccountOpening, AccountChange, AccountClosing, RoleGrant,
        RoleWithdrawal, PasswordReset, KeyRotation, MandateGiven, MandateRevoked, Export, Correction, Erasure,
        CatalogueLoad, ConsentGiven, ConsentWithdrawn, CorrectionProposed, CorrectionRefused,
        ErasureProposed, ErasureRefused, ThresholdsEdit, SlotBooked, SlotCancelled, TicketFavoured, WindowFreed, SignOut, TokenReuse,
        ErrandRun, SecondFactorEnrolled, SecondFactorReset, RecoveryCodeUsed, RecoveryCodesRenewed,
        WechatBound, WechatUnbound, ProviderBound, PhoneProven, IdentityProven
    }
    /// 登录的设备: 安卓手机, 苹果手机, 苹果平板, 鸿蒙设备, Windows 电脑, 苹果电脑, Linux 电脑.
    DeviceKind is domain::session::Device { Android, Iphone, Ipad, Harmony, Windows, Mac, Linux }
    /// 查看完整信息的用途: 核验身份, 联系申请人, 打印材料, 递送, 督办核查, 其他.
    Purpose is domain::audit::Purpose { VerifyIdentity, Contact, Print, Deliver, Supervise, Other }
    /// 评价文字能否给被评价的人看: 正在检查, 可以看, 等人工核看, 不给看.
    ReviewWords is domain::evaluation::words::WordsState { Unchecked, Shown, Held, Hidden }
    /// 核看评价文字的结论: 给看, 不给看.
    WordsLook is domain::evaluation::words::Look { Show, Hide }
    /// 通知的方式: 微信, 短信, 站点电话或上门.
    Channel is domain::channel::Channel { Wechat, Sms, Errand }
    /// 通知的状态: 待发, 已交给通道, 已送达, 未送达, 不能确认.
    TryState is domain::channel::TryState { Waiting, HandedOver, Delivered, Failed, Unknown }
    /// 订阅的种类: 一次性, 长期.
    SubscriptionKind is domain::channel::CreditKind { OneTime, LongTerm }
    /// 电话或上门的结果: 电话告知了, 上门告知了, 没有联系上.
    ErrandOutcome is domain::channel::Outcome { ReachedByPhone, ReachedByVisit, NotReached }
    /// 电话或上门告知: 待办, 已告知, 联系不上.
    ErrandState is domain::channel::ErrandState { Waiting, Reached, GivenUp }
    /// 实名程度: 未核实, 手机号, 人脸, 证件.
    IdentityLevel is domain::people::IdentityLevel { Unverified, Phone, Face, Document }
    /// 认脸: 等待, 通过, 不是本人, 不是活人, 放弃.
    FaceState is domain::people::FaceState { Waiting, Passed, Differs, NotAlive, GivenUp }
    /// 更正的内容: 姓名, 公民身份号码, 民族.
    Change is domain::correction::Change { Name, CitizenId, Ethnicity }
    /// 在窗口出示的: 身份证, 签字的申请.
    Shown is domain::counter_request::Shown { IdentityCard, SignedRequest }
    /// 不同意的原因: 与身份证不一致, 看不清, 不是本人的证件, 本人没有提出.
    WhyRefused is domain::countersign::WhyRefused { OtherThanTheCard, Unreadable, NotTheirCard, NotAskedFor }
    /// 优先: 无, 老年人, 残疾人, 孕妇或带婴幼儿的人, 军人军属退役军人和消防救援人员.
    Priority is domain::floor::Priority { None, Elderly, Disabled, Pregnant, Soldier }
    ItemKind is domain::catalogue::ItemKind { TownService, VillageProxy, Certificate }
    Topic is domain::catalogue::Topic {
        SocialInsurance, MedicalInsurance, CivilAffairs, Disability, Veterans, Employment, HealthFamily, Agriculture, Forestry,
        LandHousing, Construction, Education, HouseholdRegistration, Market, Legal, Transport, FinanceSubsidy, WaterPower, Emergency,
        Culture, PartyVillageAffairs, Tax, Environment
    }
    /// 一件事.
    LifeEvent is domain::catalogue::LifeEvent {
        Birth, Schooling, Job, Business, Marriage, Housing, Illness, Disability, OldAge, Veteran, Farming, Bereavement
    }
    /// 办理方式.
    Mode is domain::catalogue::Mode { Nearby, District, Remote, OneWindow, Express, Special }
    Audience is domain::catalogue::Audience { Person, Household, Organisation }
    /// 即办件 or 承诺件.
    Handling is domain::catalogue::Handling { Instant, Commitment }
    Authority is domain::catalogue::Authority { Village, Town, District, City, Province }
    InPerson is domain::catalogue::InPerson { None, IdentityCheck, Once, SiteVisit }
    Authorisation is domain::catalogue::Authorisation { None, Simple, Notarised }
    MaterialForm is domain::catalogue::MaterialForm { Original, Copy, Electronic, Form }
    FieldType is domain::catalogue::FieldType {
        Text, Textarea, Number, Money, Date, Bool, Select, IdNumber, Phone, Address, BankCard, File
    }
    FilledBy is domain::catalogue::FilledBy { Applicant, Station }
    DayUnit is domain::catalogue::DayUnit { Calendar, Working }
    ResultForm is domain::catalogue::ResultForm { Electronic, Paper, Both, None }
    Verification is domain::catalogue::Verification { Register, HouseholdVisit, Neighbours, CommitteeMeeting, GridWorker }
    /// A ground for special handling.
    Ground is domain::routing::Ground {
        EightyAndOver, Disabled, BedriddenOrInHospital, LatePregnancy, BereavedWithinTheWeek, CannotLeaveHome
    }
    Evidence is domain::routing::Evidence {
        IdCard, DisabilityCard, HospitalStatement, MaternityRecord, DeathCertificate, GridWorkerStatement
    }
    Mobility is domain::routing::Mobility { LeavesHome, CannotLeaveHome }
    Access is domain::routing::Access { Any, StepFree }
    AgentKind is domain::routing::AgentKind { Family, ProxyClerk }
    Carriage is domain::routing::Carriage { Fetch, Bring, Both }
    Preference is domain::routing::Preference { Soonest, Nearest, FewestTrips }
    HandIn is domain::routing::HandIn { Counter, Phone, Agent, Courier, Visit, Post, Partner }
    CourierLeg is domain::routing::CourierLeg { Fetch, Bring }
    /// 敏感个人信息: 健康, 残疾人身份, 金融账户, 不满十四周岁未成年人.
    Sensitive is domain::consent::Sensitive { Health, Disability, Account, Child }
    /// A side of a mandate.
    MandateSide is domain::mandate::Side { Grantor, Holder }
    /// A step of a plan.
    StepKind is domain::routing::StepKind {
        Apply, Travel, Fetch, Post, Visit, Meet, Accept, MovePapers, Inspect, Publicise, Review, Forward, Decide, Bring, Serve, Send, Collect
    }
    /// Who does a step of a plan.
    Doer is domain::routing::Actor { Person, Agent, Staff, GridWorker, Volunteer, Courier, Post, Partner, OutsideBody }
    /// Who visits somebody who can't come.
    Visitor is domain::routing::Visitor { Clerk, GridWorker, Volunteer }
    /// Why a station is closed.
    ClosureCause is domain::district::ClosureCause { Maintenance, Outage, Weather, Event, Relocation, Other }
    /// Why a mode can't serve.
    Reason is domain::routing::Reason {
        NothingAsked, NoSuchItem, SameMatterTwice, ModeNotOffered, NothingToCarry, NoDivisionHere, LandNotHere, NotRegisteredHere,
        NotElsewhere, Elsewhere, AgentMayNotStandIn, PresenceNotDelegable, NoPartner, NoGround, CannotLeaveHome, NoStationAccepts,
        NoCommonStation, OwnVillageOnly, NoDeciding, HasSteps, OnlyOwnPeople, NobodyVisits, NeverOpen, StationNotInMode
    }
    /// What speaks for a plan.
    Merit is domain::routing::Merit {
        NoTrip, DecidedAtOnce, OwnLine, StepFree, AgentActs, StaffCome, PriorityLane, CourierFetches, CourierBrings, ResultElectronic,
        OneGo, OpenNow
    }
    /// What speaks against a plan.
    Drawback is domain::routing::Drawback {
        OneTrip, SeveralTrips, CollectInPerson, PresenceNeeded, PapersMove, DecidedOutside, OriginalsByPost, ClosedNow, LongWait, Fee,
        Provisional
    }
    CertificateStatus is domain::certificate::CertificateStatus { Valid, Expired, Revoked, Corrected }
    /// A station's level.
    Level is domain::district::Level { Point, Village, Town, District }
    DivisionLevel is domain::ids::DivisionLevel { Village, Town, District }
    Gender is domain::people::Gender { Male, Female }
    Kinship is domain::people::Kinship {
        Spouse, Parent, Child, Sibling, Grandparent, Grandchild, ParentInLaw, ChildInLaw, SiblingInLaw, Other
    }
    /// 联系本人的方式: 电话, 上门, 消息, 窗口.
    ContactWay is domain::evaluation::rectification::ContactWay { Phone, Visit, Message, Counter }
    Contact is domain::evaluation::rectification::Contact { Reached, NotReached }
    /// 整改结论: 当场整改, 限期整改, 不属实已说明.
    RectificationFinding is domain::evaluation::rectification::Finding { FixedAtOnce, FixedByDate, Unfounded }
    /// 对整改是否满意.
    Rating is domain::evaluation::rectification::Rating { Satisfied, NotSatisfied }
    /// 申诉理由: 恶意差评, 误评.
    AppealGround is domain::evaluation::rectification::Ground { Malicious, Mistaken }
    AppealVerdict is domain::evaluation::rectification::Verdict { Accepted, Refused }
    /// 疑似刷评的线索.
    FarmingSign is domain::evaluation::farming::Sign { SameDevice, AtTheCounter, StaffDevice, StaffAccount, Burst }
    Role is domain::people::Role { Clerk, Approver, Courier, Supervisor, SystemAdmin, SecurityAdmin, AuditAdmin }
    /// A stage of a case.
    Stage is domain::case::Stage {
        AtOnce, Accept, Inspect, Publicise, Review, Decide, Produce, Forward, RecordAnswer, HandOver
    }
    /// 预警颜色: 黄牌, 红牌.
    AlertColour is domain::supervision::Colour { Yellow, Red }
    /// 预警原因: 承诺时限, 法定时限, 环节时限, 经办人上报, 无人可办.
    AlertCause is domain::supervision::Cause { Promise, Statute, Stage, Escalated, NobodyMayTake }
    /// 时限暂停的原因: 等待补正, 外部检测鉴定, 公示.
    StopReason is domain::case::StopReason { Supplement, OutsideTest, Publicity }
    /// How early a work item stands in the queue.
    Lane is domain::queue::Lane { Special, Urgent, Normal }
    LegKind is domain::delivery::LegKind { Fetch, Bring }
    /// 好差评, from best to worst.
    Satisfaction is domain::evaluation::Satisfaction { VerySatisfied, Satisfied, FairlySatisfied, Dissatisfied, VeryDissatisfied }
    SupplementGround is domain::case::SupplementGround { FirstNotice, NewFact }
    Finding is domain::case::Finding { AsStated, Differs }
    Objections is domain::case::Objections { None, Raised }
    Opinion is domain::case::Opinion { Endorsed, Opposed }
}
