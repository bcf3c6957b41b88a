//! Sessions (登录): from a sign-in to its end. A session is carried on with refresh tokens, each of which works once and gives the next;
//! so they form a family, and whoever comes with one that was used is either the owner or a thief. Both are out then.
//!
//! Invariants: of a session one refresh token at most is unused; an end is for good; a session outlives neither its time at rest nor its
//! whole time. Units: instants in UTC. A token is known here by its digest alone.
//! Source: RFC 9700 4.14 (rotation, and what reuse tells); OWASP ASVS 5.0 V7.

#[cfg(test)]
mod tests;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PersonId, SessionId};
use crate::time::Timestamp;

/// Who is signed in, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Villager {
        person: PersonId,
    },
    /// `password` is the number of the password that they signed in with: the session doesn't outlive it.
    Staff {
        account: AccountId,
        person: PersonId,
        password: u32,
        door: StaffDoor,
    },
}

/// Which way staff came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffDoor {
    /// With what is ours to ask: a password or the bound WeChat, and a code.
    Own,
    /// The district's identity provider vouched for them: password and second factor are its to ask.
    Provider,
}

impl Holder {
    pub fn person(self) -> PersonId {
        match self {
            Holder::Villager { person } | Holder::Staff { person, .. } => person,
        }
    }

    /// The way of staff; a villager has their own.
    pub fn door(self) -> StaffDoor {
        match self {
            Holder::Villager { .. } => StaffDoor::Own,
            Holder::Staff { door, .. } => door,
        }
    }

    pub fn account(self) -> Option<AccountId> {
        match self {
            Holder::Villager { .. } => None,
            Holder::Staff { account, .. } => Some(account),
        }
    }
}

/// What somebody signed in on, as far as it says so: to tell one's own sessions apart, and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    Android,
    Iphone,
    Ipad,
    Harmony,
    Windows,
    Mac,
    Linux,
}

/// Why a session ended. The words are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    SignedOut,
    SignedOutEverywhere,
    /// A refresh token came a second time.
    Reused,
    /// Nobody refreshed it for too long.
    AtRest,
    /// Its whole time was over.
    TimeIsUp,
    /// Changed by its owner, or given anew.
    OtherPassword,
    AccountClosed,
    /// The phone leads to another record now, or another phone to this one.
    OtherWayIn,
    /// Another second factor came in force, or it was taken away.
    OtherSecondFactor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub holder: Holder,
    pub device: Option<Device>,
    pub signed_in_at: Timestamp,
    pub refreshed_at: Timestamp,
    /// Without a refresh before it, it ends then.
    pub rests_until: Timestamp,
    /// It ends then, whatever is done.
    pub ends_at: Timestamp,
    pub ended: Option<(Timestamp, End)>,
}

/// A refresh token as it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub digest: String,
    pub session: SessionId,
    /// The digest of the one that it was got with; none of the first.
    pub parent: Option<String>,
    pub issued_at: Timestamp,
    pub used: Option<Use>,
}

/// When a refresh token was used, or became of no use, and under which of the client's keys: by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub at: Timestamp,
    pub key: Option<String>,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    pub staff: Span,
    pub villager: Span,
    /// Within which the same refresh may come again: an answer may get lost on a weak network.
    pub repeat: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Without a refresh.
    pub at_rest: Duration,
    pub in_all: Duration,
}

impl SessionRules {
    fn of(&self, holder: Holder) -> Span {
        match holder {
            Holder::Villager { .. } => self.villager,
            Holder::Staff { .. } => self.staff,
        }
    }
}

/// What a refresh comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The session goes on with a new token.
    GoesOn(Session),
    /// It has ended, now or before.
    Over(Session),
}

impl Session {
    /// Somebody signed in now.
    pub fn begin(id: SessionId, holder: Holder, device: Option<Device>, rules: &SessionRules, now: Timestamp) -> Self {
        let Span { at_rest, in_all } = rules.of(holder);
        let ends_at = now + in_all;
        let rests_until = (now + at_rest).min(ends_at);
        Self { id, holder, device, signed_in_at: now, refreshed_at: now, rests_until, ends_at, ended: None }
    }

    /// Why it holds no more, if it doesn't.
    pub fn over(&self, now: Timestamp) -> Option<End> {
        match self.ended {
            Some((_at, why)) => Some(why),
            None if self.ends_at <= now => Some(End::TimeIsUp),
            None if self.rests_until <= now => Some(End::AtRest),
            None => None,
        }
    }

    /// Ended for this reason, unless it had ended before.
    pub fn end(self, why: End, now: Timestamp) -> Self {
        Self { ended: self.ended.or(Some((now, why))), ..self }
    }

    /// Somebody comes with a refresh token of this session, under a key of their own or none. `unused` is the session's token that nobody
    /// used yet. A repetition, soon and under the same key, goes on as long as nobody used what the first one gave.
    pub fn refresh(
        self,
        shown: &RefreshToken,
        unused: Option<&RefreshToken>,
        key: Option<&str>,
        (rules, now): (&SessionRules, Timestamp),
    ) -> Refreshed {
        if let Some(why) = self.over(now) {
            return Refreshed::Over(self.end(why, now));
        }
        let allowed = match &shown.used {
            None => true,
            Some(used) => {
                let same = key.is_some() && used.key.as_deref() == key && now - used.at < rules.repeat;
                same && unused.is_some_and(|unused| unused.parent.as_deref() == Some(&shown.digest))
            }
        };
        if !allowed {
            return Refreshed::Over(self.end(End::Reused, now));
        }
        let rests_until = (now + rules.of(self.holder).at_rest).min(self.ends_at);
        Refreshed::GoesOn(Self { refreshed_at: now, rests_until, ..self })
    }
}
