//! What is kept no longer than its term: the files of cases, with the names of people who had the rest erased; files that belong to
//! nothing; news. Run by a job; each step is a unit of its own.

use std::collections::BTreeSet;

use chrono::{Duration, Months};
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::{CaseId, PersonId};
use domain::retention::{Validity, case_file_kept_until};
use domain::time::{Timestamp, local_date};
use infra::objects::ObjectKey;
use infra::store::{CaseFiles, StoreError, Tx};

use super::erasure::validities;
use crate::app::{App, Grounds, ResealError, unnamed_files};

/// Rows looked at in one go.
const BATCH: u64 = 100;

/// What a run has erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    pub case_files: u32,
    pub mandate_documents: u64,
    /// Who was entered at a counter, and is named by nothing any more.
    pub people: u32,
    /// What no second person agreed to in time.
    pub never_stood: u64,
    pub loose_uploads: u32,
    pub news: u64,
    /// Numbers taken in halls and booked slots.
    pub visits: u64,
    /// Files taken out of the object store.
    pub files: u32,
}

impl App {
    /// Erases all whose term is over, and removes the files that erasures left behind.
    pub async fn erase_what_is_due(&self) -> Result<Erased, StoreError> {
        let now = self.clock.now();
        let erased = Erased {
            case_files: self.erase_case_files(now).await?,
            mandate_documents: self.erase_mandate_documents(now).await?,
            people: self.forget_unused_people(now).await?,
            never_stood: self.remove_what_never_stood(now).await?,
            loose_uploads: self.erase_loose_uploads(now).await?,
            news: self.erase_old_news(now).await?,
            visits: self.forget_old_visits(now).await?,
            files: self.remove_doomed_files().await?,
        };
        self.store.settle_erasure().await?;
        Ok(erased)
    }

    async fn erase_case_files(&self, now: Timestamp) -> Result<u32, StoreError> {
        let years = Months::new(u32::from(self.settings.retention.case_years) * 12);
        let Some(ended_before) = now.checked_sub_months(years) else { return Ok(0) };
        let mut erased = 0;
        loop {
            let due = self.store.read(self.district()).cases_ended_before(ended_before, local_date(now), BATCH).await?;
            let before = erased;
            for case in &due {
                let (case, grounds) = (*case, self.grounds());
                let unit = self.store.write(self.district(), move |tx| Box::pin(async move { erase_if_due(tx, &grounds, case).await }));
                erased += u32::from(unit.await?);
            }
            // What isn't due to the day must not be tried for ever.
            if erased == before || u64::try_from(due.len()).is_ok_and(|found| found < BATCH) {
                return Ok(erased);
            }
        }
    }

