//! Signing in without WeChat: with a phone and the code that a short message brought.

use domain::audit::Who;
use domain::ids::PersonId;
use domain::people::{Person, Phone};
use domain::session::{Device, Holder};
use domain::time::Timestamp;
use infra::store::{StoreError, Tried, Tx};
use uuid::Uuid;

use super::sign_in::signed_in;
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
        let Opening { session, secret, .. } = unit.await?.map_err(SignInError::SmsCode)?;
        Ok(self.let_in(session, secret, FirstSteps::default(), now)?)
    }
}

async fn known_or_new(tx: &Tx, phone: Phone, now: Timestamp) -> Result<PersonId, StoreError> {
    // Held open: whoever has their data erased meanwhile signs in with no phone any more.
    if let Some(known) = tx.person_by_sign_in_phone(&phone).await?
        && tx.holds_open(known.id).await?
    {
        return Ok(known.id);
    }
    let id = PersonId::new(Uuid::now_v7());
    tx.add_person(&Person { phone: Some(phone.clone()), ..Person::unknown(id) }, now).await?;
    tx.set_sign_in_phone(id, &phone).await.map(|()| id)
}
