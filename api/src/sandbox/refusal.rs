//! The refusals that the sandbox knows, with WeChat's codes and the shape of its messages.

use std::net::IpAddr;

use domain::template::ValueFault;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    Busy,
    WrongToken,
    WrongGrantType,
    UnknownUser,
    WrongAppid,
    CodeInvalid,
    UnknownTemplate,
    BadArgument,
    WrongSecret,
    BadScene,
    CodeUsed,
    AddressNotAllowed(IpAddr),
    LongScene,
    HighRiskUser,
    MissingToken,
    MissingAppid,
    MissingSecret,
    MissingCode,
    UnknownPage,
    ExpiredToken,
    WrongMethod,
    NotAccepted,
    OtherAppsUser,
    Concurrent,
    EmptyBody,
    DayQuota,
    MinuteQuota,
    BadJson,
    BadValue { key: String, fault: ValueFault },
    NotSeenLately,
    ReservedScene,
    BadSignature,
}

impl Refusal {
    pub(super) fn errcode(&self) -> i64 {
        match self {
            Self::Busy => -1,
            Self::WrongToken => 40001,
            Self::WrongGrantType => 40002,
            Self::UnknownUser => 40003,
            Self::WrongAppid => 40013,
            Self::CodeInvalid => 40029,
            Self::UnknownTemplate => 40037,
            Self::BadArgument => 40097,
            Self::WrongSecret => 40125,
            Self::BadScene => 40129,
            Self::CodeUsed => 40163,
            Self::AddressNotAllowed(_) => 40164,
            Self::LongScene => 40169,
            Self::HighRiskUser => 40226,
            Self::MissingToken => 41001,
            Self::MissingAppid => 41002,
            Self::MissingSecret => 41004,
            Self::MissingCode => 41008,
            Self::UnknownPage => 41030,
            Self::ExpiredToken => 42001,
            Self::WrongMethod => 43002,
            Self::NotAccepted => 43101,
            Self::OtherAppsUser => 43104,
            Self::Concurrent => 43108,
            Self::EmptyBody => 44002,
            Self::DayQuota => 45009,
            Self::MinuteQuota => 45011,
            Self::BadJson => 47001,
            Self::BadValue { .. } => 47003,
            Self::NotSeenLately => 61010,
            Self::ReservedScene => 85096,
            Self::BadSignature => 87009,
        }
    }

    pub(super) fn errmsg(&self) -> String {
        let text = match self {
            Self::Busy => "system error",
            Self::WrongToken => "invalid credential, access_token is invalid or not latest",
            Self::WrongGrantType => "invalid grant_type",
            Self::UnknownUser => "invalid openid",
            Self::WrongAppid => "invalid appid",
            Self::CodeInvalid => "invalid code",
            Self::UnknownTemplate => "invalid template_id",
            Self::BadArgument => "invalid args",
            Self::WrongSecret => "invalid appsecret",
            Self::BadScene => "invalid scene",
            Self::CodeUsed => "code been used",
            Self::AddressNotAllowed(ip) => return format!("invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist"),
            Self::LongScene => "invalid length for scene, or the data is not json string",
            Self::HighRiskUser => "code blocked",
            Self::MissingToken => "access_token missing",
            Self::MissingAppid => "appid missing",
            Self::MissingSecret => "appsecret missing",
            Self::MissingCode => "missing code",
            Self::UnknownPage => "invalid page",
            Self::ExpiredToken => "access_token expired",
            Self::WrongMethod => "require POST method",
            Self::NotAccepted => "user refuse to accept the msg",
            Self::OtherAppsUser => "appid and openid not match",
            Self::Concurrent => "Cannot make concurrent calls to the same OpenID, please try again",
            Self::EmptyBody => "empty post data",
            Self::DayQuota => "reach max api daily quota limit",
            Self::MinuteQuota => "api minute-quota reach limit must slower retry next minute",
            Self::BadJson => "data format error",
            // So spelled by WeChat.
            Self::BadValue { key, fault: ValueFault::Empty } => return format!("argument invalid! data.{key}.value is emtpy"),
            Self::BadValue { key, fault: ValueFault::Invalid | ValueFault::NoKind } => {
                return format!("argument invalid! data.{key}.value invalid");
            }
            Self::NotSeenLately => "code is expired",
            Self::ReservedScene => "scancode_time is reserved",
            Self::BadSignature => "invalid signature",
        };
        text.to_owned()
    }
}
