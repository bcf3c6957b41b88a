//! Couriers: three for each town, who share its week.

use chrono::NaiveTime;
use domain::district::{DistrictMap, Opening};
use domain::ids::{DivisionCode, DivisionLevel};
use domain::people::{Grant, Role, Scope};

use super::Cast;
use super::census::Census;
use super::staff::{hire, homes};

/// The first courier of this town has a login that is easy to remember.
const TOUR_TOWN: &str = "511499101000";
pub const TOUR_COURIER: &str = "kuaidi";

/// Days (1 is Monday), and hours from and to.
struct Shift {
    days: &'static [u8],
    from: (u32, u32),
    to: (u32, u32),
}

/// Mornings and afternoons of the week, and one for all day from Friday on.
const SHIFTS: [Shift; 3] = [
    Shift { days: &[1, 2, 3, 4, 5], from: (8, 30), to: (13, 0) },
    Shift { days: &[1, 2, 3, 4, 5], from: (13, 0), to: (18, 0) },
    Shift { days: &[5, 6], from: (8, 30), to: (18, 0) },
];

pub(super) fn add(cast: &mut Cast, census: &mut Census, map: &DistrictMap, password_hash: &str) {
    let towns: Vec<_> = map.divisions().map(|division| &division.code).filter(|code| code.level() == DivisionLevel::Town).collect();
    for town in towns {
        let villages: Vec<_> = homes(map, town).collect();
        for ((number, shift), home) in (1..).zip(&SHIFTS).zip(villages.into_iter().cycle()) {
            let grants = vec![Grant { role: Role::Courier, scope: Scope::Division(town.clone()) }];
            let account = hire(cast, census, (login(town, number), password_hash), map, home, grants);
            cast.shifts.push((account, vec![hours(shift)]));
        }
    }
}

fn login(town: &DivisionCode, number: u16) -> String {
    if town.as_str() == TOUR_TOWN && number == 1 { TOUR_COURIER.to_owned() } else { format!("{town}.kuaidi.{number}") }
}

fn hours(shift: &Shift) -> Opening {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    Opening { days: shift.days.to_vec(), open: time(shift.from), close: time(shift.to) }
}
