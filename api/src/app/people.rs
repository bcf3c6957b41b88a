//! People: who staff are, and what they may do.

use domain::ids::AccountId;
use domain::people::Staff;
use infra::store::StoreError;

use super::App;

impl App {
    /// A staff account as it stands now; none if it is gone or closed.
    pub async fn staff(&self, account: AccountId) -> Result<Option<Staff>, StoreError> {
        self.store.read(self.district()).staff(account).await
    }
}
