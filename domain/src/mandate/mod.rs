//! A mandate (委托): one person lets another act for them, within a scope, until a day, witnessed in some way, revocable at any time by
//! either side. A holder hands in, supplements, withdraws and collects; they never decide or evaluate.
//! Source: design page, "Agent"; issue "Mandates"; 民法典 165 (content), 173 (end), 行政许可法 29 (a representative may file).

mod tidings;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::catalogue::{Authorisation, Catalogue, Item, Topic};
use crate::ids::{AccountId, ItemCode, MandateId, PersonId, StationCode, UploadId};
use crate::people::Staff;
use crate::time::{Timestamp, local_date};

pub use tidings::*;

/// What a mandate lets its holder do. It covers an item that it names, and every item of a topic that it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateScope {
    pub items: BTreeSet<ItemCode>,
    pub topics: BTreeSet<Topic>,
}

impl MandateScope {
    pub fn takes(&self, item: &Item) -> bool {
        self.items.contains(&item.code) || self.topics.contains(&item.topic)
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.topics.is_empty()
    }
}

/// How it was made sure that the grantor wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Witnessing {
    /// The grantor gave it themself, signed in.
    InApp,
    /// The grantor said so to a clerk, at the counter or by telephone.
    Told,
    /// A signed paper, scanned by a clerk.
    OnPaper {
        scan: UploadId,
    },
    /// The document of a guardian, who represents by law (民法典 23).
    Guardian {
        document: UploadId,
    },
    Notarised {
        document: UploadId,
    },
}

impl Witnessing {
    /// The strongest authorisation that it is good for.
    pub fn strength(&self) -> Authorisation {
        match self {
            Witnessing::Told => Authorisation::None,
            Witnessing::InApp | Witnessing::OnPaper { .. } => Authorisation::Simple,
            Witnessing::Guardian { .. } | Witnessing::Notarised { .. } => Authorisation::Notarised,
        }
    }

    pub fn document(&self) -> Option<UploadId> {
        match self {
            Witnessing::InApp | Witnessing::Told => None,
            Witnessing::OnPaper { scan: document } | Witnessing::Guardian { document } | Witnessing::Notarised { document } => {
                Some(*document)
            }
        }
    }
}

/// A clerk who entered a mandate, or its end, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtStation {
    pub account: AccountId,
    pub station: StationCode,
}

/// One of the two whom a mandate is between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Grantor,
    Holder,
}

/// How a mandate was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokedHow {
    InApp,
    /// The grantor or holder called a clerk, who asked back.
    ByTelephone,
    AtStation,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    pub at: Timestamp,
    /// The side that ended it: grantor or holder.
    pub side: PersonId,
    pub how: RevokedHow,
    pub entered_by: Option<AtStation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    pub id: MandateId,
    /// Who lets act (委托人).
    pub grantor: PersonId,
    /// Who acts (受托人).
    pub holder: PersonId,
    pub scope: MandateScope,
    /// The last day on which it holds.
    pub until: NaiveDate,
    pub witnessing: Witnessing,
    /// Who saw it where the grantor can't sign.
    pub witness: Option<PersonId>,
    pub given_at: Timestamp,
    /// None where the grantor gave it in the app.
    pub entered_by: Option<AtStation>,
    pub revoked: Option<Revocation>,
}

/// Why a mandate can't be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMandate {
    #[error("nobody acts for themself")]
    Oneself,
    #[error("it names no item and no topic")]
    NoScope,
    #[error("item {0} isn't in the catalogue")]
    NoSuchItem(ItemCode),
    #[error("nobody may stand in for the person in item {0}")]
    NotDelegable(ItemCode),
    #[error("item {0} needs a stronger authorisation")]
    TooWeak(ItemCode),
    #[error("its last day is over")]
    Past,
    #[error("its last day lies after {0}")]
    TooLong(NaiveDate),
    #[error("who can't sign needs a witness who is neither side")]
    WitnessIsASide,
    #[error("a mandate given in the app needs no witness")]
    NoWitnessNeeded,
    #[error("a clerk doesn't enter a mandate of their own, their household's or a relative's")]
    ClerkIsClose,
    #[error("a grantor gives it in the app; everything else is entered by a clerk")]
    OtherWay,
}

/// Why a mandate doesn't carry an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCovered {
    #[error("it was revoked")]
    Revoked,
    #[error("its last day is over")]
    Expired,
    #[error("it doesn't name the item")]
    OutOfScope,
    #[error("nobody may stand in for the person in this item")]
    NotDelegable,
    #[error("the item needs a stronger authorisation")]
    TooWeak,
}

