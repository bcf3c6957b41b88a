//! Who speaks for the person whose data it is: they themself, or their guardian; to the app, or to a clerk at a station, who enters
//! what was said or signed. The same to agree and to withdraw, so that the one is as easy as the other.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{MandateId, PersonId, UploadId};
use crate::mandate::{AtStation, Mandate, Witnessing};
use crate::people::Staff;

/// Who said it, and who wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The person, or their guardian.
    pub by: PersonId,
    /// Under which a guardian speaks.
    pub mandate: Option<MandateId>,
    /// None in the app.
    pub entered: Option<Entered>,
}

impl Said {
    /// The paper on which it stands, signed.
    pub fn scan(&self) -> Option<UploadId> {
        match self.entered.as_ref()?.how {
            Spoken::OnPaper { scan } => Some(scan),
            Spoken::Told { .. } => None,
        }
    }

    pub fn witness(&self) -> Option<PersonId> {
        match self.entered.as_ref()?.how {
            Spoken::Told { witness } => witness,
            Spoken::OnPaper { .. } => None,
        }
    }
}

/// What a clerk wrote down, and how it was said to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entered {
    pub at: AtStation,
    pub how: Spoken,
}

/// How somebody before a clerk said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Spoken {
    /// By word of mouth, after the text was read to them. Somebody else may have heard it.
    Told { witness: Option<PersonId> },
    /// On a signed paper, which the clerk scanned.
    OnPaper { scan: UploadId },
}

/// Who is there to be heard.
#[derive(Debug, Clone)]
pub enum Speaker<'a> {
    /// Signed in themself.
    InApp(PersonId),
    /// Before a clerk.
    AtStation(&'a Staff, Entered),
}

/// Why somebody isn't heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MayNot {
    #[error("it is about another person")]
    NotTheirs,
    #[error("under fourteen, a guardian agrees")]
    GuardianNeeded,
    #[error("the mandate isn't a live one of a guardian of this person")]
    NotTheirGuardian,
    #[error("a clerk doesn't enter it for themself, their household or a relative")]
    ClerkIsClose,
    #[error("who speaks, whose data it is, and who writes it down are no witnesses")]
    NoWitness,
}

/// Whether `holder` is the guardian under `mandate`, on `today`.
pub fn is_guardian(holder: PersonId, mandate: &Mandate, today: NaiveDate) -> bool {
    mandate.holder == holder && matches!(mandate.witnessing, Witnessing::Guardian { .. }) && mandate.is_live(today)
}

/// Whose data it is, as far as it matters for who may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose {
    pub person: PersonId,
    pub under_age: bool,
}

/// What is said about `whose` data, if it may be: for a child by the guardian alone.
pub fn speak(speaker: &Speaker<'_>, whose: Whose, mandate: Option<&Mandate>, today: NaiveDate) -> Result<Said, MayNot> {
    let by = match mandate {
        Some(mandate) if mandate.grantor == whose.person && is_guardian(mandate.holder, mandate, today) => mandate.holder,
        Some(_) => return Err(MayNot::NotTheirGuardian),
        None if whose.under_age => return Err(MayNot::GuardianNeeded),
        None => whose.person,
    };
    let entered = match speaker {
        Speaker::InApp(person) if *person != by => return Err(MayNot::NotTheirs),
        Speaker::InApp(_) => None,
        Speaker::AtStation(staff, _) if staff.is_close_to(whose.person) || staff.is_close_to(by) => return Err(MayNot::ClerkIsClose),
        Speaker::AtStation(staff, Entered { how: Spoken::Told { witness: Some(witness) }, .. })
            if [whose.person, by, staff.person].contains(witness) =>
        {
            return Err(MayNot::NoWitness);
        }
        Speaker::AtStation(_, entered) => Some(entered.clone()),
    };
    Ok(Said { by, mandate: mandate.map(|mandate| mandate.id), entered })
}
