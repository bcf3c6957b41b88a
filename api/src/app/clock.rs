//! The demo's clock, kept across restarts.

use chrono::Duration;
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::time::Timestamp;
use infra::second_factor::Step;
use infra::store::StoreError;

use super::App;
use crate::clock::ClockIsReal;

const FACT: &str = "demo.clock_offset_micros";

#[derive(Debug, thiserror::Error)]
pub enum MoveClockError {
    #[error(transparent)]
    Real(#[from] ClockIsReal),
    #[error("the clock's offset wasn't kept")]
    Store(#[from] StoreError),
}

impl App {
    /// Lets the demo's clock show `at` from now on. It is kept before it is moved. Steps of authenticators that come again when it is put
    /// back are forgotten with it: else nobody would sign in until it stands where it stood.
    pub async fn move_clock(&self, at: Timestamp) -> Result<(), MoveClockError> {
        let offset = self.clock.offset_to(at);
        let micros = offset.num_microseconds().unwrap_or_default().to_string();
        // Whoever has the demo may move its clock, without signing in.
        let moved = Entry::done(self.clock.now(), Who::Nobody, Deed::ClockMove, On::of(Thing::Clock));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                tx.set_fact(FACT, &micros).await?;
                tx.forget_steps_after(Step::at(at)).await?;
                tx.audit(&moved).await
            })
        });
        unit.await?;
        Ok(self.clock.set_offset(offset)?)
    }

    /// Sets the demo's clock to where it was moved before the last stop.
    pub async fn restore_clock(&self) -> Result<(), MoveClockError> {
        let kept = self.store.read(self.district()).fact(FACT).await?;
        match kept.and_then(|text| text.parse().ok()) {
            Some(micros) => Ok(self.clock.set_offset(Duration::microseconds(micros))?),
            None => Ok(()),
        }
    }
}
