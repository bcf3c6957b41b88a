//! What a person shows who is signed in, and how it is kept good: as an app does, it is refreshed when a request is answered that it ran
//! out, and where the session is over the person signs in anew. The one place that does so: tests move the clock by hours and days.
//!
//! What was ended on purpose (signed out, another password, a closed account) isn't renewed: the answer is the test's to judge.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::authenticator::Authenticator;
use super::client::{Answer, Api};

/// How somebody signs in.
#[derive(Clone)]
pub enum Door {
    Password {
        login: String,
        password: String,
        /// None for a demo account, whose code the demo tells, and for one that has set nothing up yet.
        app: Option<Arc<Authenticator>>,
    },
    /// With WeChat: the sandbox gives a code to the phone of that name.
    Phone { sandbox: Box<Api>, phone: String },
    /// They show a token that the test holds, and nothing else.
    None,
}

impl Door {
    pub fn password(login: &str, password: &str) -> Door {
        Door::Password { login: login.to_owned(), password: password.to_owned(), app: None }
    }

    /// With an authenticator of their own.
    pub fn with_app(login: &str, password: &str, app: Arc<Authenticator>) -> Door {
        Door::Password { login: login.to_owned(), password: password.to_owned(), app: Some(app) }
    }

    /// What the demo tells of an account, if it is one of its own whose codes weren't all used.
    pub async fn demo_code(anyone: &Api, login: &str) -> Option<String> {
        let answer = anyone.post("/demo/codes", json!({ "login": login })).await;
        (answer.status() == 200).then(|| answer.value()["code"].as_str().expect("a code").to_owned())
    }

    /// Whatever signing in answers.
    pub async fn knock(&self, anyone: &Api) -> Answer {
        match self {
            Door::Password { login, password, app } => {
                let code = match app {
                    Some(app) => Some(app.next_code(anyone).await),
                    None => Door::demo_code(anyone, login).await,
                };
                anyone.post("/api/v1/sessions/staff", json!({ "login": login, "password": password, "code": code })).await
            }
            Door::Phone { sandbox, phone } => {
                let minted = sandbox.post("/__sandbox/login", json!({ "user": phone })).await.expect(200).value();
                anyone.post("/api/v1/sessions/wechat", json!({ "code": minted["code"] })).await
            }
            Door::None => panic!("a token alone opens no door"),
        }
    }
}

/// Clones are of one session: what one of them renews, all show.
#[derive(Clone)]
pub struct Pass(Arc<Inner>);

struct Inner {
    door: Door,
    shown: std::sync::Mutex<Shown>,
    renewing: Mutex<()>,
}

#[derive(Clone)]
struct Shown {
    token: String,
    refresh_token: String,
}

impl Shown {
    fn of(session: &Value) -> Shown {
        let text = |key: &str| session[key].as_str().unwrap_or_else(|| panic!("a session has `{key}`: {session}")).to_owned();
        Shown { token: text("token"), refresh_token: text("refresh_token") }
    }
}

impl Pass {
    /// What signing in, or changing one's password, answered.
    pub fn of(session: &Value, door: Door) -> Pass {
        Pass::new(Shown::of(session), door)
    }

    /// A token by itself, which is never renewed.
    pub fn token_alone(token: &str) -> Pass {
        Pass::new(Shown { token: token.to_owned(), refresh_token: String::new() }, Door::None)
    }

    fn new(shown: Shown, door: Door) -> Pass {
        Pass(Arc::new(Inner { door, shown: shown.into(), renewing: Mutex::default() }))
    }

    pub fn token(&self) -> String {
        self.0.shown.lock().expect("whole").token.clone()
    }

    pub fn refresh_token(&self) -> String {
        self.0.shown.lock().expect("whole").refresh_token.clone()
    }

    pub fn door(&self) -> &Door {
        &self.0.door
    }

    /// After `spent` ran out: whether there is another token to show now.
    pub async fn renew(&self, anyone: &Api, spent: &str) -> bool {
        if matches!(self.0.door, Door::None) {
            return false;
        }
        let _turn = self.0.renewing.lock().await;
        if self.token() != spent {
            return true;
        }
        let refreshed = anyone.post("/api/v1/sessions/refresh", json!({ "refresh_token": self.refresh_token() })).await;
        let answer = if refreshed.status() == 200 { refreshed } else { self.0.door.knock(anyone).await };
        let renewed = matches!(answer.status(), 200 | 201);
        if renewed {
            *self.0.shown.lock().expect("whole") = Shown::of(&answer.value());
        }
        renewed
    }
}
