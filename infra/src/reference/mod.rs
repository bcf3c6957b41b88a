//! The reference data that the project holds: catalogue, district, calendar. The files are part of the binary, so that it
//! needs nothing beside it; a district's own catalogue may be read from a folder instead.
//! Invariant: what comes out has passed every check. Errors: `BadReference` names the file, and the entry and key at fault.

mod calendar;
mod catalogue;
mod district;

use std::path::PathBuf;

use domain::calendar::BadYear;
use domain::catalogue::BadCatalogue;
use domain::district::BadDistrict;

pub use calendar::calendar;
pub use catalogue::{catalogue, catalogue_from};
pub use district::{DistrictData, VillageFacts, VillageKind, district};

/// Reference data that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BadReference {
    #[error("can't read {}", .path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(transparent)]
    Catalogue(#[from] BadCatalogue),
    #[error("{file} is not of its form")]
    Form {
        file: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("{file}: {entry}: {key} is not of its form")]
    Entry {
        file: &'static str,
        /// A division's or station's code, or a year.
        entry: String,
        key: &'static str,
    },
    #[error("the year {year} of the calendar")]
    Year {
        year: i32,
        #[source]
        source: BadYear,
    },
    #[error("the divisions and stations don't fit together")]
    District(#[from] BadDistrict),
}
