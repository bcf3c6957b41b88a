//! The words of a bad review are looked through before those whom it names read them: by WeChat's content check, which a job asks
//! outside of any transaction, or by whoever looks after the rectification. The writer is told how it stands.

use domain::evaluation::Evaluation;
use domain::evaluation::rectification::Secrecy;
use domain::evaluation::words::{Heard, Look, WordsState, Writer, looked_through, written};
use domain::ids::{CaseId, RectificationId};
use domain::people::Staff;
use domain::policy::Act;
use infra::store::{StoreError, Tx, View, WordsToCheck};
use infra::wechat::{CheckError, Place, Suggest, TextVerdict};
use tracing::warn;

use super::rectify::{RectifyError, Told, load, rectification};
use crate::app::{App, Grounds};

/// Wakes the job of whichever instance: words were written.
pub const WORDS_WRITTEN: &str = "words";

/// Words that nobody wrote needn't be looked through.
pub async fn begin(tx: &Tx, grounds: &Grounds, evaluation: &Evaluation, secrecy: Secrecy) -> Result<(), StoreError> {
    if evaluation.text.is_empty() {
        return Ok(());
    }
    let writer = match tx.openid_of(evaluation.by).await? {
        Some(_) => Writer::KnownToWechat,
        None => Writer::Unknown,
    };
    tx.keep_review_words(evaluation.case, written(writer, secrecy, grounds.now), grounds.now).await
}

/// How it stands with the words of a review; none where it has none. Of a review that is older than this nobody has looked.
pub async fn standing(view: &View, case: CaseId, text: &str) -> Result<Option<WordsState>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(view.review_words([case]).await?.remove(&case).unwrap_or(WordsState::Held)))
}

/// Asks WeChat about the words of a review, and notes what follows.
pub async fn check(app: &App, due: WordsToCheck) -> Result<Heard, StoreError> {
    let heard = hear(app, due.case).await?;
    let now = app.clock.now();
    let next = looked_through(heard, due.written_at, now);
    app.store.write(app.district(), move |tx| Box::pin(async move { tx.note_words_check(due.case, next, now).await })).await?;
    Ok(heard)
}

async fn hear(app: &App, case: CaseId) -> Result<Heard, StoreError> {
    let view = app.store.read(app.district());
    let Some(evaluation) = view.evaluation(case).await? else { return Ok(Heard::NoVerdict) };
    let Some((wechat, openid)) = app.wechat.as_ref().zip(view.openid_of(evaluation.by).await?) else { return Ok(Heard::NoVerdict) };
    match wechat.check_text(&openid, (&evaluation.text, Place::Comment), app.clock.now()).await {
        Ok(TextVerdict::Judged { suggest: Suggest::Pass, .. }) => Ok(Heard::Pass),
        Ok(TextVerdict::Judged { suggest: Suggest::Review, .. }) => Ok(Heard::Review),
        Ok(TextVerdict::Judged { suggest: Suggest::Risky, .. }) => Ok(Heard::Risky),
        Ok(TextVerdict::NotSeenLately) | Err(CheckError::UnknownUser | CheckError::TooLong) => Ok(Heard::NoVerdict),
        Err(CheckError::Unavailable(cause)) => {
            warn!(error = &cause as &dyn std::error::Error, "wechat can't look through the words of a review now");
            Ok(Heard::Unreachable)
        }
    }
}

/// Whoever looks after the rectification says whether those whom the review names may read its words, whatever the check has said.
pub async fn look_at_words(tx: &Tx, grounds: &Grounds, staff: &Staff, (id, look): (RectificationId, Look)) -> Result<Told, RectifyError> {
    let loaded = load(tx, (staff, Act::LookAtWords), id).await?;
    tx.note_words_look(loaded.file.case.id, (look, staff.account), grounds.now).await?;
    rectification(tx, staff, loaded).await
}
