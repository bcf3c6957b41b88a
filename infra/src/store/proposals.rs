//! What waits for a second person, whichever table it stands in: which of it one person may look through, what they said of it, and what
//! nobody settled in time.

use std::collections::BTreeSet;

use domain::countersign::{SeenBy, Settled};
use domain::ids::{AccountId, PersonId, StationCode};
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{QueryOrder, QuerySelect};

use super::words::{from_word, json, word};
use super::{StoreError, Tx, View};

/// Whether it stands, in its row's `state`.
const STANDING: &str = "standing";
const WAITING: &str = "waiting";
const REFUSED: &str = "refused";
/// Nobody settled it in its time, and it was told.
const LAPSED: &str = "lapsed";

/// What somebody may give a second word on.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Where they do.
    pub stations: BTreeSet<StationCode>,
    /// Who doesn't settle what they entered.
    pub not_by: PersonId,
    /// To whom they are too close.
    pub not_about: BTreeSet<PersonId>,
    /// What was entered before waits no more.
    pub since: Timestamp,
}

/// A table of proposals, by its columns.
pub(super) struct Proposals<E: EntityTrait> {
    pub name: &'static str,
    /// What its scans belong to.
    pub owner: &'static str,
    pub district: E::Column,
    pub id: E::Column,
    pub state: E::Column,
    pub settled: E::Column,
    pub person: E::Column,
    pub at: E::Column,
    pub by_person: E::Column,
    pub by_station: E::Column,
}

impl<E> Proposals<E>
where
    E: EntityTrait,
    E::Column: Copy,
    E::Model: Send + Sync,
{
    pub async fn find(&self, view: &View, id: Uuid) -> Result<Option<E::Model>, StoreError> {
        Ok(view.of(E::find(), self.district).filter(self.id.eq(id)).one(&view.db()).await?)
    }

    /// A page of what waits for somebody's second word, oldest first, after `after`; and how many there are in all.
    pub async fn waiting(
        &self,
        view: &View,
        waiting: &Waiting,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<(Vec<E::Model>, u64), StoreError> {
        let all = view.of(E::find(), self.district).filter(self.state.eq(WAITING)).filter(self.at.gte(waiting.since));
        let all = all
            .filter(self.by_station.is_in(waiting.stations.iter().map(StationCode::as_str)))
            .filter(self.by_person.ne(waiting.not_by.as_uuid()))
            .filter(self.person.is_not_in(waiting.not_about.iter().map(|person| person.as_uuid())));
        let total = all.clone().count(&view.db()).await?;
        let page = match after {
            Some(after) => all.filter(self.id.gt(after)),
            None => all,
        };
        Ok((page.order_by_asc(self.id).limit(limit).all(&view.db()).await?, total))
    }

    /// What was entered before `since` and still waits, oldest first.
    pub async fn overdue(&self, view: &View, since: Timestamp, limit: u64) -> Result<Vec<E::Model>, StoreError> {
        let overdue = view.of(E::find(), self.district).filter(self.state.eq(WAITING)).filter(self.at.lt(since));
        Ok(overdue.order_by_asc(self.at).limit(limit).all(&view.db()).await?)
    }

    /// Ids of those about a person.
    pub fn about(&self, view: &View, person: PersonId) -> SelectStatement {
        Query::select()
            .column(self.id)
            .from(E::default())
            .and_where(self.district.eq(view.district().as_str()))
            .and_where(self.person.eq(person.as_uuid()))
            .to_owned()
    }

    /// Saves what a second person said; `Stale` where it doesn't wait any more.
    pub async fn settle(&self, tx: &Tx, id: Uuid, state: &'static str, settled: Option<&Settled>) -> Result<(), StoreError> {
        let settled = settled.map(|settled| json(self.name, settled)).transpose()?;
        let waits = tx.of(E::update_many(), self.district).filter(self.id.eq(id)).filter(self.state.eq(WAITING));
        let ended = waits.col_expr(self.state, Expr::value(state)).col_expr(self.settled, Expr::value(settled));
        if ended.exec(&tx.db()).await?.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Notes that nobody settled it in its time; false where somebody did, or it was noted before.
    pub async fn lapse(&self, tx: &Tx, id: Uuid) -> Result<bool, StoreError> {
        match self.settle(tx, id, LAPSED, None).await {
            Ok(()) => Ok(true),
            Err(StoreError::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes those, with their scans, that were entered before `before` and never came to stand; says how many there were. What still
    /// waits lapses first, and is told.
    pub async fn remove_what_never_stood(&self, tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
        let gone = tx.of(E::find(), self.district).filter(self.state.is_in([REFUSED, LAPSED])).filter(self.at.lt(before));
        let ids: Vec<Uuid> = gone.select_only().column(self.id).into_tuple().all(&tx.db()).await?;
        tx.erase_uploads_of(self.owner, &ids).await?;
        let removed = tx.of(E::delete_many(), self.district).filter(self.id.is_in(ids)).exec(&tx.db()).await?;
        Ok(removed.rows_affected)
    }
}

/// The word for how it stands.
pub(super) fn state_word((stands, waits): (bool, bool)) -> &'static str {
    match (stands, waits) {
        (true, _) => STANDING,
        (false, true) => WAITING,
        (false, false) => REFUSED,
    }
}

/// Who entered it, as its row tells.
pub(super) fn seen_by(table: &'static str, (account, person): (Uuid, Uuid), (role, station): (String, &str)) -> Result<SeenBy, StoreError> {
    Ok(SeenBy {
        account: AccountId::new(account),
        person: PersonId::new(person),
        role: from_word(table, role)?,
        station: station.parse().map_err(|error: domain::ids::BadCode| StoreError::corrupt(table, error))?,
    })
}

pub(super) fn role_word(table: &'static str, by: &SeenBy) -> Result<String, StoreError> {
    word(table, &by.role)
}
