//! The engine's specifications (`modes`, `fine_points`, `estimates`), its laws over generated districts and `scenarios` from
//! the real district.

mod decisions;
mod estimates;
mod facts;
mod fine_points;
mod generate;
mod laws;
mod modes;
mod order;
mod scenarios;
mod swap;
mod visits_and_rides;
mod world;
