//! Signing in. Failed attempts at a staff login are counted in shared state: after too many from one address (`rates.failed_sign_ins`) the
//! login rests for that address, so that nobody locks a colleague out from elsewhere; after far more from anywhere, for all. An attempt is
//! counted before it is looked at, so that many at once are no way around it, and forgotten when it succeeds.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::{AccountId, PersonId};
use domain::people::Person;
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Verdict};
use infra::shared::TooOften;
use infra::store::{Account, StoreError, Tx};
use infra::tokens::{Holder, IssueError, Issued, Kind};
use infra::wechat::{LoginError, Openid};
use secrecy::SecretString;
use uuid::Uuid;

use super::App;

/// Somebody signed in, with their token.
pub struct SignedIn {
    pub person: PersonId,
    pub issued: Issued,
    /// Staff who have the password still that somebody else gave them can do nothing but change it.
    pub must_change_password: bool,
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
    #[error("the password can't be checked")]
    Password(#[source] PasswordError),
    #[error("no token can be issued")]
    Token(#[from] IssueError),
    #[error("the account can't be read")]
    Store(#[from] StoreError),
}

impl App {
    /// Signs in whoever holds the phone that got `code`; a phone seen for the first time becomes a person.
    pub async fn sign_in_with_wechat(&self, code: &str, now: Timestamp) -> Result<SignedIn, SignInError> {
        let wechat = self.wechat.as_ref().ok_or(SignInError::NoWechat)?;
        let openid = wechat.code2session(code).await.map_err(SignInError::Wechat)?.openid;
        let person = self.person_of_phone(openid, now).await?;
        let holder = Holder { subject: person.as_uuid(), kind: Kind::Villager, district: self.district().clone(), password: None };
        Ok(SignedIn { person, issued: self.tokens.issue(holder, now)?, must_change_password: false })
    }

    async fn person_of_phone(&self, openid: Openid, now: Timestamp) -> Result<PersonId, StoreError> {
        let id = PersonId::new(Uuid::now_v7());
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let person = known_or_new(tx, &openid, id, now).await?;
                tx.audit(&signed_in(Who::Person { person }, now)).await.map(|()| person)
            })
        });
        unit.await
    }

    /// Signs a staff member in, who asks from an address. An unknown login costs as much as a wrong password and is answered alike.
    pub async fn sign_in_staff(
        &self,
        (login, from): (&str, &str),
        (password, device): (SecretString, Option<String>),
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
                self.note_sign_in(&account, device, now).await?;
                Ok(self.let_in(&account, now)?)
            }
            (account, Ok(Verdict::Matches | Verdict::Differs) | Err(PasswordError::TooLong)) => {
                Err(SignInError::Credentials(account.map(|account| account.id)))
            }
            (_, Err(error)) => Err(SignInError::Password(error)),
        }
    }

    /// With the device that they sign in with, so that reviews from it can be told.
    async fn note_sign_in(&self, account: &Account, device: Option<String>, now: Timestamp) -> Result<(), StoreError> {
        let (id, who) = (account.id, Who::Staff { account: account.id, person: account.person, office: None });
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                if let Some(mark) = device {
                    tx.note_staff_device(id, &mark, now).await?;
                }
                tx.audit(&signed_in(who, now)).await
            })
        });
        unit.await
    }

    /// A token for the holder of an account, which holds as long as its password.
    pub(super) fn let_in(&self, account: &Account, now: Timestamp) -> Result<SignedIn, IssueError> {
        let holder = Holder {
            subject: account.id.as_uuid(),
            kind: Kind::Staff,
            district: self.district().clone(),
            password: Some(account.password_number),
        };
        let issued = self.tokens.issue(holder, now)?;
        Ok(SignedIn { person: account.person, issued, must_change_password: account.first_password })
    }

    /// Counts an attempt to show the password of `login` from an address, unless there were too many.
    pub(super) async fn count_attempt(&self, who: (&str, &str), now: Timestamp) -> Result<(), TooOften> {
        let [here, anywhere] = attempts_of(who);
        let rates = &self.settings.rates;
        for (attempts, limit) in [(here, rates.failed_sign_ins), (anywhere, rates.failed_sign_ins_anywhere)] {
            self.shared.take(&attempts, limit.rate(), now).await?;
        }
        Ok(())
    }

    /// After the right password.
    pub(super) async fn forget_attempts(&self, who: (&str, &str)) {
        for attempts in attempts_of(who) {
            self.shared.forget_rate(&attempts).await;
        }
    }
}

async fn known_or_new(tx: &Tx, openid: &Openid, id: PersonId, now: Timestamp) -> Result<PersonId, StoreError> {
    if let Some(known) = tx.person_by_openid(openid).await? {
        return Ok(known.id);
    }
    tx.add_person(&Person::unknown(id), now).await?;
    tx.set_openid(id, openid).await.map(|()| id)
}

fn signed_in(who: Who, now: Timestamp) -> Entry {
    Entry::done(now, who, Deed::SignIn, On::of(Thing::Nothing))
}

/// Where the attempts at a login are counted: those from one address, and those from anywhere.
fn attempts_of((login, from): (&str, &str)) -> [String; 2] {
    [format!("rate.failed_sign_ins.{login}.{from}"), format!("rate.failed_sign_ins.{login}")]
}
