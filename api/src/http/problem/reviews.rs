//! Reviews, rectifications, appeals and signs of farming.

use domain::case::BadNote;
use domain::evaluation::rectification::Rejection;
use domain::evaluation::{EvaluationRejection, Unpublishable};

use super::{FieldFault, Problem};
use crate::app::reviews::{EvaluateError, FarmingError, FiguresError, RectifyError};
use crate::http::device::BadDevice;

impl From<EvaluateError> for Problem {
    fn from(error: EvaluateError) -> Self {
        match error {
            EvaluateError::NotFound => Problem::no_such_case(),
            EvaluateError::Hidden(on) => Problem::no_such_case().about(on),
            EvaluateError::Twice => Problem::conflict("evaluated_already", "本件已评价过，每件只评一次"),
            EvaluateError::Rejected(rejection) => match rejection {
                EvaluationRejection::NotEnded => Problem::conflict("not_ended", "办结后才能评价"),
                EvaluationRejection::NotYours => Problem::forbidden("not_yours", "只有申请人可以评价，代办人不能代评"),
                EvaluationRejection::NothingDone => Problem::conflict("nothing_done", "撤回的办件不需要评价"),
                EvaluationRejection::TooLong => Problem::unprocessable("note_too_long", "评价请控制在 500 字以内"),
            },
            EvaluateError::Store(error) => error.into(),
        }
    }
}

impl From<BadDevice> for Problem {
    fn from(BadDevice: BadDevice) -> Self {
        Problem::bad_request("device_malformed", "设备标识格式不对，应为 16 至 64 位字母、数字或短横，也可以不带")
    }
}

fn no_such_rectification() -> Problem {
    Problem::not_found("rectification_not_found", "没有这条差评整改，或您无权查看，请核对")
}

impl From<RectifyError> for Problem {
    fn from(error: RectifyError) -> Self {
        match error {
            RectifyError::NotFound => no_such_rectification(),
            RectifyError::Hidden(on) => no_such_rectification().about(on),
            RectifyError::Denied(denied) => denied.into(),
            RectifyError::Rejected(rejection) => rejection.into(),
            RectifyError::Note(BadNote::TooLong) => Problem::unprocessable("note_too_long", "说明太长，请精简后再提交"),
            RectifyError::Note(BadNote::Empty | BadNote::WantedCount) => Problem::unprocessable("note_empty", "请写明情况"),
            RectifyError::Unpublishable(Unpublishable::Number) => {
                unpublishable("published_number", "公开的回复里不能有号码，请删去后再提交")
            }
            RectifyError::Unpublishable(Unpublishable::Name) => {
                unpublishable("published_name", "公开的回复里不能出现当事人或工作人员的姓名，请删去后再提交")
            }
            RectifyError::SealedUnpublished => unpublishable("sealed_not_published", "这类办件的回复不公开，请只回复本人"),
            RectifyError::Store(error) => error.into(),
        }
    }
}

fn unpublishable(code: &'static str, message: &'static str) -> Problem {
    Problem::unprocessable(code, message).with_errors(vec![FieldFault::new("published", code, message)])
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::NotTheirs => no_such_rectification(),
            Rejection::SupervisorsTurn => Problem::conflict("supervisors_turn", "本人对上次整改不满意，现由督办人员办理，请与督办人员联系"),
            Rejection::Closed => Problem::conflict("rectification_closed", "这条整改已经办结，请刷新查看"),
            Rejection::StillOpen => Problem::conflict("rectification_open", "整改还没有办结，办结后再评"),
            Rejection::Excluded => Problem::conflict("review_excluded", "这条评价经申诉复核已不计入，无需再操作"),
            Rejection::NotContacted => Problem::conflict("not_contacted", "还没有联系上本人，请先联系；多次联系不上的，记录后再办结"),
            Rejection::DayOutOfRange => day_at_fault("答复的整改日期应在今天和整改期限之间"),
            Rejection::NobodyTold => day_at_fault("没有联系上本人，不能登记答复的整改日期"),
            Rejection::OtherThanTold => {
                Problem::conflict("finding_mismatch", "办结结论与答复不符：答复过整改日期的选限期整改，没有答复日期的选当场整改")
            }
            Rejection::RatedAlready => Problem::conflict("rated_already", "这次整改已经评过，每次只评一次"),
            Rejection::AppealedAlready => Problem::conflict("appealed_already", "已经申诉过，每条评价本人和站点各申诉一次"),
            Rejection::NoSuchAppeal => Problem::not_found("appeal_not_found", "没有这项申诉，请核对序号"),
            Rejection::AppealDecided => Problem::conflict("appeal_decided", "这项申诉已有决定，请刷新查看"),
            Rejection::OwnAppeal => Problem::forbidden("own_appeal", "不能决定自己提出的申诉，请由另一位督办人员决定"),
            Rejection::NothingToTell => Problem::conflict("nothing_to_tell", "没有逾期需要提醒的事项"),
        }
    }
}

fn day_at_fault(message: &'static str) -> Problem {
    Problem::unprocessable("fix_by_unfit", message).with_errors(vec![FieldFault::new("fix_by", "invalid_value", message)])
}

impl From<FiguresError> for Problem {
    fn from(error: FiguresError) -> Self {
        match error {
            FiguresError::Denied(denied) => denied.into(),
            FiguresError::Store(error) => error.into(),
        }
    }
}

impl From<FarmingError> for Problem {
    fn from(error: FarmingError) -> Self {
        match error {
            FarmingError::NotFound => Problem::not_found("farming_not_found", "没有这条线索，或不在您督办的站点，请核对"),
            FarmingError::OwnReviews => Problem::forbidden("own_reviews", "线索涉及您本人或亲属的办件，请由另一位督办人员核查"),
            FarmingError::Done => Problem::conflict("farming_looked_into", "这条线索已经核查过，请刷新查看"),
            FarmingError::Denied(denied) => denied.into(),
            FarmingError::Store(error) => error.into(),
        }
    }
}
