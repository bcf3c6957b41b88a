//! The engine's specifications (`modes`, `fine_points`, `estimates`) and its laws over generated districts.

mod estimates;
mod fine_points;
mod generate;
mod laws;
mod modes;
mod order;
mod world;
