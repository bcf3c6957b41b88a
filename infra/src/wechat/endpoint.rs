//! The calls that we make.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Login,
    Token,
    Phone,
    SessionCheck,
    SessionReset,
    Send,
    MiniCode,
    TextCheck,
    MediaCheck,
}

impl Endpoint {
    pub fn path(self) -> &'static str {
        match self {
            Self::Login => "/sns/jscode2session",
            Self::Token => "/cgi-bin/stable_token",
            Self::Phone => "/wxa/business/getuserphonenumber",
            Self::SessionCheck => "/wxa/checksession",
            Self::SessionReset => "/wxa/resetusersessionkey",
            Self::Send => "/cgi-bin/message/subscribe/send",
            Self::MiniCode => "/wxa/getwxacodeunlimit",
            Self::TextCheck => "/wxa/msg_sec_check",
            Self::MediaCheck => "/wxa/media_check_async",
        }
    }
}
