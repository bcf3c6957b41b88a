//! What a person asks of the engine. It is taken from the edge as it stands and kept with the case, so that a plan can be replayed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Evidence, Ground, Tuning};
use crate::catalogue::{Authorisation, InPerson, Item, Mode};
use crate::district::Place;
use crate::ids::{DistrictCode, DivisionCode, ItemCode, StationCode};

/// One question to the engine: these items, for this person, as they are now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub items: Vec<ItemCode>,
    /// Where the person is registered (户籍); a division of another district counts as none here.
    #[serde(default)]
    pub registered: Option<DivisionCode>,
    /// Where the person lives.
    #[serde(default)]
    pub residence: Option<DivisionCode>,
    #[serde(default)]
    pub matter: MatterLies,
    #[serde(default)]
    pub whereabouts: Whereabouts,
    #[serde(default)]
    pub needs: Needs,
    #[serde(default)]
    pub agent: Option<Agent>,
    #[serde(default)]
    pub carriage: Carriage,
    #[serde(default)]
    pub preference: Preference,
    /// Names of materials that a stored electronic licence already covers: they needn't be brought.
    #[serde(default)]
    pub licences: BTreeSet<String>,
    /// Stations where only people work who may not handle this person's matters: their own and their relatives.
    #[serde(default)]
    pub barred_stations: BTreeSet<StationCode>,
}

/// In whose line the matter is decided.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterLies {
    #[default]
    Registered,
    Residence,
    Land(DivisionCode),
}

/// Where the person is now.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Whereabouts {
    /// At home: in the division where they live, else where they are registered.
    #[default]
    Home,
    /// Somewhere else in the district.
    Here(Place),
    /// Outside the district. A journey whose start isn't known counts no kilometres.
    Elsewhere {
        #[serde(default)]
        district: Option<DistrictCode>,
        #[serde(default)]
        place: Option<Place>,
    },
}

impl Whereabouts {
    pub fn is_elsewhere(&self) -> bool {
        match self {
            Whereabouts::Elsewhere { .. } => true,
            Whereabouts::Home | Whereabouts::Here(_) => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    #[serde(default)]
    pub mobility: Mobility,
    #[serde(default)]
    pub access: Access,
    #[serde(default)]
    pub ground: Option<Ground>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mobility {
    #[default]
    LeavesHome,
    CannotLeaveHome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    #[default]
    Any,
    StepFree,
}

impl Needs {
    /// The grounds for special handling: the one named, and not being able to leave home. Step-free access alone is none.
    pub fn grounds(&self) -> impl Iterator<Item = Ground> {
        let at_home = (self.mobility == Mobility::CannotLeaveHome).then_some(Ground::CannotLeaveHome);
        self.ground.into_iter().chain(at_home)
    }

    /// A special need puts trips first in the rank.
    pub fn are_special(&self) -> bool {
        self.grounds().next().is_some() || self.access == Access::StepFree
    }
}

/// Who acts for the person, inside the district (代办人).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    pub who: AgentKind,
    /// The strongest mandate that the agent can show.
    pub mandate: Authorisation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    Family,
    ProxyClerk,
}

impl Agent {
    /// Whether the agent may stand in for `item`: the item allows one, and the mandate is strong enough.
    pub fn may_stand_in(&self, item: &Item) -> bool {
        item.proxy.allowed && self.mandate >= item.proxy.authorisation
    }

    /// Whether the agent may hand `item` in alone: presence under `once` is never delegated.
    pub fn may_hand_in(&self, item: &Item) -> bool {
        self.may_stand_in(item) && item.in_person != InPerson::Once
    }
}

/// What a courier is wanted for in express (快递代办).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carriage {
    Fetch,
    Bring,
    #[default]
    Both,
}

impl Carriage {
    pub fn fetches(self) -> bool {
        match self {
            Carriage::Fetch | Carriage::Both => true,
            Carriage::Bring => false,
        }
    }

    pub fn brings(self) -> bool {
        match self {
            Carriage::Bring | Carriage::Both => true,
            Carriage::Fetch => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    #[default]
    Soonest,
    Nearest,
    FewestTrips,
}

/// A plan that a person chooses: a mode, and one station for all items or one for each in the order asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub mode: Mode,
    pub stations: Vec<StationCode>,
}

impl Choice {
    /// The station for the item at `position` in the ask.
    pub(super) fn station(&self, position: usize) -> Option<&StationCode> {
        match self.stations.as_slice() {
            [all] => Some(all),
            each => each.get(position),
        }
    }
}

impl Ask {
    /// The evidence that the person's ground for special handling takes; none where they have none that the district honours.
    pub fn evidence<'a>(&self, tuning: &'a Tuning) -> Option<&'a [Evidence]> {
        self.needs.grounds().find_map(|ground| tuning.grounds.evidence(ground))
    }
}
