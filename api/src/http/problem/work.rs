//! The queue, deliveries, files.

use std::time::Duration;

use domain::delivery::DeliveryRejection;
use domain::queue::{ClaimError, ParkError, due_day};
use infra::objects::{ObjectError, PutError};
use infra::uploads::Unfit;

use super::Problem;
use crate::app::deliveries::CarryError;
use crate::app::queue::TakeError;
use crate::app::uploads::{SenderFault, UploadError};

/// After which one of the uploads under way may have ended.
const A_MOMENT: Duration = Duration::from_secs(10);

impl From<TakeError> for Problem {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::NotFound => no_such_work_item(),
            TakeError::Hidden(on) => no_such_work_item().about(on),
            TakeError::NothingWaits => Problem::not_found("nothing_waits", "当前没有可认领的待办"),
            TakeError::Barred(bar) => bar.into(),
            TakeError::NobodyToTakeIt => Problem::conflict("taker_unable", "这位同事不能办理该待办，请另选一位"),
            TakeError::Park(ParkError::Lease(error)) => error.into(),
            TakeError::Park(ParkError::NotLater) => Problem::unprocessable("park_not_later", "请选择一个以后的时间"),
            TakeError::Park(ParkError::PastDue(due)) => {
                let day = due_day(due).format("%Y-%m-%d");
                Problem::conflict("park_past_due", format!("该待办最迟{day}要办，不能搁置到那以后；办不了请上报主管"))
            }
            TakeError::Note(error) => error.into(),
            TakeError::Lease(error) => error.into(),
            TakeError::Claim(ClaimError::Leased) => Problem::conflict("work_item_leased", "该待办已被同事认领，请刷新后另选一件"),
            TakeError::Claim(ClaimError::Done) => Problem::conflict("work_item_done", "该待办已办完"),
            TakeError::Claim(ClaimError::TooEarly(from)) => {
                let from = domain::time::local(from);
                Problem::conflict("too_early", format!("该待办到{}才能认领", from.format("%Y-%m-%d %H:%M")))
            }
            TakeError::Claim(ClaimError::Assigned(until)) => {
                let until = domain::time::local(until).format("%Y-%m-%d %H:%M");
                Problem::conflict("work_item_assigned", format!("该待办已由主管指派给同事，{until}前只能由其认领，请另选一件"))
            }
            TakeError::Store(infra::store::StoreError::Stale) => {
                Problem::conflict("work_item_leased", "该待办刚被同事认领，请刷新后另选一件")
            }
            TakeError::Store(error) => error.into(),
        }
    }
}

fn no_such_work_item() -> Problem {
    Problem::not_found("work_item_not_found", "没有这件待办，请刷新后再看")
}

impl Problem {
    pub fn no_such_delivery() -> Self {
        Problem::not_found("delivery_not_found", "没有这个代办递送，或与您无关")
    }

    pub fn no_such_file() -> Self {
        Problem::not_found("file_not_found", "没有这个文件，或您无权查看")
    }

    pub fn no_file() -> Self {
        Problem::bad_request("file_missing", "请在表单的 file 项中上传一个文件")
    }

    pub fn too_many_files() -> Self {
        Problem::bad_request("too_many_parts", "一次只能上传一个文件，请分开上传")
    }

    pub fn file_too_large(bytes_max: usize) -> Self {
        let detail = format!("文件过大，请压缩到 {} MB 以内再上传", bytes_max / (1024 * 1024));
        Problem::too_large("file_too_large", detail)
    }

    pub fn broken_form() -> Self {
        Problem::bad_request("form_broken", "上传的表单不完整，请重新上传")
    }
}

impl From<CarryError> for Problem {
    fn from(error: CarryError) -> Self {
        match error {
            CarryError::NotFound => Problem::no_such_delivery(),
            CarryError::Hidden(on) => Problem::no_such_delivery().about(on),
            CarryError::Rejected(rejection) => rejection.into(),
            CarryError::Case(error) => error.into(),
            CarryError::Store(error) => error.into(),
        }
    }
}

