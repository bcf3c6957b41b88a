//! One entry of the catalogue. Periods are working days unless a field says otherwise; money is in fen.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::district::Level;
use crate::ids::ItemCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    TownService,
    VillageProxy,
    Certificate,
}

impl ItemKind {
    pub const ALL: [ItemKind; 3] = [ItemKind::TownService, ItemKind::VillageProxy, ItemKind::Certificate];

    /// The first character of the codes of this kind.
    pub fn letter(self) -> char {
        match self {
            ItemKind::TownService => 'T',
            ItemKind::VillageProxy => 'V',
            ItemKind::Certificate => 'C',
        }
    }

    /// The kind that a code's letter names.
    pub fn of(code: &ItemCode) -> ItemKind {
        match code.as_str().chars().next() {
            Some('V') => ItemKind::VillageProxy,
            Some('C') => ItemKind::Certificate,
            Some(_) | None => ItemKind::TownService,
        }
    }
}

/// What a matter is about, as the catalogue sorts it (主题分类).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    SocialInsurance,
    MedicalInsurance,
    CivilAffairs,
    Disability,
    Veterans,
    Employment,
    HealthFamily,
    Agriculture,
    Forestry,
    LandHousing,
    Construction,
    Education,
    HouseholdRegistration,
    Market,
    Legal,
    Transport,
    FinanceSubsidy,
    WaterPower,
    Emergency,
    Culture,
    PartyVillageAffairs,
    Tax,
    Environment,
}

/// An event of a life whose matters are handled together (一件事).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeEvent {
    /// 出生
    Birth,
    /// 入学
    Schooling,
    /// 就业
    Job,
    /// 开办经营
    Business,
    /// 婚育
    Marriage,
    /// 建房住房
    Housing,
    /// 就医救助
    Illness,
    /// 残疾帮扶
    Disability,
    /// 养老
    OldAge,
    /// 退役
    Veteran,
    /// 种养
    Farming,
    /// 身后
    Bereavement,
}

/// How a matter may be handled (办理方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Nearby,
    District,
    Remote,
    OneWindow,
    Express,
    Special,
}

impl Mode {
    pub const ALL: [Mode; 6] = [Mode::Nearby, Mode::District, Mode::Remote, Mode::OneWindow, Mode::Express, Mode::Special];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Person,
    Household,
    Organisation,
}

/// 即办件 or 承诺件.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    Instant,
    Commitment,
}

/// In whose name a matter is decided. `City` and `Province` decide outside this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    Village,
    Town,
    District,
    City,
    Province,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InPerson {
    None,
    /// A face check, which can be remote.
    IdentityCheck,
    /// The person must come once, or be visited once.
    Once,
    /// Staff must look at a place or a person.
    SiteVisit,
}

/// What somebody who acts for the person has to show; the later the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorisation {
    None,
    Simple,
    Notarised,
}

