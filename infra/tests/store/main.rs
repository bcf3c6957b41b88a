//! The store against real databases: SQLite always, and the PostgreSQL that `BIANMIN_TEST_PG_URL` names, as `make test` does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alerts;
mod audit;
mod cases;
mod catalogue;
mod consents;
mod databases;
mod district;
mod errands;
mod floor;
mod group;
mod live;
mod once;
mod outbox;
mod people;
mod queue;
mod register;
mod reviews;
mod scenes;
mod serials;
mod sessions;
mod staff;
mod subscriptions;
mod units;
mod vault;
mod wechat_pushes;
