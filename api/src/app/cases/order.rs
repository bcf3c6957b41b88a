//! What a person orders when they submit: the plan they chose, for whom, and the answers and papers of each item.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::catalogue::{Answers, Item};
use domain::ids::{ItemCode, MandateId, PersonId, UploadId};
use domain::people::{CitizenId, CreditCode, Phone, Staff};
use domain::policy::Actor;
use domain::routing::{Ask, Seen};
use infra::store::Upload;

/// Who submits.
#[derive(Debug, Clone)]
pub enum Submitter {
    Villager(PersonId),
    Staff(Box<Staff>),
}

impl Submitter {
    /// Whose uploads they may hand in.
    pub fn person(&self) -> PersonId {
        match self {
            Submitter::Villager(person) => *person,
            Submitter::Staff(staff) => staff.person,
        }
    }

    /// As the policy knows them on this day.
    pub fn actor(&self, today: NaiveDate) -> Actor<'_> {
        match self {
            Submitter::Villager(person) => Actor::Villager(*person, today),
            Submitter::Staff(staff) => Actor::Staff(staff),
        }
    }
}

/// One submission: a case for each matter, at one window where there are several.
#[derive(Debug, Clone)]
pub struct Order {
    pub ask: Ask,
    /// The plan as the person saw it when they chose it.
    pub chosen: Seen,
    pub subject: OrderedFor,
    /// Under which somebody acts for the subject: its holder.
    pub mandate: Option<MandateId>,
    /// What was filled in once for all matters.
    pub joint: Joint,
    pub matters: Vec<OrderedMatter>,
    /// Files made of those that several matters name, so that each case has its own.
    pub copies: Vec<Upload>,
}

/// Where something was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerPlace {
    /// In what was filled in once for all matters.
    Joint,
    /// In what the matter at this place has of its own.
    Matter(usize),
}

/// Answers to the joint form of the matters, and files for each matter that asks for the material. What a matter has of its own
/// goes before.
#[derive(Debug, Clone, Default)]
pub struct Joint {
    pub answers: Answers,
    pub materials: Vec<HandedIn>,
}

/// For whom.
#[derive(Debug, Clone)]
pub enum OrderedFor {
    Myself,
    MyHousehold,
    /// Whoever gave the mandate that the submitter holds.
    MyGrantor,
    MyGrantorsHousehold,
    Organisation {
        credit_code: CreditCode,
        name: String,
    },
    /// A person at the counter, entered by a clerk.
    Person(PersonEntry),
    /// The household of a person at the counter.
    HouseholdOf(PersonEntry),
}

/// A person as a clerk enters them, or as a villager names whoever is to act for them.
#[derive(Debug, Clone)]
pub struct PersonEntry {
    pub name: String,
    pub citizen_id: CitizenId,
    pub phone: Option<Phone>,
}

#[derive(Debug, Clone)]
pub struct OrderedMatter {
    pub item: ItemCode,
    pub answers: Answers,
    pub materials: Vec<HandedIn>,
    /// The names under which the joint form asks for what the matter didn't answer itself, by its keys.
    pub asked_jointly: BTreeMap<String, String>,
}

/// A photo or PDF that stands for a material.
#[derive(Debug, Clone)]
pub struct HandedIn {
    pub material: String,
    pub upload: UploadId,
}

impl OrderedMatter {
    pub fn new(item: ItemCode, answers: Answers, materials: Vec<HandedIn>) -> Self {
        Self { item, answers, materials, asked_jointly: BTreeMap::new() }
    }

    /// A material that the item doesn't ask for.
    pub fn unknown_material(&self, item: &Item) -> Option<&str> {
        let asked = |name: &str| item.materials.iter().any(|material| material.name == name);
        self.materials.iter().map(|handed_in| handed_in.material.as_str()).find(|name| !asked(name))
    }
}
