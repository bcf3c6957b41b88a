//! Signing staff in through the district's own identity provider. Password and second factor are the provider's to ask; here an account is
//! found by the subject that is bound to it, and the first time by the login that the provider names, which binds the two for good.
//! Invariants: a state is good for one return and for ten minutes; an account has one subject, and another one doesn't get in.

use std::time::Duration;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::session::StaffDoor;
use domain::time::Timestamp;
use infra::oidc::{Begun, Oidc, OidcError, Pending, Subject};
use infra::store::{Account, StoreError, Tx};
use infra::tokens::IssueError;
use secrecy::SecretString;

use super::sign_in::signed_in;
use super::{FirstSteps, Opening, SignInDevice, SignedIn, holder_of};
use crate::app::{App, secret};

/// How long somebody may stay at the provider.
const AWAY: Duration = Duration::from_secs(600);

#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("no identity provider is set up")]
    NotSetUp,
    #[error("no sign-in was begun under this state, or not lately, or it was ended")]
    UnknownState,
    #[error("what is remembered can't be sealed")]
    Sealing,
    #[error(transparent)]
    Oidc(#[from] OidcError),
    #[error("there is no open account for them")]
    NoAccount,
    #[error("the account is another subject's")]
    AnothersAccount,
    #[error("no token can be issued")]
    Token(#[from] IssueError),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ProviderError {
    fn from(error: StoreError) -> Self {
        match error {
            // Of two logins at once that one subject came with.
            StoreError::Taken => ProviderError::AnothersAccount,
            other => ProviderError::Store(other),
        }
    }
}

/// Where the browser goes, and what it has to bring back.
pub struct BegunAtProvider {
    pub authorization_url: String,
    pub state: String,
}

impl App {
    pub async fn begin_at_provider(&self, now: Timestamp) -> Result<BegunAtProvider, ProviderError> {
        let Begun { authorization_url, state, pending } = self.provider()?.begin(now).await?;
        let sealed = pending.sealed(&state).ok_or(ProviderError::Sealing)?;
        self.shared.set(&key_of(&state), &sealed, AWAY).await;
        Ok(BegunAtProvider { authorization_url: authorization_url.into(), state })
    }

    /// Signs in who came back with `code`, once for each state.
    pub async fn sign_in_at_provider(
        &self,
        (state, code): (&str, SecretString),
        device: SignInDevice,
        now: Timestamp,
    ) -> Result<SignedIn, ProviderError> {
        let (oidc, key) = (self.provider()?, key_of(state));
        let pending = self.shared.get(&key).await.and_then(|sealed| Pending::opened(state, &sealed)).ok_or(ProviderError::UnknownState)?;
        // Of those who bring one state back one goes on, whatever becomes of it.
        if !self.shared.claim(&format!("{key}.back"), "1", AWAY).await {
            return Err(ProviderError::UnknownState);
        }
        self.shared.remove(&key).await;
        let identity = oidc.finish(&pending, &code, now).await?;
        let (subject, rules) = (oidc.subject(&identity), self.session_rules());
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let account = account_of(tx, &subject, &identity.login, now).await?;
                if let Some(mark) = device.mark {
                    tx.note_staff_device(account.id, &mark, now).await?;
                }
                let opening = Opening::new(holder_of(&account, StaffDoor::Provider), device.kind, &rules, now);
                opening.save(tx).await?;
                tx.audit(&signed_in(who(&account), now)).await?;
                Ok::<_, ProviderError>(opening)
            })
        });
        Ok(self.let_in_anew(unit.await?, FirstSteps::default(), now)?)
    }

    fn provider(&self) -> Result<&Oidc, ProviderError> {
        self.oidc.as_ref().ok_or(ProviderError::NotSetUp)
    }
}

/// The account of the subject; the first time, the one of the login that the provider names, unless that is another subject's.
async fn account_of(tx: &Tx, subject: &Subject, login: &str, now: Timestamp) -> Result<Account, ProviderError> {
    if let Some(bound) = tx.account_by_subject(subject).await? {
        return open(tx, &bound).await;
    }
    let named = tx.account_by_login(login).await?.ok_or(ProviderError::NoAccount)?;
    let account = open(tx, &named).await?;
    if tx.has_subject(account.id).await? {
        return Err(ProviderError::AnothersAccount);
    }
    tx.bind_subject(account.id, subject, now).await?;
    let on = On::person(Thing::Account(account.id), account.person);
    tx.audit(&Entry::done(now, who(&account), Deed::ProviderBound, on)).await?;
    Ok(account)
}

/// The account as it is now, held to the end of the unit.
async fn open(tx: &Tx, account: &Account) -> Result<Account, ProviderError> {
    tx.hold_account(account.id).await?.filter(|account| !account.disabled).ok_or(ProviderError::NoAccount)
}

fn who(account: &Account) -> Who {
    Who::Staff { account: account.id, person: account.person, office: None }
}

fn key_of(state: &str) -> String {
    format!("oidc.{}", secret::digest(state))
}
