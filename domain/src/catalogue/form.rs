//! An item's online form: what it asks, as JSON Schema 2020-12, and the check of answers against it.
//! Invariants: what the check accepts is valid under the served schema, and what the schema refuses the check refuses too;
//! check characters and calendar dates, which a schema can't express, are the formats `citizen-id`, `bank-card` and `date`.
//! Units: money in fen, text in characters. Errors: every fault at once, each with its field.

mod answers;
mod joint;
mod mask;
mod schema;
mod values;

pub use answers::*;
pub use joint::*;

/// The longest answer to a text or an address, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// The longest answer to a text of several lines, in characters.
pub const TEXTAREA_CHARS_MAX: usize = 2000;
/// A number counts people, areas, years or animals: none is negative, none comes near this.
pub const NUMBER_MAX: i32 = 1_000_000_000;
/// Ten thousand million yuan: no family's and no village's money comes near it.
pub const MONEY_FEN_MAX: i64 = 1_000_000_000_000;

#[cfg(test)]
mod tests;
