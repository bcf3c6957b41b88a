//! What a mini-program code (小程序码) on paper opens. The code has a scene in it, a random text that says nothing: whoever scans it asks what
//! it opens, and of a case hears it only if they may see the case.

use crate::ids::{CaseId, StationCode};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A station's page: its hours, a number in its row. It hangs in the station.
    Station(StationCode),
    /// How a case goes on. It stands on the slip that somebody takes home.
    Case(CaseId),
}

impl Target {
    /// The mini program's page, without a leading `/`.
    pub fn page(&self) -> &'static str {
        match self {
            Self::Station(_) => "pages/station/detail",
            Self::Case(_) => "pages/case/detail",
        }
    }
}
