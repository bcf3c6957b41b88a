//! Signing in. Failed attempts at a staff login are counted in shared state: after too many from one address (`rates.failed_sign_ins`) the
//! login rests for that address, so that nobody locks a colleague out from elsewhere; after far more from anywhere, for all. An attempt is
//! counted before it is looked at, so that many at once are no way around it, and forgotten when it succeeds.

use domain::ids::PersonId;
use domain::people::Person;
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Verdict};
use infra::shared::TooOften;
use infra::store::StoreError;
use infra::tokens::{Holder, IssueError, Issued, Kind};
use infra::wechat::{LoginError, Openid};
use secrecy::SecretString;
use uuid::Uuid;

use super::App;

/// Somebody signed in, with their token.
pub struct SignedIn {
    pub person: PersonId,
    pub issued: Issued,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("the login or the password is wrong")]
    Credentials,
    #[error("too many failed attempts")]
    TooManyAttempts(#[source] TooOften),
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
        let issued = self.issue(person.as_uuid(), Kind::Villager, now)?;
        Ok(SignedIn { person, issued })
    }

    async fn person_of_phone(&self, openid: Openid, now: Timestamp) -> Result<PersonId, StoreError> {
        let id = PersonId::new(Uuid::now_v7());
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                if let Some(known) = tx.person_by_openid(&openid).await? {
                    return Ok(known.id);
                }
                tx.add_person(&Person::unknown(id), now).await?;
                tx.set_openid(id, &openid).await.map(|()| id)
            })
        });
        unit.await
    }

    /// Signs a staff member in, who asks from an address. An unknown login costs as much as a wrong password and is answered alike.
    pub async fn sign_in_staff(
        &self,
        (login, from): (&str, &str),
        password: SecretString,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        self.count_attempt((login, from), now).await?;
        let account = self.store.read(self.district()).account_by_login(login).await?;
        let verdict = match &account {
            Some(account) => self.passwords.verify(password, &account.password_hash).await,
            None => self.passwords.verify_dummy(password).await,
        };
        match (account, verdict) {
            (Some(account), Ok(Verdict::Matches)) if !account.disabled => {
                self.forget_attempts((login, from)).await;
                let issued = self.issue(account.id.as_uuid(), Kind::Staff, now)?;
                Ok(SignedIn { person: account.person, issued })
            }
            (_, Ok(Verdict::Matches | Verdict::Differs) | Err(PasswordError::TooLong)) => Err(SignInError::Credentials),
            (_, Err(error)) => Err(SignInError::Password(error)),
        }
    }

    /// Counts an attempt to show the password of `login` from an address, unless there were too many.
    pub(super) async fn count_attempt(&self, who: (&str, &str), now: Timestamp) -> Result<(), SignInError> {
        let [here, anywhere] = attempts_of(who);
        let rates = &self.settings.rates;
        for (attempts, limit) in [(here, rates.failed_sign_ins), (anywhere, rates.failed_sign_ins_anywhere)] {
            self.shared.take(&attempts, limit.rate(), now).await.map_err(SignInError::TooManyAttempts)?;
        }
        Ok(())
    }

    /// After the right password.
    pub(super) async fn forget_attempts(&self, who: (&str, &str)) {
        for attempts in attempts_of(who) {
            self.shared.forget_rate(&attempts).await;
        }
    }

    fn issue(&self, subject: Uuid, kind: Kind, now: Timestamp) -> Result<Issued, IssueError> {
        self.tokens.issue(Holder { subject, kind, district: self.district().clone() }, now)
    }
}

/// Where the attempts at a login are counted: those from one address, and those from anywhere.
fn attempts_of((login, from): (&str, &str)) -> [String; 2] {
    [format!("rate.failed_sign_ins.{login}.{from}"), format!("rate.failed_sign_ins.{login}")]
}
