//! Submitting, acting on and reading cases.

use domain::case::{BadNote, Bar, Rejection};
use domain::catalogue::AnswerFault;
use domain::certificate::Unfilled;
use domain::ids::ItemCode;
use domain::mandate::NotCovered;
use domain::people::IdentityLevel;
use domain::policy::Denied;
use domain::queue::LeaseError;
use infra::paper::PaperError;

use super::{FieldFault, Problem};
use crate::app::Grounds;
use crate::app::cases::decision::DecisionError;
use crate::app::cases::{ActError, FileError, PrintError, ReadError, SubmitError, UnmaskError};
use crate::app::cases::{AnswerPlace, ChoiceError};
use crate::http::plans::plans_view;

impl Problem {
    pub(super) fn no_such_case() -> Self {
        Problem::not_found("case_not_found", "没有这个办件，或您无权查看，请核对办件编号")
    }

    /// The words of a purpose: none where they are needed.
    pub fn no_reason() -> Self {
        Problem::unprocessable("reason_missing", "请写明查看完整信息的理由").with_errors(vec![FieldFault::new(
            "words",
            "missing_field",
            "缺少理由",
        )])
    }

    /// The words of a purpose: too long, or with a number in them.
    pub fn bad_reason() -> Self {
        Problem::unprocessable("reason_unfit", "理由应为 1 至 100 个字，不能写号码").with_errors(vec![FieldFault::new(
            "words",
            "invalid_value",
            "理由不合要求",
        )])
    }

    pub fn no_such_notice() -> Self {
        Problem::not_found("notice_not_found", "本件目前没有这份文书")
    }

    /// Why no other plan was chosen.
    pub fn not_chosen(error: ChoiceError, grounds: &Grounds) -> Self {
        match error {
            ChoiceError::Plan(why) => Problem::not_submitted(why, grounds),
            ChoiceError::Case(why) => why.into(),
            ChoiceError::NoInputs => DecisionError::NotKept.into(),
        }
    }

    /// Why nothing was submitted.
    pub fn not_submitted(error: SubmitError, grounds: &Grounds) -> Self {
        match error {
            SubmitError::PlanChanged(answer) => {
                Problem::conflict("plan_changed", "办理方案有变化，请看新方案后重新确认").with_member("plans", plans_view(&answer, grounds))
            }
            SubmitError::LevelTooLow(_item, IdentityLevel::Unverified | IdentityLevel::Phone) => {
                Problem::forbidden("identity_level_too_low", "请先验证手机号，再交上来")
            }
            SubmitError::LevelTooLow(_item, IdentityLevel::Face | IdentityLevel::Document) => {
                Problem::forbidden("identity_level_too_low", "这件事要先认一次脸，或带身份证到站点核对")
            }
            SubmitError::OtherUnproven(_item) => {
                Problem::forbidden("identity_level_too_low", "这件事要先核对本人：请委托人自己认一次脸，或到站点核对身份证")
            }
            SubmitError::OtherMatters => {
                Problem::unprocessable("matters_differ", "提交的事项与所选方案不一致，请按方案中的事项和顺序重新提交")
            }
            SubmitError::NoSuchItem(item) => Problem::unprocessable("item_not_found", format!("目录里没有事项{item}，请重新搜索")),
            SubmitError::OtherAudience(item) => {
                Problem::unprocessable("audience_differs", format!("{item} 不面向这类申请人，请核对是以个人、家庭还是单位名义申请"))
            }
            SubmitError::ByLetterAlone(item) => {
                Problem::forbidden("by_letter_alone", format!("{item} 不受理个人申请，由来函单位函告村（社区）后，工作人员登记办理"))
            }
            SubmitError::NotForOthers => Problem::forbidden("not_for_others", "替别人办理请到站点，由工作人员核对委托后录入"),
            SubmitError::NotAtTheCounter => Problem::forbidden("not_at_the_counter", "工作人员办自己的事，请用个人账号提交"),
            SubmitError::OtherStation => Problem::forbidden("other_station", "只能为本条线站点受理的事项录入申请，请选择本条线的站点"),
            SubmitError::ProfileIncomplete => Problem::conflict("profile_incomplete", "请先在个人资料中填写姓名和公民身份号码"),
            SubmitError::NoHousehold => Problem::conflict("household_missing", "请先在个人资料中填写户号，再以家庭名义申请"),
            SubmitError::NameDiffers => Problem::unprocessable("name_differs", "姓名与该身份号码登记的不一致，请核对后重新录入"),
            SubmitError::OwnAgent => Problem::unprocessable("own_agent", "代办人不能是申请人本人或本户成员，请更正"),
            SubmitError::NoSuchMandate => Problem::no_such_mandate(),
            SubmitError::MandateOfAnother => Problem::unprocessable("mandate_of_another", "这份委托不是申请人给出的，请选择申请人的委托"),
            SubmitError::MandateMissing(item) => {
                Problem::unprocessable("mandate_missing", format!("所选方案由代办人办理 {item}，请先给出委托，再带上委托提交"))
            }
            SubmitError::NotCovered(item, why) => not_covered(&item, why),
            SubmitError::ConsentMissing(missing) => Problem::consent_missing(&missing),
            SubmitError::Answers(faults) => answers(faults.into_iter().map(|(place, fault)| (path(place), fault))),
            SubmitError::NoSuchMaterial(item, name) => {
                Problem::unprocessable("material_not_found", format!("{item} 不需要“{name}”，请从该事项的材料清单中选择"))
            }
            SubmitError::MaterialUnasked(name) => {
                Problem::unprocessable("material_not_found", format!("这几件事都不需要“{name}”，请从材料清单中选择"))
            }
            SubmitError::File(error) => error.into(),
            SubmitError::StationGone => Problem::conflict("station_gone", "所选站点已有变化，请重新查看办理方案"),
            SubmitError::BrokeOff => Problem::internal(&error),
            SubmitError::Store(error) => error.into(),
        }
    }
}

