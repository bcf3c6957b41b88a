//! Bianmin's rules: values and decisions about convenience services, without IO, clock or chance.
//! Read in this order: the words (`ids`, `time`), what is offered (`catalogue`), where and when (`district`, `calendar`),
//! who (`people`), how it is best done (`routing`), how it goes (`case`, `queue`, `floor`, `delivery`, `certificate`, `evaluation`),
//! who watches over it (`supervision`), who acts for whom (`mandate`), what somebody agreed to (`consent`), who somebody is (`correction`), what they ask about
//! their data at a counter (`counter_request`), what needs a second person's word (`countersign`), which way news take to them (`channel`) and in
//! what words a message may say it (`template`), what a code on paper opens (`scene`), who is told what changed (`live`), who is signed in (`session`), how long a login rests after wrong ones (`backoff`), who did what to whose data
//! (`audit`), and who may do what (`policy`).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod check_character;
pub mod ids;
pub mod time;

pub mod calendar;
pub mod catalogue;
pub mod district;
pub mod people;

pub mod routing;

pub mod audit;
pub mod backoff;
pub mod case;
pub mod certificate;
pub mod channel;
pub mod consent;
pub mod correction;
pub mod counter_request;
pub mod countersign;
pub mod delivery;
pub mod evaluation;
pub mod floor;
pub mod live;
pub mod mandate;
pub mod notice;
pub mod queue;
pub mod retention;
pub mod scene;
pub mod session;
pub mod supervision;
pub mod template;

pub mod policy;
