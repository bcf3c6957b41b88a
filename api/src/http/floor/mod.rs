//! The station floor: numbers (排队号), slots (预约), windows and the next-call, a station's rules, and the hall's board.

mod appointment_view;
mod appointments;
mod calling;
mod hall;
mod rules;
mod tickets;
mod view;
mod visits;
mod windows;

pub use appointments::*;
pub use calling::*;
pub use hall::*;
pub use rules::*;
pub use tickets::*;
pub use visits::*;
pub use windows::*;