fn path(place: AnswerPlace) -> String {
    match place {
        AnswerPlace::Joint => "answers".to_owned(),
        AnswerPlace::Matter(place) => format!("matters[{place}].answers"),
    }
}

fn not_covered(item: &ItemCode, why: NotCovered) -> Problem {
    let (code, why) = match why {
        NotCovered::Revoked => ("mandate_revoked", "委托已解除，请申请人重新委托或本人办理"),
        NotCovered::Expired => ("mandate_expired", "委托已过期，请申请人重新委托或本人办理"),
        NotCovered::OutOfScope => ("mandate_out_of_scope", "委托的范围不包括这个事项，请申请人另行委托"),
        NotCovered::NotDelegable => ("not_delegable", "这个事项须本人办理，不能委托他人"),
        NotCovered::TooWeak => ("mandate_too_weak", "这个事项需要更高效力的委托，请到站点登记委托书或公证书"),
    };
    Problem::unprocessable(code, format!("{item}：{why}"))
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NoSuchUpload => {
                Problem::unprocessable("upload_not_found", "上传的文件不存在、不是您的，或已用于别的办件，请重新上传")
            }
            FileError::TooMuch => Problem::too_large("files_too_large", "几件事共用的文件太大，请压缩后重新上传，或者分开提交"),
            FileError::Copy(error) => error.into(),
            FileError::Store(error) => error.into(),
        }
    }
}

/// Every fault of a form, each with its field.
fn answers(faults: impl Iterator<Item = (String, AnswerFault)>) -> Problem {
    let errors = faults.map(|(place, fault)| FieldFault::new(format!("{place}.{}", fault.field), fault.code(), fault.message()));
    Problem::unprocessable("answers_invalid", "表单有需要更正的内容，请按提示逐项修改后重新提交").with_errors(errors.collect())
}

impl From<DecisionError> for Problem {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::NotKept => Problem::not_found("decision_not_kept", "没有保存这件的方案依据，无法重现"),
            DecisionError::Corrupt(error) => Problem::internal(&error),
            DecisionError::Store(error) => error.into(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound => Problem::no_such_case(),
            ReadError::Denied(denied, on) => Problem::from(denied).about(on),
            ReadError::Hidden(on) => Problem::no_such_case().about(on),
            ReadError::Store(error) => error.into(),
        }
    }
}

