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

/// Days (1 is Monday) and hours of each of the three: mornings and afternoons of the week, and one for all day from Friday on.
const SHIFTS: [(&[u8], (u32, u32), (u32, u32)); 3] =
    [(&[1, 2, 3, 4, 5], (8, 30), (13, 0)), (&[1, 2, 3, 4, 5], (13, 0), (18, 0)), (&[5, 6], (8, 30), (18, 0))];

pub(super) fn add(cast: &mut Cast, census: &mut Census, map: &DistrictMap, password_hash: &str) {
    let towns: Vec<_> = map.divisions().map(|division| &division.code).filter(|code| code.level() == DivisionLevel::Town).collect();
    for town in towns {
        let villages: Vec<_> = homes(map, town).collect();
        for ((number, shift), home) in (1..).zip(SHIFTS).zip(villages.into_iter().cycle()) {
            let grants = vec![Grant { role: Role::Courier, scope: Scope::Division(town.clone()) }];
            let account = hire(cast, census, (login(town, number), password_hash), map, home, grants);
            cast.shifts.push((account, vec![hours(shift)]));
        }
    }
}

fn login(town: &DivisionCode, number: u16) -> String {
    if town.as_str() == TOUR_TOWN && number == 1 { TOUR_COURIER.to_owned() } else { format!("{town}.kuaidi.{number}") }
}

fn hours((days, open, close): (&[u8], (u32, u32), (u32, u32))) -> Opening {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    Opening { days: days.to_vec(), open: time(open), close: time(close) }
}
