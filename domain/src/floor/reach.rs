//! Whether a phone may take a number: near enough, while the station is open, and with time left to be served. The position is used
//! for this and is neither kept nor logged.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::district::{Place, Station};
use crate::time::{self, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reach {
    /// How far from the station a phone may be, as the crow flies. Default: 500 metres.
    pub metres: u32,
    /// What must be left of the day beside the wait. Default: 10 minutes.
    pub left_min: u16,
}

impl Default for Reach {
    fn default() -> Self {
        Self { metres: 500, left_min: 10 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfReach {
    #[error("farther than {0} metres from the station")]
    TooFar(u32),
    #[error("the station is closed")]
    Closed,
    #[error("it would not be their turn before the station closes")]
    TooLate,
}

impl Reach {
    /// Whether somebody who is at `place` is at the station, as far as a phone can tell.
    pub fn holds(&self, station: &Station, place: Place) -> Result<(), OutOfReach> {
        let near = place.distance_km(station.place) * 1000.0 <= f64::from(self.metres);
        if near { Ok(()) } else { Err(OutOfReach::TooFar(self.metres)) }
    }
}

/// Whether a phone at `place` may take a number that would wait for `wait`.
pub fn may_take_from_afar(
    (station, calendar): (&Station, &Calendar),
    place: Place,
    reach: &Reach,
    wait: Duration,
    now: Timestamp,
) -> Result<(), OutOfReach> {
    reach.holds(station, place)?;
    if !station.is_open(calendar, now) {
        return Err(OutOfReach::Closed);
    }
    if open_time_left(station, calendar, now) < wait + Duration::minutes(reach.left_min.into()) {
        return Err(OutOfReach::TooLate);
    }
    Ok(())
}

/// What is left of the day's openings.
fn open_time_left(station: &Station, calendar: &Calendar, now: Timestamp) -> Duration {
    let wall = time::local(now);
    let mut left = Duration::zero();
    let mut from = wall.time();
    for (open, close) in station.openings_on(calendar, wall.date()) {
        let begin = open.max(from);
        if begin < close {
            left += close - begin;
            from = close;
        }
    }
    left
}
