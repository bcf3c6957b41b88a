//! What a supervisor has to see to, and what they say is done about it.

use std::collections::BTreeSet;

use domain::audit::{On, Thing};
use domain::case::{BadNote, Desk, Note, Reach, Stage, Step};
use domain::ids::{AlertId, NoteId};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Object, Work, may};
use infra::store::{Acknowledged, Alert, AlertFilter, StoreError, Tx, View};

use crate::app::Grounds;
use crate::app::cases::on;
use crate::app::people::names_of;

#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    #[error("no such alert")]
    NotFound,
    #[error("an alert at a station that they don't watch over")]
    Hidden(On),
    #[error("somebody said already what is done about it")]
    Acknowledged,
    #[error(transparent)]
    Note(#[from] BadNote),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An alert with the words that go with it.
#[derive(Debug, Clone)]
pub struct AlertLine {
    pub alert: Alert,
    /// Why somebody called the supervisor.
    pub reason: Option<String>,
    /// What is done about it.
    pub measure: Option<String>,
    /// Who said so.
    pub by: Option<String>,
}

/// A page of alerts, and how many there are in all.
pub async fn alert_lines(
    view: &View,
    filter: &AlertFilter,
    before: Option<AlertId>,
    limit: u64,
) -> Result<(Vec<AlertLine>, u64), StoreError> {
    let (alerts, total) = view.alerts(filter, before, limit).await?;
    Ok((with_words(view, alerts).await?, total))
}

async fn with_words(view: &View, alerts: Vec<Alert>) -> Result<Vec<AlertLine>, StoreError> {
    let notes: BTreeSet<_> =
        alerts.iter().flat_map(|alert| [alert.reason, alert.acknowledged.map(|done| done.measure)]).flatten().collect();
    let texts = view.texts_of(&notes).await?;
    let names = names_of(view, alerts.iter().filter_map(|alert| alert.acknowledged.map(|done| done.by)).collect()).await?;
    let text = |note: NoteId| texts.get(&note).cloned();
    let lines = alerts.into_iter().map(|alert| AlertLine {
        reason: alert.reason.and_then(text),
        measure: alert.acknowledged.and_then(|done| text(done.measure)),
        by: alert.acknowledged.and_then(|done| names.get(&done.by).cloned()),
        alert,
    });
    Ok(lines.collect())
}

/// Notes what is done about an alert, once.
pub async fn acknowledge(tx: &Tx, grounds: &Grounds, by: &Staff, id: AlertId, measure: String) -> Result<AlertLine, AlertError> {
    let alert = tx.alert(id).await?.ok_or(AlertError::NotFound)?;
    let file = tx.case_file(alert.case).await?.ok_or(AlertError::NotFound)?;
    let step = then_at(&alert);
    let work = Object::Work(Work { case: &file.case, step: &step, holder: None });
    // What bars them isn't told: the list didn't show it either.
    may(Actor::Staff(by), Act::AcknowledgeAlert, &work).map_err(|_denied| AlertError::Hidden(on(&file.case, Thing::Case)))?;
    let (note, text) = (NoteId::new(uuid::Uuid::now_v7()), Note::Text { text: measure });
    text.check()?;
    let done = Acknowledged { at: grounds.now, by: by.account, measure: note };
    if !tx.acknowledge_alert(id, done).await? {
        return Err(AlertError::Acknowledged);
    }
    tx.add_note(note, alert.case, by.account, &text, grounds.now).await?;
    let mut lines = with_words(tx, vec![Alert { acknowledged: Some(done), ..alert }]).await?;
    lines.pop().ok_or(AlertError::NotFound)
}

/// The desk at which the case stood when the alert was due: who watches over it sees to the alert.
fn then_at(alert: &Alert) -> Step {
    let desk = Desk { station: alert.station.clone(), role: Role::Clerk, in_name_of: alert.station.clone(), reach: Reach::Station };
    Step { stage: alert.stage.unwrap_or(Stage::Accept), desk }
}
