//! Files of people and cases, in an object store: a local folder here; the interface is the one of S3. They lie there sealed, and are
//! sealed and opened segment by segment as they stream (`crate::vault`).
//! Invariants: an object appears whole or not at all; what it is, is told by its first bytes, never by its name or a header; keys cannot
//! leave the store's folder. Units: bytes. Errors: `PutError` tells the sender's fault from ours.

mod key;
mod media;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use domain::ids::DistrictCode;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

use crate::store::{Keys, StoreError};
use crate::vault::{FileHeader, HEADER_LEN, KeyId, OpeningFile, SealingFile, VaultError, plain_size};

pub use key::{BadKey, ObjectKey};
pub use media::MediaType;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Parts of one upload that may be on their way to the store at once.
const PARTS_IN_FLIGHT: usize = 1;

/// What is known of an object once it is stored: of what was sealed, not of how it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
    pub media: MediaType,
}

/// An object on its way out.
pub struct Content {
    pub size: u64,
    pub bytes: BoxStream<'static, Result<Bytes, ObjectError>>,
}

#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("there is no such object")]
    NotFound,
    #[error("the object store failed")]
    Store(#[source] object_store::Error),
    /// It was changed, cut off, or is another's.
    #[error("the object {key} doesn't open")]
    Damaged {
        key: String,
        #[source]
        why: VaultError,
    },
    #[error("the object can't be sealed")]
    Seal(#[source] VaultError),
    #[error("the data keys can't be read")]
    Keys(#[source] Box<StoreError>),
    #[error("the object folder {path} cannot be made")]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum PutError {
    #[error("the file is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the file is not a PDF, JPEG, PNG, WebP or HEIC")]
    UnknownType,
    #[error("the sender broke off")]
    Sender(#[source] Cause),
    #[error(transparent)]
    Object(#[from] ObjectError),
}

impl From<object_store::Error> for ObjectError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) { Self::NotFound } else { Self::Store(error) }
    }
}

#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    keys: Keys,
}

impl Objects {
    /// The store in the folder `dir`, made if it is missing. A stored object is on the disk before its caller hears of it.
    pub fn local(dir: &Path, keys: Keys) -> Result<Self, ObjectError> {
        std::fs::create_dir_all(dir).map_err(|source| ObjectError::Folder { path: dir.to_owned(), source })?;
        let store = LocalFileSystem::new_with_prefix(dir)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), keys })
    }

    /// Stores what `body` brings, unless it exceeds `limit` bytes or is of no type that we keep: then nothing stays behind.
    pub async fn put_stream<S, E>(&self, key: &ObjectKey, body: S, limit: u64) -> Result<Stored, PutError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Cause>,
    {
        let mut body = pin!(body.map_err(|error| PutError::Sender(error.into())));
        let head = head(&mut body).await?;
        let media = MediaType::sniff(&head).ok_or(PutError::UnknownType)?;
        let whole = stream::once(async { Ok(head) }).chain(body);
        let mut writing = Writing { file: self.write(key).await?, sha256: Sha256::new(), size: 0, limit };
        match writing.take_all(whole).await {
            Ok(()) => writing.finish(media).await,
            Err(error) => {
                // The reader's error is the one to report; a remnant that cannot be removed is never visible under its key.
                writing.file.upload.abort().await.ok();
                Err(error)
            }
        }
    }

    /// Stores `bytes` of our own making.
    pub async fn put_bytes(&self, key: &ObjectKey, bytes: Bytes) -> Result<Stored, PutError> {
        let limit = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.put_stream(key, stream::iter([Ok::<_, Cause>(bytes)]), limit).await
    }

    pub async fn get_stream(&self, key: &ObjectKey) -> Result<Content, ObjectError> {
        let found = self.store.get(key.path()).await?;
        let size = plain_size(found.meta.size).map_err(|why| damaged(key, why))?;
        let mut sealed = found.into_stream().map_err(ObjectError::from).boxed();
        let (header, rest) = header(key, &mut sealed).await?;
        let opening = self.opening(key, &header).await?;
        let reading = Reading { key: key.clone(), opening: Some(opening), sealed: stream::once(async { Ok(rest) }).chain(sealed).boxed() };
        Ok(Content { size, bytes: reading.into_stream() })
    }

    pub async fn get_bytes(&self, key: &ObjectKey) -> Result<Bytes, ObjectError> {
        let content = self.get_stream(key).await?;
        let whole = content.bytes.try_fold(BytesMut::new(), |mut whole, part| async move {
            whole.extend_from_slice(&part);
            Ok(whole)
        });
        Ok(whole.await?.freeze())
    }

    /// The data key that an object is sealed under.
    pub async fn sealed_under(&self, key: &ObjectKey) -> Result<KeyId, ObjectError> {
        let head = self.store.get_range(key.path(), 0..HEADER_LEN as u64).await?;
        Ok(parse_header(key, &head)?.key)
    }

    /// Seals an object anew under the current key. Whoever reads it meanwhile gets the old one or the new one, whole.
    pub async fn reseal(&self, key: &ObjectKey) -> Result<(), ObjectError> {
        let mut plain = self.get_stream(key).await?.bytes;
        let mut file = self.write(key).await?;
        match copy(&mut plain, &mut file).await {
            Ok(()) => file.finish().await,
            Err(error) => {
                file.upload.abort().await.ok();
                Err(error)
            }
        }
    }

    async fn write(&self, key: &ObjectKey) -> Result<WritingFile, ObjectError> {
        let (sealing, header) = SealingFile::begin(&self.keys.ring(), &key.to_string()).map_err(ObjectError::Seal)?;
        let mut upload = WriteMultipart::new(self.store.put_multipart(key.path()).await?);
        upload.put(header);
        Ok(WritingFile { upload, sealing })
    }

    /// A key that another instance made since is loaded.
    async fn opening(&self, key: &ObjectKey, header: &FileHeader) -> Result<OpeningFile, ObjectError> {
        let object = key.to_string();
        let opening = match OpeningFile::begin(&self.keys.ring(), &object, header) {
            Err(VaultError::UnknownKey(_)) => {
                let ring = self.keys.reload().await.map_err(|error| ObjectError::Keys(Box::new(error)))?;
                OpeningFile::begin(&ring, &object, header)
            }
            opening => opening,
        };
        opening.map_err(|why| damaged(key, why))
    }

    /// The keys of all objects of a district.
    pub async fn keys(&self, district: &DistrictCode) -> Result<BTreeSet<String>, ObjectError> {
        let folder = object_store::path::Path::from(district.as_str());
        Ok(self.store.list(Some(&folder)).map_ok(|object| object.location.to_string()).try_collect().await?)
    }

    /// Removes the object; one that is gone already is no fault, so that a repeated clean-up ends well.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectError> {
        match self.store.delete(key.path()).await.map_err(ObjectError::from) {
            Err(ObjectError::NotFound) => Ok(()),
            deleted => deleted,
        }
    }
}

