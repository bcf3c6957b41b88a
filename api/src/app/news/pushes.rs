//! What WeChat pushes: what people answered when they were asked whether they want messages, what they turned off, and what became of
//! messages. A push comes again while WeChat has no answer, and perhaps to another instance: its mark is kept in the unit of what it
//! brings about, so that it has its effect once.
//!
//! Where pushes are set up, they alone count what people allow: WeChat's event and the phone's own word on the same tap
//! (`POST /me/subscriptions`) have nothing in common by which they could be told to be one, neither a number nor a second of the clock; WeChat's
//! can't be made up by a phone, comes also where the phone lost its line after the tap, and is the only one that tells of what is turned off in the
//! settings. Without pushes the phone's word counts.

use std::time::Duration;

use domain::channel::{Channel, CreditChange, TOLD_WITHIN, TryState, meant_by_wechat};
use domain::ids::PersonId;
use domain::time::Timestamp;
use infra::store::{StoreError, Template, Tx};
use infra::wechat::{Answer, Event, NotGenuine, PushQuery, Pushed, SentNotice, Subscription};
use tracing::{debug, warn};

use crate::app::App;
use crate::jobs::NEWS_WAITING;
use crate::settings::WechatTemplates;

/// WeChat waits five seconds, and pushes again.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error("no pushes are set up")]
    NoDoor,
    #[error(transparent)]
    NotGenuine(#[from] NotGenuine),
    /// WeChat is to push it again.
    #[error("it couldn't be kept in time")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The answer to WeChat's question at the set-up.
pub fn echo<'q>(app: &App, query: &'q PushQuery) -> Result<&'q str, PushError> {
    let door = app.pushes.as_ref().ok_or(PushError::NoDoor)?;
    Ok(door.echo(query, app.clock.now())?)
}

/// Takes a push in. What nobody here waits for is acknowledged and forgotten.
pub async fn take_push(app: &App, query: &PushQuery, body: &[u8]) -> Result<(), PushError> {
    let door = app.pushes.as_ref().ok_or(PushError::NoDoor)?;
    let now = app.clock.now();
    let pushed = door.open(query, body, now)?;
    let templates = app.settings.wechat.templates.clone();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { take_in(tx, &templates, &pushed, now).await }));
    let woken = tokio::time::timeout(ANSWER_WITHIN, unit).await.map_err(|_late| PushError::Busy)??;
    if woken {
        app.shared.notify(NEWS_WAITING).await;
    }
    Ok(())
}

/// Whether news are to be looked at.
async fn take_in(tx: &Tx, templates: &WechatTemplates, pushed: &Pushed, now: Timestamp) -> Result<bool, StoreError> {
    let Some(openid) = &pushed.from else { return Ok(false) };
    if !is_waited_for(&pushed.event) || !tx.take_push(&pushed.mark, now).await? {
        return Ok(false);
    }
    // Of somebody whom nobody knows here, or not any more.
    let Some(person) = tx.person_by_openid(openid).await? else { return Ok(false) };
    match &pushed.event {
        Event::Answered(answers) => change_credits(tx, templates, person.id, (answers, answered)).await.map(|()| false),
        Event::TurnedOff(changes) => change_credits(tx, templates, person.id, (changes, turned_off)).await.map(|()| false),
        Event::Sent(notices) => note_sent(tx, templates, person.id, (notices, pushed.at), now).await,
        Event::MediaChecked(_) | Event::Other { .. } => Ok(false),
    }
}

fn is_waited_for(event: &Event) -> bool {
    match event {
        Event::Answered(_) | Event::TurnedOff(_) | Event::Sent(_) => true,
        Event::MediaChecked(_) => false,
        Event::Other { kind, event } => {
            debug!(kind, event, "wechat pushed what nobody waits for");
            false
        }
    }
}

/// What an answer does to the ledger.
type Means = fn(Answer) -> Option<CreditChange>;

fn answered(answer: Answer) -> Option<CreditChange> {
    match answer {
        Answer::Accept => Some(CreditChange::Accepted),
        Answer::Reject => Some(CreditChange::Declined),
    }
}

/// Who turns them on again in the settings is asked again at a tap: that alone buys a message.
fn turned_off(answer: Answer) -> Option<CreditChange> {
    match answer {
        Answer::Accept => None,
        Answer::Reject => Some(CreditChange::SwitchedOff),
    }
}

async fn change_credits(
    tx: &Tx,
    templates: &WechatTemplates,
    person: PersonId,
    (told, change): (&[Subscription], Means),
) -> Result<(), StoreError> {
    for subscription in told {
        if let Some((template, change)) = templates.known(&subscription.template_id).zip(change(subscription.answer)) {
            tx.change_credit(person, template, change).await?;
        }
    }
    Ok(())
}

/// Notes what became of messages. Whichever hears first that WeChat took one, this or the answer to our call, writes off the consent.
async fn note_sent(
    tx: &Tx,
    templates: &WechatTemplates,
    person: PersonId,
    (notices, at): (&[SentNotice], Timestamp),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (mut woken, mut taken): (bool, Vec<Template<'_>>) = (false, Vec::new());
    for notice in notices {
        let Some(template) = templates.known(&notice.template_id) else { continue };
        let open = tx.at_wechat(person, at - TOLD_WITHIN).await?;
        let Some(news) = meant_by_wechat(&open, &notice.msg_id, at).map(|message| message.news) else { continue };
        let Some(state) = tx.take_at_wechat(news).await? else { continue };
        match state {
            TryState::Waiting | TryState::Unknown => taken.push(template),
            TryState::HandedOver | TryState::Delivered | TryState::Failed => {}
        }
        woken |= tx.note_receipt(news, Channel::Wechat, outcome(notice), now).await?;
    }
    // After the news' rows, as whoever sends them locks them.
    for template in taken {
        tx.change_credit(person, template, CreditChange::Sent).await?;
    }
    Ok(woken)
}

fn outcome(notice: &SentNotice) -> (TryState, Option<&'static str>) {
    match notice.errcode {
        0 => (TryState::Delivered, None),
        errcode => {
            warn!(errcode, "wechat took a message and couldn't deliver it");
            (TryState::Failed, Some("not_delivered"))
        }
    }
}
