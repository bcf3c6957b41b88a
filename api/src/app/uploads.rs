//! Uploads: photos and PDFs of materials, readable by the people of their case alone.

use bytes::Bytes;
use domain::audit::{On, Thing};
use domain::ids::{PersonId, UploadId};
use domain::mandate::Mandate;
use domain::policy::{Act, Actor, Object, may};
use futures_util::Stream;
use infra::objects::{Content, ObjectKey, PutError};
use infra::store::{CaseFile, StoreError, StoredFile, Upload, View};

use super::App;
use super::cases::on;

#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("no such file")]
    NotFound,
    #[error("a file that is hidden from whoever asks")]
    Hidden(On),
    #[error("too many files that belong to no case")]
    TooMany,
    #[error(transparent)]
    Put(#[from] PutError),
    #[error("the file can't be read")]
    Get(#[from] infra::objects::ObjectError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Streams a file to the object store; it belongs to `person` until a case takes it.
    pub async fn take_upload<S, E>(&self, person: PersonId, id: UploadId, content: S) -> Result<Upload, UploadError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::error::Error + Send + Sync + 'static,
    {
        let loose = self.store.read(self.district()).loose_uploads(person).await?;
        if loose >= u64::from(self.settings.uploads.loose_files_max) {
            return Err(UploadError::TooMany);
        }
        let key = ObjectKey::upload(self.district(), id);
        let limit = u64::try_from(self.settings.uploads.file_bytes_max).unwrap_or(u64::MAX);
        let stored = self.objects.put_stream(&key, content, limit).await?;
        let media_type = stored.media.as_str().to_owned();
        let file = StoredFile { media_type, size: stored.size, sha256: stored.sha256, object_key: key.to_string(), at: self.clock.now() };
        Ok(Upload { id, person, case: None, mandate: None, material: None, file })
    }

    /// The file of an upload, for whoever handed it in, or may read its case or its mandate. That staff looked is noted.
    pub async fn open_upload(&self, actor: Actor<'_>, id: UploadId) -> Result<(Upload, Content), UploadError> {
        let view = self.store.read(self.district());
        let upload = view.upload(id).await?.ok_or(UploadError::NotFound)?;
        let (thing, by) = (Thing::Upload(id), upload.person);
        let (file, mandate) = owners(&view, &upload).await?;
        let object = Object::Upload { by, case: file.as_ref().map(|file| &file.case), mandate: mandate.as_ref() };
        may(actor, Act::ShowUpload, &object).map_err(|_| {
            UploadError::Hidden(match &file {
                Some(file) => on(&file.case, thing.clone()),
                None => On::person(thing.clone(), by),
            })
        })?;
        match (&file, &mandate) {
            (Some(file), _) => self.note_look(actor, &file.case, thing).await?,
            (None, Some(mandate)) => self.note_look_at_mandate(actor, mandate, thing).await?,
            (None, None) => {}
        }
        let content = self.open_file(&upload.file).await?;
        Ok((upload, content))
    }

    /// The bytes of a stored file.
    pub async fn open_file(&self, file: &StoredFile) -> Result<Content, UploadError> {
        let key: ObjectKey = file.object_key.parse().map_err(|_| StoreError::corrupt("uploads", "its object key has no such form"))?;
        Ok(self.objects.get_stream(&key).await?)
    }
}

/// The case or the mandate that took the file.
async fn owners(view: &View, upload: &Upload) -> Result<(Option<CaseFile>, Option<Mandate>), UploadError> {
    let file = match upload.case {
        Some(case) => Some(view.case_file(case).await?.ok_or(UploadError::NotFound)?),
        None => None,
    };
    let mandate = match upload.mandate {
        Some(mandate) => Some(view.mandate(mandate).await?.ok_or(UploadError::NotFound)?),
        None => None,
    };
    Ok((file, mandate))
}
