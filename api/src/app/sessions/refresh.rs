//! Carrying a session on. A refresh token works once; one that comes again ends its session, but for the repetition of a refresh whose
//! answer got lost (`domain::session`).

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::session::{End, Holder, RefreshToken, Refreshed, Session, SessionRules, Use};
use domain::time::Timestamp;
use infra::store::{StoreError, Tx, View};
use infra::tokens::IssueError;
use secrecy::{ExposeSecret, SecretString};

use super::{FirstSteps, SignedIn, new_token};
use crate::app::App;
use crate::app::secret::digest;

#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// There is no such token, or its session is over.
    #[error("the refresh token holds no more")]
    Over,
    #[error("the refresh token was used before: its session has ended")]
    Reused,
    #[error("no token can be issued")]
    Token(#[from] IssueError),
    #[error("the session can't be read or saved")]
    Store(#[from] StoreError),
}

/// What a refresh came to; what ended is committed too.
enum Outcome {
    GoesOn { session: Session, secret: SecretString, first_steps: FirstSteps },
    Over(Option<Session>),
}

impl App {
    /// Takes a refresh token for an access token and the next refresh token. `key` names the request, for its repetition.
    pub async fn refresh_session(&self, shown: &SecretString, key: Option<&str>, now: Timestamp) -> Result<SignedIn, RefreshError> {
        let (digests, rules) = ((digest(shown.expose_secret()), key.map(digest)), self.session_rules());
        let unit = self.store.write(self.district(), move |tx| Box::pin(refresh(tx, digests, rules, now)));
        match unit.await? {
            Outcome::GoesOn { session, secret, first_steps } => Ok(self.let_in(session, secret, first_steps, now)?),
            Outcome::Over(Some(Session { id, ended: Some((_at, End::Reused)), .. })) => {
                tracing::warn!(session = %id, "a refresh token of the session {id} came a second time: the session has ended");
                Err(RefreshError::Reused)
            }
            Outcome::Over(_none_or_ended) => Err(RefreshError::Over),
        }
    }
}

async fn refresh(tx: &Tx, (shown, key): (String, Option<String>), rules: SessionRules, now: Timestamp) -> Result<Outcome, StoreError> {
    let Some(found) = tx.refresh_token(&shown).await? else { return Ok(Outcome::Over(None)) };
    let Some(session) = tx.hold_session(found.session).await? else { return Ok(Outcome::Over(None)) };
    // Whoever held the session before may have used it.
    let Some(shown) = tx.refresh_token(&shown).await? else { return Ok(Outcome::Over(None)) };
    let unused = tx.unused_refresh_token(session.id).await?;
    let was_over = session.ended.is_some();
    match session.refresh(&shown, unused.as_ref(), key.as_deref(), (&rules, now)) {
        Refreshed::Over(session) => end(tx, session, was_over, now).await,
        Refreshed::GoesOn(session) => match first_steps_of(tx, &session).await? {
            Some(first_steps) => {
                let secret = next_token(tx, &session, (shown, unused), (key, now)).await?;
                tx.save_session(&session).await?;
                Ok(Outcome::GoesOn { session, secret, first_steps })
            }
            None => end(tx, session.end(End::AccountClosed, now), was_over, now).await,
        },
    }
}

async fn end(tx: &Tx, session: Session, was_over: bool, now: Timestamp) -> Result<Outcome, StoreError> {
    if !was_over {
        tx.save_session(&session).await?;
        if matches!(session.ended, Some((_at, End::Reused))) {
            tx.audit(&reused(&session, now)).await?;
        }
    }
    Ok(Outcome::Over(Some(session)))
}

/// What the holder has to do first; none where their way in is closed.
async fn first_steps_of(view: &View, session: &Session) -> Result<Option<FirstSteps>, StoreError> {
    match session.holder {
        Holder::Villager { person } => Ok(view.is_open_person(person).await?.then(FirstSteps::default)),
        Holder::Staff { account, password, door, .. } => {
            let open = view.account(account).await?.filter(|account| !account.disabled && account.password_number == password);
            let Some(account) = open else { return Ok(None) };
            Ok(Some(FirstSteps::of(&account, view.is_enrolled(account.id).await?, door)))
        }
    }
}

/// The token that follows the one that was shown. What a lost answer gave is of no use any more.
async fn next_token(
    tx: &Tx,
    session: &Session,
    (shown, unused): (RefreshToken, Option<RefreshToken>),
    (key, now): (Option<String>, Timestamp),
) -> Result<SecretString, StoreError> {
    match unused {
        Some(lost) if shown.used.is_some() => tx.use_refresh_token(&lost.digest, Use { at: now, key: None }).await?,
        Some(_) | None => tx.use_refresh_token(&shown.digest, Use { at: now, key }).await?,
    }
    let (next, secret) = new_token(session.id, Some(shown.digest), now);
    tx.add_refresh_token(&next).await?;
    Ok(secret)
}

/// Nobody knows whether its owner or a thief came.
fn reused(session: &Session, now: Timestamp) -> Entry {
    let on = match session.holder {
        Holder::Villager { person } => On::person(Thing::Person, person),
        Holder::Staff { account, person, .. } => On::person(Thing::Account(account), person),
    };
    Entry::done(now, Who::Nobody, Deed::TokenReuse, on)
}
