//! Short messages (短信): one that is no longer than 70 characters costs as one, with the signature in front.

/// Where more is to be heard, for people who have no smartphone.
const ASK: &str = "可到就近站点查询";

/// News, without a name, and without what a case is about beyond its number.
pub fn short_message(number: Option<&str>, item: &str, (progress, hint): (&str, &str)) -> String {
    match number {
        Some(number) => format!("您的办件{number}{progress}：{hint}。{ASK}。"),
        None => format!("{item}：{progress}。{hint}。{ASK}。"),
    }
}

/// A code to sign in or to show that a phone is one's own.
pub fn sms_code(code: &str, minutes: u32) -> String {
    format!("验证码{code}，{minutes}分钟内有效，用于登录或绑定手机。请勿告诉他人，我们不会向您索要。")
}

/// How a message went out, as its reader is told.
pub fn way(channel: domain::channel::Channel, state: domain::channel::TryState) -> &'static str {
    use domain::channel::Channel as C;
    use domain::channel::TryState as S;
    match (channel, state) {
        (C::Wechat, S::Waiting) => "正在发送微信通知",
        (C::Wechat, S::HandedOver) => "已发微信通知",
        (C::Wechat, S::Delivered) => "微信通知已送达",
        (C::Wechat, S::Failed) => "微信通知未能送达",
        (C::Wechat, S::Unknown) => "微信通知是否发出不能确认",
        (C::Sms, S::Waiting) => "正在发送短信",
        (C::Sms, S::HandedOver) => "已发短信，等待回执",
        (C::Sms, S::Delivered) => "短信已送达",
        (C::Sms, S::Failed) => "短信未能送达",
        (C::Sms, S::Unknown) => "短信是否送达不能确认",
        (C::Errand, S::Waiting | S::HandedOver | S::Unknown) => "站点将电话或上门告知您",
        (C::Errand, S::Delivered) => "站点已告知您",
        (C::Errand, S::Failed) => "站点没有联系上您",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the carrier counts, the signature with its brackets included.
    fn length(text: &str) -> usize {
        "【便民服务】".chars().count() + text.chars().count()
    }

    #[test]
    fn a_short_message_costs_as_one() {
        let (progress, hint) = ("不予受理", "字".repeat(20));
        let of_case = short_message(Some("511499-20260914-00042-2"), "不写进短信", (progress, &hint));
        assert!(length(&of_case) <= 70 && !of_case.contains("不写进短信"), "{of_case}");
        let other = short_message(None, "个人信息查阅和删除", (progress, &hint));
        assert!(length(&other) <= 70, "{other}");
    }
}
