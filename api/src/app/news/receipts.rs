//! What the gateway pushes: whether a short message arrived. A push may come twice, late, or before our own call is answered.

use domain::channel::{Channel, TryState};
use domain::ids::MessageId;
use infra::sms::{BadReceipt, Receipt, ReceiptState, Signed};
use infra::store::StoreError;

use crate::app::App;
use crate::jobs::NEWS_WAITING;

#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    #[error("no gateway is set up")]
    NoGateway,
    #[error(transparent)]
    Bad(#[from] BadReceipt),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a pushed receipt in. One of a message that isn't news is acknowledged and forgotten.
pub async fn take_receipt(app: &App, signed: &Signed<'_>) -> Result<(), ReceiptError> {
    let sms = app.sms.as_ref().ok_or(ReceiptError::NoGateway)?;
    let now = app.clock.now();
    let receipt = sms.receipt(signed, now)?;
    let (Some(state), Ok(news)) = (state(&receipt), receipt.id.parse::<MessageId>()) else { return Ok(()) };
    let code = receipt.code;
    let noted = app
        .store
        .write(app.district(), move |tx| Box::pin(async move { tx.note_receipt(news, Channel::Sms, (state, code.as_deref()), now).await }));
    if noted.await? {
        app.shared.notify(NEWS_WAITING).await;
    }
    Ok(())
}

/// None where the gateway doesn't know it itself.
pub fn state(receipt: &Receipt) -> Option<TryState> {
    match receipt.state {
        ReceiptState::Sent => None,
        ReceiptState::Delivered => Some(TryState::Delivered),
        ReceiptState::Failed => Some(TryState::Failed),
    }
}
