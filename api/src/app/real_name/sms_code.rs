//! Codes by short message. Whoever asks is told the same, whether the number is known here or not.

use chrono::Duration;
use domain::people::Phone;
use domain::time::Timestamp;
use infra::shared::TooOften;
use infra::sms::{Refused, SendError};
use infra::store::{StoreError, Tried};
use uuid::Uuid;

use crate::app::App;
use crate::wording;

const DIGITS: usize = 6;

/// A code is on its way.
pub struct SmsCodeSent {
    pub ends_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum SendCodeError {
    #[error("the number gets no short messages")]
    NotMobile,
    #[error("too many codes were asked for")]
    TooOften(#[source] TooOften),
    #[error("no gateway of short messages is set up")]
    NoGateway,
    #[error("the gateway doesn't bring it to this number")]
    Refused(Refused),
    #[error("the gateway takes no messages now")]
    Unavailable(#[source] SendError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Sends a code to a phone, asked from an address. Earlier codes are good no more.
    pub async fn send_sms_code(&self, phone: &Phone, from: &str, now: Timestamp) -> Result<SmsCodeSent, SendCodeError> {
        if !phone.is_mobile() {
            return Err(SendCodeError::NotMobile);
        }
        let sms = self.sms.as_ref().ok_or(SendCodeError::NoGateway)?;
        self.count_code(phone, from, now).await?;
        let code = made();
        let minutes = self.settings.identity.sms_code_minutes;
        let ends_at = now + Duration::minutes(i64::from(minutes));
        let text = wording::sms_code(&code, minutes);
        let to = phone.clone();
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.set_sms_code(&to, &code, ends_at).await })).await?;
        match sms.send(&format!("code-{}", Uuid::new_v4()), phone, &text).await {
            Ok(_taken) => Ok(SmsCodeSent { ends_at }),
            Err(SendError::Refused(refused)) => Err(SendCodeError::Refused(refused)),
            Err(error) => Err(SendCodeError::Unavailable(error)),
        }
    }

    /// Tries a code; a wrong try counts, whatever follows.
    pub(in crate::app) async fn try_sms_code(&self, phone: &Phone, code: &str, now: Timestamp) -> Result<Tried, StoreError> {
        let (phone, code, max) = (phone.clone(), code.to_owned(), self.settings.identity.sms_code_tries);
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.try_sms_code(&phone, &code, (max, now)).await })).await
    }

    async fn count_code(&self, phone: &Phone, from: &str, now: Timestamp) -> Result<(), SendCodeError> {
        let rates = &self.settings.rates;
        let key = hex::encode(self.store.read(self.district()).sms_code_index(phone)?);
        // The address first: whoever is refused for it takes nothing from the phone's.
        let counted = [(format!("rate.sms_codes.from.{from}"), rates.sms_codes_from), (format!("rate.sms_codes.{key}"), rates.sms_codes)];
        for (key, limit) in counted {
            self.shared.take(&key, limit.rate(), now).await.map_err(SendCodeError::TooOften)?;
        }
        Ok(())
    }
}

fn made() -> String {
    let number: u32 = rand::random_range(0..1_000_000);
    format!("{number:0DIGITS$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits() {
        for _ in 0..1000 {
            let code = made();
            assert!(code.len() == DIGITS && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }
}