    async fn erase_mandate_documents(&self, now: Timestamp) -> Result<u64, StoreError> {
        let years = Months::new(u32::from(self.settings.retention.case_years) * 12);
        let Some(before) = local_date(now).checked_sub_months(years) else { return Ok(0) };
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.erase_mandate_documents_before(before).await })).await
    }

    async fn forget_unused_people(&self, now: Timestamp) -> Result<u32, StoreError> {
        let years = Months::new(u32::from(self.settings.retention.unused_person_years) * 12);
        let Some(before) = now.checked_sub_months(years) else { return Ok(0) };
        let mut forgotten = 0;
        loop {
            let unused = self.store.read(self.district()).unused_people(before, BATCH).await?;
            if unused.is_empty() {
                return Ok(forgotten);
            }
            forgotten += u32::try_from(unused.len()).unwrap_or(u32::MAX);
            let unit = self.store.write(self.district(), move |tx| {
                Box::pin(async move {
                    for person in unused {
                        forget_if_unused(tx, person, (before, now)).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            });
            unit.await?;
        }
    }

    async fn remove_what_never_stood(&self, now: Timestamp) -> Result<u64, StoreError> {
        let before = self.grounds().second_word.since(local_date(now));
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let corrections = tx.remove_corrections_that_never_stood(before).await?;
                Ok(corrections + tx.remove_requests_that_never_stood(before).await?)
            })
        });
        unit.await
    }

    async fn erase_loose_uploads(&self, now: Timestamp) -> Result<u32, StoreError> {
        let before = now - Duration::days(i64::from(self.settings.retention.loose_upload_days));
        let mut erased = 0;
        loop {
            let loose = self.store.read(self.district()).loose_uploads_before(before, BATCH).await?;
            if loose.is_empty() {
                return Ok(erased);
            }
            erased += u32::try_from(loose.len()).unwrap_or(u32::MAX);
            let unit = self.store.write(self.district(), move |tx| {
                Box::pin(async move {
                    for upload in loose {
                        tx.erase_loose_upload(upload).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            });
            unit.await?;
        }
    }

    async fn erase_old_news(&self, now: Timestamp) -> Result<u64, StoreError> {
        let before = now - Duration::days(i64::from(self.settings.retention.news_days));
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.erase_news_before(before).await })).await
    }

    async fn forget_old_visits(&self, now: Timestamp) -> Result<u64, StoreError> {
        let before = local_date(now - Duration::days(i64::from(self.settings.retention.visit_days)));
        let forgotten = self.store.write(self.district(), move |tx| Box::pin(async move { tx.forget_visits(before).await }));
        forgotten.await.map(|forgotten| forgotten.tickets + forgotten.appointments)
    }

    /// A file that can't be removed now is tried again with the next run.
    async fn remove_doomed_files(&self) -> Result<u32, StoreError> {
        let (mut removed, mut after) = (0, None);
        loop {
            let doomed = self.store.read(self.district()).doomed_files(after.as_deref(), BATCH).await?;
            let Some(last) = doomed.last().cloned() else { return Ok(removed) };
            for key in doomed {
                if self.removed(&key).await {
                    self.store.write(self.district(), move |tx| Box::pin(async move { tx.file_removed(&key).await })).await?;
                    removed += 1;
                }
            }
            after = Some(last);
        }
    }

    /// Removes files that no row names, and that none named at the run before either: what is being handed in, or printed, has its row
    /// by then. They are left behind by a crash between the file and its row.
    pub async fn remove_unnamed_files(&self, before: &mut BTreeSet<String>) -> Result<u32, ResealError> {
        let unnamed = unnamed_files(&self.store.read(self.district()), &self.objects).await?;
        let mut removed = 0;
        for key in unnamed.intersection(before) {
            removed += u32::from(self.removed(key).await);
        }
        *before = unnamed;
        Ok(removed)
    }

    async fn removed(&self, key: &str) -> bool {
        let Ok(object) = key.parse::<ObjectKey>() else {
            tracing::error!("a doomed file has no key of ours");
            return false;
        };
        match self.objects.delete(&object).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a doomed file can't be removed; it is tried again");
                false
            }
        }
    }
}

/// Whether the file was due, and is erased; with it the names of those whom it was the last to name.
async fn erase_if_due(tx: &Tx, grounds: &Grounds, case: CaseId) -> Result<bool, StoreError> {
    let Some(file) = tx.case_file(case).await? else { return Ok(false) };
    let certificate = validities(tx, [case]).await?.remove(&case).unwrap_or(Validity::None);
    let ended = file.ended_at().map(|ended| case_file_kept_until(ended, certificate, grounds.retention));
    if !ended.is_some_and(|until| until.is_over(grounds.today())) {
        return Ok(false);
    }
    if !tx.erase_case_file(case, grounds.now).await? {
        return Ok(false);
    }
    for person in tx.people_of(case).await? {
        if tx.is_closed_and_named(person).await? && tx.own_cases(person).await?.is_empty() {
            tx.forget_name(person).await?;
        }
    }
    tx.audit(&Entry::done(grounds.now, Who::System, Deed::Erasure, On::case(Thing::Case, case, None))).await?;
    Ok(true)
}

/// Whoever came to be named since is left alone: their row is taken first.
async fn forget_if_unused(tx: &Tx, person: PersonId, (before, now): (Timestamp, Timestamp)) -> Result<(), StoreError> {
    if tx.begins_to_close(person).await? && tx.is_unused(person, before).await? {
        tx.close_person(person, CaseFiles::Gone, now).await?;
        tx.audit(&Entry::done(now, Who::System, Deed::Erasure, On::person(Thing::Person, person))).await?;
    }
    Ok(())
}
