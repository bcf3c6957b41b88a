//! A staff member's own password. Wrong old ones are counted as at signing in: who got hold of a token guesses no password with it.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::backoff::Rests;
use domain::people::{Staff, WeakPassword, check_password};
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::session::{Device, End, StaffDoor};
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Verdict};
use infra::store::{Account, SessionsOf, StoreError};
use infra::tokens::IssueError;
use secrecy::{ExposeSecret, SecretString};

use super::sessions::{FirstSteps, Opening, holder_of};
use super::{App, SignedIn};

#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the old password is wrong")]
    OldIsWrong,
    #[error("too many wrong passwords")]
    TooManyAttempts(#[source] Rests),
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    #[error("the new password is the old one")]
    Unchanged,
    #[error("the account is gone")]
    Gone,
    #[error("the password can't be checked or hashed")]
    Password(#[from] PasswordError),
    #[error("no token can be issued")]
    Token(#[from] IssueError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Changes the password, asked from an address, and signs in anew: what was got with the old one holds no more.
    pub async fn change_own_password(
        &self,
        (staff, from): (&Staff, &str),
        (old, new, device): (SecretString, SecretString, Option<Device>),
        now: Timestamp,
    ) -> Result<SignedIn, ChangePasswordError> {
        may(Actor::Staff(staff), Act::ChangePassword, &Object::Own)?;
        let account = self.store.read(self.district()).account(staff.account).await?.ok_or(ChangePasswordError::Gone)?;
        self.check_old((&account, from), old.clone(), now).await?;
        check_password(new.expose_secret(), &account.login)?;
        if old.expose_secret() == new.expose_secret() {
            return Err(ChangePasswordError::Unchanged);
        }
        let password_hash = self.passwords.hash(new).await?;
        let password_number = account.password_number.saturating_add(1);
        let changed = Account { password_hash, password_number, first_password: false, ..account };
        let on = On::person(Thing::Account(staff.account), staff.person);
        let entry = Entry::done(now, Who::staff(staff, None), Deed::AccountChange, on);
        let opening = Opening::new(holder_of(&changed, StaffDoor::Own), device, &self.session_rules(), now);
        let saved = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let saved = tx.save_account(changed).await?;
                tx.end_sessions(SessionsOf::Account(saved.id), End::OtherPassword, now).await?;
                opening.save(tx).await?;
                tx.audit(&entry).await?;
                let enrolled = tx.is_enrolled(saved.id).await?;
                Ok::<_, StoreError>((opening, FirstSteps::of(&saved, enrolled, StaffDoor::Own)))
            })
        });
        let (opened, first_steps) = saved.await?;
        Ok(self.let_in_anew(opened, first_steps, now)?)
    }

    async fn check_old(&self, (account, from): (&Account, &str), old: SecretString, now: Timestamp) -> Result<(), ChangePasswordError> {
        let who = (account.login.as_str(), from);
        self.count_attempt(who, now).await.map_err(ChangePasswordError::TooManyAttempts)?;
        match self.passwords.verify(old, &account.password_hash).await {
            Ok(Verdict::Matches) => {
                self.forget_attempts(who).await;
                Ok(())
            }
            Ok(Verdict::Differs) | Err(PasswordError::TooLong) => Err(ChangePasswordError::OldIsWrong),
            Err(error) => Err(error.into()),
        }
    }
}
