//! Whether a session key is still its user's (`/wxa/checksession`), and a new one in its place (`/wxa/resetusersessionkey`).

use domain::time::Timestamp;
use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::answer::{self, CallError};
use super::call::{Read, Repeat};
use super::codes::Duty;
use super::encrypted::session_signature;
use super::{Endpoint, Session, Wechat};

#[derive(Deserialize)]
struct Reset {
    session_key: SecretString,
}

impl Wechat {
    /// Whether the session's key is the user's current one: otherwise they sign in again.
    pub async fn session_holds(&self, session: &Session, now: Timestamp) -> Result<bool, CallError> {
        let asked = self.ask_of_session::<IgnoredAny>((Endpoint::SessionCheck, Repeat::Freely), session, answer::json, now).await;
        Ok(unless_over(asked)?.is_some())
    }

    /// The session under a new key, the old one void; none where the old one was void already.
    pub async fn reset_session_key(&self, session: &Session, now: Timestamp) -> Result<Option<Session>, CallError> {
        // A repetition would be signed with a key that the first may have made void.
        let asked = self.ask_of_session::<Reset>((Endpoint::SessionReset, Repeat::IfUndone), session, answer::json, now).await;
        Ok(unless_over(asked)?.map(|reset| Session { session_key: reset.session_key, ..session.clone() }))
    }

    async fn ask_of_session<T>(&self, call: (Endpoint, Repeat), session: &Session, read: Read<T>, now: Timestamp) -> Result<T, CallError> {
        let signature = session_signature(&session.session_key, b"");
        let query = [("openid", session.openid.as_str()), ("signature", &signature), ("sig_method", "hmac_sha256")];
        self.ask_with_token(call, |request| request.query(&query), (Method::GET, read), now).await
    }
}

fn unless_over<T>(asked: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.duty() == Some(Duty::SignInAgain) => Ok(None),
        Err(error) => Err(error),
    }
}
