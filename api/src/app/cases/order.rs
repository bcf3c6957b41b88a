//! What a person orders when they submit: the plan they chose, for whom, and the answers and papers of each item.

use chrono::NaiveDate;
use domain::catalogue::{Answers, Item};
use domain::ids::{ItemCode, MandateId, PersonId, UploadId};
use domain::people::{CitizenId, CreditCode, Phone, Staff};
use domain::policy::Actor;
use domain::routing::{Ask, Seen};

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
    pub matters: Vec<OrderedMatter>,
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
}

/// A photo or PDF that stands for a material.
#[derive(Debug, Clone)]
pub struct HandedIn {
    pub material: String,
    pub upload: UploadId,
}

impl OrderedMatter {
    /// A material that the item doesn't ask for.
    pub fn unknown_material(&self, item: &Item) -> Option<&str> {
        let asked = |name: &str| item.materials.iter().any(|material| material.name == name);
        self.materials.iter().map(|handed_in| handed_in.material.as_str()).find(|name| !asked(name))
    }
}
