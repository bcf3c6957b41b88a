//! Every candidate with what became of it, looked at once more for `explain`.

use super::{Question, reasons, window};
use crate::catalogue::Mode;
use crate::ids::{ItemCode, StationCode};
use crate::routing::{Ask, Criterion, Fate, Figures, Outcome, Plan, Preference, Reason};

/// A mode at a station, for one item or for several at one window.
pub type Place = (Mode, Option<ItemCode>, StationCode);

/// The partner that it takes, and what becomes of it.
pub type Told = (Option<StationCode>, Outcome);

impl Question<'_> {
    /// The candidates of every mode that isn't refused for the item or the person, in the order of mode, item asked and station.
    pub fn candidates(&self) -> Vec<(Place, Told)> {
        let tried: Vec<_> = Mode::ALL.into_iter().flat_map(|mode| self.tried(mode)).collect();
        let shown = self.answer().plans;
        let told = |(place, plan): &(Place, Result<Plan, Reason>)| match plan {
            Ok(plan) => {
                let fate = fate(self.ask, place, plan, &shown, &tried);
                (plan.matters[0].partner.clone(), Outcome::Planned { figures: figures(plan), fate })
            }
            Err(reason) => (None, Outcome::Impossible { reason: *reason }),
        };
        tried.iter().map(|candidate| (candidate.0.clone(), told(candidate))).collect()
    }

    fn tried(&self, mode: Mode) -> Vec<(Place, Result<Plan, Reason>)> {
        let Ok(items) = self.items() else { return Vec::new() };
        if mode == Mode::OneWindow {
            let takes = window::takes(self, &items).unwrap_or_default();
            let tried = window::tried(self, &takes).into_iter();
            let only = self.ask.items.first().filter(|_| self.ask.items.len() == 1);
            return tried.map(|(station, plan)| ((mode, only.cloned(), station.code.clone()), plan)).collect();
        }
        let mut tried = Vec::new();
        for listed in items.into_iter().filter(|listed| reasons::of_item_and_person(self, mode, &listed.item).is_empty()) {
            for station in self.map.stations().filter(|station| self.may_take(mode, &listed.item, station)) {
                let place = (mode, Some(listed.item.code.clone()), station.code.clone());
                tried.push((place, self.at(mode, station, listed)));
            }
        }
        tried
    }
}

fn figures(plan: &Plan) -> Figures {
    Figures { trips: plan.trips, expected: plan.expected, distance_m: plan.distance_m, fee_fen: plan.fee_fen, wait_min: plan.wait_min }
}

fn fate(ask: &Ask, place: &Place, plan: &Plan, shown: &[Plan], tried: &[(Place, Result<Plan, Reason>)]) -> Fate {
    let (mode, item, station) = place;
    let lost = |to: &Plan| Fate::Lost { mode: to.mode, to: to.matters[0].accepting.clone(), by: criterion(ask, to, plan) };
    let Some(item) = item.as_ref().filter(|_| ask.items.len() > 1) else {
        return match shown.iter().position(|other| other.mode == *mode && other.matters[0].accepting == *station) {
            Some(0) => Fate::Best,
            Some(_) => Fate::Shown,
            None => lost(&shown[0]),
        };
    };
    // Another item of the ask has no plan in the mode.
    let Some(whole) = shown.iter().find(|plan| plan.mode == *mode) else { return Fate::Alone };
    let part = &whole.matters.iter().find(|matter| matter.item == *item).unwrap().accepting;
    if part == station {
        return Fate::Part;
    }
    let taken = tried.iter().find(|(place, _)| *place == (*mode, Some(item.clone()), part.clone()));
    lost(taken.unwrap().1.as_ref().unwrap())
}

/// The first of what plans are ranked by in which two of them differ.
fn criterion(ask: &Ask, one: &Plan, other: &Plan) -> Criterion {
    let measure = match ask.preference {
        Preference::Soonest => one.expected != other.expected,
        Preference::Nearest => one.distance_m != other.distance_m,
        Preference::FewestTrips => one.trips != other.trips,
    };
    let all = [
        (Criterion::TripsFirst, ask.needs.are_special() && one.trips != other.trips),
        (Criterion::Preference, measure),
        (Criterion::Trips, one.trips != other.trips),
        (Criterion::Finish, one.expected != other.expected),
        (Criterion::Distance, one.distance_m != other.distance_m),
        (Criterion::Fee, one.fee_fen != other.fee_fen),
        (Criterion::Mode, one.mode != other.mode),
    ];
    all.into_iter().find(|(_, differs)| *differs).map_or(Criterion::Station, |(criterion, _)| criterion)
}
