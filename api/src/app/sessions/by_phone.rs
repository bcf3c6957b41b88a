//! Signing in without WeChat: with a phone and the code that a short message brought.

use domain::audit::Who;
use domain::ids::PersonId;
use domain::people::{Person, Phone};
use domain::session::{Device, Holder};
use domain::time::Timestamp;
use infra::store::{StoreError, Tried, Tx};
use uuid::Uuid;

use super::sign_in::{WayIn, held, signed_in};
use super::{FirstSteps, Opening, SignInError, SignedIn};
use crate::app::App;

impl App {
    /// Signs in whoever reads the code on the phone; a phone seen for the first time becomes a person. A wrong try counts.
    pub async fn sign_in_by_phone(
        &self,
        (phone, code): (Phone, String),
        device: Option<Device>,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let opened = match self.open_by_phone((phone.clone(), code.clone()), device, now).await {
            // Meanwhile somebody known showed the phone to be theirs. The code is still good.
            Err(StoreError::Taken) => self.open_by_phone((phone, code), device, now).await?,
            opened => opened?,
        };
        let Opening { session, secret, .. } = opened.map_err(SignInError::SmsCode)?;
        Ok(self.let_in(session, secret, FirstSteps::default(), now)?)
    }

    async fn open_by_phone(
        &self,
        (phone, code): (Phone, String),
        device: Option<Device>,
        now: Timestamp,
    ) -> Result<Result<Opening, Tried>, StoreError> {
        let (tries_max, rules) = (self.settings.identity.sms_code_tries, self.session_rules());
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                match tx.try_sms_code(&phone, &code, (tries_max, now)).await? {
                    Tried::Taken => {}
                    other => return Ok::<_, StoreError>(Err(other)),
                }
                let person = known_or_new(tx, phone, now).await?;
                let opening = Opening::new(Holder::Villager { person }, device, &rules, now);
                opening.save(tx).await?;
                tx.audit(&signed_in(Who::Person { person }, now)).await.map(|()| Ok(opening))
            })
        });
        unit.await
    }
}

async fn known_or_new(tx: &Tx, phone: Phone, now: Timestamp) -> Result<PersonId, StoreError> {
    if let Some(known) = held(tx, WayIn::Phone(&phone)).await? {
        return Ok(known);
    }
    let id = PersonId::new(Uuid::now_v7());
    tx.add_person(&Person { phone: Some(phone.clone()), ..Person::unknown(id) }, now).await?;
    tx.set_sign_in_phone(id, &phone).await.map(|()| id)
}
