//! People's lives in the real district: its 287 stations, 251 items and published calendar. A story says who asks for what from
//! where and when; what follows is worked out by hand from the rules of the design page and the catalogue's keys.
//! Times are the district's own. Unless a story says otherwise it is told of Monday, 14 September 2026, 10:00, in Yangxi village.

mod away;
mod bundles;
mod express;
mod facts;
mod hours;
mod lines;
mod real;
mod special;

use super::super::*;
use super::world::{at, code};
use crate::catalogue::{Authorisation, Mode};
use crate::district::Place;
use crate::ids::DivisionCode;

use real::District;

/// 杨溪村: no steps, open Monday to Friday, 08:30 to 12:00 and 14:00 to 17:30.
const YANGXI: &str = "511499101213-01";
/// Its courtyard points, with steps and one clerk each: Tuesdays and Saturdays, Wednesdays and Fridays, 09:00 to 11:30.
const YANGXI_TUESDAYS: &str = "511499101213-11";
const YANGXI_WEDNESDAYS: &str = "511499101213-12";
/// 柳河镇, the town of Yangxi, 3,983 m and 10 minutes away: 09:00 to 12:00, 13:00 to 17:00, Saturdays until 12:00.
const LIUHE: &str = "511499101000-01";
/// The district centre, 15,131 m and 37 minutes from Yangxi, with the towns' hours.
const CENTRE: &str = "511499000000-01";
/// 双溪镇, 9,453 m and 23 minutes from Yangxi.
const SHUANGXI: &str = "511499105000-01";

const MONDAY: &str = "2026-09-14T10:00:00";
const ID_CARD: &str = "居民身份证";
/// A district of another province.
const BAOAN: &str = "440306";

/// Who asks for what, from where and when.
struct Story {
    district: District,
    ask: Ask,
    now: Timestamp,
    load: Load,
}

fn division(station: &str) -> DivisionCode {
    code::<StationCode>(station).division()
}

/// Somebody registered and living in the village of `station`, who is at home.
fn villager_of(station: &str) -> Story {
    let ask = Ask { registered: Some(division(station)), residence: Some(division(station)), ..super::world::ask(&[]) };
    Story { district: District::real(), ask, now: at(MONDAY), load: Load::default() }
}

impl Story {
    fn at(self, wall: &str) -> Self {
        Self { now: at(wall), ..self }
    }

    fn asked(self, change: impl FnOnce(&mut Ask)) -> Self {
        let mut story = self;
        change(&mut story.ask);
        story
    }

    fn registered_in(self, text: &str) -> Self {
        self.asked(|ask| ask.registered = Some(code(text)))
    }

    fn about_land_in(self, station: &str) -> Self {
        self.asked(|ask| ask.matter = MatterLies::Land(division(station)))
    }

    fn working_in(self, district: &str) -> Self {
        self.asked(|ask| ask.whereabouts = Whereabouts::Elsewhere { district: Some(code(district)), place: None })
    }

    fn elsewhere_at(self, (lat, lng): (f64, f64)) -> Self {
        self.asked(|ask| ask.whereabouts = Whereabouts::Elsewhere { district: None, place: Some(Place { lat, lng }) })
    }

    fn staying_at(self, (lat, lng): (f64, f64)) -> Self {
        self.asked(|ask| ask.whereabouts = Whereabouts::Here(Place { lat, lng }))
    }

    fn with_agent(self, mandate: Authorisation) -> Self {
        self.asked(|ask| ask.agent = Some(Agent { who: AgentKind::Family, mandate }))
    }

    fn who_cannot_leave_home(self) -> Self {
        self.asked(|ask| ask.needs.mobility = Mobility::CannotLeaveHome)
    }

    fn in_a_wheelchair(self) -> Self {
        self.asked(|ask| ask.needs.access = Access::StepFree)
    }

    fn on_the_ground_of(self, ground: Ground) -> Self {
        self.asked(|ask| ask.needs.ground = Some(ground))
    }

    /// A stored electronic licence stands in for the paper of this name.
    fn holding(self, licence: &str) -> Self {
        self.asked(|ask| {
            ask.licences.insert(licence.to_owned());
        })
    }

    fn preferring(self, preference: Preference) -> Self {
        self.asked(|ask| ask.preference = preference)
    }

    fn wanting(self, carriage: Carriage) -> Self {
        self.asked(|ask| ask.carriage = carriage)
    }

    fn where_the_queue_takes(mut self, station: &str, wait_min: u32) -> Self {
        self.load.set(code(station), StationLoad { wait_min, desk: Desks::Staffed });
        self
    }

    fn in_a_district(mut self, change: impl FnOnce(&mut District)) -> Self {
        change(&mut self.district);
        self
    }

    fn under(mut self, change: impl FnOnce(&mut Tuning)) -> Self {
        let mut tuning = Tuning::default();
        change(&mut tuning);
        self.load.tuning = tuning.into();
        self
    }

    fn asks(self, items: &[&str]) -> Told {
        let story = self.asked(|ask| ask.items = items.iter().map(|item| code(item)).collect());
        let map = story.district.map();
        let answer = plan(&map, real::catalogue(), &story.load, &story.ask, story.now);
        Told { map, story, answer }
    }
}

