//! Sessions and the refresh tokens that carry them on. A session is asked for with every request, together with whom it belongs to and
//! the key that signed the token, in one statement: what was ended, closed or taken away holds for nobody's next request, on whatever
//! instance. Nothing is written per request.

mod row;
mod signed_in;

use domain::ids::{AccountId, PersonId, SessionId};
use domain::session::{End, Holder, RefreshToken, Session, Use};
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockType, Query};
use sea_orm::{ExprTrait, PaginatorTrait, QueryOrder, QuerySelect, UpdateMany};

use self::row::{STAFF, VILLAGER, refresh_token, row_of, session, session_of, token_of, token_row};
use super::words::word;
use super::{StoreError, Tx, View};
use refresh_token::Column as TokenColumn;
use session::Column;
pub use signed_in::StaffSession;

const SESSIONS: &str = "sessions";

/// Whose sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionsOf {
    Villager(PersonId),
    Account(AccountId),
}

impl From<Holder> for SessionsOf {
    fn from(holder: Holder) -> Self {
        match holder {
            Holder::Villager { person } => SessionsOf::Villager(person),
            Holder::Staff { account, .. } => SessionsOf::Account(account),
        }
    }
}

impl View {
    /// The sessions that go on, newest first, after one of them; with how many there are.
    pub async fn live_sessions(
        &self,
        of: SessionsOf,
        after: Option<SessionId>,
        (limit, now): (u64, Timestamp),
    ) -> Result<(Vec<Session>, u64), StoreError> {
        let live = self.sessions_of(of).filter(Column::EndedAt.is_null());
        let live = live.filter(Column::RestsUntil.gt(now)).filter(Column::EndsAt.gt(now));
        let total = live.clone().count(&self.db()).await?;
        let rest = match after {
            Some(after) => live.filter(Column::Id.lt(after.as_uuid())),
            None => live,
        };
        let rows = rest.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(session_of).collect::<Result<_, _>>()?, total))
    }

    /// A refresh token by its digest.
    pub async fn refresh_token(&self, digest: &str) -> Result<Option<RefreshToken>, StoreError> {
        let found = self.of(refresh_token::Entity::find(), TokenColumn::District).filter(TokenColumn::Digest.eq(digest));
        Ok(found.one(&self.db()).await?.map(token_of))
    }

    /// The token of a session that nobody used yet.
    pub async fn unused_refresh_token(&self, session: SessionId) -> Result<Option<RefreshToken>, StoreError> {
        let of_session = self.of(refresh_token::Entity::find(), TokenColumn::District).filter(TokenColumn::Session.eq(session.as_uuid()));
        Ok(of_session.filter(Expr::cust("used_at IS NULL")).one(&self.db()).await?.map(token_of))
    }

    fn sessions_of(&self, of: SessionsOf) -> Select<session::Entity> {
        of_whom(self.of(session::Entity::find(), Column::District), of)
    }
}

fn of_whom<Q: QueryFilter>(query: Q, of: SessionsOf) -> Q {
    match of {
        SessionsOf::Villager(person) => query.filter(Column::Person.eq(person.as_uuid())).filter(Column::Kind.eq(VILLAGER)),
        SessionsOf::Account(account) => query.filter(Column::Account.eq(account.as_uuid())).filter(Column::Kind.eq(STAFF)),
    }
}

impl Tx {
    /// A new session with its first refresh token.
    pub async fn add_session(&self, session: &Session, first: &RefreshToken) -> Result<(), StoreError> {
        session::Entity::insert(row_of(self.district(), session)?).exec_without_returning(&self.db()).await?;
        self.add_refresh_token(first).await
    }

    /// A session, for whoever carries it on or ends it: others who want to wait.
    pub async fn hold_session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let found = self.of(session::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        found.lock(LockType::Update).one(&self.db()).await?.map(session_of).transpose()
    }

    /// Saves a session that is held.
    pub async fn save_session(&self, session: &Session) -> Result<(), StoreError> {
        let saved = self.of(session::Entity::update_many(), Column::District).filter(Column::Id.eq(session.id.as_uuid()));
        saved.set(row_of(self.district(), session)?).exec(&self.db()).await?;
        Ok(())
    }

    pub async fn add_refresh_token(&self, token: &RefreshToken) -> Result<(), StoreError> {
        refresh_token::Entity::insert(token_row(self.district(), token)).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Notes that a token was used, or became of no use.
    pub async fn use_refresh_token(&self, digest: &str, used: Use) -> Result<(), StoreError> {
        let token = self.of(refresh_token::Entity::update_many(), TokenColumn::District).filter(TokenColumn::Digest.eq(digest));
        let token = token.col_expr(TokenColumn::UsedAt, Expr::value(used.at)).col_expr(TokenColumn::UsedKey, Expr::value(used.key));
        token.exec(&self.db()).await?;
        Ok(())
    }

    /// Ends those of somebody's sessions that go on; says how many there were.
    pub async fn end_sessions(&self, of: SessionsOf, why: End, now: Timestamp) -> Result<u64, StoreError> {
        self.end_those(of_whom(self.of(session::Entity::update_many(), Column::District), of), why, now).await
    }

    /// The same, but for one of them.
    pub async fn end_other_sessions(&self, own: &Session, why: End, now: Timestamp) -> Result<u64, StoreError> {
        let all = of_whom(self.of(session::Entity::update_many(), Column::District), own.holder.into());
        self.end_those(all.filter(Column::Id.ne(own.id.as_uuid())), why, now).await
    }

    async fn end_those(&self, which: UpdateMany<session::Entity>, why: End, now: Timestamp) -> Result<u64, StoreError> {
        let live = which.filter(Column::EndedAt.is_null());
        // What had come to rest before keeps its own end.
        let live = live.filter(Column::RestsUntil.gt(now));
        let ended = live.col_expr(Column::EndedAt, Expr::value(now)).col_expr(Column::EndWhy, Expr::value(word(SESSIONS, &why)?));
        Ok(ended.exec(&self.db()).await?.rows_affected)
    }

    /// Forgets the sessions that were over before `before`, with the tokens of sessions that aren't there any more; says how many sessions.
    pub async fn forget_sessions(&self, before: Timestamp) -> Result<u64, StoreError> {
        // A session rests until its end at the latest.
        let over = || Column::EndedAt.lt(before).or(Column::RestsUntil.lt(before));
        let ours = Column::District.eq(self.district().as_str());
        let old = Query::select().column(Column::Id).from(session::Entity).and_where(ours.clone()).and_where(over()).to_owned();
        let tokens = self.of(refresh_token::Entity::delete_many(), TokenColumn::District);
        tokens.filter(TokenColumn::Session.in_subquery(old)).exec(&self.db()).await?;
        let forgotten = self.of(session::Entity::delete_many(), Column::District).filter(over()).exec(&self.db()).await?;
        // Of whom erasure has taken the sessions.
        let same = Expr::col((session::Entity, Column::Id)).eq(Expr::col((refresh_token::Entity, TokenColumn::Session)));
        let theirs = Query::select().expr(Expr::val(1)).from(session::Entity).and_where(ours).and_where(same).to_owned();
        let orphans = self.of(refresh_token::Entity::delete_many(), TokenColumn::District);
        orphans.filter(Expr::not_exists(theirs)).exec(&self.db()).await?;
        Ok(forgotten.rows_affected)
    }
}
