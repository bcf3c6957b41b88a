//! What the engine answers: plans, each a timeline with its costs and reasons, and a reason for each mode that can't be.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::{Agent, Drawback, Evidence, Merit, Reason, Visitor};
use crate::catalogue::{Authorisation, MaterialForm, Mode};
use crate::ids::{DivisionCode, ItemCode, StationCode};
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Best first, at most six.
    pub plans: Vec<Plan>,
    /// Every mode without a plan, in the order of the modes.
    pub impossible: Vec<Impossible>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impossible {
    pub mode: Mode,
    pub reason: Reason,
    /// The item at fault; none where the reason is the whole ask's.
    pub item: Option<ItemCode>,
    /// What an agent would have to show for the mode to become possible, where it is only one that is missing.
    #[serde(default)]
    pub mandate: Option<Authorisation>,
}

/// How a matter, or several, would be handled (办理方案).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub mode: Mode,
    /// In the order asked.
    pub matters: Vec<PlannedMatter>,
    /// The timeline, by begin.
    pub steps: Vec<Step>,
    /// Journeys of the person (跑腿次数).
    pub trips: u32,
    /// The person's journeys, there and back, on the road.
    pub distance_m: u32,
    pub fee_fen: i64,
    /// The longest wait at a counter.
    pub wait_min: u32,
    /// One window: the joint promise, the longest chain of items that need each other's results.
    pub joint_working_days: Option<u16>,
    /// When the person holds the result, as things look now.
    pub expected: Timestamp,
    /// When the person holds the result if every station uses all the time it has.
    pub latest: Timestamp,
    /// The finish rests on a year whose holidays aren't published yet.
    pub provisional: bool,
    pub papers: Vec<Paper>,
    pub pros: Vec<Merit>,
    pub cons: Vec<Drawback>,
    /// What the stations that take the matters in have to say for the time of the plan.
    #[serde(default)]
    pub notices: Vec<PlanNotice>,
}

/// A station's notice, with the station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanNotice {
    pub station: StationCode,
    pub from: Timestamp,
    pub until: Timestamp,
    pub text: String,
}

/// One item in a plan: where it is accepted, decided and given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedMatter {
    pub item: ItemCode,
    pub version: u32,
    /// The item that was asked for, where a village item and its town service stand in for each other at one window.
    pub taken_for: Option<ItemCode>,
    pub accepting: StationCode,
    pub deciding: Desk,
    /// The division whose line handles the matter after acceptance.
    pub line_of: DivisionCode,
    pub hand_in: HandIn,
    /// Where the person or their agent collects a paper that may not be carried.
    pub collect_at: Option<StationCode>,
    /// The agent, where the matter is handed in or collected by one.
    pub agent: Option<Agent>,
    /// The partner station that meets the person.
    pub partner: Option<StationCode>,
    /// Who comes to the person.
    #[serde(default)]
    pub visitor: Option<Visitor>,
    /// What a courier carries.
    pub legs: Vec<CourierLeg>,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Desk {
    Station(StationCode),
    /// A body outside this system; `via` forwards the matter and records the answer.
    Outside {
        via: StationCode,
    },
}

/// How the matter reaches the accepting station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandIn {
    /// The person comes to the counter.
    Counter,
    /// From the phone, with nothing to bring.
    Phone,
    Agent,
    Courier,
    /// Staff come to the person.
    Visit,
    /// From the phone, originals by post.
    Post,
    /// The person comes to a partner district's counter.
    Partner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourierLeg {
    Fetch,
    Bring,
}

/// One step of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub kind: StepKind,
    /// The item it is for.
    pub item: ItemCode,
    pub who: Actor,
    pub r#where: Spot,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// What happens in a step. A sitting lies within its station's opening hours; a stage after acceptance is a period in which
/// it is done, and ends with the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The application leaves the phone.
    Apply,
    /// The person or their agent goes to a station.
    Travel,
    /// A courier fetches the papers.
    Fetch,
    /// Originals are in the post.
    Post,
    /// Staff come to the person and take the application in.
    Visit,
    /// The person is met at a partner's counter.
    Meet,
    /// A sitting: the station takes the matter in; an instant one is decided and given out in it.
    Accept,
    /// The papers go to the desk that decides.
    MovePapers,
    Inspect,
    Publicise,
    Review,
    /// The outside body is asked and answers.
    Forward,
    Decide,
    /// A courier brings the result.
    Bring,
    /// The result is served on the phone.
    Serve,
    /// The result goes by post.
    Send,
    /// A sitting: the person or their agent collects the result.
    Collect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Person,
    Agent,
    Staff,
    GridWorker,
    Volunteer,
    Courier,
    Post,
    Partner,
    OutsideBody,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// Where the person is.
    WithPerson,
    Station(StationCode),
    Partner(StationCode),
    OnTheWay,
    Outside,
}

/// A paper to have at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Paper {
    Material {
        item: ItemCode,
        name: String,
        form: MaterialForm,
    },
    Mandate(Authorisation),
    /// One of these shows the ground for special handling.
    OneOf(Vec<Evidence>),
}

/// What a person saw of a plan when they chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    pub mode: Mode,
    /// The accepting stations, in the order asked.
    pub stations: Vec<StationCode>,
    pub trips: u32,
    pub latest: Timestamp,
}

impl Plan {
    /// The accepting stations, in the order asked.
    pub fn stations(&self) -> impl Iterator<Item = &StationCode> {
        self.matters.iter().map(|matter| &matter.accepting)
    }

    pub fn seen(&self) -> Seen {
        Seen { mode: self.mode, stations: self.stations().cloned().collect(), trips: self.trips, latest: self.latest }
    }
}

impl Answer {
    pub fn best(&self) -> Option<&Plan> {
        self.plans.first()
    }
}

/// The plan of `mode` at `station`, where it is among the alternatives.
pub fn pick<'a>(answer: &'a Answer, mode: Mode, station: &StationCode) -> Option<&'a Plan> {
    answer.plans.iter().find(|plan| plan.mode == mode && plan.stations().all(|own| own == station))
}

/// Whether what a person chose is still what they would get: the same mode and stations, no more trips, and a latest finish
/// that slipped by no more than `tolerance`.
pub fn still_holds(seen: &Seen, fresh: &Plan, tolerance: Duration) -> bool {
    let same = seen.mode == fresh.mode && fresh.stations().eq(seen.stations.iter());
    same && fresh.trips <= seen.trips && fresh.latest <= seen.latest + tolerance
}
