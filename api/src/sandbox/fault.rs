//! The refusals that the sandbox knows, with WeChat's codes and the shape of its messages.

use super::values::ValueFault;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    WrongToken,
    WrongGrantType,
    UnknownUser,
    WrongAppid,
    CodeInvalid,
    UnknownTemplate,
    WrongSecret,
    CodeUsed,
    MissingToken,
    MissingAppid,
    MissingSecret,
    MissingCode,
    UnknownPage,
    ExpiredToken,
    WrongMethod,
    NotAccepted,
    EmptyBody,
    BadJson,
    BadValue { key: String, fault: ValueFault },
}

impl Fault {
    pub(super) fn errcode(&self) -> i64 {
        match self {
            Self::WrongToken => 40001,
            Self::WrongGrantType => 40002,
            Self::UnknownUser => 40003,
            Self::WrongAppid => 40013,
            Self::CodeInvalid => 40029,
            Self::UnknownTemplate => 40037,
            Self::WrongSecret => 40125,
            Self::CodeUsed => 40163,
            Self::MissingToken => 41001,
            Self::MissingAppid => 41002,
            Self::MissingSecret => 41004,
            Self::MissingCode => 41008,
            Self::UnknownPage => 41030,
            Self::ExpiredToken => 42001,
            Self::WrongMethod => 43002,
            Self::NotAccepted => 43101,
            Self::EmptyBody => 44002,
            Self::BadJson => 47001,
            Self::BadValue { .. } => 47003,
        }
    }

    pub(super) fn errmsg(&self) -> String {
        let text = match self {
            Self::WrongToken => "invalid credential, access_token is invalid or not latest",
            Self::WrongGrantType => "invalid grant_type",
            Self::UnknownUser => "invalid openid",
            Self::WrongAppid => "invalid appid",
            Self::CodeInvalid => "invalid code",
            Self::UnknownTemplate => "invalid template_id",
            Self::WrongSecret => "invalid appsecret",
            Self::CodeUsed => "code been used",
            Self::MissingToken => "access_token missing",
            Self::MissingAppid => "appid missing",
            Self::MissingSecret => "appsecret missing",
            Self::MissingCode => "missing code",
            Self::UnknownPage => "invalid page",
            Self::ExpiredToken => "access_token expired",
            Self::WrongMethod => "require POST method",
            Self::NotAccepted => "user refuse to accept the msg",
            Self::EmptyBody => "empty post data",
            Self::BadJson => "data format error",
            Self::BadValue { key, fault: ValueFault::Invalid } => return format!("argument invalid! data.{key}.value invalid"),
            // So spelled by WeChat.
            Self::BadValue { key, fault: ValueFault::Empty } => return format!("argument invalid! data.{key}.value is emtpy"),
        };
        text.to_owned()
    }
}
