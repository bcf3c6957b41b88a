//! What is refused: bad input, who isn't signed in, who has no part in a matter. Each refusal is a problem document with its own code.
//!
//! The line of 平桥村 is the stage: `cunwu` takes in, `cunzhang` decides; `wang-dama` is nobody's relative there. Who has no part in a
//! case is told no more of it than of one that was never there.

mod accounts;
mod confidential;
mod input;
mod kin;
mod offices;
mod repeats;
mod sealed;
mod second_factor;
pub mod sessions;
mod strangers;
mod tokens;
pub mod vocabulary;