/// Whether somebody else may apply for the person, and what they need for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyTerms {
    pub allowed: bool,
    pub authorisation: Authorisation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialForm {
    Original,
    Copy,
    Electronic,
    Form,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    pub name: String,
    pub form: MaterialForm,
    pub required: bool,
    /// A stored electronic licence can stand in for it.
    pub reusable: bool,
    /// Who issues it.
    pub from: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    Textarea,
    Number,
    Money,
    Date,
    Bool,
    Select,
    IdNumber,
    Phone,
    Address,
    BankCard,
    File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilledBy {
    Applicant,
    Station,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub key: String,
    pub label: String,
    pub r#type: FieldType,
    pub required: bool,
    pub options: Vec<String>,
    pub filled_by: FilledBy,
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    Calendar,
    Working,
}

/// A public notice (公示) before the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publicity {
    pub days: u16,
    pub unit: DayUnit,
    /// Whether its days are part of the promise.
    pub counts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultForm {
    Electronic,
    Paper,
    Both,
    None,
}

impl ResultForm {
    /// Whether there is a paper to give: without one there is nothing to hand over.
    pub fn has_paper(self) -> bool {
        match self {
            ResultForm::Paper | ResultForm::Both => true,
            ResultForm::Electronic | ResultForm::None => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemResult {
    pub name: String,
    pub form: ResultForm,
    /// A courier may carry it.
    pub deliverable: bool,
}

/// Where a village station submits a proxy service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forwarding {
    pub level: Authority,
    pub department: String,
    /// The same matter as a town service: the case then goes through that item's stages.
    pub town_service: Option<ItemCode>,
    /// Other matters that the item covers; the village clerk says at acceptance which one it is.
    pub also: Vec<ItemCode>,
}

impl Forwarding {
    /// The matters that the item covers: the usual one first.
    pub fn matters(&self) -> impl Iterator<Item = &ItemCode> {
        self.town_service.iter().chain(&self.also)
    }
}

/// How the committee knows that a certificate is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    Register,
    HouseholdVisit,
    Neighbours,
    CommitteeMeeting,
    GridWorker,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateTerms {
    pub issuer: String,
    /// Calendar days from issue; none where it doesn't expire.
    pub valid_days: Option<u16>,
    pub purpose: String,
    pub verification: Verification,
    /// Body text with `{placeholders}`: profile keys or field keys.
    pub template: String,
}

/// What only one kind of item has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Particulars {
    TownService,
    VillageProxy(Forwarding),
    Certificate(CertificateTerms),
}

impl Serialize for Particulars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Particulars::TownService => serializer.serialize_map(Some(0))?.end(),
            Particulars::VillageProxy(forwarding) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("forwards_to", forwarding)?;
                map.end()
            }
            Particulars::Certificate(terms) => terms.serialize(serializer),
        }
    }
}

/// The keys of the applicant's profile that a template may name beside the item's own fields.
pub const PROFILE_KEYS: [&str; 7] = ["name", "id_number", "gender", "ethnicity", "birth_date", "village", "address"];

impl CertificateTerms {
    /// What the template's braces name, in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
    }
}

/// One entry of the catalogue at one version. It is written as one flat document with the catalogue file's own keys
/// (`fee_fen` for `fee_yuan`), and read back, with every check, by [`Item::from_json`](super::load).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub code: ItemCode,
    pub name: String,
    pub name_en: String,
    pub aliases: Vec<String>,
    pub topic: Topic,
    pub department: String,
    pub audience: Vec<Audience>,
    pub handling: Handling,
    pub statutory_working_days: Option<u16>,
    /// 0 where instant; never more than the statutory limit.
    pub promised_working_days: u16,
    pub fee_fen: i64,
    pub modes: Vec<Mode>,
    pub levels: Vec<Level>,
    pub decided_at: Authority,
    pub in_person: InPerson,
    /// Journeys that the person must make to hand in, at most: 0 or 1.
    pub trips: u8,
    pub proxy: ProxyTerms,
    pub materials: Vec<Material>,
    pub fields: Vec<Field>,
    /// For people to read, never for code to parse.
    pub steps: Vec<String>,
    pub publicity: Option<Publicity>,
    /// Items that come first when both are in one bundle.
    pub after: Vec<ItemCode>,
    pub result: ItemResult,
    pub legal_basis: Vec<String>,
    pub life_events: Vec<LifeEvent>,
    pub note: String,
    #[serde(flatten)]
    pub particulars: Particulars,
}

impl Item {
    pub fn kind(&self) -> ItemKind {
        match self.particulars {
            Particulars::TownService => ItemKind::TownService,
            Particulars::VillageProxy(_) => ItemKind::VillageProxy,
            Particulars::Certificate(_) => ItemKind::Certificate,
        }
    }

    pub fn forwarding(&self) -> Option<&Forwarding> {
        match &self.particulars {
            Particulars::VillageProxy(forwarding) => Some(forwarding),
            Particulars::TownService | Particulars::Certificate(_) => None,
        }
    }

    pub fn certificate(&self) -> Option<&CertificateTerms> {
        match &self.particulars {
            Particulars::Certificate(terms) => Some(terms),
            Particulars::TownService | Particulars::VillageProxy(_) => None,
        }
    }

    /// Fields that hold what only the station knows.
    pub fn station_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.filled_by == FilledBy::Station)
    }

    pub fn is_instant(&self) -> bool {
        self.handling == Handling::Instant
    }
}
