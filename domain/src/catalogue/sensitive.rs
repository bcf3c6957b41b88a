//! Items that need more care than their keys say. Source: the catalogue's own notes on `C052`, `C053` and `C054`.

use crate::catalogue::Item;

/// How closely a matter is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    Ordinary,
    /// No message, no post, nobody's hands but the handlers' and the person's (`C052`).
    Confidential,
    /// Starts from an organisation's letter that a clerk enters, and goes to that body on paper, never to the person
    /// (`C053`, `C054`).
    AskedByLetter,
}

impl Item {
    pub fn care(&self) -> Care {
        match self.code.as_str() {
            "C052" => Care::Confidential,
            "C053" | "C054" => Care::AskedByLetter,
            _ => Care::Ordinary,
        }
    }
}
