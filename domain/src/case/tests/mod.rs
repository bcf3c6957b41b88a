//! How a case goes, told as specifications: given a case, when somebody does something, then this follows.
//! `world` has the places, people and items; `story` is a case under way; `laws` and `walk` hold for every history.

mod acceptance;
mod clocks;
mod deciding;
mod giving;
mod laws;
mod liveness;
mod people;
mod publicity;
mod replanning;
mod rising;
mod sharing;
mod stages;
pub(crate) mod story;
pub(crate) mod tables;
mod walk;
pub(crate) mod world;
