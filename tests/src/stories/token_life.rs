//! The life of a sign-in, walked with the moved clock: twenty-four hours of refreshes with another key in the middle, rest, and the end.

use chrono::{DateTime, Duration, FixedOffset};
use serde_json::{Value, json};

use crate::refusals::sessions::refresh;
use crate::support::client::{Answer, Api};
use crate::support::people::try_password;
use crate::support::people::{DEMO_PASSWORD, Role};
use crate::support::stand::{START, Stand};

/// Somebody whose app refreshes by itself, and nothing else.
struct Holder {
    anyone: Api,
    path: &'static str,
    session: Value,
}

impl Holder {
    async fn staff(stand: &Stand) -> Holder {
        let session = try_password(&stand.anyone(), "cunwu", DEMO_PASSWORD).await.expect(201).value();
        Holder { anyone: stand.anyone(), path: "/api/v1/work-items", session }
    }

    async fn villager(stand: &Stand) -> Holder {
        let signed_in = stand.someone(Role::Villager).await;
        let session = json!({ "token": signed_in.token(), "refresh_token": signed_in.refresh_token() });
        Holder { anyone: stand.anyone(), path: "/api/v1/me", session }
    }

    fn word(&self, key: &str) -> &str {
        self.session[key].as_str().expect(key)
    }

    /// The key that signed what they show.
    fn kid(&self) -> String {
        use base64::Engine;
        let head = self.word("token").split('.').next().expect("a head");
        let head = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(head).expect("base64");
        serde_json::from_slice::<Value>(&head).expect("JSON")["kid"].as_str().expect("a key").to_owned()
    }

    async fn asks(&self) -> Answer {
        self.anyone.with_token(self.word("token")).get(self.path).await
    }

    async fn refreshes(&mut self) {
        self.session = self.tries_to_refresh().await.expect(200).value();
        self.asks().await.expect(200);
    }

    async fn tries_to_refresh(&self) -> Answer {
        refresh(&self.anyone, self.word("refresh_token")).await
    }

    /// Neither what they show nor a refresh helps them.
    async fn is_out(&self) {
        self.asks().await.problem(401, "token_expired");
        self.tries_to_refresh().await.problem(401, "refresh_token_invalid");
    }
}

fn after(passed: Duration) -> String {
    (START.parse::<DateTime<FixedOffset>>().expect("an instant") + passed).to_rfc3339()
}

async fn kids(stand: &Stand) -> Vec<String> {
    let answer = stand.anyone().get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let keys = answer.value()["keys"].as_array().expect("keys").clone();
    keys.iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn twenty_four_hours_of_a_clerk_and_a_villager_with_another_key_in_the_middle() {
    const STEP: i64 = 14;
    const ROTATED_AT: i64 = 6 * 60;
    let stand = Stand::start().await;
    let (mut clerk, mut villager) = (Holder::staff(&stand).await, Holder::villager(&stand).await);
    let old = kids(&stand).await;
    let (mut shifts, mut rotated, mut new) = (1, false, None);
    for minute in (STEP..=24 * 60).step_by(14) {
        stand.at(&after(Duration::minutes(minute))).await;
        villager.refreshes().await;
        // Half a day is a clerk's longest shift: the last token ends with it.
        if minute >= 12 * 60 * shifts {
            clerk.is_out().await;
            (clerk, shifts) = (Holder::staff(&stand).await, shifts + 1);
        }
        clerk.refreshes().await;
        if minute >= ROTATED_AT && !rotated {
            stand.run_program(&["keys", "tokens", "rotate"]).expect("a key");
            stand.run_jobs().await;
            (rotated, new) = (true, kids(&stand).await.into_iter().find(|kid| !old.contains(kid)));
            assert_eq!(kids(&stand).await.len(), 2, "it is published");
            clerk.refreshes().await;
            assert!(old.contains(&clerk.kid()), "and doesn't sign yet");
        } else if rotated {
            assert_eq!((Some(clerk.kid()), Some(villager.kid())), (new.clone(), new.clone()), "at {minute}");
        }
    }
    stand.run_jobs().await;
    assert_eq!(kids(&stand).await, new.into_iter().collect::<Vec<_>>(), "the old one has retired");
    assert_eq!(shifts, 2);
}

#[tokio::test]
async fn staff_who_rest_for_half_an_hour_sign_in_anew_and_villagers_don_t() {
    let stand = Stand::start().await;
    let (clerk, mut villager) = (Holder::staff(&stand).await, Holder::villager(&stand).await);
    stand.at(&after(Duration::minutes(29))).await;
    clerk.asks().await.problem(401, "token_expired");
    let mut clerk = clerk;
    clerk.refreshes().await;
    // The stand's clock goes on while a test runs: a minute later than the half hour.
    stand.at(&after(Duration::minutes(29 + 31))).await;
    clerk.is_out().await;
    villager.refreshes().await;
}

#[tokio::test]
async fn a_villager_who_comes_once_a_month_stays_signed_in_for_half_a_year() {
    let stand = Stand::start().await;
    let (mut villager, forgotten) = (Holder::villager(&stand).await, Holder::villager(&stand).await);
    for month in 1..=6 {
        stand.at(&after(Duration::days(29 * month))).await;
        villager.refreshes().await;
    }
    forgotten.is_out().await;
    stand.at(&after(Duration::days(180) + Duration::minutes(1))).await;
    villager.is_out().await;
    // What ended long ago is forgotten, and refused as before.
    stand.at(&after(Duration::days(220))).await;
    stand.run_jobs().await;
    villager.is_out().await;
}
