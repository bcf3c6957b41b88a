//! WeChat's fault codes, and what each asks of us: the one table of them. Source: WeChat's documentation of each call, and what
//! developers report of codes that it leaves out.

use super::Endpoint;

/// What a refusal asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// WeChat is busy: the same again, later.
    TryAgain,
    /// The token is not good any more: a new one, and the same again, once.
    RenewToken,
    /// The appid, the secret or the list of allowed addresses is wrong: somebody has to mend it.
    MendSettings,
    /// Our call is wrong in itself: somebody has to mend the program.
    MendOurCall,
    /// WeChat does not let this app do it: somebody has to ask why, and until then it goes on without.
    Degrade,
    /// The day's quota is used up: nothing more of this call before midnight in Beijing.
    StopForToday,
    /// The minute's quota is used up.
    SlowDown,
    /// This user asks too often, not we.
    UserTooOften,
    /// The one-use code is wrong, too old or used: the phone gets another.
    NewCode,
    /// WeChat holds the user for a risk.
    RefuseUser,
    /// The session key is not the user's any more: they sign in again.
    SignInAgain,
    /// The openid is wrong or of another app: the tie to it is void.
    Unbind,
    /// The user has not agreed, or not again: another way to them.
    NoConsent,
    /// The message is at fault and stays so.
    DropMessage,
    /// The template is unknown or was deleted: somebody has to mend the settings.
    MendTemplate,
    /// The page is not released: without it.
    WithoutPage,
    /// Another message is on its way to the same user.
    OneAtATime,
    /// The user was not in the app within two hours: people look instead.
    NotSeenLately,
    /// Not in the documents: somebody has to look.
    LookInto,
}

impl Duty {
    /// Whether somebody has to do something.
    pub(super) fn is_alarm(self) -> bool {
        match self {
            Self::MendSettings
            | Self::MendOurCall
            | Self::Degrade
            | Self::DropMessage
            | Self::MendTemplate
            | Self::WithoutPage
            | Self::StopForToday
            | Self::LookInto => true,
            Self::TryAgain
            | Self::RenewToken
            | Self::SlowDown
            | Self::UserTooOften
            | Self::NewCode
            | Self::RefuseUser
            | Self::SignInAgain
            | Self::Unbind
            | Self::NoConsent
            | Self::OneAtATime
            | Self::NotSeenLately => false,
        }
    }
}

struct Row(i64, Duty);

const EVERYWHERE: [Row; 38] = [
    Row(-1, Duty::TryAgain),
    Row(40001, Duty::RenewToken),
    Row(40014, Duty::RenewToken),
    Row(42001, Duty::RenewToken),
    Row(40002, Duty::MendSettings),
    Row(40013, Duty::MendSettings),
    Row(40125, Duty::MendSettings),
    Row(40164, Duty::MendSettings),
    Row(41002, Duty::MendSettings),
    Row(41004, Duty::MendSettings),
    Row(40097, Duty::MendOurCall),
    Row(40129, Duty::MendOurCall),
    Row(40169, Duty::MendOurCall),
    Row(41001, Duty::MendOurCall),
    Row(41008, Duty::MendOurCall),
    Row(43002, Duty::MendOurCall),
    Row(44002, Duty::MendOurCall),
    Row(47001, Duty::MendOurCall),
    Row(85096, Duty::MendOurCall),
    Row(43107, Duty::Degrade),
    Row(48001, Duty::Degrade),
    Row(48004, Duty::Degrade),
    Row(50002, Duty::Degrade),
    Row(45009, Duty::StopForToday),
    Row(45011, Duty::SlowDown),
    Row(40029, Duty::NewCode),
    Row(40163, Duty::NewCode),
    Row(40226, Duty::RefuseUser),
    Row(87009, Duty::SignInAgain),
    Row(40003, Duty::Unbind),
    Row(43104, Duty::Unbind),
    Row(43101, Duty::NoConsent),
    Row(45168, Duty::DropMessage),
    Row(47003, Duty::DropMessage),
    Row(40037, Duty::MendTemplate),
    Row(41030, Duty::MendOurCall),
    Row(43108, Duty::OneAtATime),
    Row(61010, Duty::NotSeenLately),
];

/// Where a call means something else by a code.
const EXCEPTIONS: [(Endpoint, Row); 3] = [
    (Endpoint::Login, Row(45011, Duty::UserTooOften)),
    (Endpoint::Send, Row(41030, Duty::WithoutPage)),
    // Here it is the quota of the minute.
    (Endpoint::MiniCode, Row(45009, Duty::SlowDown)),
];

pub(super) fn duty(endpoint: Endpoint, errcode: i64) -> Duty {
    let exception = EXCEPTIONS.iter().find(|(at, row)| *at == endpoint && row.0 == errcode).map(|(_, row)| row);
    exception.or_else(|| EVERYWHERE.iter().find(|row| row.0 == errcode)).map_or(Duty::LookInto, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_in_the_table_once_and_what_is_not_in_it_is_looked_into() {
        let codes: std::collections::BTreeSet<i64> = EVERYWHERE.iter().map(|row| row.0).collect();
        assert_eq!(codes.len(), EVERYWHERE.len());
        assert_eq!(duty(Endpoint::Send, 99_999), Duty::LookInto);
    }

    #[test]
    fn every_documented_code_says_what_to_do() {
        let told = |codes: &[i64], expected| {
            for errcode in codes {
                assert_eq!(duty(Endpoint::Token, *errcode), expected, "{errcode}");
            }
        };
        told(&[-1], Duty::TryAgain);
        told(&[40001, 40014, 42001], Duty::RenewToken);
        told(&[40013, 40125, 41002, 41004, 40164], Duty::MendSettings);
        told(&[44002, 47001, 43002], Duty::MendOurCall);
        told(&[48001, 48004, 50002], Duty::Degrade);
        told(&[45009], Duty::StopForToday);
        told(&[45011], Duty::SlowDown);
        told(&[40003], Duty::Unbind);
    }

    #[test]
    fn a_code_may_mean_something_else_at_a_call() {
        assert_eq!(duty(Endpoint::Login, 45011), Duty::UserTooOften);
        assert_eq!((duty(Endpoint::Send, 41030), duty(Endpoint::MiniCode, 41030)), (Duty::WithoutPage, Duty::MendOurCall));
        assert_eq!((duty(Endpoint::MiniCode, 45009), duty(Endpoint::Send, 45009)), (Duty::SlowDown, Duty::StopForToday));
    }

    #[test]
    fn what_only_time_or_the_user_can_change_rings_no_alarm() {
        for duty in [Duty::TryAgain, Duty::SlowDown, Duty::NewCode, Duty::NoConsent, Duty::OneAtATime, Duty::SignInAgain] {
            assert!(!duty.is_alarm(), "{duty:?}");
        }
        for duty in [Duty::MendSettings, Duty::MendOurCall, Duty::DropMessage, Duty::MendTemplate, Duty::LookInto] {
            assert!(duty.is_alarm(), "{duty:?}");
        }
    }
}
