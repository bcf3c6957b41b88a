//! A phone that somebody shows to be theirs: from then on its codes sign them in, beside WeChat.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::PersonId;
use domain::people::{Person, Phone};
use domain::time::Timestamp;
use infra::store::{StoreError, Tried, Tx};
use infra::wechat::PhoneError;

use crate::app::App;

/// How it is shown.
pub enum ProvenBy {
    /// A code that a short message brought.
    Sms { phone: Phone, code: String },
    /// What WeChat's button gave: WeChat knows the number.
    Wechat { code: String },
}

#[derive(Debug, thiserror::Error)]
pub enum ProvePhoneError {
    #[error("the code is {0:?}")]
    Code(Tried),
    #[error("WeChat isn't set up")]
    NoWechat,
    #[error("WeChat doesn't give the number")]
    Wechat(#[source] PhoneError),
    #[error("the number isn't one of the mainland")]
    Abroad,
    #[error("another person signs in with the number")]
    Taken,
    #[error("the person is gone")]
    Gone,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ProvePhoneError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => Self::Taken,
            other => Self::Store(other),
        }
    }
}

impl App {
    /// Notes that a phone is a villager's. What is theirs already stays theirs, without a code.
    pub async fn prove_phone(&self, person: PersonId, by: ProvenBy, now: Timestamp) -> Result<Person, ProvePhoneError> {
        let phone = match by {
            ProvenBy::Sms { phone, code } => self.phone_by_code(person, phone, &code, now).await?,
            ProvenBy::Wechat { code } => self.phone_by_wechat(person, &code, now).await?,
        };
        self.store.write(self.district(), move |tx| Box::pin(note(tx, person, phone, now))).await
    }

    async fn phone_by_code(&self, person: PersonId, phone: Phone, code: &str, now: Timestamp) -> Result<Phone, ProvePhoneError> {
        let holder = self.store.read(self.district()).person_by_sign_in_phone(&phone).await?;
        if holder.is_some_and(|holder| holder.id == person) {
            return Ok(phone);
        }
        match self.try_sms_code(&phone, code, now).await? {
            Tried::Taken => Ok(phone),
            other => Err(ProvePhoneError::Code(other)),
        }
    }

    async fn phone_by_wechat(&self, person: PersonId, code: &str, now: Timestamp) -> Result<Phone, ProvePhoneError> {
        let wechat = self.wechat.as_ref().ok_or(ProvePhoneError::NoWechat)?;
        // Theirs, and nobody else's code.
        let openid = self.store.read(self.district()).openid_of(person).await?;
        let given = wechat.phone_number(code, openid.as_ref(), now).await.map_err(ProvePhoneError::Wechat)?;
        let phone: Option<Phone> = (given.country_code == "86").then(|| given.number.parse().ok()).flatten();
        phone.filter(Phone::is_mobile).ok_or(ProvePhoneError::Abroad)
    }
}

async fn note(tx: &Tx, id: PersonId, phone: Phone, now: Timestamp) -> Result<Person, ProvePhoneError> {
    if !tx.begins_to_close(id).await? {
        return Err(ProvePhoneError::Gone);
    }
    let person = tx.person(id).await?.ok_or(ProvePhoneError::Gone)?;
    match tx.person_by_sign_in_phone(&phone).await? {
        Some(holder) if holder.id == id => return Ok(person),
        Some(_another) => return Err(ProvePhoneError::Taken),
        None => {}
    }
    if person.phone.is_none() {
        tx.save_person(Person { phone: Some(phone.clone()), ..person }).await?;
    }
    tx.set_sign_in_phone(id, &phone).await?;
    tx.audit(&Entry::done(now, Who::Person { person: id }, Deed::PhoneProven, On::person(Thing::Person, id))).await?;
    tx.person(id).await?.ok_or(ProvePhoneError::Gone)
}
