mod appointments;
mod calls;
mod row;
mod tickets;
mod world;
