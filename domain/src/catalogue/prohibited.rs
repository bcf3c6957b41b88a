//! Certificates that a village committee must not issue. Asking for one is answered with where to go instead.
//! Source: 民政部等六部门《不应由基层群众性自治组织出具证明事项清单（第一批）》, as `infra/data/catalogue` holds it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prohibited {
    pub name: String,
    pub aliases: Vec<String>,
    /// Why a village can't know it.
    pub why: String,
    /// The body that can.
    pub go_to: String,
    /// What serves in its place.
    pub instead: String,
}
