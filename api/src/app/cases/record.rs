//! The one place through which a case changes: its events, its row, its work item, its delivery and its news, in one transaction.

use domain::case::{
    Actor, By, Case, Command, Context, Event, Outcome, Recorded, Rejection, Stage, State, Tidings, apply, asked_for_supplement,
    calls_a_supervisor, decide, tidings, told,
};
use domain::catalogue::Item;
use domain::evaluation::handlers;
use domain::ids::{AccountId, CaseId, MessageId, PersonId, StationCode, WorkItemId};
use domain::people::Role;
use domain::queue::{WorkItem, WorkState};
use domain::time::Timestamp;
use infra::store::{About, CaseFile, NewCase, News, StoreError, Tx};

use super::act::ActError;
use crate::app::Grounds;

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
    let file = tx.append_events(file, case, recorded, &grounds.deadlines()).await?;
    follow(tx, grounds, item, &file, &events).await?;
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
    let file = tx.open_case(case, new, first, &grounds.deadlines()).await?;
    let events: Vec<_> = file.record.iter().map(|recorded| recorded.event.clone()).collect();
    follow(tx, grounds, item, &file, &events).await?;
    Ok(file)
}

/// What a change brings with it.
async fn follow(tx: &Tx, grounds: &Grounds, item: &Item, file: &CaseFile, events: &[Event]) -> Result<(), StoreError> {
    let case = &file.case;
    let knows = if events.contains(&Event::Supplemented) { asked_for_supplement(&file.record) } else { None };
    follow_with_work(tx, grounds, item, (case, events), knows).await?;
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
        tell_supervisors(tx, grounds, case, &case.route.line.district, Tidings::NobodyMayTake).await?;
    }
    Ok(())
}

/// Tells those who watch over a station.
pub async fn tell_supervisors(tx: &Tx, grounds: &Grounds, case: &Case, over: &StationCode, tidings: Tidings) -> Result<(), StoreError> {
    for staff in tx.staff_at(over).await? {
        if staff.has(Role::Supervisor, over) {
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

/// Closes the work item that the case no longer asks for, and opens the one that it asks for now. One whose step went to another
/// desk goes there, and stays due when it was; not so where the case begins anew.
async fn follow_with_work(
    tx: &Tx,
    grounds: &Grounds,
    item: &Item,
    (case, events): (&Case, &[Event]),
    knows: Option<AccountId>,
) -> Result<(), StoreError> {
    let wanted = case.work();
    if let Some(open) = tx.open_work_item(case.id).await? {
        match &wanted {
            Some(work) if open.serves(work) => return Ok(()),
            Some(work) if !begins_anew(events) && open.may_move_to(work) => {
                return tx.save_work_item(&open, &open.clone().move_to(work.desk.clone(), grounds.now), grounds.now).await;
            }
            Some(_) | None => {}
        }
        let closed = WorkItem { state: closed(case, events), ..open.clone() };
        tx.save_work_item(&open, &closed, grounds.now).await?;
    }
    if let Some(work) = wanted {
        let id = WorkItemId::new(uuid::Uuid::now_v7());
        let work_item = WorkItem::open(id, (case, item), work, grounds.now, knows, &grounds.terms());
        tx.add_work_item(&work_item).await?;
    }
    Ok(())
}

fn begins_anew(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::ChosenAnew { .. }))
}

fn closed(case: &Case, events: &[Event]) -> WorkState {
    match &case.state {
        _ if begins_anew(events) => WorkState::Cancelled,
        State::Ended { outcome: Outcome::Withdrawn | Outcome::Lapsed } => WorkState::Cancelled,
        State::Ended { outcome: Outcome::Completed | Outcome::Rejected { .. } | Outcome::NotAccepted { .. } }
        | State::AwaitingPapers
        | State::Open { .. }
        | State::Supplementing { .. }
        | State::Publicising { .. }
        | State::Paused { .. }
        | State::OnTheWay => WorkState::Done,
    }
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
