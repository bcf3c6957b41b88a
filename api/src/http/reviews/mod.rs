//! Reviews and what follows them: rectifications for who rectifies, for the person, and for whom the review names; figures; signs of
//! farming.

mod farming;
mod figures;
mod month;
mod named;
mod own;
mod rectifications;
mod views;

pub use farming::{list as list_farming, look as look_into_farming};
pub use figures::{list_replies, of_everybody, of_station, own as own_figures};
pub use named::{appeal_one, list as list_naming_me};
pub use own::{rate as rate_one, show as show_own};
pub use rectifications::{close_one, contact, decide, list, look_at, show};
