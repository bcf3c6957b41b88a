//! What is taken of a file that somebody sent. A picture is decoded and encoded anew: what comes out holds its points and nothing else,
//! no place where it was taken, no maker, no hidden text. A PDF is kept as it is, or refused (`pdf`).
//! Invariants: a picture's points are counted from its head, before any is decoded; at most `concurrency` pictures are decoded at once,
//! off the async threads. Units: bytes, points. Errors: `Unfit` says what the sender can do about it.
//! What can't be decoded here (WebP, HEIC) isn't taken, since it could say where it was taken.

mod pdf;
mod picture;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

#[derive(Debug, Clone, Copy)]
pub struct CleaningSettings {
    /// Width times height.
    pub points_max: u64,
    /// How many pictures may be decoded at once; more wait.
    pub concurrency: usize,
}

/// Why a file isn't taken.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("neither a JPEG, nor a PNG, nor a PDF")]
    UnknownType,
    #[error("the picture has more than {points_max} points")]
    TooManyPoints { points_max: u64 },
    #[error("the picture can't be decoded to its end")]
    Broken(#[source] image::ImageError),
    #[error("the picture breaks off")]
    BrokenOff,
    #[error("the PDF is encrypted")]
    EncryptedPdf,
    #[error("the PDF runs something, or carries files")]
    ActivePdf,
    #[error("the PDF's object streams can't be looked through")]
    OpaquePdf,
    #[error("cleaning stopped: the service is shutting down")]
    Stopped,
}

/// Looks through what comes in. A cheap handle: clones share the places.
#[derive(Clone)]
pub struct Cleaner {
    points_max: u64,
    places: Arc<Semaphore>,
}

impl Cleaner {
    pub fn new(settings: CleaningSettings) -> Self {
        Self { points_max: settings.points_max, places: Arc::new(Semaphore::new(settings.concurrency.max(1))) }
    }

    /// The file as it may be kept.
    pub async fn clean(&self, file: Bytes) -> Result<Bytes, Unfit> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Unfit::Stopped)?;
        let points_max = self.points_max;
        let cleaning = tokio::task::spawn_blocking(move || {
            let _held_until_done = place;
            cleaned(file, points_max)
        });
        cleaning.await.map_err(|_| Unfit::Stopped)?
    }
}

fn cleaned(file: Bytes, points_max: u64) -> Result<Bytes, Unfit> {
    if pdf::is_pdf(&file) {
        return pdf::check(&file).map(|()| file);
    }
    picture::encoded_anew(&file, points_max).map(Bytes::from)
}
