//! A person's own sessions: listed, and ended by them.

use domain::audit::{Deed, Entry, On, Thing};
use domain::ids::SessionId;
use domain::session::{End, Session};
use domain::time::Timestamp;
use infra::store::{SessionsOf, StoreError};

use super::who;
use crate::app::App;

impl App {
    /// The sessions of the holder of `own` that go on, newest first; with how many there are.
    pub async fn own_sessions(&self, own: &Session, after: Option<SessionId>, limit: u64) -> Result<(Vec<Session>, u64), StoreError> {
        let view = self.store.read(self.district());
        view.live_sessions(SessionsOf::from(own.holder), after, (limit, self.clock.now())).await
    }

    /// Ends this session.
    pub async fn sign_out(&self, own: &Session, now: Timestamp) -> Result<(), StoreError> {
        let (id, entry) = (own.id, signed_out(own, now));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let Some(held) = tx.hold_session(id).await? else { return Ok(()) };
                tx.save_session(&held.end(End::SignedOut, now)).await?;
                tx.audit(&entry).await
            })
        });
        unit.await
    }

    /// Ends every session of the same holder.
    pub async fn sign_out_everywhere(&self, own: &Session, now: Timestamp) -> Result<(), StoreError> {
        let (holder, entry) = (own.holder, signed_out(own, now));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                tx.end_sessions(holder.into(), End::SignedOutEverywhere, now).await?;
                tx.audit(&entry).await
            })
        });
        unit.await
    }
}

fn signed_out(own: &Session, now: Timestamp) -> Entry {
    Entry::done(now, who(own.holder), Deed::SignOut, On::of(Thing::Nothing))
}
