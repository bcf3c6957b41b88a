//! What proves that somebody has the second factor of an account: a code of its authenticator, or a recovery code.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::AccountId;
use domain::time::Timestamp;
use infra::second_factor::RecoveryCode;
use infra::store::{Account, InForce, SecondFactor, StoreError, Tx};
use secrecy::{ExposeSecret, SecretString};

/// Whether the code is one of the account's, which is held; it is used up then.
pub(in crate::app) async fn proves(
    tx: &Tx,
    account: &Account,
    factor: SecondFactor,
    (code, now): (&SecretString, Timestamp),
) -> Result<bool, StoreError> {
    let Some(recovery) = RecoveryCode::parse(code.expose_secret()) else {
        return uses_step(tx, account.id, factor, (code.expose_secret(), now)).await;
    };
    if factor.in_force.is_none() || !tx.use_recovery_code(account.id, &recovery, now).await? {
        return Ok(false);
    }
    let who = Who::Staff { account: account.id, person: account.person, office: None };
    let on = On::person(Thing::Account(account.id), account.person);
    tx.audit(&Entry::done(now, who, Deed::RecoveryCodeUsed, on)).await?;
    Ok(true)
}

/// The same by the authenticator alone.
pub(super) async fn uses_step(
    tx: &Tx,
    account: AccountId,
    factor: SecondFactor,
    (code, now): (&str, Timestamp),
) -> Result<bool, StoreError> {
    let Some(own) = factor.in_force else { return Ok(false) };
    let Some(step) = own.authenticator.check(code.trim(), own.used, now) else { return Ok(false) };
    let in_force = Some(InForce { used: Some(step), ..own });
    tx.save_second_factor(account, &SecondFactor { in_force, ..factor }).await?;
    Ok(true)
}
