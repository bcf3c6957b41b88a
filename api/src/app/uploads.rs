//! Uploads: photos and PDFs of materials, readable by the people of their case alone. A file is received whole, cleaned
//! (`infra::uploads`), and only then stored: its size and digest are those of what is stored.
//! Invariant: all files being received hold at most `uploads.receiving_bytes_max` in memory together.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use domain::audit::{On, Thing};
use domain::consent::Consent;
use domain::correction::Correction;
use domain::counter_request::CounterRequest;
use domain::ids::{PersonId, UploadId};
use domain::mandate::Mandate;
use domain::policy::{Act, Actor, FileOf, Object, may};
use futures_util::{Stream, StreamExt};
use infra::objects::{Content, ObjectKey, PutError};
use infra::store::{CaseFile, Owner, StoreError, StoredFile, Upload, View};
use infra::uploads::Unfit;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::App;
use super::cases::on;

const KIB: usize = 1024;

#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("no such file")]
    NotFound,
    #[error("a file that is hidden from whoever asks")]
    Hidden(On),
    #[error("too many files that belong to no case")]
    TooMany,
    #[error("too much is being received")]
    Busy,
    #[error("the file is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error(transparent)]
    Sender(#[from] SenderFault),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error(transparent)]
    Put(#[from] PutError),
    #[error("the file can't be read")]
    Get(#[from] infra::objects::ObjectError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a file didn't come in whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SenderFault {
    #[error("the sender took too long")]
    TooSlow,
    #[error("the sender broke off")]
    BrokeOff,
}

/// Room in memory for files on their way in.
pub struct Receiving(Arc<Semaphore>);

impl Receiving {
    pub fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes_max / KIB + 1).min(Semaphore::MAX_PERMITS))))
    }

    fn room_for(&self, bytes: usize) -> Result<OwnedSemaphorePermit, UploadError> {
        let kib = u32::try_from(bytes.div_ceil(KIB)).map_err(|_| UploadError::Busy)?;
        Arc::clone(&self.0).try_acquire_many_owned(kib).map_err(|_| UploadError::Busy)
    }
}

/// A file as it was sent, and the room that it takes until it is stored.
pub struct Received {
    file: Bytes,
    _room: Vec<OwnedSemaphorePermit>,
}

impl App {
    /// Receives a file that `person` sends.
    pub async fn receive<S>(&self, person: PersonId, mut content: S) -> Result<Received, UploadError>
    where
        S: Stream<Item = Result<Bytes, SenderFault>> + Unpin,
    {
        let loose = self.store.read(self.district()).loose_uploads(person).await?;
        if loose >= u64::from(self.settings.uploads.loose_files_max) {
            return Err(UploadError::TooMany);
        }
        let limit = self.settings.uploads.file_bytes_max;
        let (mut file, mut room, mut paid) = (BytesMut::new(), Vec::new(), 0);
        while let Some(chunk) = content.next().await {
            file.extend_from_slice(&chunk?);
            if file.len() > limit {
                return Err(UploadError::TooLarge { limit });
            }
            if file.len() > paid {
                // In steps, so that small chunks don't cost a permit each.
                let step = (file.len() - paid).max(64 * KIB).min(limit - paid);
                room.push(self.receiving.room_for(step)?);
                paid += step;
            }
        }
        Ok(Received { file: file.freeze(), _room: room })
    }

    /// Cleans and stores a file; it belongs to `person` until a case takes it.
    pub async fn take_upload(&self, person: PersonId, id: UploadId, received: Received) -> Result<Upload, UploadError> {
        let clean = self.cleaner.clean(received.file.clone()).await?;
        let key = ObjectKey::upload(self.district(), id);
        let stored = self.objects.put_bytes(&key, clean).await?;
        let media_type = stored.media.as_str().to_owned();
        let file = StoredFile { media_type, size: stored.size, sha256: stored.sha256, object_key: key.to_string(), at: self.clock.now() };
        Ok(Upload { id, person, owner: None, material: None, file })
    }

    /// A new file with the content of a stored one; it belongs to the same person until a case takes it.
    pub async fn copy_upload(&self, upload: &Upload) -> Result<Upload, UploadError> {
        let size = usize::try_from(upload.file.size).map_err(|_| UploadError::Busy)?;
        let _room = self.receiving.room_for(size)?;
        let id = UploadId::new(Uuid::now_v7());
        let key = ObjectKey::upload(self.district(), id);
        let stored = self.objects.put_bytes(&key, self.objects.get_bytes(&key_of(&upload.file)?).await?).await?;
        let file = StoredFile { sha256: stored.sha256, size: stored.size, object_key: key.to_string(), ..upload.file.clone() };
        Ok(Upload { id, person: upload.person, owner: None, material: None, file })
    }