/// Why a mandate can't be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRevoked {
    #[error("neither side of it asks")]
    NotASide,
    #[error("it was revoked before")]
    Already,
}

impl Mandate {
    pub fn is_side(&self, person: PersonId) -> bool {
        person == self.grantor || person == self.holder
    }

    pub fn person_on(&self, side: Side) -> PersonId {
        match side {
            Side::Grantor => self.grantor,
            Side::Holder => self.holder,
        }
    }

    pub fn is_live(&self, today: NaiveDate) -> bool {
        self.revoked.is_none() && today <= self.until
    }

    /// Whether the holder may act for the grantor in `item` on `today`.
    pub fn covers(&self, item: &Item, today: NaiveDate) -> Result<(), NotCovered> {
        if self.revoked.is_some() {
            return Err(NotCovered::Revoked);
        }
        if today > self.until {
            return Err(NotCovered::Expired);
        }
        if !item.proxy.allowed {
            return Err(NotCovered::NotDelegable);
        }
        if !self.scope.takes(item) {
            return Err(NotCovered::OutOfScope);
        }
        if self.witnessing.strength() < item.proxy.authorisation { Err(NotCovered::TooWeak) } else { Ok(()) }
    }

    /// Ends it. Either side may, at any time, without giving a reason (民法典 933).
    pub fn revoke(mut self, revocation: Revocation) -> Result<Self, NotRevoked> {
        if !self.is_side(revocation.side) {
            return Err(NotRevoked::NotASide);
        }
        if self.revoked.is_some() {
            return Err(NotRevoked::Already);
        }
        self.revoked = Some(revocation);
        Ok(self)
    }
}

/// Who gives it, as far as a decision needs them.
#[derive(Debug, Clone, Copy)]
pub enum Giver<'a> {
    Grantor,
    Clerk(&'a Staff),
}

/// Checks a mandate before it is given on the day of `given_at`; it lasts `days_max` days at most.
pub fn check_new(mandate: &Mandate, by: Giver<'_>, catalogue: &Catalogue, days_max: u32) -> Result<(), BadMandate> {
    if mandate.grantor == mandate.holder {
        return Err(BadMandate::Oneself);
    }
    check_scope(mandate, catalogue)?;
    check_days(mandate, days_max)?;
    match (by, mandate.witnessing) {
        (Giver::Grantor, Witnessing::InApp) => mandate.witness.map_or(Ok(()), |_| Err(BadMandate::NoWitnessNeeded)),
        (Giver::Grantor, _) | (Giver::Clerk(_), Witnessing::InApp) => Err(BadMandate::OtherWay),
        (Giver::Clerk(clerk), _) => check_entered(mandate, clerk),
    }
}

fn check_scope(mandate: &Mandate, catalogue: &Catalogue) -> Result<(), BadMandate> {
    if mandate.scope.is_empty() {
        return Err(BadMandate::NoScope);
    }
    for code in &mandate.scope.items {
        let item = &catalogue.item(code).ok_or_else(|| BadMandate::NoSuchItem(code.clone()))?.item;
        if !item.proxy.allowed {
            return Err(BadMandate::NotDelegable(code.clone()));
        }
        if mandate.witnessing.strength() < item.proxy.authorisation {
            return Err(BadMandate::TooWeak(code.clone()));
        }
    }
    Ok(())
}

fn check_days(mandate: &Mandate, days_max: u32) -> Result<(), BadMandate> {
    let today = local_date(mandate.given_at);
    if mandate.until < today {
        return Err(BadMandate::Past);
    }
    match today.checked_add_days(Days::new(days_max.into())) {
        Some(last) if mandate.until > last => Err(BadMandate::TooLong(last)),
        _ => Ok(()),
    }
}

/// The clerk may hold it, as a proxy clerk does: what they enter for themself is on a paper, or was notarised, never merely told.
fn check_entered(mandate: &Mandate, clerk: &Staff) -> Result<(), BadMandate> {
    if mandate.witness.is_some_and(|witness| mandate.is_side(witness) || witness == clerk.person) {
        return Err(BadMandate::WitnessIsASide);
    }
    let holds = mandate.holder == clerk.person;
    let close_holder = !holds && clerk.is_close_to(mandate.holder);
    let merely_told = holds && mandate.witnessing == Witnessing::Told;
    if clerk.is_close_to(mandate.grantor) || close_holder || merely_told { Err(BadMandate::ClerkIsClose) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
