//! Content safety (内容安全): what WeChat thinks of text (`/wxa/msg_sec_check`) and of pictures and sounds (`/wxa/media_check_async`)
//! that others will see. The answer to the call says nothing about them; `result.suggest` does. Of a picture or a sound it comes later,
//! as a push, or never. Whoever has no verdict shows nothing, and lets people look.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::{self, CallError};
use super::call::Repeat;
use super::codes::Duty;
use super::{Endpoint, Openid, Wechat, lenient};

/// In characters.
pub const TEXT_CHARS_MAX: usize = 2_500;
const VERSION: u8 = 2;

/// Where it will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Profile,
    Comment,
    Forum,
    Log,
}

impl Place {
    fn scene(self) -> u8 {
        match self {
            Self::Profile => 1,
            Self::Comment => 2,
            Self::Forum => 3,
            Self::Log => 4,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    Sound,
    Picture,
}

/// What is to be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suggest {
    Pass,
    /// People are to look.
    Review,
    /// It is to be hidden.
    Risky,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextVerdict {
    Judged {
        suggest: Suggest,
        /// What it was held for: 100 is nothing, 20001 politics, 20002 porn, 20003 abuse, 20006 crime, 20008 fraud..
        label: i64,
        trace_id: String,
    },
    /// The user was not in the app within two hours, so WeChat says nothing: our own list of words, and people.
    NotSeenLately,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaCheck {
    /// The verdict comes within half an hour as a push that names this, or it is lost.
    Begun {
        trace_id: String,
    },
    NotSeenLately,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("the text is longer than wechat checks")]
    TooLong,
    /// The openid is wrong or of another app.
    #[error("the user is unknown to wechat")]
    UnknownUser,
    #[error("wechat does not check it")]
    Unavailable(#[source] CallError),
}

#[derive(Serialize)]
struct TextBody<'a> {
    version: u8,
    openid: &'a str,
    scene: u8,
    content: &'a str,
}

#[derive(Serialize)]
struct MediaBody<'a> {
    version: u8,
    openid: &'a str,
    scene: u8,
    media_url: &'a str,
    media_type: u8,
}

#[derive(Deserialize)]
struct TextAnswer {
    trace_id: String,
    result: Judged,
}

#[derive(Deserialize)]
struct Judged {
    suggest: Suggest,
    #[serde(deserialize_with = "lenient::int")]
    label: i64,
}

#[derive(Deserialize)]
struct MediaAnswer {
    trace_id: String,
}

impl Wechat {
    /// What WeChat thinks of a text that the user typed in the app.
    pub async fn check_text(&self, openid: &Openid, (text, place): (&str, Place), now: Timestamp) -> Result<TextVerdict, CheckError> {
        if text.chars().count() > TEXT_CHARS_MAX {
            return Err(CheckError::TooLong);
        }
        let body = TextBody { version: VERSION, openid: openid.as_str(), scene: place.scene(), content: text };
        let asked = self.post::<TextAnswer>((Endpoint::TextCheck, Repeat::Freely), &body, answer::json, now).await;
        let judged = seen(asked)?.map(|answer| TextVerdict::Judged {
            suggest: answer.result.suggest,
            label: answer.result.label,
            trace_id: answer.trace_id,
        });
        Ok(judged.unwrap_or(TextVerdict::NotSeenLately))
    }

    /// Begins the check of what lies at `url`, which anybody who has it must be able to fetch for forty minutes.
    /// Not for identity cards or medical pictures: those leave the house for nobody.
    pub async fn check_media(
        &self,
        openid: &Openid,
        (url, kind, place): (&str, MediaKind, Place),
        now: Timestamp,
    ) -> Result<MediaCheck, CheckError> {
        let media_type = match kind {
            MediaKind::Sound => 1,
            MediaKind::Picture => 2,
        };
        let body = MediaBody { version: VERSION, openid: openid.as_str(), scene: place.scene(), media_url: url, media_type };
        // Begun twice, the verdict on the first is one that nobody waits for.
        let asked = self.post::<MediaAnswer>((Endpoint::MediaCheck, Repeat::Freely), &body, answer::json, now).await;
        Ok(seen(asked)?.map_or(MediaCheck::NotSeenLately, |answer| MediaCheck::Begun { trace_id: answer.trace_id }))
    }
}

fn seen<T>(asked: Result<T, CallError>) -> Result<Option<T>, CheckError> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => match error.duty() {
            Some(Duty::NotSeenLately) => Ok(None),
            Some(Duty::Unbind) => Err(CheckError::UnknownUser),
            _ => Err(CheckError::Unavailable(error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_what_the_suggestion_says_and_not_that_the_call_went_well() {
        let body = r#"{"errcode":0,"errmsg":"ok","trace_id":"T","result":{"suggest":"risky","label":20002},"detail":[]}"#;
        let answer: TextAnswer = answer::json(Endpoint::TextCheck, body.as_bytes()).unwrap();
        assert_eq!((answer.result.suggest, answer.result.label), (Suggest::Risky, 20002));
    }

    #[test]
    fn an_answer_without_a_verdict_is_none() {
        for body in [r#"{"errcode":0,"trace_id":"T"}"#, r#"{"errcode":0,"trace_id":"T","result":{"suggest":"unsure","label":1}}"#] {
            assert!(answer::json::<TextAnswer>(Endpoint::TextCheck, body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_user_not_seen_lately_is_an_outcome_of_its_own() {
        let refused = |errcode: i64| {
            let body = format!(r#"{{"errcode":{errcode},"errmsg":"code is expired"}}"#);
            seen(answer::json::<TextAnswer>(Endpoint::TextCheck, body.as_bytes()))
        };
        assert!(matches!(refused(61010), Ok(None)));
        assert!(matches!(refused(43104), Err(CheckError::UnknownUser)));
        assert!(matches!(refused(40129), Err(CheckError::Unavailable(_))));
    }
}
