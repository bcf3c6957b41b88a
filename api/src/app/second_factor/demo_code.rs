//! The code that a demo account's authenticator shows now: nobody has a phone for it.

use domain::time::Timestamp;
use infra::store::StoreError;

use crate::app::App;
use crate::clock::ClockKind;

#[derive(Debug, thiserror::Error)]
pub enum DemoCodeError {
    #[error("there is no demo account of this login")]
    NoDemoAccount,
    #[error("the account has no authenticator any more")]
    NotEnrolled,
    #[error("the codes that hold now were used; wait {0} s for the next one")]
    AllUsed(u64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// A code that lets in to a demo account once, by the demo's clock. Neither another account nor another server has one.
    pub async fn demo_code(&self, login: &str, now: Timestamp) -> Result<String, DemoCodeError> {
        if self.clock.kind() != ClockKind::Demo {
            return Err(DemoCodeError::NoDemoAccount);
        }
        let view = self.store.read(self.district());
        let account = view.account_by_login(login).await?.filter(|account| account.demo).ok_or(DemoCodeError::NoDemoAccount)?;
        let own = view.second_factor(account.id).await?.in_force.ok_or(DemoCodeError::NotEnrolled)?;
        own.authenticator.unused_code(own.used, now).map_err(DemoCodeError::AllUsed)
    }
}
