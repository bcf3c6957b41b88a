//! A small district: two towns, three villages and three points, its staff, its villagers, and items of every kind.

use std::sync::{Arc, LazyLock};

use uuid::Uuid;

use crate::calendar::{Calendar, Year};
use crate::case::{Actor, Agency, Event};
use crate::case::{Applicant, By, CaseNumber, GiveOut, HandIn, Places, Produced, Recorded, Route, Subject, Submission, procedure};
use crate::catalogue::*;
use crate::district::{DistrictMap, Division, Level, Line, Place, Station};
use crate::ids::{AccountId, CaseId, ConsentId, DocumentId, ItemCode, MandateId, NoteId, PersonId, StationCode};
use crate::people::{Grant, Role, Scope, Staff, Ties};
use crate::time::{Timestamp, instant};

use super::story::Story;

pub(crate) const DISTRICT: &str = "511499000000-01";
pub(crate) const TOWN: &str = "511499101000-01";
pub(crate) const VILLAGE: &str = "511499101201-01";
pub(crate) const POINT: &str = "511499101201-11";
pub(crate) const SECOND_POINT: &str = "511499101201-12";
pub(crate) const NEXT_VILLAGE: &str = "511499101202-01";
pub(crate) const OTHER_TOWN: &str = "511499102000-01";
pub(crate) const FAR_VILLAGE: &str = "511499102201-01";
pub(crate) const FAR_POINT: &str = "511499102201-11";
pub(crate) const STATIONS: [&str; 9] = [DISTRICT, TOWN, VILLAGE, POINT, SECOND_POINT, NEXT_VILLAGE, OTHER_TOWN, FAR_VILLAGE, FAR_POINT];

/// The villager of most stories, her husband, and her nephew who acts for her.
pub(crate) const ZHANG: PersonId = person(1);
pub(crate) const HUSBAND: PersonId = person(2);
pub(crate) const NEPHEW: PersonId = person(3);
/// Somebody with no part in the case.
pub(crate) const STRANGER: PersonId = person(4);

/// A passed deadline, a finished round.
pub(crate) const SYSTEM: By<'static> = By::System;

pub(crate) const CONSENT: ConsentId = ConsentId::new(Uuid::from_u128(7_101));
pub(crate) const NOTE: NoteId = NoteId::new(Uuid::from_u128(7_001));

pub(crate) const fn person(n: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(n))
}

pub(crate) static LI: LazyLock<Staff> = LazyLock::new(|| staff(11, Role::Clerk, VILLAGE));
pub(crate) static VILLAGE_HEAD: LazyLock<Staff> = LazyLock::new(|| staff(12, Role::Approver, VILLAGE));
pub(crate) static POINT_CLERK: LazyLock<Staff> = LazyLock::new(|| staff(13, Role::Clerk, POINT));
pub(crate) static TOWN_CLERK: LazyLock<Staff> = LazyLock::new(|| staff(14, Role::Clerk, TOWN));
pub(crate) static TOWN_APPROVER: LazyLock<Staff> = LazyLock::new(|| staff(15, Role::Approver, TOWN));
pub(crate) static DISTRICT_CLERK: LazyLock<Staff> = LazyLock::new(|| staff(16, Role::Clerk, DISTRICT));
pub(crate) static DISTRICT_APPROVER: LazyLock<Staff> = LazyLock::new(|| staff(17, Role::Approver, DISTRICT));
pub(crate) static FAR_CLERK: LazyLock<Staff> = LazyLock::new(|| staff(18, Role::Clerk, FAR_VILLAGE));
pub(crate) static OTHER_TOWN_CLERK: LazyLock<Staff> = LazyLock::new(|| staff(19, Role::Clerk, OTHER_TOWN));
pub(crate) static NEXT_CLERK: LazyLock<Staff> = LazyLock::new(|| staff(20, Role::Clerk, NEXT_VILLAGE));

/// Everybody at work, clerks before approvers.
pub(crate) fn everybody() -> [&'static Staff; 10] {
    [
        &LI,
        &POINT_CLERK,
        &TOWN_CLERK,
        &DISTRICT_CLERK,
        &FAR_CLERK,
        &OTHER_TOWN_CLERK,
        &NEXT_CLERK,
        &VILLAGE_HEAD,
        &TOWN_APPROVER,
        &DISTRICT_APPROVER,
    ]
}

pub(crate) fn staff(n: u128, role: Role, station: &str) -> Staff {
    let scope = Scope::Station(code(station));
    Staff {
        account: AccountId::new(Uuid::from_u128(1_000 + n)),
        person: person(n),
        grants: vec![Grant { role, scope }],
        ties: Ties::default(),
        topics: [].into(),
    }
}

/// `staff`, with `relative` in their household or recorded as a relative.
pub(crate) fn related(staff: &Staff, relative: PersonId) -> Staff {
    Staff { ties: Ties { people: [relative].into() }, ..staff.clone() }
}

