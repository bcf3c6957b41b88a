mod appointments;
mod calls;
mod idle;
mod row;
mod tickets;
mod world;
