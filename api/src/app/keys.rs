//! New data keys are taken up, and what lies sealed under older ones is sealed anew, a little at a time.
//! Files: an object is written once and never changed, so sealing it anew races with its removal alone. Who removes one removes its
//! row first; a file whose row is gone after it was sealed anew is removed again.

use std::collections::{BTreeMap, BTreeSet};

use infra::objects::{ObjectError, ObjectKey, Objects};
use infra::register::PersonalTable;
use infra::store::{StoreError, StoredFile, View, sealed_tables};
use infra::vault::{KeyId, Purpose};

use super::App;

/// The channel that says that there are new data keys.
pub const KEYS_CHANGED: &str = "keys";
/// Rows that are read at once, and saved in one unit.
const ROWS_AT_ONCE: u64 = 100;
const FILES_AT_ONCE: u64 = 100;

#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Object(#[from] ObjectError),
}

/// What was sealed anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    pub rows: u64,
    pub files: u64,
}

impl App {
    /// Walks through all that lies sealed, and seals anew what lies under older keys; ends early where `go_on` says so.
    pub async fn reseal(&self, go_on: &(dyn Fn() -> bool + Sync)) -> Result<Resealed, ResealError> {
        let mut done = Resealed::default();
        for table in sealed_tables() {
            done.rows += self.reseal_table(table, go_on).await?;
        }
        done.files = self.reseal_files(go_on).await?;
        Ok(done)
    }

    async fn reseal_table(&self, table: PersonalTable, go_on: &(dyn Fn() -> bool + Sync)) -> Result<u64, StoreError> {
        let (mut renewed, mut cursor) = (0, None);
        while go_on() {
            let (renewals, last) = self.store.read(self.district()).renewals(table, cursor.as_ref(), ROWS_AT_ONCE).await?;
            if !renewals.is_empty() {
                renewed += self.store.write(self.district(), move |tx| Box::pin(async move { tx.renew(&renewals).await })).await?;
            }
            match last {
                Some(last) => cursor = Some(last),
                None => break,
            }
        }
        Ok(renewed)
    }

    async fn reseal_files(&self, go_on: &(dyn Fn() -> bool + Sync)) -> Result<u64, ResealError> {
        let (view, mut resealed, mut after) = (self.store.read(self.district()), 0, After::default());
        while go_on() {
            let files = after.next_files(&view).await?;
            if files.is_empty() {
                break;
            }
            for file in files {
                resealed += u64::from(self.reseal_file(&view, &file).await?);
            }
        }
        Ok(resealed)
    }

    /// A file that doesn't open is named in the log and left as it is.
    async fn reseal_file(&self, view: &View, named: &NamedFile) -> Result<bool, ResealError> {
        let Some(key) = named.key() else { return Ok(false) };
        let current = self.store.keys(self.district()).ring().current(Purpose::Object).map_err(StoreError::Vault)?.id;
        let sealed = match self.objects.sealed_under(&key).await {
            Ok(under) if under == current => return Ok(false),
            Ok(_) => self.objects.reseal(&key).await,
            Err(error) => Err(error),
        };
        match sealed {
            Ok(()) if named.is_there(view).await? => Ok(true),
            Ok(()) => Ok(self.objects.delete(&key).await.map(|()| false)?),
            Err(ObjectError::NotFound) => Ok(false),
            Err(error @ ObjectError::Damaged { .. }) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a file can't be sealed anew");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// How many files each key seals.
pub async fn sealed_files(view: &View, objects: &Objects) -> Result<BTreeMap<KeyId, u64>, ResealError> {
    let (mut counts, mut after) = (BTreeMap::new(), After::default());
    loop {
        let files = after.next_files(view).await?;
        if files.is_empty() {
            return Ok(counts);
        }
        for key in files.iter().filter_map(NamedFile::key) {
            match objects.sealed_under(&key).await {
                Ok(under) => *counts.entry(under).or_default() += 1,
                Err(ObjectError::NotFound | ObjectError::Damaged { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The files that no row names, or that wait to be removed.
pub async fn unnamed_files(view: &View, objects: &Objects) -> Result<BTreeSet<String>, ResealError> {
    let (mut files, mut after) = (objects.keys(view.district()).await?, After::default());
    loop {
        let named = after.next_files(view).await?;
        if named.is_empty() {
            return Ok(files);
        }
        for key in named.iter().filter_map(NamedFile::key) {
            files.remove(&key.to_string());
        }
    }
}

/// A file that a row names.
enum NamedFile {
    Upload(domain::ids::UploadId, StoredFile),
    Document(domain::ids::DocumentId, StoredFile),
}

impl NamedFile {
    fn key(&self) -> Option<ObjectKey> {
        let (Self::Upload(_, file) | Self::Document(_, file)) = self;
        file.object_key.parse().ok()
    }

    async fn is_there(&self, view: &View) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Upload(id, _) => view.upload(*id).await?.is_some(),
            Self::Document(id, _) => view.document(*id).await?.is_some(),
        })
    }
}

/// Where a walk through all files stands: first those of people, then those of ours.
#[derive(Default)]
struct After {
    upload: Option<domain::ids::UploadId>,
    document: Option<domain::ids::DocumentId>,
}

impl After {
    /// None at the end.
    async fn next_files(&mut self, view: &View) -> Result<Vec<NamedFile>, StoreError> {
        let uploads = view.uploads_after(self.upload, FILES_AT_ONCE).await?;
        if let Some(last) = uploads.last() {
            self.upload = Some(last.id);
            return Ok(uploads.into_iter().map(|upload| NamedFile::Upload(upload.id, upload.file)).collect());
        }
        let documents = view.documents_after(self.document, FILES_AT_ONCE).await?;
        self.document = documents.last().map(|last| last.id).or(self.document);
        Ok(documents.into_iter().map(|document| NamedFile::Document(document.id, document.file)).collect())
    }
}
