//! The outbox worker: news that were written with a change go out, at least once to the list and at most once on each way. It claims
//! some, settles in one unit what is the next step of each (`prepare`), takes it outside of any transaction (`carry`), and notes in another
//! unit what became of it (`note`). Of one person's news one goes at a time: WeChat refuses more.
//! Invariants: a claim that is not ended (the process died) is free again after `LEASE`, and whoever finds it knows from the try whether
//! something may have gone out; a passing fault is tried again, ever later, until `outbox.attempts_max`. Units: the application's clock.

mod carry;
mod note;
mod prepare;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Duration;
use domain::channel::{Channel, Ending};
use domain::ids::PersonId;
use futures_util::StreamExt;
use futures_util::stream;
use infra::store::{Claimed, StoreError};
use tracing::warn;

use crate::app::App;
use carry::carry;
use note::note;
use prepare::{Prepared, Ways, prepare};

/// Wakes the worker of whichever instance: news were written.
pub const NEWS_WAITING: &str = "news";
/// Longer than a batch may take where all of it goes to one person and every call hangs.
const LEASE: Duration = Duration::minutes(20);
const AT_ONCE: usize = 8;

/// What became of the news of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub through_wechat: u32,
    pub through_sms: u32,
    /// A clerk calls or visits.
    pub errands: u32,
    /// It may have been taken; nobody will know.
    pub unsure: u32,
    /// In the person's list of messages alone.
    pub listed: u32,
    /// Put off: until the morning, until a receipt comes, or after a passing fault.
    pub put_off: u32,
}

/// What is to become of one piece of news, for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Over(Ending),
    PutOff,
    /// The next run goes on with it at once.
    GoesOn,
    /// Somebody else has it.
    Lost,
}

/// Sends all that is due.
pub async fn send_waiting(app: &App) -> Result<Sent, StoreError> {
    let _turn = app.turns.outbox.lock().await;
    let (mut sent, ways) = (Sent::default(), Arc::new(Ways::of(app)));
    let batch = u64::from(app.settings.outbox.batch.max(1));
    loop {
        let now = app.clock.now();
        let claim = app.store.write(app.district(), move |tx| Box::pin(async move { tx.claim_news(batch, now, LEASE).await }));
        let claimed: Vec<Claimed> = claim.await?;
        if claimed.is_empty() {
            return Ok(sent);
        }
        let mut by_person: BTreeMap<PersonId, Vec<Claimed>> = BTreeMap::new();
        for claimed in claimed {
            by_person.entry(claimed.news.to).or_default().push(claimed);
        }
        let mut fates = stream::iter(by_person.into_values()).map(|own| send_all(app, &ways, own)).buffer_unordered(AT_ONCE);
        // What is under way is seen to its end whatever befalls the others: only then is it known what WeChat took.
        let mut broken = None;
        while let Some(fates) = fates.next().await {
            for fate in fates {
                match fate {
                    Ok(fate) => sent.count(fate),
                    Err(error) => broken = broken.or(Some(error)),
                }
            }
        }
        if let Some(error) = broken {
            return Err(error);
        }
    }
}

/// One after the other, in the order in which they were written.
async fn send_all(app: &App, ways: &Arc<Ways>, mut own: Vec<Claimed>) -> Vec<Result<Fate, StoreError>> {
    own.sort_by_key(|claimed| claimed.news.id);
    let mut fates = Vec::with_capacity(own.len());
    for claimed in own {
        fates.push(send(app, ways, claimed).await);
    }
    fates
}

async fn send(app: &App, ways: &Arc<Ways>, claimed: Claimed) -> Result<Fate, StoreError> {
    let (grounds, unit_ways, unit_claimed) = (app.grounds(), Arc::clone(ways), claimed.clone());
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { prepare(tx, &unit_ways, &grounds, &unit_claimed).await }));
    let (kept, step) = match unit.await? {
        Prepared::Settled(fate) => return Ok(fate),
        Prepared::Step(kept, step) => (kept, step),
    };
    let report = carry(app, &claimed, &kept, step).await;
    let (now, ways) = (app.clock.now(), Arc::clone(ways));
    app.store.write(app.district(), move |tx| Box::pin(async move { note(tx, &ways, &claimed, (kept, report), now).await })).await
}

/// Frees the ledgers of people to whom a message has been under way for longer than a claim holds: whoever sent it is gone.
pub async fn free_stuck(app: &App) -> Result<u64, StoreError> {
    let before = app.clock.now() - LEASE;
    let freed = app.store.write(app.district(), move |tx| Box::pin(async move { tx.end_sendings_before(before).await })).await?;
    if freed > 0 {
        warn!(freed, "{freed} messages were under way to WeChat and their senders are gone");
    }
    Ok(freed)
}

impl Sent {
    fn count(&mut self, fate: Fate) {
        let counted = match fate {
            Fate::Over(Ending::Told(Channel::Wechat)) => &mut self.through_wechat,
            Fate::Over(Ending::Told(Channel::Sms)) => &mut self.through_sms,
            Fate::Over(Ending::Told(Channel::Errand)) => &mut self.errands,
            Fate::Over(Ending::Perhaps(_)) => &mut self.unsure,
            Fate::Over(Ending::ListAlone) => &mut self.listed,
            Fate::PutOff => &mut self.put_off,
            Fate::GoesOn | Fate::Lost => return,
        };
        *counted += 1;
    }
}
