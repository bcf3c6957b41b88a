//! Watching what changes: one gets a ticket for some topics, comes with it once within half a minute, and is told from then on.
//! Whoever watches must be allowed to see what they watch, when they ask for the ticket and all the while that they watch.

mod follow;
mod hub;

use domain::audit::{On, Thing};
use domain::ids::StationCode;
use domain::live::{Topic, Watcher};
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::time::{Timestamp, local_date};
use infra::store::{LiveTicket, StoreError};
use sha2::{Digest, Sha256};

pub use follow::{Bye, Frame, follow};
pub use hub::{Full, Hub, Seat, Sitter};

use super::App;
use super::cases::on;
use super::reviews::{RectifyError, may_see_own_rectification};

/// Wakes whoever passes updates on.
pub const UPDATES_WAITING: &str = "updates";

#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error("there is no such station")]
    NoSuchStation,
    #[error("there is no such case")]
    NoSuchCase,
    #[error("the case is hidden from whoever asks")]
    HiddenCase(On),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RectifyError> for WatchError {
    fn from(error: RectifyError) -> Self {
        match error {
            RectifyError::Hidden(on) => WatchError::HiddenCase(on),
            RectifyError::Store(error) => WatchError::Store(error),
            RectifyError::NotFound
            | RectifyError::Denied(_)
            | RectifyError::Rejected(_)
            | RectifyError::Note(_)
            | RectifyError::Unpublishable(_)
            | RectifyError::SealedUnpublished => WatchError::NoSuchCase,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("the ticket was never given, was used, or its time is over")]
    NoTicket,
    #[error(transparent)]
    Full(#[from] Full),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A ticket as its owner gets it; here only its digest stays.
pub struct Given {
    pub ticket: String,
    pub expires_at: Timestamp,
}

/// Somebody who came in with a ticket.
pub struct Admitted {
    pub watcher: Watcher,
    pub topics: Vec<Topic>,
    pub seat: Seat,
}

impl App {
    /// A ticket for somebody who may watch all of `topics`.
    pub async fn give_live_ticket(&self, actor: Actor<'_>, topics: Vec<Topic>) -> Result<Given, WatchError> {
        self.may_watch(actor, &topics).await?;
        let watcher = self.watcher(actor).await?;
        let ticket = hex::encode(rand::random::<[u8; 32]>());
        let expires_at = self.clock.now() + chrono::Duration::seconds(self.settings.live.ticket_secs.into());
        let (digest, kept) = (digest(&ticket), LiveTicket { watcher, topics, expires_at });
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.add_live_ticket(&digest, &kept).await })).await?;
        Ok(Given { ticket, expires_at })
    }

    /// Lets in whoever comes from an address with the ticket, once.
    pub async fn admit(&self, ticket: &str, from: &str) -> Result<Admitted, EntryError> {
        let (digest, now) = (digest(ticket), self.clock.now());
        let taken = self.store.write(self.district(), move |tx| Box::pin(async move { tx.take_live_ticket(&digest, now).await }));
        let LiveTicket { watcher, topics, .. } = taken.await?.ok_or(EntryError::NoTicket)?;
        let sitter = match watcher {
            Watcher::Anyone => Sitter::From(from.to_owned()),
            Watcher::Villager { .. } | Watcher::Staff { .. } => Sitter::Known(watcher),
        };
        let seat = self.live.take_seat(sitter, &self.settings.live)?;
        Ok(Admitted { watcher, topics, seat })
    }

    /// Whether who came in may go on watching.
    pub async fn may_still_watch(&self, watcher: Watcher, topics: &[Topic]) -> Result<bool, StoreError> {
        let today = local_date(self.clock.now());
        let allowed = match watcher {
            Watcher::Anyone => self.may_watch(Actor::Anyone, topics).await,
            Watcher::Villager { person } if self.is_open_person(person).await? => {
                self.may_watch(Actor::Villager(person, today), topics).await
            }
            Watcher::Villager { .. } => return Ok(false),
            Watcher::Staff { account, password } => match self.staff_account(account).await? {
                Some((account, staff)) if account.password_number == password => self.may_watch(Actor::Staff(&staff), topics).await,
                Some(_) | None => return Ok(false),
            },
        };
        match allowed {
            Ok(()) => Ok(true),
            Err(WatchError::Store(error)) => Err(error),
            Err(WatchError::NoSuchStation | WatchError::NoSuchCase | WatchError::HiddenCase(_) | WatchError::Denied(_)) => Ok(false),
        }
    }

    async fn may_watch(&self, actor: Actor<'_>, topics: &[Topic]) -> Result<(), WatchError> {
        for topic in topics {
            match (topic, actor) {
                (Topic::Hall(station), _) => self.may_watch_place(actor, station, &Object::Hall(station))?,
                (Topic::Queue(_) | Topic::Case(_) | Topic::Review(_), Actor::Anyone) => return Err(Denied::NotSignedIn.into()),
                (Topic::Queue(_), Actor::Villager(..)) => return Err(Denied::StaffOnly.into()),
                (Topic::Review(_), Actor::Staff(_)) => return Err(Denied::VillagersOnly.into()),
                (Topic::Queue(station), Actor::Staff(_)) => self.may_watch_place(actor, station, &Object::Station(station))?,
                (Topic::Case(case), Actor::Staff(_) | Actor::Villager(..)) => {
                    let case = self.store.read(self.district()).case(*case).await?.ok_or(WatchError::NoSuchCase)?;
                    let allowed = may(actor, Act::GiveLiveTicket, &Object::Case(&case));
                    allowed.map_err(|_| WatchError::HiddenCase(on(&case, Thing::Case)))?;
                }
                (Topic::Review(case), Actor::Villager(person, today)) => {
                    may_see_own_rectification(&self.store.read(self.district()), (person, today), *case).await?;
                }
            }
        }
        Ok(())
    }

    fn may_watch_place(&self, actor: Actor<'_>, station: &StationCode, object: &Object<'_>) -> Result<(), WatchError> {
        self.map.load().station(station).ok_or(WatchError::NoSuchStation)?;
        // That there is such a station everybody knows.
        Ok(may(actor, Act::GiveLiveTicket, object).map_err(|_| Denied::OutOfScope)?)
    }

    async fn watcher(&self, actor: Actor<'_>) -> Result<Watcher, WatchError> {
        Ok(match actor {
            Actor::Anyone => Watcher::Anyone,
            Actor::Villager(person, _) => Watcher::Villager { person },
            Actor::Staff(Staff { account, .. }) => {
                let (known, _) = self.staff_account(*account).await?.ok_or(Denied::NotSignedIn)?;
                Watcher::Staff { account: *account, password: known.password_number }
            }
        })
    }
}

fn digest(ticket: &str) -> String {
    hex::encode(Sha256::digest(ticket.as_bytes()))
}
