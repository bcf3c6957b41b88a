//! Reviews and what follows them: one a case; who is named by it; the rectification of a bad one; figures; whether its words were looked
//! through; signs of farming.

mod evaluations;
mod farming;
mod figures;
mod handlers;
mod lists;
mod rectifications;
mod replies;
mod words;

use evaluations::DEVICE;
pub use farming::{FarmingFinding, LookedInto};
pub use figures::{By, Counted, Part, Period};
pub use lists::{RectificationFilter, Which};
pub use rectifications::RectificationFile;
pub use replies::Reply;
pub use words::WordsToCheck;
