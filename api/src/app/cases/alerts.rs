//! The alerts of a case (黄牌、红牌) follow its clocks: raised, ended and lifted in the unit that changes the case, and by a job where
//! time alone does it. Of two who find the same alert one raises it, and tells those who watch over the station.

use domain::case::{Case, Recorded, Tidings, as_of};
use domain::catalogue::Item;
use domain::ids::{AlertId, CaseId, NoteId, StationCode};
use domain::queue::WorkItem;
use domain::supervision::{Cause, Change, Clocks, Colour, Due, Thresholds, alerts, next_after, reconcile};
use infra::store::{Alert, CaseFile, StoreError, Tx};

use super::record::tell_supervisors;
use crate::app::Grounds;

/// The alerts that the clocks of a case give now and later; the thresholds as they stand in the database, which an instance may not
/// have heard of yet.
pub fn due_alerts((grounds, thresholds): (&Grounds, &Thresholds), item: &Item, record: &[Recorded], open: Option<&WorkItem>) -> Vec<Due> {
    let clocks = Clocks { record, statutory_working_days: item.statutory_working_days, open };
    alerts(&clocks, &grounds.map.calendar, thresholds)
}

/// Makes the alerts that are kept of a case those that are due.
pub async fn follow_with_alerts(tx: &Tx, grounds: &Grounds, file: &CaseFile, due: &[Due]) -> Result<(), StoreError> {
    let kept = tx.kept_alerts(file.case.id).await?;
    for change in reconcile(&kept, due, grounds.now) {
        match change {
            Change::Raise(due) => raise(tx, grounds, file, due).await?,
            Change::End { id, at } => tx.end_alert(id, at).await?,
            Change::Overtake { id, at } => tx.overtake_alert(id, at).await?,
            Change::Resume { id } => tx.resume_alert(id).await?,
        }
    }
    Ok(())
}

/// Looks after a case's alerts, and says when to do so again. A case that is gone has none.
pub async fn look_after_alerts(tx: &Tx, grounds: &Grounds, case: CaseId) -> Result<bool, StoreError> {
    // Before the thresholds are read: whoever settles others meanwhile waits, and then has it looked after again.
    tx.hold_case(case).await?;
    let Some(file) = tx.case_file(case).await? else { return Ok(false) };
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    let thresholds = tx.thresholds().await?;
    let due = due_alerts((grounds, &thresholds), &listed.item, &file.record, tx.open_work_item(case).await?.as_ref());
    follow_with_alerts(tx, grounds, &file, &due).await?;
    tx.look_after_alerts_at(&file, next_after(&due, grounds.now)).await?;
    Ok(true)
}

async fn raise(tx: &Tx, grounds: &Grounds, file: &CaseFile, due: Due) -> Result<(), StoreError> {
    let then = as_of(&file.record, due.from);
    let alert = Alert {
        turn: due.turn,
        due_on: Some(due.due_on),
        raised_at: due.from,
        ended_at: due.until.filter(|until| *until <= grounds.now),
        // Not as it was then: the matter may have been named since.
        sealed: file.case.is_sealed(),
        ..alert(then.as_ref().unwrap_or(&file.case), (due.cause, due.colour), grounds)
    };
    // A station's own allowance stands in the list alone.
    let news = alert.ended_at.is_none() && due.cause != Cause::Stage;
    if tx.raise_alert(&alert).await? && news {
        tell_supervisors(tx, grounds, &file.case, &alert.station, Tidings::Alert { colour: due.colour }).await?;
    }
    Ok(())
}

/// A call for the supervisor, where the case stands now.
pub async fn raise_call(tx: &Tx, grounds: &Grounds, case: &Case, cause: Cause, reason: Option<NoteId>) -> Result<(), StoreError> {
    tx.raise_alert(&Alert { reason, ..alert(case, (cause, Colour::Red), grounds) }).await.map(|_new| ())
}

fn alert(case: &Case, (cause, colour): (Cause, Colour), grounds: &Grounds) -> Alert {
    Alert {
        id: AlertId::new(uuid::Uuid::now_v7()),
        case: case.id,
        number: case.number.to_string(),
        item: case.item.clone(),
        sealed: case.is_sealed(),
        cause,
        colour,
        turn: 0,
        station: stands_at(case).clone(),
        stage: case.current().map(|(_, step)| step.stage),
        due_on: None,
        raised_at: grounds.now,
        ended_at: None,
        overtaken: false,
        acknowledged: None,
        reason: None,
    }
}

/// The desk of the step; the last one while the result is carried.
fn stands_at(case: &Case) -> &StationCode {
    let step = case.current().map(|(_, step)| step).or_else(|| case.procedure.last().filter(|_| case.is_accepted()));
    step.map_or(&case.route.accepting, |step| &step.desk.station)
}