impl<'a> From<&'a LazyLock<Staff>> for By<'a> {
    fn from(staff: &'a LazyLock<Staff>) -> Self {
        By::Staff(staff)
    }
}

impl<'a> From<&'a Staff> for By<'a> {
    fn from(staff: &'a Staff) -> Self {
        By::Staff(staff)
    }
}

impl From<PersonId> for By<'_> {
    fn from(person: PersonId) -> Self {
        By::Person(person)
    }
}

pub(crate) fn code(text: &str) -> StationCode {
    text.parse().unwrap()
}

/// The district's wall clock.
pub(crate) fn at(wall: &str) -> Timestamp {
    instant(wall.parse().unwrap())
}

/// National Day 2026, with its make-up workdays on the Sunday before and the Saturday after.
pub(crate) fn calendar() -> Calendar {
    let holidays = (1..=7).map(|day| format!("2026-10-0{day}").parse().unwrap()).collect();
    let make_up_workdays = ["2026-09-20", "2026-10-10"].map(|day| day.parse().unwrap()).into();
    let mut calendar = Calendar::default();
    calendar.load(2026, Year { holidays, make_up_workdays }).unwrap();
    calendar
}

pub(crate) static MAP: LazyLock<DistrictMap> = LazyLock::new(|| {
    let stations: Vec<_> = STATIONS.map(station).into();
    let place = Place { lat: 30.0, lng: 103.0 };
    let divisions = stations
        .iter()
        .filter(|station| station.level != Level::Point)
        .map(|station| Division { code: station.division.clone(), name: station.name.clone(), place })
        .collect();
    DistrictMap::build(("511499".parse().unwrap(), "试点区".into()), divisions, stations, vec![], Arc::new(calendar())).unwrap()
});

fn station(text: &str) -> Station {
    let code = code(text);
    let level = match text {
        DISTRICT => Level::District,
        TOWN | OTHER_TOWN => Level::Town,
        POINT | SECOND_POINT | FAR_POINT => Level::Point,
        _ => Level::Village,
    };
    Station {
        division: code.division(),
        code,
        name: text.to_owned(),
        level,
        place: Place { lat: 30.0, lng: 103.0 },
        windows: 1,
        staff: 2,
        terminal: false,
        accessible: true,
        hours: [].into(),
        added: Arc::default(),
        removed: Arc::default(),
        facts: Arc::default(),
    }
}

/// The line of the division that `station` stands in.
pub(crate) fn line_of(station: &str) -> Line {
    MAP.line(&code(station).division()).unwrap()
}

/// A commitment of five days, decided by the town, with a paper that may be carried; nothing special about it.
pub(crate) fn town_service() -> Item {
    item("T900", Particulars::TownService, Authority::Town)
}

/// A village certificate that the committee knows from its register.
pub(crate) fn certificate() -> Item {
    certificate_verified_by(Verification::Register)
}

pub(crate) fn certificate_verified_by(verification: Verification) -> Item {
    let terms = CertificateTerms {
        issuer: "村民委员会".into(),
        valid_days: Some(90),
        purpose: "申请低保".into(),
        verification,
        template: "兹证明{name}……".into(),
    };
    item("C900", Particulars::Certificate(terms), Authority::Village)
}

/// A proxy service that an outside body answers.
pub(crate) fn proxy() -> Item {
    proxy_for(None, &[])
}

/// A proxy service that stands for a town service, and perhaps for others.
pub(crate) fn proxy_for(town_service: Option<&str>, also: &[&str]) -> Item {
    let item_code = |text: &str| text.parse::<ItemCode>().unwrap();
    let forwarding = Forwarding {
        level: Authority::Town,
        department: "民政办".into(),
        town_service: town_service.map(item_code),
        also: also.iter().map(|text| item_code(text)).collect(),
    };
    item("V900", Particulars::VillageProxy(forwarding), Authority::Town)
}

/// Served in one sitting.
pub(crate) fn instant_item(item: Item) -> Item {
    Item { handling: Handling::Instant, promised_working_days: 0, ..item }
}

pub(crate) fn giving(form: ResultForm, item: Item) -> Item {
    Item { result: ItemResult { form, ..item.result.clone() }, ..item }
}

pub(crate) fn at_a_fee(fee_fen: i64, item: Item) -> Item {
    Item { fee_fen, ..item }
}

pub(crate) fn with_site_visit(item: Item) -> Item {
    Item { in_person: InPerson::SiteVisit, ..item }
}

pub(crate) fn with_publicity(days: u16, unit: DayUnit, counts: bool, item: Item) -> Item {
    Item { publicity: Some(Publicity { days, unit, counts }), ..item }
}

pub(crate) fn coded(text: &str, item: Item) -> Item {
    Item { code: text.parse().unwrap(), ..item }
}

