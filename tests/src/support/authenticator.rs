//! The authenticator app of somebody who set one up in a test: it shows codes by the stand's clock, each once.

use std::sync::Mutex;

use chrono::{DateTime, FixedOffset};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::client::Api;

const STEP_SECS: i64 = 30;

pub struct Authenticator {
    totp: Totp,
    /// The last step that it showed.
    shown: Mutex<i64>,
}

impl Authenticator {
    /// An app that was told the secret that the service answered.
    pub fn told(secret: &str) -> Authenticator {
        let secret = Secret::try_from_base32(secret).expect("Base32").as_bytes().to_vec();
        let app = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30).with_secret(secret);
        Authenticator { totp: app.build().expect("a secret"), shown: Mutex::new(0) }
    }

    /// A code that it hasn't shown yet: of this step, or of the next one, which is let pass as well. The service forgets what it accepted
    /// when the clock is put back; so does the app.
    pub async fn next_code(&self, anyone: &Api) -> String {
        let this = step_of(anyone).await;
        let mut shown = self.shown.lock().expect("whole");
        *shown = if *shown > this + 1 { this } else { this.max(*shown + 1) };
        self.of_step(*shown)
    }

    /// What it showed last.
    pub fn last_code(&self) -> String {
        self.of_step(*self.shown.lock().expect("whole"))
    }

    fn of_step(&self, step: i64) -> String {
        self.totp.generate(u64::try_from(step * STEP_SECS).expect("after 1970")).to_string()
    }
}

async fn step_of(anyone: &Api) -> i64 {
    let clock = anyone.get("/demo/clock").await.expect(200).value();
    let at: DateTime<FixedOffset> = clock["at"].as_str().expect("an instant").parse().expect("RFC 3339");
    at.timestamp() / STEP_SECS
}
