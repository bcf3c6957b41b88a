//! What stations of the district do for one another (全区通办): accepting and reviewing, never deciding. Source: design page, "The queue".

use super::{Applicant, Case, Reach, Stage, Step};
use crate::catalogue::{Item, Mode};
use crate::district::{Level, Station};
use crate::ids::StationCode;

impl Step {
    /// The same step at another station, in the same one's name.
    pub fn at(&self, station: &StationCode) -> Step {
        let mut step = self.clone();
        step.desk.station = station.clone();
        step
    }
}

/// Whether another station may take the step over. To be accepted elsewhere, the application has to have come from the phone, and
/// nobody to have come to the counter with it. A sealed case isn't shown to more desks than it has.
pub fn may_be_drawn(case: &Case, item: &Item, step: &Step) -> bool {
    let from_the_phone = item.trips == 0 && matches!(case.applicant, Applicant::Person { .. });
    let shared = step.stage == Stage::Review || (step.stage == Stage::Accept && from_the_phone);
    shared && case.route.mode == Mode::District && step.desk.reach == Reach::Station && !case.is_sealed()
}

/// What a station of this level does for others: it accepts, and a town's centre reviews, too.
pub fn done_for_others(level: Level) -> &'static [Stage] {
    match level {
        Level::Town => &[Stage::Accept, Stage::Review],
        Level::Point | Level::Village | Level::District => &[Stage::Accept],
    }
}

/// Whether the station could do such a step for another: what it accepts, it accepts for itself too.
pub fn is_able(station: &Station, stage: Stage, item: &Item) -> bool {
    done_for_others(station.level).contains(&stage) && (stage != Stage::Accept || station.accepts(item))
}