impl From<UnmaskError> for Problem {
    fn from(error: UnmaskError) -> Self {
        match error {
            UnmaskError::Read(error) => error.into(),
            UnmaskError::Denied(Denied::Barred(Bar::OtherDesk), on) => {
                Problem::forbidden("unmask_not_now", "只有正在办理本件的人员和督办人员可以查看完整信息").about(on)
            }
            UnmaskError::Denied(denied, on) => Problem::from(denied).about(on),
            UnmaskError::NotCarrying(on) => Problem::forbidden("unmask_not_now", "承接后、送达前才能查看收件人的完整信息").about(on),
            UnmaskError::Carry(error) => error.into(),
            UnmaskError::Store(error) => error.into(),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => Problem::no_such_case(),
            ActError::Denied(denied, on) => Problem::from(denied).about(on),
            ActError::Hidden(on) => Problem::no_such_case().about(on),
            ActError::Lease(error) => error.into(),
            ActError::Rejected(rejection) => rejection.into(),
            ActError::ConsentMissing(missing) => Problem::consent_missing(&missing),
            ActError::Answers(faults) => answers(faults.into_iter().map(|fault| ("answers".to_owned(), fault))),
            ActError::Note(note) => note.into(),
            ActError::File(error) => error.into(),
            ActError::Store(error) => error.into(),
        }
    }
}

impl From<LeaseError> for Problem {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::NotHeld => Problem::conflict("not_held", "该待办未被认领或已办完，请刷新后重新认领"),
            LeaseError::Another => Problem::conflict("work_item_leased", "该待办已被同事认领，请刷新后另选一件"),
            LeaseError::LostLease => Problem::conflict("lease_lost", "认领已过期，待办已回到任务池，请重新认领后再办"),
        }
    }
}

impl From<BadNote> for Problem {
    fn from(error: BadNote) -> Self {
        match error {
            BadNote::Empty => Problem::unprocessable("note_empty", "请写明理由或内容"),
            BadNote::TooLong => Problem::unprocessable("note_too_long", "文字过长，请精简到 2000 字以内"),
            BadNote::WantedCount => Problem::unprocessable("wanted_count", "补正内容应为 1 至 40 项，请一次列全"),
        }
    }
}

