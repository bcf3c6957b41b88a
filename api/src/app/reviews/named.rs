//! What staff learn of the bad reviews that name them: that there is one, of which level and month; once it is closed, also its words,
//! where they were looked through (`words`). Never the case, the day or who wrote it. It is in their list from the week after it came, so that nobody sees it come.

use std::collections::BTreeMap;

use domain::case::Note;
use domain::evaluation::named_know_before;
use domain::evaluation::rectification::{Appeal, Appellant, Rectification};
use domain::evaluation::words::WordsState;
use domain::ids::{CaseId, RectificationId};
use domain::people::Staff;
use domain::time::local_date;
use infra::store::{RectificationFile, StoreError, View};

use crate::app::Grounds;

/// A bad review as whoever it names may know it.
pub struct NamingMe {
    pub own: Rectification,
    /// Once it is closed, if the words were looked through and may be shown.
    pub text: Option<String>,
    /// Their own appeal, with its number, and why it was decided so.
    pub appeal: Option<(Appeal, Option<String>)>,
}

pub async fn naming_me(
    view: &View,
    grounds: &Grounds,
    staff: &Staff,
    (after, limit): (Option<RectificationId>, u64),
) -> Result<(Vec<NamingMe>, u64), StoreError> {
    let (found, total) = view.reviews_naming(staff.person, named_know_before(grounds.now), after, limit).await?;
    let told = found.iter().map(|file| &file.rectification).filter(|own| own.is_told_to_the_named());
    let told: Vec<CaseId> = told.map(|own| own.case).collect();
    let words = view.review_words(told.iter().copied()).await?;
    let told = view.evaluations_of(told.into_iter().filter(|case| words.get(case) == Some(&WordsState::Shown))).await?;
    let mut texts: BTreeMap<_, _> = told.into_iter().map(|evaluation| (evaluation.case, evaluation.text)).collect();
    let mut reviews = Vec::new();
    for RectificationFile { rectification: own, .. } in found {
        let text = texts.remove(&own.case);
        let appeal = own.appeals.iter().find(|appeal| appeal.by == Appellant::Named { person: staff.person }).cloned();
        let appeal = match appeal {
            Some(appeal) => Some((reason(view, &appeal).await?, appeal)),
            None => None,
        };
        reviews.push(NamingMe { own, text, appeal: appeal.map(|(reason, appeal)| (appeal, reason)) });
    }
    Ok((reviews, total))
}

async fn reason(view: &View, appeal: &Appeal) -> Result<Option<String>, StoreError> {
    let Some(decided) = &appeal.decided else { return Ok(None) };
    Ok(match view.note(decided.note).await? {
        Some(Note::Text { text }) => Some(text),
        Some(Note::Supplement { .. } | Note::NotAccepted { .. } | Note::Refused { .. }) | None => None,
    })
}

impl NamingMe {
    /// The first day of the month in which it came.
    pub fn month(&self) -> chrono::NaiveDate {
        let day = local_date(self.own.opened_at);
        chrono::Datelike::with_day(&day, 1).unwrap_or(day)
    }
}
