//! A small district to tell stories in: two towns, two villages each, a point in each village, and a partner district.
//! The stations open Monday to Friday, 09:00 to 12:00 and 13:00 to 17:00. `NOW` is a Monday, 10:00.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};

use super::super::*;
use crate::calendar::{Calendar, Year};
use crate::catalogue::*;
use crate::district::Station;
use crate::district::{Division, Level, Opening, Partner, Place};
use crate::ids::DivisionCode;
use crate::time;

pub const CENTRE: &str = "511499000000-01";
pub const TOWN: &str = "511499101000-01";
pub const VILLAGE: &str = "511499101201-01";
pub const POINT: &str = "511499101201-11";
pub const FAR_TOWN: &str = "511499102000-01";
pub const FAR_VILLAGE: &str = "511499102201-01";
pub const FAR_POINT: &str = "511499102201-11";
pub const PARTNER: &str = "510108";
pub const PARTNER_STATION: &str = "510108000000-01";

pub fn code<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn at(wall: &str) -> Timestamp {
    time::instant(wall.parse().unwrap())
}

pub fn now() -> Timestamp {
    at("2026-09-14T10:00:00")
}

/// The division of a station.
pub fn division(station: &str) -> DivisionCode {
    code::<StationCode>(station).division()
}

fn hours(open: (u32, u32), close: (u32, u32)) -> Opening {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    Opening { days: (1..=5).collect(), open: time(open), close: time(close) }
}

pub fn station(text: &str, level: Level, (lat, lng): (f64, f64)) -> Station {
    let code: StationCode = code(text);
    Station {
        name: text.into(),
        level,
        division: code.division(),
        code,
        place: Place { lat, lng },
        windows: 2,
        staff: 3,
        terminal: true,
        accessible: true,
        hours: [hours((9, 0), (12, 0)), hours((13, 0), (17, 0))].into(),
        added: Arc::default(),
        removed: Arc::default(),
        facts: Arc::default(),
    }
}

#[derive(Debug, Clone)]
pub struct World {
    pub stations: Vec<Station>,
    pub partners: Vec<Partner>,
    pub items: Vec<Item>,
    pub load: Load,
}

/// The district with `items` in its catalogue.
pub fn world(items: impl IntoIterator<Item = Item>) -> World {
    let mut stations = vec![station(CENTRE, Level::District, (30.20, 103.86))];
    for (town, lat) in [("511499101", 30.30), ("511499102", 30.05)] {
        stations.push(station(&format!("{town}000-01"), Level::Town, (lat, 103.86)));
        for (village, lng) in [("201", 103.90), ("202", 103.80)] {
            stations.push(station(&format!("{town}{village}-01"), Level::Village, (lat, lng)));
            stations.push(station(&format!("{town}{village}-11"), Level::Point, (lat + 0.01, lng)));
        }
    }
    World { stations, partners: Vec::new(), items: items.into_iter().collect(), load: Load::default() }
}

impl World {
    pub fn station(&mut self, code: &str) -> &mut Station {
        self.stations.iter_mut().find(|station| station.code.as_str() == code).unwrap()
    }

    /// The partner district meets people for these items.
    pub fn with_partner_for(mut self, items: &[&str]) -> Self {
        self.partners.push(Partner {
            code: code(PARTNER_STATION),
            name: "邻区".into(),
            station_name: "邻区政务服务中心".into(),
            place: Place { lat: 31.0, lng: 104.0 },
            items: Arc::new(items.iter().map(|item| code(item)).collect()),
            hours: [].into(),
        });
        self
    }

    pub fn map(&self) -> DistrictMap {
        let divisions = self.stations.iter().filter(|s| s.level != Level::Point);
        let divisions = divisions.map(|s| Division { code: s.division.clone(), name: s.name.clone(), place: s.place }).collect();
        let mut calendar = Calendar::default();
        let holidays = (1..=7).map(|day| NaiveDate::from_ymd_opt(2026, 10, day).unwrap()).collect();
        let make_up_workdays = [NaiveDate::from_ymd_opt(2026, 9, 20).unwrap()].into();
        calendar.load(2026, Year { holidays, make_up_workdays }).unwrap();
        let name = (code("511499"), "青禾区".into());
        DistrictMap::build(name, divisions, self.stations.clone(), self.partners.clone(), Arc::new(calendar)).unwrap()
    }

    pub fn catalogue(&self) -> Catalogue {
        Catalogue::new(self.items.iter().map(|item| Listed { version: 3, item: item.clone() }))
    }

    pub fn plan_at(&self, ask: &Ask, now: Timestamp) -> Answer {
        plan(&self.map(), &self.catalogue(), &self.load, ask, now)
    }

    pub fn plan(&self, ask: &Ask) -> Answer {
        self.plan_at(ask, now())
    }

    /// The plan of `mode` at `station`.
    pub fn choose(&self, ask: &Ask, mode: Mode, station: &str) -> Result<Plan, Reason> {
        self.choose_each(ask, mode, &[station])
    }

