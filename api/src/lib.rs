//! The edge and the composition: routes, use cases, jobs, the command line.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod app;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod http;
pub mod jobs;
pub mod sandbox;
pub mod seed;
pub mod settings;
pub mod wording;
