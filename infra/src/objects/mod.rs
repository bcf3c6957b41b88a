//! Files of people and cases, in an object store: a local folder here; the interface is the one of S3.
//! Invariants: an object appears whole or not at all; what it is, is told by its first bytes, never by its name or a header; keys cannot
//! leave the store's folder. Units: bytes. Errors: `PutError` tells the sender's fault from ours.

mod key;
mod media;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

pub use key::{BadKey, ObjectKey};
pub use media::MediaType;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Parts of one upload that may be on their way to the store at once.
const PARTS_IN_FLIGHT: usize = 1;

/// What is known of an object once it is stored.
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
}

impl Objects {
    /// The store in the folder `dir`, made if it is missing. A stored object is on the disk before its caller hears of it.
    pub fn local(dir: &Path) -> Result<Self, ObjectError> {
        std::fs::create_dir_all(dir).map_err(|source| ObjectError::Folder { path: dir.to_owned(), source })?;
        let store = LocalFileSystem::new_with_prefix(dir)?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
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
        let upload = self.store.put_multipart(key.path()).await.map_err(ObjectError::from)?;
        let mut writing = Writing { upload: WriteMultipart::new(upload), sha256: Sha256::new(), size: 0, limit };
        match writing.take_all(whole).await {
            Ok(()) => writing.finish(media).await,
            Err(error) => {
                // The reader's error is the one to report; a remnant that cannot be removed is never visible under its key.
                writing.upload.abort().await.ok();
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
        Ok(Content { size: found.meta.size, bytes: found.into_stream().map_err(ObjectError::from).boxed() })
    }

    pub async fn get_bytes(&self, key: &ObjectKey) -> Result<Bytes, ObjectError> {
        Ok(self.store.get(key.path()).await?.bytes().await?)
    }

    /// Removes the object; one that is gone already is no fault, so that a repeated clean-up ends well.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), ObjectError> {
        match self.store.delete(key.path()).await.map_err(ObjectError::from) {
            Err(ObjectError::NotFound) => Ok(()),
            deleted => deleted,
        }
    }
}

/// An upload under way, with what is counted along it.
struct Writing {
    upload: WriteMultipart,
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
        self.upload.wait_for_capacity(PARTS_IN_FLIGHT).await.map_err(ObjectError::from)?;
        self.upload.put(chunk);
        Ok(())
    }

    async fn finish(self, media: MediaType) -> Result<Stored, PutError> {
        self.upload.finish().await.map_err(ObjectError::from)?;
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
