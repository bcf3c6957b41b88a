//! What people are told of a consent. Whoever gave or withdrew it in the app knows; what a clerk entered in their name they hear of, so
//! that they can stop it if it wasn't them.

use serde::{Deserialize, Serialize};

use super::{Consent, Said};
use crate::ids::PersonId;

/// News of a consent, as a value; the sentence is made where it is sent. It names nobody, and no kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    GivenInYourName,
    WithdrawnInYourName,
}

/// Who is told that this was said of the consent: whose data it is, and the guardian who is said to have spoken.
pub fn told(consent: &Consent, said: &Said) -> Vec<PersonId> {
    let guardian = Some(said.by).filter(|by| *by != consent.person);
    if said.entered.is_some() { [consent.person].into_iter().chain(guardian).collect() } else { Vec::new() }
}
