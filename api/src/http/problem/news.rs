//! News: what people allow WeChat, errands of stations, receipts of the gateway, and WeChat's pushes.

use chrono::Datelike;
use domain::channel::NotNoted;
use domain::time::local;
use infra::sms::BadReceipt;

use super::Problem;
use crate::app::news::{ErrandError, PushError, ReceiptError, SubscriptionError};

impl From<SubscriptionError> for Problem {
    fn from(error: SubscriptionError) -> Self {
        match error {
            SubscriptionError::NoSuchTemplate => Problem::unprocessable("template_not_found", "没有使用这个消息模板，请更新小程序后再试"),
            SubscriptionError::Store(error) => error.into(),
        }
    }
}

impl From<ErrandError> for Problem {
    fn from(error: ErrandError) -> Self {
        match error {
            ErrandError::NotFound => Problem::not_found("errand_not_found", "没有这件电话或上门告知，请刷新后再看"),
            ErrandError::NoSuchStation => Problem::no_such_station(),
            ErrandError::Denied(denied) => denied.into(),
            ErrandError::NotNoted(NotNoted::Over) => Problem::conflict("errand_over", "这件告知已经办结，请刷新后再看"),
            ErrandError::NotNoted(NotNoted::NotDue(at)) => {
                let at = local(at);
                Problem::conflict("errand_not_due", format!("刚联系过，请在{}月{}日{}之后再联系", at.month(), at.day(), at.format("%H:%M")))
            }
            ErrandError::Store(error) => error.into(),
        }
    }
}

impl From<ReceiptError> for Problem {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::NoGateway => Problem::no_such_route(),
            ReceiptError::Bad(BadReceipt::NotTheirs) => {
                Problem::bad_request("receipt_not_signed", "回执的签名或时间不对，请核对密钥和时钟")
            }
            ReceiptError::Bad(BadReceipt::Unreadable) => Problem::bad_request("receipt_malformed", "回执的内容不符合约定，请核对接口文档"),
            ReceiptError::Store(error) => error.into(),
        }
    }
}

impl From<PushError> for Problem {
    fn from(error: PushError) -> Self {
        match error {
            PushError::NoDoor => Problem::no_such_route(),
            PushError::NotGenuine(_) => {
                Problem::bad_request("push_not_genuine", "推送未通过校验，请核对公众平台的消息推送设置和服务器时钟")
            }
            PushError::Busy => Problem::unavailable("try_again", "系统繁忙，请稍后再试"),
            PushError::Store(error) => error.into(),
        }
    }
}
