//! The black box: scenarios against the real server, over HTTP, from outside. One test binary; a module a part of the story.
//!
//! `make test` runs it twice, on SQLite and on PostgreSQL with Redis (`support::stand`).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod audit;
mod checks;
mod edge;
mod fuzz;
mod matrix;
mod plans;
mod refusals;
mod smoke;
mod stories;
mod support;
mod walk;
