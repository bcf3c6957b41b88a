//! Uploads: photos and PDFs of materials, readable by the people of their case alone.

use bytes::Bytes;
use domain::audit::{On, Thing};
use domain::ids::{PersonId, UploadId};
use futures_util::Stream;
use infra::objects::{Content, ObjectKey, PutError};
use infra::store::{StoreError, StoredFile, Upload};

use super::App;
use super::cases::{ReadError, Reader};

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

impl From<ReadError> for UploadError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound => UploadError::NotFound,
            ReadError::Hidden(on) => UploadError::Hidden(on),
            ReadError::Store(error) => UploadError::Store(error),
        }
    }
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

    /// The file of an upload, for whoever handed it in or may read its case. That staff looked is noted.
    pub async fn open_upload(&self, reader: Reader<'_>, id: UploadId) -> Result<(Upload, Content), UploadError> {
        let (view, grounds) = (self.store.read(self.district()), self.grounds());
        let upload = view.upload(id).await?.ok_or(UploadError::NotFound)?;
        let (thing, hidden) = (Thing::Upload(id), || UploadError::Hidden(On::person(Thing::Upload(id), upload.person)));
        match (upload.case, upload.mandate, reader) {
            (Some(case), _, reader) => {
                let dossier = super::cases::read_case(&view, &grounds, reader, case).await?;
                self.note_look(reader, &dossier.file.case, thing).await?;
            }
            (None, Some(mandate), reader) if super::mandates::may_open_document(&view, reader, id).await? => {
                self.note_look_at_mandate(&view, reader, mandate, thing).await?;
            }
            (None, None, Reader::Person(person)) if person == upload.person => {}
            (None, None, Reader::Staff(staff)) if staff.person == upload.person => {}
            (None, Some(_), _) | (None, None, Reader::Person(_) | Reader::Staff(_)) => return Err(hidden()),
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