fn item(code: &str, particulars: Particulars, decided_at: Authority) -> Item {
    Item {
        code: code.parse().unwrap(),
        name: "临时事项".into(),
        name_en: "an item of the tests".into(),
        aliases: vec![],
        topic: Topic::CivilAffairs,
        department: "民政办".into(),
        audience: vec![Audience::Person],
        handling: Handling::Commitment,
        statutory_working_days: None,
        promised_working_days: 5,
        fee_fen: 0,
        modes: Mode::ALL.into(),
        levels: vec![Level::Village, Level::Town],
        decided_at,
        in_person: InPerson::None,
        trips: 0,
        proxy: ProxyTerms { allowed: true, authorisation: Authorisation::Simple },
        materials: vec![],
        fields: vec![],
        steps: vec![],
        publicity: None,
        after: vec![],
        result: ItemResult { name: "结果".into(), form: ResultForm::Both, deliverable: true },
        legal_basis: vec![],
        life_events: vec![],
        note: String::new(),
        particulars,
    }
}

pub(crate) fn produced() -> Produced {
    Produced { document: DocumentId::new(Uuid::from_u128(9_001)), sha256: "ab".repeat(32) }
}

/// A request about to be submitted.
#[derive(Debug, Clone)]
pub(crate) struct Filing {
    pub item: Item,
    pub subject: Subject,
    pub applicant: Applicant,
    pub agency: Option<Agency>,
    pub route: Route,
}

/// Zhang asks for herself at her village station, on a Monday morning.
pub(crate) fn filed(item: Item) -> Filing {
    let route = Route {
        mode: Mode::Nearby,
        accepting: code(VILLAGE),
        collect_at: code(VILLAGE),
        line: line_of(VILLAGE),
        hand_in: HandIn::Direct,
        give_out: GiveOut::Direct,
    };
    Filing { item, subject: Subject::Person { person: ZHANG }, applicant: Applicant::Person { person: ZHANG }, agency: None, route }
}

/// Zhang's nephew may act for her until the end of September.
pub(crate) fn nephew_acts() -> Agency {
    Agency { agent: NEPHEW, mandate: MandateId::new(Uuid::from_u128(6_001)), until: "2026-09-30".parse().unwrap() }
}

/// `filed` as usual, and submitted.
pub(crate) fn case(item: Item) -> Story {
    filed(item).submitted()
}

impl Filing {
    pub(crate) fn accepted_at(mut self, station: &str) -> Self {
        self.route.accepting = code(station);
        self
    }

    pub(crate) fn in_line_of(mut self, station: &str) -> Self {
        self.route.line = line_of(station);
        self
    }

    pub(crate) fn in_mode(mut self, mode: Mode) -> Self {
        self.route.mode = mode;
        self
    }

    pub(crate) fn fetched(mut self) -> Self {
        self.route.hand_in = HandIn::Fetched;
        self
    }

    pub(crate) fn brought(mut self) -> Self {
        self.route.give_out = GiveOut::Brought;
        self
    }

    /// The nephew submits it for her.
    pub(crate) fn by_agent(mut self) -> Self {
        self.agency = Some(nephew_acts());
        self.applicant = Applicant::Person { person: NEPHEW };
        self
    }

    pub(crate) fn for_subject(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// An organisation with a credit code asks by letter; Li enters it.
    pub(crate) fn for_organisation(mut self) -> Self {
        self.subject = Subject::Organisation { credit_code: "91110000600037341L".parse().unwrap() };
        self.applicant = Applicant::Clerk { account: LI.account };
        self
    }

    /// The subject's people and a person who applied.
    fn involved(&self) -> Vec<PersonId> {
        let household = matches!(self.subject, Subject::Household { .. }).then_some(HUSBAND);
        let applicant = match self.applicant {
            Applicant::Person { person } => Some(person),
            Applicant::Clerk { .. } => None,
        };
        self.subject.person().into_iter().chain(household).chain(applicant).collect()
    }

    pub(crate) fn stages(&self) -> Vec<crate::case::Step> {
        procedure(&self.item, &Places::of(&self.route, &MAP).unwrap())
    }

    pub(crate) fn submitted(self) -> Story {
        let now = at("2026-09-14T09:00:00");
        let submission = Submission {
            case: CaseId::new(Uuid::from_u128(5_001)),
            number: CaseNumber::new("511499".parse().unwrap(), now.date_naive(), 1),
            item: self.item.code.clone(),
            item_version: 1,
            involved: self.involved().into_iter().collect(),
            procedure: self.stages(),
            subject: self.subject,
            applicant: self.applicant,
            agency: self.agency,
            route: self.route,
        };
        let event = Event::Submitted { submission: Box::new(submission) };
        Story::begin(self.item, Recorded { at: now, by: Actor::Person { person: ZHANG }, event })
    }
}
