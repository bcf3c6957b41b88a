//! Watching what changes: one gets a ticket for some topics, comes with it once within half a minute, and is told from then on.
//! Whoever watches must be allowed to see what they watch, when they ask for the ticket and all the while that they watch.

mod follow;
mod hub;

use domain::audit::{On, Thing};
use domain::ids::{SessionId, StationCode};
use domain::live::{Topic, Watcher};
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::time::{Timestamp, local_date};
use infra::store::{LiveTicket, StoreError};

pub use follow::{Bye, Frame, follow};
pub use hub::{Full, Hub, Seat, Sitter};

use super::App;
use super::cases::on;
use super::reviews::{RectifyError, may_see_own_rectification};
use super::secret::{self, digest};

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
    pub async fn give_live_ticket(
        &self,
        (actor, session): (Actor<'_>, Option<SessionId>),
        topics: Vec<Topic>,
    ) -> Result<Given, WatchError> {
        self.may_watch(actor, &topics).await?;
        let watcher = watcher(actor, session)?;
        let ticket = secret::made();
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
        if !self.may_still_watch(watcher, &topics).await? {
            return Err(EntryError::NoTicket);
        }
        let sitter = match watcher {
            Watcher::Anyone => Sitter::From(from.to_owned()),
            Watcher::Villager { person, .. } => Sitter::Villager(person),
            Watcher::Staff { account, .. } => Sitter::Account(account),
        };
        let seat = self.live.take_seat(sitter, &self.settings.live)?;
        Ok(Admitted { watcher, topics, seat })
    }

    /// Whether who came in may go on watching.
    pub async fn may_still_watch(&self, watcher: Watcher, topics: &[Topic]) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let allowed = match watcher {
            Watcher::Anyone => self.may_watch(Actor::Anyone, topics).await,
            Watcher::Villager { person, session } => match self.villager_session(session, None).await? {
                Some(session) if session.over(now).is_none() => self.may_watch(Actor::Villager(person, local_date(now)), topics).await,
                Some(_) | None => return Ok(false),
            },
            Watcher::Staff { session, .. } => match self.staff_session(session, None).await? {
                Some(found) if found.session.over(now).is_none() => self.may_watch(Actor::Staff(&found.staff), topics).await,
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
                (Topic::Queue(_) | Topic::Errands(_) | Topic::Case(_) | Topic::Review(_), Actor::Anyone) => {
                    return Err(Denied::NotSignedIn.into());
                }
                (Topic::Queue(_) | Topic::Errands(_), Actor::Villager(..)) => return Err(Denied::StaffOnly.into()),
                (Topic::Review(_), Actor::Staff(_)) => return Err(Denied::VillagersOnly.into()),
                (Topic::Queue(station) | Topic::Errands(station), Actor::Staff(_)) => {
                    self.may_watch_place(actor, station, &Object::Station(station))?;
                }
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
        self.map().station(station).ok_or(WatchError::NoSuchStation)?;
        // That there is such a station everybody knows.
        Ok(may(actor, Act::GiveLiveTicket, object).map_err(|_| Denied::OutOfScope)?)
    }
}

fn watcher(actor: Actor<'_>, session: Option<SessionId>) -> Result<Watcher, Denied> {
    match (actor, session) {
        (Actor::Anyone, _) => Ok(Watcher::Anyone),
        (Actor::Villager(person, _), Some(session)) => Ok(Watcher::Villager { person, session }),
        (Actor::Staff(staff), Some(session)) => Ok(Watcher::Staff { account: staff.account, session }),
        (Actor::Villager(..) | Actor::Staff(_), None) => Err(Denied::NotSignedIn),
    }
}
