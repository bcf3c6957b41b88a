//! The one place through which a case changes: its events, its row, its work item, its alerts, its delivery and its news, in one
//! transaction.

use domain::case::{
    Actor, By, Case, Command, Context, Event, Recorded, Rejection, Stage, Tidings, apply, calls_a_supervisor, decide, is_impartial,
    tidings, told,
};
use domain::catalogue::Item;
use domain::evaluation::handlers;
use domain::ids::{CaseId, MessageId, PersonId, StationCode};
use domain::supervision::{Cause, look_at};
use domain::time::Timestamp;
use infra::store::{About, CaseFile, Deadlines, NewCase, News, StoreError, Tx};

use super::act::ActError;
use super::alerts::{due_alerts, follow_with_alerts, raise_call};
use super::turn::Turn;
use crate::app::{Grounds, supervisors_over};

/// Does `command` to a case. `StoreError::Stale` where somebody else changed it since it was read.
pub async fn command(tx: &Tx, grounds: &Grounds, case: CaseId, by: By<'_>, command: Command) -> Result<CaseFile, ActError> {
    let file = tx.case_file(case).await?.ok_or(ActError::NotFound)?;
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    let events = judge(grounds, &file.case, &listed.item, by.clone(), command)?;
    Ok(save(tx, grounds, &listed.item, file, (by.actor(), events)).await?)
}

/// What `command` would do, before anything is written.
pub fn judge(grounds: &Grounds, case: &Case, item: &Item, by: By<'_>, command: Command) -> Result<Vec<Event>, Rejection> {
    decide(case, command, &Context { now: grounds.now, by, item, map: &grounds.map, rules: &grounds.rules })
}

pub async fn save(
    tx: &Tx,
    grounds: &Grounds,
    item: &Item,
    file: CaseFile,
    (by, events): (Actor, Vec<Event>),
) -> Result<CaseFile, StoreError> {
    let recorded = recorded(&events, &by, grounds.now);
    let case = recorded.iter().fold(file.case.clone(), apply);
    let record: Vec<_> = file.record.iter().chain(&recorded).cloned().collect();
    let (before, newly_sealed) = (file.case.clone(), case.is_sealed() && !file.case.is_sealed());
    let open = tx.open_work_item(case.id).await?;
    let turn = Turn::of(grounds, item, (&case, &record), &events, open);
    let thresholds = tx.thresholds().await?;
    let due = due_alerts((grounds, &thresholds), item, &record, turn.open_after());
    let terms = Deadlines { alert_at: look_at(&due, grounds.now), ..grounds.deadlines() };
    let file = tx.append_events(file, case, recorded, &terms).await?;
    if newly_sealed {
        // Once the case is held: whoever raised an alert from the open case has done so before.
        tx.seal_alerts(file.case.id).await?;
    }
    turn.take(tx, grounds, (&before, &file.case)).await?;
    follow(tx, grounds, item, &file, &events).await?;
    // What is kept may have ended with this, also what by today's calendar and thresholds wouldn't have begun.
    let due: Vec<_> = due.into_iter().chain(turn.late_until(grounds.now)).collect();
    follow_with_alerts(tx, grounds, &file, &due).await?;
    Ok(file)
}

fn recorded(events: &[Event], by: &Actor, now: Timestamp) -> Vec<Recorded> {
    events.iter().map(|event| Recorded { at: now, by: by.clone(), event: event.clone() }).collect()
}

/// The case as these events leave it.
pub fn after(case: &Case, events: &[Event], by: &Actor, now: Timestamp) -> Case {
    recorded(events, by, now).iter().fold(case.clone(), apply)
}

/// Opens a case with its submission.
pub async fn open(tx: &Tx, grounds: &Grounds, item: &Item, new: NewCase, first: Recorded) -> Result<CaseFile, StoreError> {
    let case = domain::case::replay([&first]).ok_or_else(|| StoreError::corrupt("cases", "a case begins with its submission"))?;
    let (record, events) = ([first.clone()], [first.event.clone()]);
    let turn = Turn::of(grounds, item, (&case, &record), &events, None);
    let thresholds = tx.thresholds().await?;
    let due = due_alerts((grounds, &thresholds), item, &record, turn.open_after());
    let terms = Deadlines { alert_at: look_at(&due, grounds.now), ..grounds.deadlines() };
    let file = tx.open_case(case, new, first, &terms).await?;
    turn.take(tx, grounds, (&file.case, &file.case)).await?;
    follow(tx, grounds, item, &file, &events).await?;
    Ok(file)
}

/// What a change brings with it.
async fn follow(tx: &Tx, grounds: &Grounds, item: &Item, file: &CaseFile, events: &[Event]) -> Result<(), StoreError> {
    let case = &file.case;
    follow_with_delivery(tx, case, grounds.now).await?;
    if case.is_ended() {
        tx.note_handlers(case.id, &handlers(&file.record)).await?;
    }
    for person in told(case, item, grounds.today()) {
        for tidings in tidings(case, events) {
            tell(tx, grounds, person, case, tidings).await?;
        }
    }
    if calls_a_supervisor(events) {
        raise_call(tx, grounds, case, Cause::NobodyMayTake, None).await?;
        tell_supervisors(tx, grounds, case, &case.route.line.district, Tidings::NobodyMayTake).await?;
    }
    Ok(())
}

/// Tells those who watch over a station, but for those who are too close to the person.
pub async fn tell_supervisors(tx: &Tx, grounds: &Grounds, case: &Case, over: &StationCode, tidings: Tidings) -> Result<(), StoreError> {
    for staff in supervisors_over(tx, over).await? {
        if is_impartial(&staff, case).is_ok() {
            tell(tx, grounds, staff.person, case, tidings.clone()).await?;
        }
    }
    Ok(())
}

/// Tells somebody news of a case.
pub async fn tell(tx: &Tx, grounds: &Grounds, person: PersonId, case: &Case, tidings: Tidings) -> Result<(), StoreError> {
    let news = News { id: MessageId::new(uuid::Uuid::now_v7()), to: person, about: About::Case { case: case.id, tidings } };
    tx.add_news(&news, grounds.now).await
}

/// A result that is there may be carried; what has ended needs no courier any more.
async fn follow_with_delivery(tx: &Tx, case: &Case, now: Timestamp) -> Result<(), StoreError> {
    let ready = case.current().is_some_and(|(_, step)| step.stage == Stage::HandOver);
    if !ready && !case.is_ended() {
        return Ok(());
    }
    for kept in tx.delivery_of(case.id).await? {
        let mut leg = kept.leg.clone();
        if case.is_ended() {
            leg.cancel();
        } else {
            leg.offer();
        }
        if leg != kept.leg {
            tx.save_leg(&kept, &leg, now).await?;
        }
    }
    Ok(())
}
