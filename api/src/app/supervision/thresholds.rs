//! From when on somebody is warned, and how much overloads a station: a supervisor of the whole district settles it, or the system
//! administrator.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::supervision::{BadThresholds, Thresholds};
use infra::store::StoreError;

use crate::app::{App, ReferenceError};

#[derive(Debug, thiserror::Error)]
pub enum ThresholdsError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Bad(#[from] BadThresholds),
    #[error("the thresholds were changed by somebody else")]
    Stale,
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the thresholds can't be saved")]
    Store(#[from] StoreError),
}

impl App {
    /// Settles the thresholds, if they are still what `is_seen` knows; the alerts of open cases follow.
    pub async fn settle_thresholds(
        &self,
        by: &Staff,
        thresholds: Thresholds,
        is_seen: impl FnOnce(&Thresholds) -> bool + Send + 'static,
    ) -> Result<Thresholds, ThresholdsError> {
        may(Actor::Staff(by), Act::SaveThresholds, &Object::District)?;
        thresholds.check()?;
        let now = self.clock.now();
        let edited = Entry::done(now, Who::staff(by, None), Deed::ThresholdsEdit, On::of(Thing::Nothing));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                if !is_seen(&tx.thresholds_for_edit().await?) {
                    return Err(ThresholdsError::Stale);
                }
                tx.save_thresholds(&thresholds, now).await?;
                Ok(tx.audit(&edited).await?)
            })
        });
        unit.await?;
        self.reference_changed().await?;
        Ok(thresholds)
    }
}
