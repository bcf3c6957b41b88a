//! The people of the demo data, signed in.

use std::sync::Arc;

use serde_json::json;

use super::authenticator::Authenticator;
use super::client::{Answer, Api};
use super::pass::Door;
use super::stand::Stand;

/// The password that all demo staff share; the server prints it at its start.
pub const DEMO_PASSWORD: &str = "bianmin-demo";

/// One demo account of each role, all of one village and its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Villager,
    Clerk,
    Approver,
    Courier,
    Supervisor,
    SystemAdmin,
    SecurityAdmin,
    AuditAdmin,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::Villager,
        Role::Clerk,
        Role::Approver,
        Role::Courier,
        Role::Supervisor,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// The login of its account; for the villager, what the sandbox calls their phone.
    pub fn login(self) -> &'static str {
        match self {
            Role::Villager => "wang-dama",
            Role::Clerk => "cunwu",
            Role::Approver => "cunzhang",
            Role::Courier => "kuaidi",
            Role::Supervisor => "duban",
            Role::SystemAdmin => "guanli",
            Role::SecurityAdmin => "anquan",
            Role::AuditAdmin => "shenji",
        }
    }
}

/// A member of the demo's staff, signed in to the server that `anyone` asks.
pub async fn sign_in_staff(anyone: &Api, login: &str) -> Api {
    sign_in_with(anyone, login, DEMO_PASSWORD).await
}

/// A member of staff with a password of their own.
pub async fn sign_in_with(anyone: &Api, login: &str, password: &str) -> Api {
    let session = try_password(anyone, login, password).await.expect(201).value();
    anyone.signed_in(&session, Door::password(login, password))
}

/// A member of staff who signs in with their first password, takes one of their own and sets up an authenticator.
pub async fn sign_in_first(anyone: &Api, login: &str, (first, own): (&str, &str)) -> Api {
    let begins = sign_in_with(anyone, login, first).await;
    let changed = begins.put("/api/v1/me/password", json!({ "old": first, "new": own })).await.expect(200).value();
    let begins = anyone.signed_in(&changed, Door::password(login, own));
    let (app, _) = enrol(&begins, own, None).await;
    anyone.signed_in(&changed, Door::with_app(login, own, app))
}

/// Sets up an authenticator, and gives it with the recovery codes.
pub async fn enrol(staff: &Api, password: &str, code: Option<&str>) -> (Arc<Authenticator>, Vec<String>) {
    let begin = json!({ "password": password, "code": code });
    let made = staff.post("/api/v1/me/second-factor", begin).await.expect(200).value();
    let app = Authenticator::told(made["secret"].as_str().expect("a secret"));
    let code = app.next_code(&Api::new(staff.base_url())).await;
    let confirmed = staff.put("/api/v1/me/second-factor", json!({ "code": code })).await.expect(200).value();
    let codes = confirmed["recovery_codes"].as_array().expect("codes").iter().map(|code| code.as_str().expect("a code").to_owned());
    (Arc::new(app), codes.collect())
}

/// Whatever signing in answers.
pub async fn try_password(anyone: &Api, login: &str, password: &str) -> Answer {
    Door::password(login, password).knock(anyone).await
}

impl Stand {
    /// Whoever has this role, where it doesn't matter who.
    pub async fn someone(&self, role: Role) -> Api {
        match role {
            Role::Villager => self.villager(role.login()).await,
            Role::Clerk
            | Role::Approver
            | Role::Courier
            | Role::Supervisor
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => self.staff(role.login()).await,
        }
    }

    /// A villager signed in with WeChat: the sandbox gives a login code to the phone of that name.
    pub async fn villager(&self, phone: &str) -> Api {
        let door = Door::Phone { sandbox: Box::new(self.sandbox()), phone: phone.to_owned() };
        let session = door.knock(&self.anyone()).await.expect(201).value();
        self.anyone().signed_in(&session, door)
    }

    /// The number of a phone, as WeChat knows it and as its owner lets the service know.
    pub async fn tells_number(&self, villager: &Api, phone: &str, number: &str) -> Answer {
        let given = self.sandbox().post("/__sandbox/phone", json!({ "user": phone, "phone": number })).await.expect(200).value();
        villager.put("/api/v1/me/phone", json!({ "by": "wechat", "code": given["code"] })).await
    }

    /// A member of staff at their desk: in the session that they have, as long as it goes on. A code lets in once, so nobody signs in
    /// more often than they would; for a session of its own there is `once_more`.
    pub async fn staff(&self, login: &str) -> Api {
        let mut at_desks = self.at_desks().lock().await;
        if let Some(known) = at_desks.get(login) {
            let known = known.at(self.anyone().base_url());
            if known.get("/api/v1/sessions").await.status() == 200 {
                return known;
            }
        }
        let api = sign_in_staff(&self.anyone(), login).await;
        at_desks.insert(login.to_owned(), api.clone());
        api
    }
}
