//! The calendar changed: the deadlines of an open case are reckoned again from its events. So many working days were promised;
//! where other days are worked now they end on another day. The record keeps both days, the person is told, what is open in the
//! queue is due anew, and the alerts follow.

use domain::calendar::Calendar;
use domain::case::{By, Command, Event, settled_at};
use domain::ids::CaseId;
use domain::supervision::look_at;
use infra::store::{CaseFile, Deadlines, Tx};

use super::ActError;
use super::alerts::{due_alerts, follow_with_alerts};
use super::record::{judge, save};
use crate::app::Grounds;
use crate::app::queue::tell_line;

/// Reckons a case's deadlines by the calendar as it is, after `old`; says whether its last day moved.
pub async fn reckon_anew(tx: &Tx, grounds: &Grounds, case: CaseId, old: &Calendar) -> Result<bool, ActError> {
    tx.hold_case(case).await?;
    let Some(file) = tx.case_file(case).await? else { return Ok(false) };
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    let open = match tx.open_work_item(case).await? {
        Some(open) => {
            let anew = open.clone().reckoned_anew(&file.case, &grounds.terms());
            if anew != open {
                tx.set_work_item_due(&anew, grounds.now).await?;
                tell_line(tx, grounds, &file.case, (Some(&open), &anew));
            }
            Some(anew)
        }
        None => None,
    };
    let moved = match moved(&file, old, grounds) {
        Some(order) => {
            let events = judge(grounds, &file.case, &listed.item, By::System, order)?;
            save(tx, grounds, &listed.item, file.clone(), (By::System.actor(), events)).await?;
            true
        }
        None => false,
    };
    let thresholds = tx.thresholds().await?;
    let due = due_alerts((grounds, &thresholds), &listed.item, &file.record, open.as_ref());
    if moved {
        tx.reckoned_by(case, grounds.reckoned).await?;
    } else {
        let terms = Deadlines { alert_at: look_at(&due, grounds.now), ..grounds.deadlines() };
        tx.save_deadlines(&file, &terms).await?;
    }
    follow_with_alerts(tx, grounds, &file, &due).await?;
    Ok(moved)
}

/// The last day before and after; none where it stays, nothing was promised, or the promise is kept.
fn moved(file: &CaseFile, old: &Calendar, grounds: &Grounds) -> Option<Command> {
    let clock = file.case.clock.as_ref().filter(|_| settled_at(&file.record).is_none())?;
    let (before, after) = (clock.due(old, grounds.now).on, clock.due(&grounds.map.calendar, grounds.now).on);
    // Somebody with an older calendar may have saved the case since it was moved.
    let told = file.record.iter().rev().find_map(|recorded| match &recorded.event {
        Event::DueMoved { after, .. } => Some(*after),
        _another => None,
    });
    (before != after && told != Some(after)).then_some(Command::MoveDue { before, after })
}
