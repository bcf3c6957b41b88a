//! Partner stations in other districts: where people from here who are elsewhere are met, and for which items.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::district::{Opening, Partner};
use domain::ids::StationCode;
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::StoreError;

use super::{App, NoSuchItem, ReferenceError};

#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("there is no such partner")]
    NotFound,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("a partner lies in another district")]
    OwnDistrict,
    #[error("the hours end before they begin, or are on no weekday")]
    BadHours,
    #[error(transparent)]
    Item(#[from] NoSuchItem),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the partner can't be saved")]
    Store(#[from] StoreError),
}

impl App {
    /// Adds a partner station, or puts it right.
    pub async fn save_partner(&self, by: &Staff, partner: Partner) -> Result<Partner, PartnerError> {
        may(Actor::Staff(by), Act::SavePartner, &Object::District)?;
        if partner.code.district() == *self.district() {
            return Err(PartnerError::OwnDistrict);
        }
        if !partner.hours.iter().all(Opening::is_valid) {
            return Err(PartnerError::BadHours);
        }
        for item in partner.items.iter() {
            self.item(item)?;
        }
        let (saved, entry) = (partner.clone(), self.partner_edit(by, &partner.code));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                tx.save_partner(&partner).await?;
                tx.audit(&entry).await
            })
        });
        unit.await?;
        self.reference_changed().await?;
        Ok(saved)
    }

    pub async fn remove_partner(&self, by: &Staff, code: StationCode) -> Result<(), PartnerError> {
        may(Actor::Staff(by), Act::RemovePartner, &Object::District)?;
        let entry = self.partner_edit(by, &code);
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                if !tx.remove_partner(&code).await? {
                    return Err(PartnerError::NotFound);
                }
                Ok(tx.audit(&entry).await?)
            })
        });
        unit.await?;
        self.reference_changed().await?;
        Ok(())
    }

    fn partner_edit(&self, by: &Staff, code: &StationCode) -> Entry {
        Entry::done(self.clock.now(), Who::staff(by, None), Deed::StationEdit, On::of(Thing::Station(code.clone())))
    }
}
