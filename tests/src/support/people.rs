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

pub async fn sign_in_staff(anyone: &Api, login: &str) -> Api {
    let credentials = json!({ "login": login, "password": DEMO_PASSWORD });
    let answer = anyone.post("/api/v1/sessions/staff", credentials).await.expect(201);
    anyone.with_token(&answer.json::<Session>().token)
}

impl Stand {
    /// A villager with their phone, which the sandbox that stands in for WeChat knows by `name`.
    pub async fn villager(&self, name: &str) -> Api {
        let given = Api::new(self.sandbox_url()).post(&format!("/sandbox/phones/{name}/code"), json!({})).await.ok().value();
        let answer = self.anyone().post("/api/v1/sessions/wechat", json!({ "code": given["code"] })).await;
        self.signed_in(&answer.expect(201))
    }

    /// A member of staff at their desk.
    pub async fn staff(&self, login: &str) -> Api {
        sign_in_staff(&self.anyone(), login).await
    }

    fn signed_in(&self, answer: &Answer) -> Api {
        self.anyone().with_token(&answer.json::<Session>().token)
    }
}