fn damaged(key: &ObjectKey, why: VaultError) -> ObjectError {
    ObjectError::Damaged { key: key.to_string(), why }
}

fn parse_header(key: &ObjectKey, bytes: &[u8]) -> Result<FileHeader, ObjectError> {
    let header = bytes.first_chunk().ok_or(VaultError::Short).and_then(FileHeader::parse);
    header.map_err(|why| damaged(key, why))
}

/// The header of a sealed object, and what came with it.
async fn header<S>(key: &ObjectKey, sealed: &mut S) -> Result<(FileHeader, Bytes), ObjectError>
where
    S: Stream<Item = Result<Bytes, ObjectError>> + Unpin,
{
    let mut head = BytesMut::new();
    while head.len() < HEADER_LEN {
        match sealed.try_next().await? {
            Some(part) => head.extend_from_slice(&part),
            None => return Err(damaged(key, VaultError::Short)),
        }
    }
    let rest = head.split_off(HEADER_LEN);
    Ok((parse_header(key, &head)?, rest.freeze()))
}

async fn copy(plain: &mut BoxStream<'static, Result<Bytes, ObjectError>>, file: &mut WritingFile) -> Result<(), ObjectError> {
    while let Some(part) = plain.try_next().await? {
        file.put(&part).await?;
    }
    Ok(())
}

/// A sealed object on its way out.
struct Reading {
    key: ObjectKey,
    /// None once its end was found whole.
    opening: Option<OpeningFile>,
    sealed: BoxStream<'static, Result<Bytes, ObjectError>>,
}

impl Reading {
    fn into_stream(self) -> BoxStream<'static, Result<Bytes, ObjectError>> {
        let segments = stream::try_unfold(self, |mut reading| async move {
            let opened = reading.next().await?;
            Ok::<_, ObjectError>(opened.map(|segments| (segments, reading)))
        });
        segments.map_ok(|segments| stream::iter(segments).map(Ok)).try_flatten().boxed()
    }

    async fn next(&mut self) -> Result<Option<Vec<Bytes>>, ObjectError> {
        let Some(opening) = &mut self.opening else { return Ok(None) };
        let opened = match self.sealed.try_next().await? {
            Some(part) => opening.push(part),
            None => self.opening.take().map_or(Ok(Vec::new()), |opening| opening.finish().map(|last| vec![last])),
        };
        opened.map(Some).map_err(|why| damaged(&self.key, why))
    }
}

/// A sealed object on its way in.
struct WritingFile {
    upload: WriteMultipart,
    sealing: SealingFile,
}

impl WritingFile {
    async fn put(&mut self, plain: &[u8]) -> Result<(), ObjectError> {
        let segments = self.sealing.push(plain).map_err(ObjectError::Seal)?;
        self.upload.wait_for_capacity(PARTS_IN_FLIGHT).await?;
        segments.into_iter().for_each(|segment| self.upload.put(segment));
        Ok(())
    }

    async fn finish(mut self) -> Result<(), ObjectError> {
        self.upload.put(self.sealing.finish().map_err(ObjectError::Seal)?);
        self.upload.finish().await?;
        Ok(())
    }
}

/// An upload under way, with what is counted along it.
struct Writing {
    file: WritingFile,
    sha256: Sha256,
    size: u64,
    limit: u64,
}

impl Writing {
    async fn take_all(&mut self, body: impl Stream<Item = Result<Bytes, PutError>>) -> Result<(), PutError> {
        let mut body = pin!(body);
        while let Some(chunk) = body.try_next().await? {
            self.take(chunk).await?;
        }
        Ok(())
    }

    async fn take(&mut self, chunk: Bytes) -> Result<(), PutError> {
        self.size = self.size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if self.size > self.limit {
            return Err(PutError::TooLarge { limit: self.limit });
        }
        self.sha256.update(&chunk);
        Ok(self.file.put(&chunk).await?)
    }

    async fn finish(self, media: MediaType) -> Result<Stored, PutError> {
        self.file.finish().await?;
        Ok(Stored { size: self.size, sha256: hex::encode(self.sha256.finalize()), media })
    }
}

/// The first bytes of `body`, as many as telling its type takes, or all that there are.
async fn head<S>(body: &mut S) -> Result<Bytes, PutError>
where
    S: Stream<Item = Result<Bytes, PutError>> + Unpin,
{
    let mut head = BytesMut::new();
    while head.len() < media::SNIFF_LEN {
        match body.try_next().await? {
            Some(chunk) => head.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(head.freeze())
}
