//! Signing in. Failed attempts at a staff login are counted in shared state: after too many from one address (`rates.failed_sign_ins`) the
//! login rests for that address, so that nobody locks a colleague out from elsewhere; after far more from anywhere, for all. An attempt is
//! counted before it is looked at, so that many at once are no way around it, and forgotten when it succeeds.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::{AccountId, PersonId};
use domain::people::Person;
use domain::session::{Device, Holder};
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Verdict};
use infra::shared::TooOften;
use infra::store::{Account, StoreError, Tried, Tx};
use infra::tokens::IssueError;
use infra::wechat::{LoginError, Openid};
use secrecy::SecretString;
use uuid::Uuid;

use super::{Opening, SignedIn};
use crate::app::App;

/// What staff sign in on.
#[derive(Debug, Clone, Default)]
pub struct SignInDevice {
    /// A number that it made up itself.
    pub mark: Option<String>,
    pub kind: Option<Device>,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// With the account that the login names, if it names one: for the audit log, never for the answer.
    #[error("the login or the password is wrong")]
    Credentials(Option<AccountId>),
    #[error("too many failed attempts")]
    TooManyAttempts(Option<AccountId>, #[source] TooOften),
    #[error("WeChat isn't set up")]
    NoWechat,
    #[error("WeChat refuses the sign-in")]
    Wechat(#[source] LoginError),
    #[error("the code is {0:?}")]
    SmsCode(Tried),
    #[error("the password can't be checked")]
    Password(#[source] PasswordError),
    #[error("no token can be issued")]
    Token(#[from] IssueError),
    #[error("the account can't be read")]
    Store(#[from] StoreError),
}

impl App {
    /// Signs in whoever holds the phone that got `code`; a phone seen for the first time becomes a person.
    pub async fn sign_in_with_wechat(&self, code: &str, device: Option<Device>, now: Timestamp) -> Result<SignedIn, SignInError> {
        let wechat = self.wechat.as_ref().ok_or(SignInError::NoWechat)?;
        let openid = wechat.code2session(code).await.map_err(SignInError::Wechat)?.openid;
        let Opening { session, secret, .. } = self.open_for_phone(openid, device, now).await?;
        Ok(self.let_in(session, secret, false, now)?)
    }

    async fn open_for_phone(&self, openid: Openid, device: Option<Device>, now: Timestamp) -> Result<Opening, StoreError> {
        let (id, rules) = (PersonId::new(Uuid::now_v7()), self.session_rules());
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let person = known_or_new(tx, &openid, id, now).await?;
                let opening = Opening::new(Holder::Villager { person }, device, &rules, now);
                opening.save(tx).await?;
                tx.audit(&signed_in(Who::Person { person }, now)).await.map(|()| opening)
            })
        });
        unit.await
    }

    /// Signs a staff member in, who asks from an address. An unknown login costs as much as a wrong password and is answered alike.
    pub async fn sign_in_staff(
        &self,
        (login, from): (&str, &str),
        (password, device): (SecretString, SignInDevice),
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let account = self.store.read(self.district()).account_by_login(login).await?;
        if let Err(too_often) = self.count_attempt((login, from), now).await {
            return Err(SignInError::TooManyAttempts(account.map(|account| account.id), too_often));
        }
        let verdict = match &account {
            Some(account) => self.passwords.verify(password, &account.password_hash).await,
            None => self.passwords.verify_dummy(password).await,
        };
        match (account, verdict) {
            (Some(account), Ok(Verdict::Matches)) if !account.disabled => {
                self.forget_attempts((login, from)).await;
                let opened = self.open_for_staff(&account, device, now).await?;
                Ok(self.let_in_anew(opened.ok_or(SignInError::Credentials(Some(account.id)))?, &account, now)?)
            }
            (account, Ok(Verdict::Matches | Verdict::Differs) | Err(PasswordError::TooLong)) => {
                Err(SignInError::Credentials(account.map(|account| account.id)))
            }
            (_, Err(error)) => Err(SignInError::Password(error)),
        }
    }

    /// With the device that they sign in with, so that reviews from it can be told. None where the account was closed, or got another
    /// password, while this one was checked.
    async fn open_for_staff(&self, account: &Account, device: SignInDevice, now: Timestamp) -> Result<Option<Opening>, StoreError> {
        let checked = account.password_number;
        let (id, who) = (account.id, Who::Staff { account: account.id, person: account.person, office: None });
        let opening = Opening::new(holder_of(account), device.kind, &self.session_rules(), now);
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                if !tx.account(id).await?.is_some_and(|account| !account.disabled && account.password_number == checked) {
                    return Ok(None);
                }
                if let Some(mark) = device.mark {
                    tx.note_staff_device(id, &mark, now).await?;
                }
                opening.save(tx).await?;
                tx.audit(&signed_in(who, now)).await.map(|()| Some(opening))
            })
        });
        unit.await
    }

    /// Counts an attempt to show the password of `login` from an address, unless there were too many.
    pub(in crate::app) async fn count_attempt(&self, who: (&str, &str), now: Timestamp) -> Result<(), TooOften> {
        let [here, anywhere] = attempts_of(who);
        let rates = &self.settings.rates;
        for (attempts, limit) in [(here, rates.failed_sign_ins), (anywhere, rates.failed_sign_ins_anywhere)] {
            self.shared.take(&attempts, limit.rate(), now).await?;
        }
        Ok(())
    }

    /// After the right password.
    pub(in crate::app) async fn forget_attempts(&self, who: (&str, &str)) {
        for attempts in attempts_of(who) {
            self.shared.forget_rate(&attempts).await;
        }
    }
}

async fn known_or_new(tx: &Tx, openid: &Openid, id: PersonId, now: Timestamp) -> Result<PersonId, StoreError> {
    // Held open: whoever has their data erased meanwhile has no account at WeChat any more.
    if let Some(known) = tx.person_by_openid(openid).await?
        && tx.holds_open(known.id).await?
    {
        return Ok(known.id);
    }
    tx.add_person(&Person::unknown(id), now).await?;
    tx.set_openid(id, openid).await.map(|()| id)
}

/// Whoever signs in to the account as it is now.
pub(in crate::app) fn holder_of(account: &Account) -> Holder {
    Holder::Staff { account: account.id, person: account.person, password: account.password_number }
}

pub(super) fn signed_in(who: Who, now: Timestamp) -> Entry {
    Entry::done(now, who, Deed::SignIn, On::of(Thing::Nothing))
}

/// Where the attempts at a login are counted: those from one address, and those from anywhere.
fn attempts_of((login, from): (&str, &str)) -> [String; 2] {
    [format!("rate.failed_sign_ins.{login}.{from}"), format!("rate.failed_sign_ins.{login}")]
}
