//! Items that need more care than their keys say. Source: the catalogue's own notes on `C052`, `C053` and `C054`; for what is
//! sealed, the names and the notes on privacy of the items of the topics named at each line.

use crate::catalogue::Item;
use crate::ids::ItemCode;

/// How the result of a matter goes out, and whether anything is said of it. Who may read it is another question: [`is_sealed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    Ordinary,
    /// No message, no post, no courier (`C052`).
    Confidential,
    /// Starts from an organisation's letter that a clerk enters, and goes to that body on paper, never to the person
    /// (`C053`, `C054`).
    AskedByLetter,
}

/// Matters that tell of a hardship, a quarrel or a grievance: only who works at a desk of such a case opens it.
#[rustfmt::skip]
const SEALED: &[&str] = &[
    // Aid (救助): medical aid, subsistence allowance and families on its edge, the destitute, emergencies, children without care.
    "T018", "T019", "T020", "T021", "T022", "T023", "T024", "T025", "T026",
    "V013", "V014", "V015", "V016", "V020", "C039", "C040",
    // Aid to the disabled child, the veteran, the family that lost its only child, the guardian of the mentally ill.
    "T036", "T043", "T058", "T059",
    // Aid after a disaster, and against falling back into poverty; legal aid (法律援助).
    "T098", "T101", "V075", "V082", "T093", "V067",
    // Mediation (调解), and who is to be somebody's guardian where that is disputed.
    "T094", "V068", "C051", "C045",
    // Domestic violence.
    "C052",
    // Complaints (意见、诉求).
    "T105", "V085",
];

/// Whether cases of the item are sealed.
pub fn is_sealed(item: &ItemCode) -> bool {
    SEALED.contains(&item.as_str())
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
