mod appointments;
mod calls;
mod idle;
mod row;
mod tickets;
pub(crate) mod world;
