//! The engine's specifications (`modes`, `fine_points`, `estimates`), its laws over generated districts, the `reference` that answers
//! a second time, and `scenarios` from the real district.

mod decisions;
mod districts;
mod estimates;
mod facts;
mod fine_points;
mod generate;
mod instead;
mod laws;
mod modes;
mod order;
mod queues;
mod reference;
mod scenarios;
mod swap;
mod visits_and_rides;
mod world;
