//! The people of the demo data, signed in.

use serde::Deserialize;
use serde_json::json;

use super::client::{Answer, Api};
use super::stand::Stand;

/// The password that all demo staff share; the server prints it at its start.
const DEMO_PASSWORD: &str = "bianmin-demo";

#[derive(Deserialize)]
struct Session {
    token: String,
}

impl Stand {
    /// A villager's phone: `code` is what the sandbox's WeChat gives out for the demo person of that name.
    pub async fn villager(&self, code: &str) -> Api {
        let answer = self.anyone().post("/api/v1/sessions/wechat", json!({ "code": code })).await;
        self.signed_in(&answer.expect(201))
    }

    /// A member of staff at their desk.
    pub async fn staff(&self, login: &str) -> Api {
        let credentials = json!({ "login": login, "password": DEMO_PASSWORD });
        let answer = self.anyone().post("/api/v1/sessions/staff", credentials).await;
        self.signed_in(&answer.expect(201))
    }

    fn signed_in(&self, answer: &Answer) -> Api {
        self.anyone().with_token(&answer.json::<Session>().token)
    }
}
