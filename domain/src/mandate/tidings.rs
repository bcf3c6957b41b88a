//! What the sides of a mandate are told of it. Whoever gave or ended it in the app knows; what a clerk entered in somebody's name they
//! hear of, so that they can stop it if it wasn't them.

use serde::{Deserialize, Serialize};

use super::Mandate;
use crate::ids::PersonId;

/// News of a mandate, as a value; the sentence is made where it is sent. It names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    /// For the grantor: a clerk entered a mandate in their name.
    EnteredInYourName,
    /// For the side that is said to have ended it: a clerk entered the end in their name.
    EndedInYourName,
    /// For the holder.
    EndedByGrantor,
    /// For the grantor.
    EndedByHolder,
}

/// Who is told of a new mandate.
pub fn told_of_new(mandate: &Mandate) -> Option<(PersonId, Tidings)> {
    mandate.entered_by.as_ref().map(|_| (mandate.grantor, Tidings::EnteredInYourName))
}

/// Who is told of a mandate's end.
pub fn told_of_end(mandate: &Mandate) -> Vec<(PersonId, Tidings)> {
    let Some(end) = &mandate.revoked else { return Vec::new() };
    let other = match end.side == mandate.grantor {
        true => (mandate.holder, Tidings::EndedByGrantor),
        false => (mandate.grantor, Tidings::EndedByHolder),
    };
    let in_their_name = end.entered_by.as_ref().map(|_| (end.side, Tidings::EndedInYourName));
    in_their_name.into_iter().chain([other]).collect()
}
