//! The second unit: what became of a step, and in the same unit what it does to the ledger of consents.

use domain::channel::{Channel, CreditChange, Ending, TryState};
use domain::time::Timestamp;
use infra::store::{Claimed, StoreError, Try, Tx};

use super::Fate;
use super::carry::Report;
use super::prepare::Ways;

/// What is known to have happened is noted whoever has the claim by now.
pub(super) async fn note(
    tx: &Tx,
    ways: &Ways,
    claimed: &Claimed,
    (kept, report): (Try, Report),
    now: Timestamp,
) -> Result<Fate, StoreError> {
    let news = &claimed.news;
    let held = tx.holds_news(claimed).await?;
    if kept.channel == Channel::Wechat {
        // Whoever hears first that WeChat took it writes off the consent: its event may have come before its answer.
        let told = tx.take_at_wechat(news.id).await?.is_none();
        tx.end_sending(news.to, news.id).await?;
        let change = report.credit.filter(|change| !(told && *change == CreditChange::Sent));
        if let Some((template, change)) = ways.template().zip(change) {
            tx.change_credit(news.to, template, change).await?;
        }
    }
    if !held {
        // Whoever took it over thinks that nobody knows. A short message they sent again, as the same.
        if kept.channel == Channel::Wechat && matches!(report.state, TryState::HandedOver | TryState::Failed) {
            tx.note_receipt(news.id, kept.channel, (report.state, report.error.as_deref()), now).await?;
        }
        return Ok(Fate::Lost);
    }
    // A receipt may have come before the answer to our own call.
    let current = tx.tries(news.id).await?.into_iter().find(|current| current.channel == kept.channel);
    let (state, error, changed_at) = match current {
        Some(current) if current.state != kept.state => (current.state, current.error, current.changed_at),
        // A carrier that was asked in vain took it when it took it.
        Some(current) if current.state == report.state => (report.state, report.error, current.changed_at),
        Some(_) | None => (report.state, report.error, now),
    };
    let number = report.number.or(kept.number);
    tx.save_try(news, &Try { state, error, number, begun_at: None, changed_at, ..kept }).await?;
    match (state, report.go_on_at) {
        (TryState::HandedOver, None) if kept.channel == Channel::Wechat => {
            tx.settle_news(news.id).await?;
            Ok(Fate::Over(Ending::Told(Channel::Wechat)))
        }
        (TryState::Waiting | TryState::HandedOver, Some(at)) => {
            tx.put_news_back(news.id, at).await?;
            Ok(Fate::PutOff)
        }
        (_, _) => {
            tx.put_news_back(news.id, now).await?;
            Ok(Fate::GoesOn)
        }
    }
}
