//! Paper: the one engine that turns a `Sheet` into A4 PDF, for certificates, notices and results alike.
//! Invariants: the same sheet gives the same bytes; the text can be extracted in reading order; a character that the
//! fonts don't have stops the document, because a box in a name would make it false. Units: points (1/72 inch).
//! The fonts (about 50 MB) are read when the first sheet is asked for, once. `Press::sheet` computes for some
//! milliseconds and may read files: call it where blocking is allowed.

mod compose;
mod draw;
mod fonts;
mod page;
mod qr;
mod typeset;

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use domain::notice::Sheet;

pub use fonts::FontFiles;
use fonts::Fonts;

#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("the font {path} can't be read: install the package fonts-noto-cjk, or name another font file in the settings")]
    FontMissing { path: PathBuf, source: std::io::Error },
    #[error("{path} holds no usable font: install the package fonts-noto-cjk, or name another font file in the settings")]
    NotAFont { path: PathBuf },
    /// The characters, each once.
    #[error("the fonts have no shape for {0}")]
    NoShape(String),
    #[error("the address is too long for a QR code")]
    Qr(#[source] fast_qr::qr::QRCodeError),
    #[error("the PDF can't be written")]
    Pdf(#[source] krilla::error::KrillaError),
}

pub struct Press {
    files: FontFiles,
    fonts: OnceLock<Fonts>,
    /// Held while reading, so that two first sheets don't read the fonts twice.
    reading: Mutex<()>,
}

impl Press {
    /// Reads nothing yet.
    pub fn new(files: FontFiles) -> Self {
        Self { files, fonts: OnceLock::new(), reading: Mutex::new(()) }
    }

    /// Whether the font files are there, for a check at start and for readiness; reads none of them.
    pub fn check(&self) -> Result<(), PaperError> {
        match self.fonts.get() {
            Some(_) => Ok(()),
            None => self.files.check(),
        }
    }

    /// `sheet` as a PDF; `qr` is the address that its QR code leads to.
    pub fn sheet(&self, sheet: &Sheet, qr: Option<&str>) -> Result<Vec<u8>, PaperError> {
        let fonts = self.fonts()?;
        let code = qr.map(qr::Code::new).transpose()?;
        let pages = compose::compose(fonts, sheet, code.as_ref())?;
        draw::pdf(fonts, &sheet.title, &pages)
    }

    /// A failure isn't kept: whoever installs the fonts need not restart.
    fn fonts(&self) -> Result<&Fonts, PaperError> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts);
        }
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        match self.fonts.get() {
            Some(fonts) => Ok(fonts),
            None => {
                let fonts = Fonts::read(&self.files)?;
                Ok(self.fonts.get_or_init(|| fonts))
            }
        }
    }
}

#[cfg(test)]
mod tests;
