//! A WeChat bound to a staff account, for the mini program's staff: at signing in it stands in for the password, and the code is asked for
//! still. It goes with a password that is reset and with an account that is closed. Whether the same person signs in with it as a
//! villager is another matter, and another session.

use chrono::Duration;
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::session::Session;
use domain::time::Timestamp;
use infra::store::StoreError;
use infra::wechat::{LoginError, Openid};
use secrecy::SecretString;

use super::{SignInDevice, SignInError, SignedIn};
use crate::app::App;

#[derive(Debug, thiserror::Error)]
pub enum BindWechatError {
    #[error("whoever binds a WeChat has just signed in")]
    NotFresh,
    #[error("the session has ended")]
    SignedOut,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("WeChat isn't set up")]
    NoWechat,
    #[error("WeChat refuses the code")]
    Wechat(#[source] LoginError),
    #[error("the WeChat is bound to another account")]
    Taken,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for BindWechatError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => BindWechatError::Taken,
            other => BindWechatError::Store(other),
        }
    }
}

impl App {
    /// Binds the WeChat that got `code`, in place of the one that was bound; of somebody who has just signed in, with a code, so that a
    /// token that was stolen becomes no way in.
    pub async fn bind_wechat(&self, (staff, own): (&Staff, &Session), code: &str, now: Timestamp) -> Result<(), BindWechatError> {
        may(Actor::Staff(staff), Act::BindWechat, &Object::Own)?;
        if now - own.signed_in_at >= Duration::minutes(i64::from(self.settings.token.fresh_minutes)) {
            return Err(BindWechatError::NotFresh);
        }
        let wechat = self.wechat.as_ref().ok_or(BindWechatError::NoWechat)?;
        let openid = wechat.code2session(code).await.map_err(BindWechatError::Wechat)?.openid;
        let (id, own, entry) = (staff.account, own.id, entry(staff, Deed::WechatBound, now));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                // WeChat was asked meanwhile: another password, or a closed account, has ended the session.
                let open = tx.hold_account(id).await?.is_some_and(|account| !account.disabled);
                let goes_on = tx.hold_session(own).await?.is_some_and(|session| session.over(now).is_none());
                if !open || !goes_on {
                    return Err(BindWechatError::SignedOut);
                }
                tx.bind_wechat(id, &openid, now).await?;
                Ok(tx.audit(&entry).await?)
            })
        });
        unit.await
    }

    /// Takes the binding away; without one there is nothing to do.
    pub async fn unbind_wechat(&self, staff: &Staff, now: Timestamp) -> Result<(), BindWechatError> {
        may(Actor::Staff(staff), Act::UnbindWechat, &Object::Own)?;
        let (id, entry) = (staff.account, entry(staff, Deed::WechatUnbound, now));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                tx.hold_account(id).await?;
                if tx.unbind_wechat(id).await? { tx.audit(&entry).await } else { Ok(()) }
            })
        });
        Ok(unit.await?)
    }

    /// Signs in the staff member to whose account the WeChat is bound that got `code`. Attempts count as those with the password do.
    pub async fn sign_in_staff_with_wechat(
        &self,
        (code, from): (&str, &str),
        (second, device): (Option<SecretString>, SignInDevice),
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let wechat = self.wechat.as_ref().ok_or(SignInError::NoWechat)?;
        let openid: Openid = wechat.code2session(code).await.map_err(SignInError::Wechat)?.openid;
        let bound = self.store.read(self.district()).account_by_wechat(&openid).await?;
        let account = bound.filter(|account| !account.disabled).ok_or(SignInError::NotBound)?;
        let who = (account.login.as_str(), from);
        if let Err(rests) = self.count_attempt(who, now).await {
            return Err(SignInError::TooManyAttempts(Some(account.id), rests));
        }
        let signed_in = self.open_for_staff(&account, (second, device), now).await?;
        self.forget_attempts(who).await;
        Ok(signed_in)
    }
}

fn entry(staff: &Staff, deed: Deed, now: Timestamp) -> Entry {
    Entry::done(now, Who::staff(staff, None), deed, On::person(Thing::Account(staff.account), staff.person))
}
