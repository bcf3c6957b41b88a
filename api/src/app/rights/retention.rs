//! What is kept no longer than its term: the files of cases, with the names of people who had the rest erased; files that belong to
//! nothing; news. Run by a job; each step is a unit of its own.

use chrono::{Duration, Months};
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::CaseId;
use domain::retention::{Validity, case_file_kept_until};
use domain::time::{Timestamp, local_date};
use infra::objects::ObjectKey;
use infra::store::{StoreError, Tx};

use super::erasure::validities;
use crate::app::{App, Grounds};

/// Rows looked at in one go.
const BATCH: u64 = 100;

/// What a run has erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    pub case_files: u32,
    pub loose_uploads: u32,
    pub news: u64,
    /// Files taken out of the object store.
    pub files: u32,
}

impl Erased {
    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl App {
    /// Erases all whose term is over, and removes the files that erasures left behind.
    pub async fn erase_what_is_due(&self) -> Result<Erased, StoreError> {
        let now = self.clock.now();
        let erased = Erased {
            case_files: self.erase_case_files(now).await?,
            loose_uploads: self.erase_loose_uploads(now).await?,
            news: self.erase_old_news(now).await?,
            files: self.remove_doomed_files().await?,
        };
        if !erased.is_nothing() {
            self.store.settle_erasure().await?;
        }
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

    /// A file that can't be removed now is tried again with the next run.
    async fn remove_doomed_files(&self) -> Result<u32, StoreError> {
        let mut removed = 0;
        loop {
            let doomed = self.store.read(self.district()).doomed_files(BATCH).await?;
            let before = removed;
            for key in doomed {
                if self.removed(&key).await {
                    self.store.write(self.district(), move |tx| Box::pin(async move { tx.file_removed(&key).await })).await?;
                    removed += 1;
                }
            }
            if removed == before {
                return Ok(removed);
            }
        }
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
    tx.erase_case_file(case, grounds.now).await?;
    for person in tx.people_of(case).await? {
        if tx.is_closed_and_named(person).await? && tx.own_cases(person).await?.is_empty() {
            tx.forget_name(person).await?;
        }
    }
    tx.audit(&Entry::done(grounds.now, Who::System, Deed::Erasure, On::case(Thing::Case, case, None))).await?;
    Ok(true)
}
