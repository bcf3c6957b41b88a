//! The people of the demo data, signed in.

use serde::Deserialize;
use serde_json::json;

use super::client::{Answer, Api};
use super::stand::Stand;

/// The password that all demo staff share; the server prints it at its start.
const DEMO_PASSWORD: &str = "bianmin-demo";

/// One demo account of each role, all of one village and its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Villager,
    Clerk,
    Approver,
    Courier,
    Supervisor,
    Admin,
}

impl Role {
    pub const ALL: [Role; 6] = [Role::Villager, Role::Clerk, Role::Approver, Role::Courier, Role::Supervisor, Role::Admin];

    /// The login of its account; for the villager, what the sandbox calls their phone.
    pub fn login(self) -> &'static str {
        match self {
            Role::Villager => "wang-dama",
            Role::Clerk => "cunwu",
            Role::Approver => "cunzhang",
            Role::Courier => "kuaidi",
            Role::Supervisor => "duban",
            Role::Admin => "guanli",
        }
    }
}

#[derive(Deserialize)]
struct Session {
    token: String,
}

#[derive(Deserialize)]
struct Minted {
    code: String,
}

/// A member of staff, signed in to the server that `anyone` asks.
pub async fn sign_in_staff(anyone: &Api, login: &str) -> Api {
    let credentials = json!({ "login": login, "password": DEMO_PASSWORD });
    let answer = anyone.post("/api/v1/sessions/staff", credentials).await.expect(201);
    anyone.with_token(&answer.json::<Session>().token)
}

impl Stand {
    /// Whoever has this role, where it doesn't matter who.
    pub async fn someone(&self, role: Role) -> Api {
        match role {
            Role::Villager => self.villager(role.login()).await,
            Role::Clerk | Role::Approver | Role::Courier | Role::Supervisor | Role::Admin => self.staff(role.login()).await,
        }
    }

    /// A villager signed in with WeChat: the sandbox gives a login code to the phone of that name.
    pub async fn villager(&self, phone: &str) -> Api {
        let minted = self.sandbox().post(&format!("/sandbox/phones/{phone}/code"), json!({})).await;
        let code = minted.expect(200).json::<Minted>().code;
        let answer = self.anyone().post("/api/v1/sessions/wechat", json!({ "code": code })).await;
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
