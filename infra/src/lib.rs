//! What remembers and talks: the store, shared state, files, what is taken of uploads, paper, tokens, WeChat, short messages, face checks. No business rule, no HTTP route.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod client;
pub mod face;
pub mod objects;
pub mod oidc;
pub mod paper;
pub mod passwords;
mod percent;
mod private_file;
mod readable;
pub mod reference;
pub mod register;
pub mod second_factor;
pub mod shared;
pub mod sms;
pub mod store;
pub mod tokens;
pub mod uploads;
pub mod vault;
pub mod wechat;