impl From<Bar> for Problem {
    fn from(bar: Bar) -> Self {
        match bar {
            Bar::OtherDesk => Problem::forbidden("other_desk", "该环节由其他站点或岗位办理"),
            Bar::Own => Problem::forbidden("own_case", "不能办理本人的办件，请交给同事"),
            Bar::Close => Problem::forbidden("close_case", "不能办理家人或亲属的办件，请交给同事"),
            Bar::Agent => Problem::forbidden("agent_case", "代办人不能受理或决定自己代办的件，请交给同事"),
            Bar::OnlyDecider => Problem::forbidden("only_decider", "本条线只有您能作决定，请让别的工作人员受理"),
            Bar::Sealed => Problem::forbidden("sealed_case", "这类办件只由经办人员查看"),
            Bar::Accepted => Problem::forbidden("acceptor_may_not_decide", "受理人不能作出决定，请交给审批人"),
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Barred(bar) => bar.into(),
            Rejection::Ended => Problem::conflict("case_ended", "该办件已办结，不能再操作"),
            Rejection::NotAtThisStage => Problem::conflict("not_at_this_stage", "办件不在这个环节，请刷新后再看"),
            Rejection::WaitsForSupplement => Problem::conflict("waits_for_supplement", "正在等待补正材料，收到后再办"),
            Rejection::NoticeStillHangs(until) => Problem::conflict("notice_still_hangs", format!("公示到{until}才结束，请届时再办")),
            Rejection::Paused => Problem::conflict("case_paused", "外部机构检测鉴定中，请先恢复再办"),
            Rejection::PapersOnTheWay => Problem::conflict("papers_on_the_way", "材料还在取送途中，送达后再办"),
            Rejection::NotYours => Problem::forbidden("not_yours", "只有申请人、代办人或本站工作人员可以这样操作"),
            Rejection::NameTheMatter(matters) => {
                let codes: Vec<_> = matters.iter().map(ToString::to_string).collect();
                Problem::unprocessable("name_the_matter", format!("本事项对应多个具体事项，请选择：{}", codes.join("、")))
            }
            Rejection::NoSuchMatter(matter) => Problem::unprocessable("matter_not_covered", format!("本事项不包含{matter}，请重新选择")),
            Rejection::AlreadyAsked => {
                Problem::conflict("already_asked", "补正内容只能一次告知；确有事先无法知道的新情况，请选择“新情况”并写明")
            }
            Rejection::NoticeTooLate => Problem::conflict("notice_too_late", "已超过五个工作日的告知期限，该件视为已受理"),
            Rejection::NoticeStillPossible => Problem::conflict("notice_still_possible", "五个工作日的告知期限未满"),
            Rejection::SupplementStillPossible(until) => Problem::conflict("supplement_still_possible", format!("补正期限到{until}才届满")),
            Rejection::SupplementTooLate(until) => {
                Problem::conflict("supplement_too_late", format!("补正期限已于{until}届满，请备齐材料后重新申请"))
            }
            Rejection::FeeUnpaid { due_fen } => {
                Problem::conflict("fee_unpaid", format!("请先在窗口缴费{}元并登记票据号", domain::notice::yuan(due_fen)))
            }
            Rejection::WrongFee { due_fen } => {
                Problem::unprocessable("wrong_fee", format!("本事项收费{}元，请核对金额", domain::notice::yuan(due_fen)))
            }
            Rejection::FeePaidAlready => Problem::conflict("fee_paid_already", "本件已缴费，无需重复登记"),
            Rejection::NoFee => Problem::conflict("no_fee", "本事项不收费"),
            Rejection::ResultMismatch => Problem::unprocessable("result_mismatch", "同意的须给出结果，不同意的不能给出结果，请核对"),
            Rejection::WrongReceiver => Problem::unprocessable("wrong_receiver", "该结果不能交给这类领取人，请核对交付要求"),
            Rejection::ClockAsIs => Problem::conflict("clock_as_is", "时限状态未变，无需操作"),
            Rejection::NoPublicity => Problem::conflict("no_publicity", "本事项不需要公示"),
            Rejection::DecidedAlready => Problem::conflict("decided_already", "本件已作出决定，不能撤回"),
            Rejection::DueAsItIs => Problem::conflict("due_as_it_is", "本件的承诺期限没有变化"),
            Rejection::AcceptedAlready => Problem::conflict("accepted_already", "本件已受理，按原方案办理；确需改换的，请撤回后重新申请"),
            Rejection::NoAgent => Problem::conflict("no_agent", "本件没有代办人，无需操作"),
            Rejection::NotShared => Problem::conflict("not_shared", "该环节不能由本站代为办理"),
            Rejection::AtTheTop => Problem::conflict("at_the_top", "已交由条线内所有人员办理"),
            Rejection::StationGone => Problem::conflict("station_gone", "办理站点已有变化，请联系管理员"),
        }
    }
}

impl From<PrintError> for Problem {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::Act(error) => error.into(),
            PrintError::Unfilled(places) => unfilled(places),
            PrintError::Paper(PaperError::NoShape(characters)) => Problem::unprocessable(
                "characters_not_printable",
                format!("字体缺少这些字：{characters}，暂不能出具，请联系管理员安装字体"),
            ),
            PrintError::Paper(error @ PaperError::FontMissing { .. }) => {
                tracing::error!(error.chain = %super::Chain(&error), "certificates can't be printed");
                Problem::unavailable("font_missing", "服务器缺少中文字体，暂不能出具，请联系管理员")
            }
            PrintError::Paper(error) => Problem::internal(&error),
            PrintError::BrokeOff => Problem::internal(&error),
            PrintError::Put(error) => error.into(),
            PrintError::Store(error) => error.into(),
        }
    }
}

/// An empty place stops the issue: all of them at once.
fn unfilled(places: Vec<Unfilled>) -> Problem {
    let labels: Vec<_> = places.iter().map(|place| place.label.as_str()).collect();
    let detail = format!("证明还有空项，请补填后再出具：{}", labels.join("、"));
    let errors = places.iter().map(|place| FieldFault::new(place.placeholder.clone(), "unfilled", format!("请填写“{}”", place.label)));
    Problem::unprocessable("certificate_unfilled", detail).with_errors(errors.collect())
}
