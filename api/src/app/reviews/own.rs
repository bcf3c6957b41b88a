//! What the person who wrote a bad review sees of what follows, and how they rate it. Others of the case don't see it.

use chrono::NaiveDate;
use domain::audit::Thing;
use domain::case::{Actor as Acting, Case};
use domain::evaluation::rectification::{By, Command, Event, Rating, Tidings};
use domain::evaluation::words::WordsState;
use domain::ids::{CaseId, PersonId};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{RectificationFile, Reply, Tx, View};

use super::news::tell_or_raise;
use super::rectify::{Loaded, RectifyError, command, last_reply};
use super::words;
use crate::app::Grounds;
use crate::app::cases::on;

/// The rectification after one's own review.
pub struct OwnRectification {
    pub own: RectificationFile,
    pub reply: Option<Reply>,
    /// How it stands with what they wrote; none where that was nothing.
    pub words: Option<WordsState>,
}

pub async fn own_rectification(view: &View, grounds: &Grounds, person: PersonId, case: CaseId) -> Result<OwnRectification, RectifyError> {
    let loaded = load_own(view, grounds, (person, Act::ShowOwnRectification), case).await?;
    with_reply(view, loaded.own).await
}

/// Who isn't satisfied has it looked into once more, by whoever looks after it.
pub async fn rate(
    tx: &Tx,
    grounds: &Grounds,
    person: PersonId,
    (case, rating): (CaseId, Rating),
) -> Result<OwnRectification, RectifyError> {
    let loaded = load_own(tx, grounds, (person, Act::RateRectification), case).await?;
    let steps_before = loaded.own.steps.len();
    let mut loaded = command(tx, grounds, loaded, (By::Reviewer, Acting::Person { person }), Command::Rate { rating }).await?;
    if loaded.own.steps.iter().skip(steps_before).any(|step| matches!(step.event, Event::Reopened { .. })) {
        (loaded, _) = tell_or_raise(tx, grounds, loaded, Tidings::Reopened).await?;
    }
    with_reply(tx, loaded.own).await
}

/// Whether there is one after a review of the person's own that they may see.
pub async fn may_see_own_rectification(view: &View, (person, today): (PersonId, NaiveDate), case: CaseId) -> Result<(), RectifyError> {
    let case = view.case(case).await?.ok_or(RectifyError::NotFound)?;
    may_see(&case, (person, today), Act::ShowOwnRectification)?;
    of_own_review(view, person, case.id).await.map(|_there_is_one| ())
}

async fn load_own(view: &View, grounds: &Grounds, (person, act): (PersonId, Act), case: CaseId) -> Result<Loaded, RectifyError> {
    let file = view.case_file(case).await?.ok_or(RectifyError::NotFound)?;
    may_see(&file.case, (person, grounds.today()), act)?;
    let own = of_own_review(view, person, case).await?;
    Ok(Loaded { file, own })
}

fn may_see(case: &Case, (person, today): (PersonId, NaiveDate), act: Act) -> Result<(), RectifyError> {
    let allowed = may(Actor::Villager(person, today), act, &Object::Case(case));
    allowed.map_err(|_whatever_the_reason| RectifyError::Hidden(on(case, Thing::Case)))
}

async fn of_own_review(view: &View, person: PersonId, case: CaseId) -> Result<RectificationFile, RectifyError> {
    view.rectification_of(case).await?.filter(|own| own.rectification.reviewer == person).ok_or(RectifyError::NotFound)
}

async fn with_reply(view: &View, own: RectificationFile) -> Result<OwnRectification, RectifyError> {
    let reply = match last_reply(&own) {
        Some(reply) => view.reply(reply).await?,
        None => None,
    };
    let case = own.rectification.case;
    let text = view.evaluation(case).await?.map(|evaluation| evaluation.text).unwrap_or_default();
    let words = words::standing(view, case, &text).await?;
    Ok(OwnRectification { own, reply, words })
}
