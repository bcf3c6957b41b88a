//! Partner stations in other districts: where people from here who are elsewhere are met, and for which items.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::district::{Opening, Partner};
use domain::ids::StationCode;
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::{StoreError, Tx};

use super::{App, Grounds, NoSuchItem, ReferenceError};

#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("there is no such partner")]
    NotFound,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("there is such a partner")]
    Taken,
    #[error("the partner was changed by somebody else")]
    Stale,
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
    /// A partner station as it is now.
    pub fn partner(&self, code: &StationCode) -> Result<Partner, PartnerError> {
        self.map().partner(code).cloned().ok_or(PartnerError::NotFound)
    }

    /// Puts a partner station right, if it is still what `is_seen` knows.
    pub async fn save_partner(
        &self,
        by: &Staff,
        partner: Partner,
        is_seen: impl FnOnce(&Partner) -> bool + Send + 'static,
    ) -> Result<Partner, PartnerError> {
        may(Actor::Staff(by), Act::SavePartner, &Object::District)?;
        let grounds = self.grounds();
        check(&grounds, &partner)?;
        let (saved, entry) = (partner.clone(), entry(&grounds, by, &partner.code));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let known = tx.partners().await?.into_iter().find(|known| known.code == partner.code).ok_or(PartnerError::NotFound)?;
                if !is_seen(&known) {
                    return Err(PartnerError::Stale);
                }
                tx.save_partner(&partner).await?;
                Ok(tx.audit(&entry).await?)
            })
        });
        unit.await?;
        self.reference_changed().await?;
        Ok(saved)
    }

    pub async fn remove_partner(&self, by: &Staff, code: StationCode) -> Result<(), PartnerError> {
        may(Actor::Staff(by), Act::RemovePartner, &Object::District)?;
        let entry = entry(&self.grounds(), by, &code);
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
}

/// Adds a partner station. Plans follow once the snapshot is taken up ([`App::reference_changed`]).
pub async fn add_partner(tx: &Tx, grounds: &Grounds, by: &Staff, partner: &Partner) -> Result<(), PartnerError> {
    may(Actor::Staff(by), Act::AddPartner, &Object::District)?;
    check(grounds, partner)?;
    if tx.partners().await?.iter().any(|known| known.code == partner.code) {
        return Err(PartnerError::Taken);
    }
    tx.save_partner(partner).await?;
    Ok(tx.audit(&entry(grounds, by, &partner.code)).await?)
}

fn check(grounds: &Grounds, partner: &Partner) -> Result<(), PartnerError> {
    if partner.code.district() == grounds.map.code {
        return Err(PartnerError::OwnDistrict);
    }
    if !partner.hours.iter().all(Opening::is_valid) {
        return Err(PartnerError::BadHours);
    }
    match partner.items.iter().find(|item| grounds.catalogue.catalogue.item(item).is_none()) {
        Some(unknown) => Err(NoSuchItem(unknown.clone()).into()),
        None => Ok(()),
    }
}

fn entry(grounds: &Grounds, by: &Staff, code: &StationCode) -> Entry {
    Entry::done(grounds.now, Who::staff(by, None), Deed::StationEdit, On::of(Thing::Station(code.clone())))
}