    /// Takes a file away again whose row was not kept: it was handed in before under the same key, or its unit failed.
    pub async fn remove_unless_kept(&self, id: UploadId, object_key: &str) {
        let removed = async {
            if self.store.read(self.district()).upload(id).await?.is_none()
                && let Ok(key) = object_key.parse::<ObjectKey>()
            {
                self.objects.delete(&key).await?;
            }
            Ok::<_, UploadError>(())
        };
        // The job that removes what no row names comes by anyway.
        if let Err(error) = removed.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a file that isn't kept can't be removed yet");
        }
    }

    /// The file of an upload, for whoever handed it in, or may read what it belongs to. That staff looked is noted.
    pub async fn open_upload(&self, actor: Actor<'_>, id: UploadId) -> Result<(Upload, Content), UploadError> {
        let view = self.store.read(self.district());
        let upload = view.upload(id).await?.ok_or(UploadError::NotFound)?;
        let (thing, by) = (Thing::Upload(id), upload.person);
        let owner = owner(&view, &upload).await?;
        may(actor, Act::ShowUpload, &Object::Upload { by, of: owner.of() }).map_err(|_| {
            UploadError::Hidden(match &owner {
                FileOwner::Case(file) => on(&file.case, thing.clone()),
                FileOwner::Nothing | FileOwner::Mandate(_) | FileOwner::Correction(_) | FileOwner::Consent(_) | FileOwner::Request(_) => {
                    On::person(thing.clone(), by)
                }
            })
        })?;
        match &owner {
            FileOwner::Nothing => {}
            FileOwner::Case(file) => self.note_look(actor, &file.case, thing).await?,
            FileOwner::Mandate(mandate) => self.note_look_at_mandate(actor, mandate, thing).await?,
            FileOwner::Correction(correction) => self.note_look_at_correction(actor, correction, thing).await?,
            FileOwner::Consent(consent) => self.note_look_at_consent(actor, consent, thing).await?,
            FileOwner::Request(request) => self.note_look_at_request(actor, request, thing).await?,
        }
        let content = self.open_file(&upload.file).await?;
        Ok((upload, content))
    }

    /// The bytes of a stored file.
    pub async fn open_file(&self, file: &StoredFile) -> Result<Content, UploadError> {
        Ok(self.objects.get_stream(&key_of(file)?).await?)
    }
}

fn key_of(file: &StoredFile) -> Result<ObjectKey, StoreError> {
    file.object_key.parse().map_err(|_| StoreError::corrupt("uploads", "its object key has no such form"))
}

/// What took a file.
enum FileOwner {
    Nothing,
    Case(Box<CaseFile>),
    Mandate(Box<Mandate>),
    Correction(Box<Correction>),
    Consent(Box<Consent>),
    Request(Box<CounterRequest>),
}

impl FileOwner {
    fn of(&self) -> FileOf<'_> {
        match self {
            FileOwner::Nothing => FileOf::Nothing,
            FileOwner::Case(file) => FileOf::Case(&file.case),
            FileOwner::Mandate(mandate) => FileOf::Mandate(mandate),
            FileOwner::Correction(correction) => FileOf::Correction(correction),
            FileOwner::Consent(consent) => FileOf::Consent(consent),
            FileOwner::Request(request) => FileOf::Request(request),
        }
    }
}

async fn owner(view: &View, upload: &Upload) -> Result<FileOwner, UploadError> {
    let found = match upload.owner {
        None => Some(FileOwner::Nothing),
        Some(Owner::Case(id)) => view.case_file(id).await?.map(|file| FileOwner::Case(Box::new(file))),
        Some(Owner::Mandate(id)) => view.mandate(id).await?.map(|mandate| FileOwner::Mandate(Box::new(mandate))),
        Some(Owner::Correction(id)) => view.correction(id).await?.map(|correction| FileOwner::Correction(Box::new(correction))),
        Some(Owner::Consent(id)) => view.consent(id).await?.map(|consent| FileOwner::Consent(Box::new(consent))),
        Some(Owner::Request(id)) => view.counter_request(id).await?.map(|request| FileOwner::Request(Box::new(request))),
    };
    found.ok_or(UploadError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_under_way_take_no_more_memory_than_there_is_for_them() {
        let receiving = Receiving::new(200_000);
        let first = receiving.room_for(150_000).unwrap();
        assert!(matches!(receiving.room_for(60_000), Err(UploadError::Busy)));
        let small = receiving.room_for(40_000).unwrap();
        drop(first);
        assert!(receiving.room_for(150_000).is_ok());
        drop(small);
    }
}