impl From<DeliveryRejection> for Problem {
    fn from(rejection: DeliveryRejection) -> Self {
        match rejection {
            DeliveryRejection::NotReady => Problem::conflict("leg_not_ready", "结果还没有做好，暂不能取送"),
            DeliveryRejection::Another => Problem::conflict("leg_taken", "该任务已由其他快递员承接"),
            DeliveryRejection::Done => Problem::conflict("leg_done", "该任务已结束"),
            DeliveryRejection::NoHandover => Problem::conflict("no_handover", "现在没有需要交接的环节"),
            DeliveryRejection::NoPart => Problem::forbidden("no_part", "这一环节的交接与您无关"),
            DeliveryRejection::WrongCode { left } => Problem::unprocessable("wrong_code", format!("交接码不对，还可以试{left}次")),
            DeliveryRejection::TooManyTries => Problem::conflict("too_many_tries", "交接码输错次数过多，请快递员重新生成交接码"),
        }
    }
}

impl From<PutError> for Problem {
    fn from(error: PutError) -> Self {
        match error {
            PutError::TooLarge { limit } => Problem::file_too_large(usize::try_from(limit).unwrap_or(usize::MAX)),
            PutError::UnknownType => Unfit::UnknownType.into(),
            PutError::Sender(_) => Problem::broken_form(),
            PutError::Object(_) => Problem::internal(&error),
        }
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::UnknownType => Problem::unsupported_type("file_type_unknown", "只能上传 JPG、PNG 照片或 PDF，请换一种格式再上传"),
            Unfit::TooManyPoints { points_max } => {
                let detail = format!("照片过大，最多 {} 万像素，请缩小后再上传", points_max / 10_000);
                Problem::too_large("picture_too_large", detail)
            }
            Unfit::Broken(_) | Unfit::BrokenOff => {
                Problem::unprocessable("picture_broken", "照片不完整或已损坏，请重新拍照或重新选择后再上传")
            }
            Unfit::EncryptedPdf => Problem::unprocessable("pdf_encrypted", "这份 PDF 设有密码或加密，请去掉密码后再上传"),
            Unfit::ActivePdf => Problem::unprocessable("pdf_active", "这份 PDF 含有脚本、程序或附件，请打印成新的 PDF 或拍照后再上传"),
            Unfit::OpaquePdf => Problem::unprocessable("pdf_unreadable", "这份 PDF 无法检查，请重新导出或打印成新的 PDF 后再上传"),
            Unfit::Stopped => Problem::unavailable("try_again", "系统繁忙，请稍后再试"),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NotFound => Problem::no_such_file(),
            UploadError::Hidden(on) => Problem::no_such_file().about(on),
            UploadError::TooMany => Problem::conflict("too_many_uploads", "未提交的文件过多，请先提交办件，或稍后再传"),
            UploadError::Busy => Problem::unavailable("try_again", "正在上传的文件较多，请稍后再试").retry_after(A_MOMENT),
            UploadError::TooLarge { limit } => Problem::file_too_large(limit),
            UploadError::Sender(fault) => fault.into(),
            UploadError::Unfit(unfit) => unfit.into(),
            UploadError::Put(error) => error.into(),
            UploadError::Get(ObjectError::NotFound) => Problem::no_such_file(),
            UploadError::Get(error) => Problem::internal(&error),
            UploadError::Store(error) => error.into(),
        }
    }
}

impl From<SenderFault> for Problem {
    fn from(fault: SenderFault) -> Self {
        match fault {
            SenderFault::TooSlow => Problem::too_slow("body_too_slow", "文件没有在规定时间内传完，请在网络较好时重新上传"),
            SenderFault::BrokeOff => Problem::broken_form(),
        }
    }
}
