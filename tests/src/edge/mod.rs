//! The edge under abuse: who asks too often, sends too much or too slowly, sends what hides something, comes from elsewhere; and what
//! the program never tells of its secrets. Nobody sleeps here: limits are set low, and time is moved with the stand's clock.

mod head;
mod headers;
mod rates;
mod secrets;
mod slow;
mod uploads;
mod wire;