/// What the engine answered.
struct Told {
    map: crate::district::DistrictMap,
    story: Story,
    answer: Answer,
}

impl Told {
    fn best(&self) -> Seen {
        Seen(self.answer.best().unwrap().clone())
    }

    fn of(&self, mode: Mode) -> Seen {
        Seen(self.answer.plans.iter().find(|plan| plan.mode == mode).unwrap_or_else(|| panic!("{:?}", self.answer.impossible)).clone())
    }

    fn at_station(&self, mode: Mode, station: &str) -> Seen {
        Seen(self.chosen(mode, station).unwrap())
    }

    fn chosen(&self, mode: Mode, station: &str) -> Result<Plan, Reason> {
        let choice = Choice { mode, stations: vec![code(station)] };
        let story = &self.story;
        plan_for(&self.map, real::catalogue(), &story.load, &story.ask, story.now, &choice).map_err(|impossible| impossible.reason)
    }

    fn refuses(&self, mode: Mode, reason: Reason) -> &Self {
        let refused = self.answer.impossible.iter().find(|impossible| impossible.mode == mode).map(|impossible| impossible.reason);
        assert_eq!(refused, Some(reason), "{mode:?}");
        self
    }

    /// What an agent would have to show for the mode to become possible.
    fn would_need(&self, mode: Mode, mandate: Option<Authorisation>) -> &Self {
        let impossible = self.answer.impossible.iter().find(|impossible| impossible.mode == mode).unwrap();
        assert_eq!(impossible.mandate, mandate, "{mode:?}");
        self
    }

    fn refuses_at(&self, mode: Mode, station: &str, reason: Reason) -> &Self {
        assert_eq!(self.chosen(mode, station).err(), Some(reason), "{mode:?} at {station}");
        self
    }

    fn refuses_all_but(&self, modes: &[Mode]) -> &Self {
        let planned: Vec<_> = Mode::ALL.into_iter().filter(|mode| self.answer.plans.iter().any(|plan| plan.mode == *mode)).collect();
        assert_eq!(planned, modes);
        self
    }
}

/// A plan, asked what it says.
struct Seen(Plan);

impl Seen {
    /// The mode, the accepting station of each matter, and the person's journeys.
    fn is(self, mode: Mode, stations: &[&str], trips: u32) -> Self {
        let told = (self.0.mode, self.0.stations().map(StationCode::as_str).collect::<Vec<_>>(), self.0.trips);
        assert_eq!(told, (mode, stations.to_vec(), trips));
        self
    }

    /// The first matter is taken in from `begin` to `end`.
    fn taken_in(self, begin: &str, end: &str) -> Self {
        self.does(StepKind::Accept, begin, end)
    }

    /// The first step of this kind lies from `begin` to `end`.
    fn does(self, kind: StepKind, begin: &str, end: &str) -> Self {
        let step = self.0.steps.iter().find(|step| step.kind == kind).unwrap_or_else(|| panic!("{kind:?} in {:?}", self.0.steps));
        assert_eq!((step.from, step.to), (at(begin), at(end)), "{kind:?}");
        self
    }

    /// The steps of this kind for `item` lie from `begin` to `end`.
    fn does_for(self, item: &str, kind: StepKind, begin: &str, end: &str) -> Self {
        let steps = self.0.steps.iter().filter(|step| step.kind == kind && step.item.as_str() == item);
        assert_eq!(steps.map(|step| (step.from, step.to)).collect::<Vec<_>>(), [(at(begin), at(end))], "{kind:?} of {item}");
        self
    }

    /// The matters are taken in one after the other in this order.
    fn takes_in(self, items: &[&str]) -> Self {
        let accepted = self.0.steps.iter().filter(|step| step.kind == StepKind::Accept);
        assert_eq!(accepted.map(|step| step.item.as_str()).collect::<Vec<_>>(), items);
        self
    }

    fn never(self, kind: StepKind) -> Self {
        assert!(self.0.steps.iter().all(|step| step.kind != kind), "{kind:?}");
        self
    }

    /// When the person holds the result: as things look, and at the latest.
    fn done(self, expected: &str, latest: &str) -> Self {
        assert_eq!((self.0.expected, self.0.latest), (at(expected), at(latest)));
        self
    }

    fn decided_by(self, station: &str) -> Self {
        assert_eq!(self.0.matters[0].deciding, Desk::Station(code(station)));
        self
    }

    fn travelling(self, metres: u32) -> Self {
        assert_eq!(self.0.distance_m, metres);
        self
    }

    fn because(self, pros: &[Merit]) -> Self {
        assert_eq!(self.0.pros, pros);
        self
    }

    fn although(self, cons: &[Drawback]) -> Self {
        assert_eq!(self.0.cons, cons);
        self
    }

    fn bringing(self, names: &[&str]) -> Self {
        let materials = self.0.papers.iter().filter_map(|paper| match paper {
            Paper::Material { name, .. } => Some(name.as_str()),
            Paper::Mandate(_) | Paper::OneOf(_) => None,
        });
        assert_eq!(materials.collect::<Vec<_>>(), names);
        self
    }
}
