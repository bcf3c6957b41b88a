//! The station floor: numbers (排队号), slots (预约), windows and the next-call, a station's rules, and the hall's board.

mod appointments;
mod calling;
mod hall;
mod rules;
mod tickets;
mod view;

pub use appointments::*;
pub use calling::*;
pub use hall::*;
pub use rules::*;
pub use tickets::*;