    /// The plan of a choice that names a station for each item.
    pub fn choose_each(&self, ask: &Ask, mode: Mode, stations: &[&str]) -> Result<Plan, Reason> {
        let choice = Choice { mode, stations: stations.iter().map(|station| code(station)).collect() };
        plan_for(&self.map(), &self.catalogue(), &self.load, ask, now(), &choice).map_err(|impossible| impossible.reason)
    }

    /// The best plan of `mode`, or why there is none.
    pub fn of_mode(&self, ask: &Ask, mode: Mode) -> Result<Plan, Reason> {
        let answer = self.plan(ask);
        match answer.plans.into_iter().find(|plan| plan.mode == mode) {
            Some(plan) => Ok(plan),
            None => Err(answer.impossible.iter().find(|impossible| impossible.mode == mode).unwrap().reason),
        }
    }
}

/// An ask of somebody registered and living in `VILLAGE`, who is at home.
pub fn ask(items: &[&str]) -> Ask {
    Ask {
        items: items.iter().map(|item| code(item)).collect(),
        registered: Some(division(VILLAGE)),
        residence: Some(division(VILLAGE)),
        matter: MatterLies::Registered,
        whereabouts: Whereabouts::Home,
        needs: Needs::default(),
        agent: None,
        carriage: Carriage::Both,
        preference: Preference::Soonest,
        licences: BTreeSet::new(),
        barred_stations: BTreeSet::new(),
    }
}

pub fn elsewhere() -> Whereabouts {
    Whereabouts::Elsewhere { district: Some(code(PARTNER)), place: None }
}

pub fn family() -> Option<Agent> {
    Some(Agent { who: AgentKind::Family, mandate: Authorisation::Simple })
}

/// A town service: every mode, every level, decided by the district in ten working days, from the phone, electronic.
pub fn service(text: &str) -> Item {
    Item {
        code: code(text),
        name: text.into(),
        name_en: text.into(),
        aliases: Vec::new(),
        topic: Topic::CivilAffairs,
        department: "民政局".into(),
        audience: vec![Audience::Person],
        handling: Handling::Commitment,
        statutory_working_days: None,
        promised_working_days: 10,
        fee_fen: 0,
        modes: Mode::ALL.into(),
        levels: vec![Level::Point, Level::Village, Level::Town, Level::District],
        decided_at: Authority::District,
        in_person: InPerson::None,
        trips: 0,
        proxy: ProxyTerms { allowed: true, authorisation: Authorisation::Simple },
        materials: vec![Material {
            name: "居民户口簿".into(),
            form: MaterialForm::Copy,
            required: true,
            reusable: true,
            from: "公安派出所".into(),
        }],
        fields: Vec::new(),
        steps: Vec::new(),
        publicity: None,
        after: Vec::new(),
        result: ItemResult { name: "结果".into(), form: ResultForm::Electronic, deliverable: false },
        legal_basis: Vec::new(),
        life_events: Vec::new(),
        note: String::new(),
        particulars: Particulars::TownService,
    }
}

/// An instant village certificate, which any village accepts.
pub fn certificate(text: &str) -> Item {
    Item {
        handling: Handling::Instant,
        promised_working_days: 0,
        levels: vec![Level::Point, Level::Village],
        decided_at: Authority::Village,
        result: ItemResult { name: "证明".into(), form: ResultForm::Both, deliverable: true },
        particulars: Particulars::Certificate(CertificateTerms {
            issuer: "village_committee".into(),
            valid_days: Some(90),
            purpose: String::new(),
            verification: Verification::Register,
            template: String::new(),
        }),
        ..service(text)
    }
}

/// A village proxy service for `town_service`.
pub fn proxy(text: &str, town_service: Option<&str>) -> Item {
    Item {
        levels: vec![Level::Point, Level::Village],
        particulars: Particulars::VillageProxy(Forwarding {
            level: Authority::Town,
            department: "镇便民服务中心".into(),
            town_service: town_service.map(code),
            also: Vec::new(),
        }),
        ..service(text)
    }
}

pub fn instant(item: Item) -> Item {
    Item { handling: Handling::Instant, promised_working_days: 0, ..item }
}

/// The person must come, or be visited, once.
pub fn once(item: Item) -> Item {
    Item { in_person: InPerson::Once, trips: 1, ..item }
}

/// A paper that may not be carried.
pub fn paper_only(item: Item) -> Item {
    Item { result: ItemResult { name: "证书".into(), form: ResultForm::Paper, deliverable: false }, ..item }
}

pub fn carried_paper(item: Item) -> Item {
    Item { result: ItemResult { name: "证书".into(), form: ResultForm::Paper, deliverable: true }, ..item }
}

pub fn without(item: Item, mode: Mode) -> Item {
    Item { modes: item.modes.iter().copied().filter(|other| *other != mode).collect(), ..item }
}
