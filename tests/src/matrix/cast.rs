//! Who asks: one person of 平桥村, 李强, as a villager and under an account for each role of a station, granted for that village; and
//! the three administrators of the demo, who may be nothing else.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::document::Operation;
use super::world::VILLAGE;
use crate::support::client::Api;
use crate::support::people::sign_in_first;
use crate::support::stand::Stand;

pub const NAME: &str = "李强";
pub const CITIZEN_ID: &str = "511499200506151238";
pub const PHONE_OF_THE_PERSON: &str = "xin-shou-ji";
const PASSWORD: &str = "每天走三里山路去镇上上班";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Anyone,
    Villager,
    Clerk,
    Approver,
    Courier,
    Supervisor,
    SystemAdmin,
    SecurityAdmin,
    AuditAdmin,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Anyone,
        Kind::Villager,
        Kind::Clerk,
        Kind::Approver,
        Kind::Courier,
        Kind::Supervisor,
        Kind::SystemAdmin,
        Kind::SecurityAdmin,
        Kind::AuditAdmin,
    ];
    const OF_A_STATION: [Kind; 4] = [Kind::Clerk, Kind::Approver, Kind::Courier, Kind::Supervisor];

    /// What the document calls it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Anyone => "anyone",
            Kind::Villager => "villager",
            Kind::Clerk => "clerk",
            Kind::Approver => "approver",
            Kind::Courier => "courier",
            Kind::Supervisor => "supervisor",
            Kind::SystemAdmin => "system_admin",
            Kind::SecurityAdmin => "security_admin",
            Kind::AuditAdmin => "audit_admin",
        }
    }

    pub fn is_staff(self) -> bool {
        !matches!(self, Kind::Anyone | Kind::Villager)
    }
}

pub struct Cast(HashMap<Kind, Api>);

impl Cast {
    pub async fn gather(stand: &Stand) -> Cast {
        let security = stand.staff("anquan").await;
        let mut cast = HashMap::from([
            (Kind::Anyone, stand.anyone()),
            (Kind::Villager, stand.villager(PHONE_OF_THE_PERSON).await),
            (Kind::SystemAdmin, stand.staff("guanli").await),
            (Kind::AuditAdmin, stand.staff("shenji").await),
        ]);
        lives_in(&cast[&Kind::Villager], VILLAGE).await;
        stand.tells_number(&cast[&Kind::Villager], PHONE_OF_THE_PERSON, "13900005678").await.expect(200);
        for kind in Kind::OF_A_STATION {
            cast.insert(kind, hired(stand, &security, kind).await);
        }
        cast.insert(Kind::SecurityAdmin, security);
        Cast(cast)
    }

    /// Who asks for an operation: to end a session, somebody in one of its own. A code lets in once, hence the minute between.
    pub async fn asking(&self, stand: &Stand, kind: Kind, operation: &Operation) -> Api {
        let api = self.api(kind);
        match (kind, operation.id.as_str()) {
            (Kind::Anyone, _) => api.clone(),
            (_, "sign_out" | "sign_out_everywhere") => {
                stand.pass_a_minute().await;
                api.once_more().await
            }
            (_, _of_the_others) => api.clone(),
        }
    }

    pub fn api(&self, kind: Kind) -> &Api {
        &self.0[&kind]
    }
}

/// An account of 李强 for one role, with its first password changed.
async fn hired(stand: &Stand, security: &Api, kind: Kind) -> Api {
    let login = format!("matrix.{}", kind.word());
    let grants = json!([{ "role": kind.word(), "division": VILLAGE }]);
    let body = json!({ "login": login, "name": NAME, "citizen_id": CITIZEN_ID, "grants": grants });
    let opened = security.post("/api/v1/staff", body).await.expect(201).value();
    let first = opened["first_password"].as_str().expect("a first password");
    sign_in_first(&stand.anyone(), &login, (first, PASSWORD)).await
}

/// The profile that the villager saves.
pub fn profile(village: &str) -> Value {
    json!({ "name": NAME, "citizen_id": CITIZEN_ID, "phone": "13800005678", "registered": village, "residence": village })
}

pub async fn lives_in(villager: &Api, village: &str) {
    let seen = villager.get("/api/v1/me").await.expect(200).etag().to_owned();
    villager.ask(reqwest::Method::PUT, "/api/v1/me").if_match(&seen).json(profile(village)).send().await.expect(200);
}
