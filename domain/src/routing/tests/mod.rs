//! The engine's specifications (`modes`, `fine_points`, `estimates`) and its laws over generated districts.

mod decisions;
mod estimates;
mod facts;
mod fine_points;
mod generate;
mod laws;
mod modes;
mod order;
mod swap;
mod visits_and_rides;
mod world;
