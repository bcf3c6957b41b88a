//! What the scenarios stand on: a real server with a database of its own, people signed in to it, and answers to judge.
//!
//! A scenario reads as a specification and touches the server only through these helpers:
//! ```ignore
//! let stand = Stand::start().await;
//! let clerk = stand.staff("cunwu").await;
//! clerk.post("/api/v1/work-items/none/claim", json!({})).await.problem(404, "not_found");
//! ```
#![allow(dead_code, reason = "the harness is one vocabulary; not each word of it is said in each state of the suite")]

pub mod at_rest;
pub mod authenticator;
pub mod client;
pub mod consents;
pub mod instance;
pub mod live;
pub mod pass;
pub mod people;
pub mod postgres;
pub mod problem;
pub mod provider;
pub mod redis;
pub mod server;
pub mod stand;
pub mod template;
