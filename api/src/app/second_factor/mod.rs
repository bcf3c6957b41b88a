//! The second factor of staff: an authenticator of their own, set up in two steps so that one that doesn't work is never in force, and ten
//! recovery codes for whoever lost it. Invariants: a code of the authenticator is accepted once, a recovery code is used once; secret
//! and recovery codes are answered once and shown to nobody again; whatever checks or changes a second factor holds the account, so that
//! no session is opened past it meanwhile. Wrong passwords and codes are counted as at signing in.

mod demo_code;
mod proof;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::backoff::Rests;
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::session::{End, Session};
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Verdict};
use infra::second_factor::{Authenticator, BadSecret, RECOVERY_CODES, RecoveryCode};
use infra::store::{Account, InForce, SecondFactor, StoreError, Tx};
use secrecy::{ExposeSecret, SecretString};

pub use demo_code::DemoCodeError;
pub(super) use proof::proves;
use proof::uses_step;

use super::App;

/// How long a new authenticator may wait to be confirmed.
const PENDING_MINUTES: i64 = 10;

#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the password is wrong")]
    PasswordWrong,
    #[error("a code of the authenticator in force is needed")]
    CodeNeeded,
    #[error("the code is wrong, or was used before")]
    CodeWrong,
    #[error("no authenticator waits to be confirmed")]
    NothingPending,
    #[error("too many wrong passwords or codes")]
    TooManyAttempts(#[from] Rests),
    #[error("the account is gone")]
    Gone,
    #[error("no secret can be made")]
    Secret(#[from] BadSecret),
    #[error("the password can't be checked")]
    Password(#[source] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an app is to be told, once.
pub struct NewAuthenticator {
    pub secret: SecretString,
    pub uri: SecretString,
}

impl App {
    /// Makes an authenticator that isn't in force before it is confirmed; one that is in force stays until then, and its code (or a
    /// recovery code) is asked for.
    pub async fn begin_second_factor(
        &self,
        (staff, from): (&Staff, &str),
        (password, code): (SecretString, Option<SecretString>),
        now: Timestamp,
    ) -> Result<NewAuthenticator, SecondFactorError> {
        may(Actor::Staff(staff), Act::BeginSecondFactor, &Object::Own)?;
        let account = self.store.read(self.district()).account(staff.account).await?.ok_or(SecondFactorError::Gone)?;
        let who = (account.login.clone(), from);
        self.count_attempt((&who.0, who.1), now).await?;
        match self.passwords.verify(password, &account.password_hash).await {
            Ok(Verdict::Matches) => {}
            Ok(Verdict::Differs) | Err(PasswordError::TooLong) => return Err(SecondFactorError::PasswordWrong),
            Err(error) => return Err(SecondFactorError::Password(error)),
        }
        let made = Authenticator::generate()?;
        let shown = NewAuthenticator { secret: made.secret(), uri: made.uri(&account.login) };
        let unit = self.store.write(self.district(), move |tx| Box::pin(begin(tx, account, made, (code, now))));
        unit.await?;
        self.forget_attempts((&who.0, who.1)).await;
        Ok(shown)
    }

    /// Brings the authenticator that waits into force, with new recovery codes. The session in which it is confirmed goes on, every other
    /// one of the account ends: it was opened without it.
    pub async fn confirm_second_factor(
        &self,
        (staff, from, own): (&Staff, &str, Session),
        code: SecretString,
        now: Timestamp,
    ) -> Result<Vec<RecoveryCode>, SecondFactorError> {
        may(Actor::Staff(staff), Act::ConfirmSecondFactor, &Object::Own)?;
        let account = self.store.read(self.district()).account(staff.account).await?.ok_or(SecondFactorError::Gone)?;
        self.count_attempt((&account.login, from), now).await?;
        let entry = entry(staff, Deed::SecondFactorEnrolled, now);
        let unit = self.store.write(self.district(), move |tx| Box::pin(confirm(tx, own, (code, now), entry)));
        let codes = unit.await?;
        self.forget_attempts((&account.login, from)).await;
        Ok(codes)
    }

    /// Ten recovery codes in place of those that there are, for a code of the authenticator.
    pub async fn renew_recovery_codes(
        &self,
        (staff, from): (&Staff, &str),
        code: SecretString,
        now: Timestamp,
    ) -> Result<Vec<RecoveryCode>, SecondFactorError> {
        may(Actor::Staff(staff), Act::RenewRecoveryCodes, &Object::Own)?;
        let account = self.store.read(self.district()).account(staff.account).await?.ok_or(SecondFactorError::Gone)?;
        self.count_attempt((&account.login, from), now).await?;
        let (id, entry) = (account.id, entry(staff, Deed::RecoveryCodesRenewed, now));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                tx.hold_account(id).await?.ok_or(SecondFactorError::Gone)?;
                let factor = tx.second_factor(id).await?;
                if !uses_step(tx, id, factor, (code.expose_secret(), now)).await? {
                    return Err(SecondFactorError::CodeWrong);
                }
                let codes = new_codes();
                tx.set_recovery_codes(id, &codes).await?;
                tx.audit(&entry).await?;
                Ok(codes)
            })
        });
        let codes = unit.await?;
        self.forget_attempts((&account.login, from)).await;
        Ok(codes)
    }
}

async fn begin(
    tx: &Tx,
    account: Account,
    made: Authenticator,
    (code, now): (Option<SecretString>, Timestamp),
) -> Result<(), SecondFactorError> {
    let checked = account.password_number;
    let held = tx.hold_account(account.id).await?.filter(|held| held.password_number == checked);
    let account = held.ok_or(SecondFactorError::Gone)?;
    let factor = tx.second_factor(account.id).await?;
    if factor.in_force.is_some() {
        let code = code.ok_or(SecondFactorError::CodeNeeded)?;
        if !proves(tx, &account, factor, (&code, now)).await? {
            return Err(SecondFactorError::CodeWrong);
        }
    }
    // Read anew: the proof has used a step up.
    let in_force = tx.second_factor(account.id).await?.in_force;
    Ok(tx.save_second_factor(account.id, &SecondFactor { in_force, pending: Some((made, now)) }).await?)
}

async fn confirm(
    tx: &Tx,
    own: Session,
    (code, now): (SecretString, Timestamp),
    entry: Entry,
) -> Result<Vec<RecoveryCode>, SecondFactorError> {
    let account = own.holder.account().ok_or(SecondFactorError::Gone)?;
    tx.hold_account(account).await?.ok_or(SecondFactorError::Gone)?;
    let waiting = tx.second_factor(account).await?.pending;
    let fresh = waiting.filter(|(_, since)| (now - *since).num_minutes() < PENDING_MINUTES);
    let (authenticator, _) = fresh.ok_or(SecondFactorError::NothingPending)?;
    let used = authenticator.check(code.expose_secret().trim(), None, now).ok_or(SecondFactorError::CodeWrong)?;
    let in_force = InForce { authenticator, used: Some(used), since: now };
    tx.save_second_factor(account, &SecondFactor { in_force: Some(in_force), pending: None }).await?;
    let codes = new_codes();
    tx.set_recovery_codes(account, &codes).await?;
    tx.end_other_sessions(&own, End::OtherSecondFactor, now).await?;
    tx.audit(&entry).await?;
    Ok(codes)
}

fn new_codes() -> Vec<RecoveryCode> {
    (0..RECOVERY_CODES).map(|_| RecoveryCode::generate()).collect()
}

fn entry(staff: &Staff, deed: Deed, now: Timestamp) -> Entry {
    Entry::done(now, Who::staff(staff, None), deed, On::person(Thing::Account(staff.account), staff.person))
}
