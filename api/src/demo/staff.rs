//! Staff: at every station as many as the district's data say, and for the whole district a supervisor and the three administrators.
//! Logins are the station's code and a number, but for those whom the tour meets.

use domain::district::{DistrictMap, Level, Station};
use domain::ids::{AccountId, DivisionCode, DivisionLevel, StationCode};
use domain::people::{Grant, Role, Scope};
use infra::store::Account;

use super::Cast;
use super::census::{self, Census};

/// A login that is easy to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TourLogin {
    pub login: &'static str,
    /// Who it is, in Chinese.
    pub who: &'static str,
    station: &'static str,
    number: u16,
}

/// The line of the village 511499101203, from its point up to the district.
pub const TOUR_LOGINS: [TourLogin; 7] = [
    TourLogin { login: "dianyuan", who: "平桥村东院落联系点·点员（受理）", station: "511499101203-11", number: 1 },
    TourLogin { login: "cunzhang", who: "平桥村·村主任（决定）", station: "511499101203-01", number: 1 },
    TourLogin { login: "cunwu", who: "平桥村·村务员（受理；其配偶是 he-xia）", station: "511499101203-01", number: 2 },
    TourLogin { login: "zhenshen", who: "柳河镇·审批员（决定）", station: "511499101000-01", number: 1 },
    TourLogin { login: "zhenban", who: "柳河镇·窗口经办（受理）", station: "511499101000-01", number: 3 },
    TourLogin { login: "qushen", who: "青禾区·审批员（决定）", station: "511499000000-01", number: 1 },
    TourLogin { login: "quban", who: "青禾区·窗口经办（受理）", station: "511499000000-01", number: 5 },
];

/// For the whole district.
const OF_THE_DISTRICT: [(&str, Role); 4] =
    [("duban", Role::Supervisor), ("guanli", Role::SystemAdmin), ("anquan", Role::SecurityAdmin), ("shenji", Role::AuditAdmin)];

/// Adds the staff of every station, and those who watch over all.
pub(super) fn add(cast: &mut Cast, census: &mut Census, map: &DistrictMap, password_hash: &str) {
    for station in map.stations() {
        let homes: Vec<_> = homes(map, &station.division).collect();
        for number in 1..=station.staff {
            let home = homes.iter().cycle().nth(usize::from(number) - 1).copied().unwrap_or(&station.division);
            let grants = roles(station.level, number).iter().map(|role| at_station(*role, &station.code)).collect();
            hire(cast, census, (login(station, number), password_hash), map, home, grants);
        }
    }
    let whole = map.code.division();
    for ((login, role), home) in OF_THE_DISTRICT.into_iter().zip(homes(map, &whole)) {
        let grant = Grant { role, scope: Scope::Division(whole.clone()) };
        hire(cast, census, (login.to_owned(), password_hash), map, home, vec![grant]);
    }
}

/// Invents a person with an account.
pub(super) fn hire(
    cast: &mut Cast,
    census: &mut Census,
    (login, password_hash): (String, &str),
    map: &DistrictMap,
    home: &DivisionCode,
    grants: Vec<Grant>,
) -> AccountId {
    let place = map.division(home).map_or("", |division| division.name.as_str());
    let person = census.adult(home, format!("{place}（演示地址）"));
    let number = u32::try_from(cast.accounts.len()).unwrap_or_default();
    let account = Account {
        id: AccountId::new(census::id('a', number)),
        login,
        password_hash: password_hash.to_owned(),
        password_number: 1,
        first_password: false,
        topics: [].into(),
        person: person.id,
        disabled: false,
        demo: true,
        version: 1,
    };
    let id = account.id;
    cast.accounts.push((account, grants));
    cast.people.push((person, None));
    id
}

/// What the staff member of this number does at a station.
fn roles(level: Level, number: u16) -> &'static [Role] {
    match (level, number) {
        (Level::Village, 1) | (Level::Town, 1 | 2) | (Level::District, 1..=4) => &[Role::Approver],
        (Level::Village, 3) => &[Role::Approver, Role::Clerk],
        (Level::Point | Level::Village | Level::Town | Level::District, _) => &[Role::Clerk],
    }
}

fn at_station(role: Role, station: &StationCode) -> Grant {
    Grant { role, scope: Scope::Station(station.clone()) }
}

fn login(station: &Station, number: u16) -> String {
    let readable = TOUR_LOGINS.iter().find(|tour| tour.station == station.code.as_str() && tour.number == number);
    readable.map_or_else(|| format!("{}.{number}", station.code), |tour| tour.login.to_owned())
}

/// Where those who work in a division live: its villages, in turn.
pub(super) fn homes<'a>(map: &'a DistrictMap, division: &'a DivisionCode) -> impl Iterator<Item = &'a DivisionCode> {
    let villages = map.divisions().map(|own| &own.code).filter(|code| code.level() == DivisionLevel::Village);
    villages.filter(move |code| division.contains(code))
}
