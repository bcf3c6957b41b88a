//! The audit log (审计日志): who did what to whose data, and who was refused what.
//!
//! Invariants: an entry carries ids and closed words alone, never a name, a number, an address or a token, so that the log can be
//! kept whole when a person is erased. The one free text is the reason that somebody states for an unmasked read, and it may hold
//! no long number. The words are stored and hashed: one that was written once is never renamed or given another meaning.
//! Source: 个人信息保护法 51, 54, 55; 网络安全法 21 (logs are kept for at least six months).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{
    AccountId, AppointmentId, BadCode, CaseId, ConsentId, CorrectionId, DeliveryId, DocumentId, MandateId, OperationId, PersonId,
    ProblemCode, RequestId, StationCode, TicketId, UploadId, WindowId, WorkItemId,
};
use crate::people::{Role, Staff};
use crate::time::Timestamp;

/// One thing that was done, or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub at: Timestamp,
    pub by: Who,
    pub deed: Deed,
    pub on: On,
    pub outcome: Outcome,
    /// What somebody said that they needed it for.
    pub purpose: Option<Stated>,
}

impl Entry {
    /// Something that was done.
    pub fn done(at: Timestamp, by: Who, deed: Deed, on: On) -> Self {
        Self { at, by, deed, on, outcome: Outcome::Done, purpose: None }
    }

    /// Something that was refused.
    pub fn refused(at: Timestamp, by: Who, deed: Deed, on: On, refusal: Refusal) -> Self {
        Self { at, by, deed, on, outcome: Outcome::Refused(refusal), purpose: None }
    }

    pub fn for_purpose(self, purpose: Stated) -> Self {
        Self { purpose: Some(purpose), ..self }
    }
}

/// Whose deed it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// Nobody who is known: not signed in, or with a token that doesn't hold.
    Nobody,
    /// A villager, for themself or for somebody else.
    Person { person: PersonId },
    /// Staff. `office` is what they did it as, where that is known.
    Staff { account: AccountId, person: PersonId, office: Option<Office> },
    /// The command line, or what the service does by itself.
    System,
}

impl Who {
    pub fn staff(staff: &Staff, office: Option<Office>) -> Self {
        Who::Staff { account: staff.account, person: staff.person, office }
    }

    pub fn office(&self) -> Option<&Office> {
        match self {
            Who::Staff { office, .. } => office.as_ref(),
            Who::Nobody | Who::Person { .. } | Who::System => None,
        }
    }
}

/// A role at a station, as it was held at the time of the deed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Office {
    pub role: Role,
    pub station: StationCode,
}

impl Office {
    /// The first of these roles that somebody holds at a station.
    pub fn of(staff: &Staff, roles: &[Role], station: &StationCode) -> Option<Self> {
        let role = roles.iter().copied().find(|role| staff.has(*role, station))?;
        Some(Self { role, station: station.clone() })
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    SignIn,
    /// Anything that was asked and refused; the refusal names the operation.
    Request,
    /// Numbers, phones, addresses and answers shown whole (查看完整信息).
    UnmaskedRead,
    /// A case's form, attachment, notice or result looked into (查阅).
    Look,
    StationEdit,
    YearLoad,
    ClockMove,
    AccountOpening,
    AccountChange,
    AccountClosing,
    RoleGrant,
    RoleWithdrawal,
    PasswordReset,
    KeyRotation,
    MandateGiven,
    MandateRevoked,
    Export,
    Correction,
    Erasure,
    /// The catalogue taken in from files.
    CatalogueLoad,
    /// 同意处理敏感个人信息.
    ConsentGiven,
    ConsentWithdrawn,
    /// A changed number, which waits for a second person.
    CorrectionProposed,
    /// The second person didn't agree.
    CorrectionRefused,
    /// Asked for at a counter; it waits for a second person.
    ErasureProposed,
    ErasureRefused,
    /// From when on somebody is warned.
    ThresholdsEdit,
    /// A slot booked at a counter for somebody, and one given back for them.
    SlotBooked,
    SlotCancelled,
    /// A number moved forward in its row, for a ground that a clerk saw. The ground isn't noted.
    TicketFavoured,
    /// A colleague's window closed.
    WindowFreed,
    SignOut,
    /// A refresh token came a second time: its session ended.
    TokenReuse,
    /// A clerk called or visited somebody.
    ErrandRun,
    /// An authenticator came in force for an account.
    SecondFactorEnrolled,
    /// Authenticator and recovery codes of an account were taken away.
    SecondFactorReset,
    /// A recovery code stood in for the authenticator.
    RecoveryCodeUsed,
    RecoveryCodesRenewed,
    /// A WeChat bound to a staff account, and taken from it.
    WechatBound,
    WechatUnbound,
    /// A subject at the district's identity provider bound to a staff account.
    ProviderBound,
    /// A phone was shown to be the person's.
    PhoneProven,
    /// By a face check, or by a document before a clerk.
    IdentityProven,
}

impl Deed {
    pub const ALL: [Deed; 43] = [
        Deed::SignIn,
        Deed::Request,
        Deed::UnmaskedRead,
        Deed::Look,
        Deed::StationEdit,
        Deed::YearLoad,
        Deed::ClockMove,
        Deed::AccountOpening,
        Deed::AccountChange,
        Deed::AccountClosing,
        Deed::RoleGrant,
        Deed::RoleWithdrawal,
        Deed::PasswordReset,
        Deed::KeyRotation,
        Deed::MandateGiven,
        Deed::MandateRevoked,
        Deed::Export,
        Deed::Correction,
        Deed::Erasure,
        Deed::CatalogueLoad,
        Deed::ConsentGiven,
        Deed::ConsentWithdrawn,
        Deed::CorrectionProposed,
        Deed::CorrectionRefused,
        Deed::ErasureProposed,
        Deed::ErasureRefused,
        Deed::ThresholdsEdit,
        Deed::SlotBooked,
        Deed::SlotCancelled,
        Deed::TicketFavoured,
        Deed::WindowFreed,
        Deed::SignOut,
        Deed::TokenReuse,
        Deed::ErrandRun,
        Deed::SecondFactorEnrolled,
        Deed::SecondFactorReset,
        Deed::RecoveryCodeUsed,
        Deed::RecoveryCodesRenewed,
        Deed::WechatBound,
        Deed::WechatUnbound,
        Deed::ProviderBound,
        Deed::PhoneProven,
        Deed::IdentityProven,
    ];
    /// Those by which somebody saw a person's data, or put right who they are: what the person's own list shows.
    pub const LOOKS: [Deed; 3] = [Deed::UnmaskedRead, Deed::Look, Deed::Correction];
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct On {
    pub thing: Thing,
    /// The case that it belongs to.
    pub case: Option<CaseId>,
    /// Whose data it is: the person's own list goes by it.
    pub person: Option<PersonId>,
}

impl On {
    pub fn of(thing: Thing) -> Self {
        Self { thing, case: None, person: None }
    }

    /// A case, or a thing of it, with the person whom it is for.
    pub fn case(thing: Thing, case: CaseId, person: Option<PersonId>) -> Self {
        Self { thing, case: Some(case), person }
    }

    pub fn person(thing: Thing, person: PersonId) -> Self {
        Self { thing, case: None, person: Some(person) }
    }
}

/// A thing that something is done to. The case and the person that it belongs to stand in [`On`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Thing {
    Nothing,
    Case,
    /// The answers of a case.
    Form,
    Notice,
    Upload(UploadId),
    Document(DocumentId),
    Delivery(DeliveryId),
    WorkItem(WorkItemId),
    /// A person's own data.
    Person,
    Account(AccountId),
    Station(StationCode),
    /// A year of the calendar.
    Year(i32),
    Clock,
    Keys,
    Mandate(MandateId),
    Catalogue,
    Consent(ConsentId),
    Correction(CorrectionId),
    /// What somebody asked at a counter.
    Request(RequestId),
    Appointment(AppointmentId),
    /// A number in a hall's row.
    Ticket(TicketId),
    /// A sitting at a window.
    Window(WindowId),
}

/// A stored thing that there isn't.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} with this id is no thing that an entry is about")]
pub struct BadThing {
    word: String,
}

impl Thing {
    pub fn word(&self) -> &'static str {
        match self {
            Thing::Nothing => "nothing",
            Thing::Case => "case",
            Thing::Form => "form",
            Thing::Notice => "notice",
            Thing::Upload(_) => "upload",
            Thing::Document(_) => "document",
            Thing::Delivery(_) => "delivery",
            Thing::WorkItem(_) => "work_item",
            Thing::Person => "person",
            Thing::Account(_) => "account",
            Thing::Station(_) => "station",
            Thing::Year(_) => "year",
            Thing::Clock => "clock",
            Thing::Keys => "keys",
            Thing::Mandate(_) => "mandate",
            Thing::Catalogue => "catalogue",
            Thing::Consent(_) => "consent",
            Thing::Correction(_) => "correction",
            Thing::Request(_) => "request",
            Thing::Appointment(_) => "appointment",
            Thing::Ticket(_) => "ticket",
            Thing::Window(_) => "window",
        }
    }

    /// The id within things of this word, where there are several.
    pub fn id(&self) -> Option<String> {
        match self {
            Thing::Nothing | Thing::Case | Thing::Form | Thing::Notice | Thing::Person | Thing::Clock | Thing::Keys | Thing::Catalogue => {
                None
            }
            Thing::Upload(id) => Some(id.to_string()),
            Thing::Document(id) => Some(id.to_string()),
            Thing::Delivery(id) => Some(id.to_string()),
            Thing::WorkItem(id) => Some(id.to_string()),
            Thing::Account(id) => Some(id.to_string()),
            Thing::Station(code) => Some(code.to_string()),
            Thing::Year(year) => Some(year.to_string()),
            Thing::Mandate(id) => Some(id.to_string()),
            Thing::Consent(id) => Some(id.to_string()),
            Thing::Correction(id) => Some(id.to_string()),
            Thing::Request(id) => Some(id.to_string()),
            Thing::Appointment(id) => Some(id.to_string()),
            Thing::Ticket(id) => Some(id.to_string()),
            Thing::Window(id) => Some(id.to_string()),
        }
    }

    /// The thing that `word` and `id` were taken from.
    pub fn read(word: &str, id: Option<&str>) -> Result<Self, BadThing> {
        fn parsed<T: FromStr>(id: &str) -> Option<T> {
            id.parse().ok()
        }
        let thing = match (word, id) {
            ("nothing", None) => Some(Thing::Nothing),
            ("case", None) => Some(Thing::Case),
            ("form", None) => Some(Thing::Form),
            ("notice", None) => Some(Thing::Notice),
            ("person", None) => Some(Thing::Person),
            ("clock", None) => Some(Thing::Clock),
            ("keys", None) => Some(Thing::Keys),
            ("catalogue", None) => Some(Thing::Catalogue),
            ("upload", Some(id)) => parsed(id).map(Thing::Upload),
            ("document", Some(id)) => parsed(id).map(Thing::Document),
            ("delivery", Some(id)) => parsed(id).map(Thing::Delivery),
            ("work_item", Some(id)) => parsed(id).map(Thing::WorkItem),
            ("account", Some(id)) => parsed(id).map(Thing::Account),
            ("station", Some(id)) => parsed(id).map(Thing::Station),
            ("year", Some(id)) => parsed(id).map(Thing::Year),
            ("mandate", Some(id)) => parsed(id).map(Thing::Mandate),
            ("consent", Some(id)) => parsed(id).map(Thing::Consent),
            ("correction", Some(id)) => parsed(id).map(Thing::Correction),
            ("request", Some(id)) => parsed(id).map(Thing::Request),
            ("appointment", Some(id)) => parsed(id).map(Thing::Appointment),
            ("ticket", Some(id)) => parsed(id).map(Thing::Ticket),
            ("window", Some(id)) => parsed(id).map(Thing::Window),
            (_other, _) => None,
        };
        thing.ok_or_else(|| BadThing { word: word.chars().take(40).collect() })
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done,
    Refused(Refusal),
}

/// What was asked, and why it wasn't done.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refusal {
    pub operation: OperationId,
    pub problem: ProblemCode,
    /// Equal ones that the entry stands for; from 1.
    pub times: u32,
}

impl Refusal {
    pub fn once(operation: OperationId, problem: ProblemCode) -> Self {
        Self { operation, problem, times: 1 }
    }
}

/// What unmasked data are needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 核验身份
    VerifyIdentity,
    /// 联系申请人
    Contact,
    /// 打印材料
    Print,
    /// 递送
    Deliver,
    /// 督办核查
    Supervise,
    /// The words say what.
    Other,
}

/// A purpose as it was stated. Invariant: `Other` comes with words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    purpose: Purpose,
    words: Option<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another purpose than those listed needs a reason")]
pub struct NoReason;

impl Stated {
    pub fn new(purpose: Purpose, words: Option<Reason>) -> Result<Self, NoReason> {
        match (purpose, &words) {
            (Purpose::Other, None) => Err(NoReason),
            (Purpose::Other, Some(_))
            | (Purpose::VerifyIdentity | Purpose::Contact | Purpose::Print | Purpose::Deliver | Purpose::Supervise, _) => {
                Ok(Self { purpose, words })
            }
        }
    }

    /// For what a courier sees of their delivery.
    pub fn delivering() -> Self {
        Self { purpose: Purpose::Deliver, words: None }
    }

    /// For what a clerk sees of somebody whom they call or visit.
    pub fn contacting() -> Self {
        Self { purpose: Purpose::Contact, words: None }
    }

    /// For the copy of somebody's data that is printed for them.
    pub fn printing() -> Self {
        Self { purpose: Purpose::Print, words: None }
    }

    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub fn words(&self) -> Option<&Reason> {
        self.words.as_ref()
    }
}

/// A short reason in somebody's own words. It stands in a log that can't be changed, so it may hold no number long enough to be
/// somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

pub const REASON_CHARS_MAX: usize = 100;
/// The shortest phone number has seven digits.
const DIGITS_MAX: usize = 6;

impl Reason {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let text = text.trim();
        let digits = text.chars().filter(|c| c.is_numeric()).count();
        let valid = (1..=REASON_CHARS_MAX).contains(&text.chars().count()) && digits <= DIGITS_MAX && !text.chars().any(char::is_control);
        // The text stays out of the error, which may be logged.
        if valid { Ok(Self(text.to_owned())) } else { Err(BadCode::new("Reason", "")) }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn things() -> Vec<Thing> {
        let id = Uuid::from_u128(7);
        vec![
            Thing::Nothing,
            Thing::Case,
            Thing::Form,
            Thing::Notice,
            Thing::Upload(UploadId::new(id)),
            Thing::Document(DocumentId::new(id)),
            Thing::Delivery(DeliveryId::new(id)),
            Thing::WorkItem(WorkItemId::new(id)),
            Thing::Person,
            Thing::Account(AccountId::new(id)),
            Thing::Station("511499101203-01".parse().unwrap()),
            Thing::Year(2026),
            Thing::Clock,
            Thing::Keys,
            Thing::Mandate(MandateId::new(id)),
            Thing::Catalogue,
            Thing::Consent(ConsentId::new(id)),
            Thing::Correction(CorrectionId::new(id)),
            Thing::Request(RequestId::new(id)),
            Thing::Appointment(AppointmentId::new(id)),
            Thing::Ticket(TicketId::new(id)),
            Thing::Window(WindowId::new(id)),
        ]
    }

    #[test]
    fn every_thing_is_read_as_what_was_written() {
        for thing in things() {
            assert_eq!(Thing::read(thing.word(), thing.id().as_deref()), Ok(thing));
        }
        assert!(Thing::read("case", Some("1")).is_err() && Thing::read("upload", None).is_err() && Thing::read("", None).is_err());
    }

    /// A word that changed would make every hash over it wrong.
    #[test]
    fn the_stored_words_are_these_for_good() {
        let words: Vec<_> = things().iter().map(Thing::word).collect();
        let deeds: Vec<_> = Deed::ALL.iter().map(|deed| serde_json::to_string(deed).unwrap().replace('"', "")).collect();
        assert_eq!(
            words.join(" "),
            "nothing case form notice upload document delivery work_item person account station year clock keys mandate catalogue consent \
             correction request appointment ticket window"
        );
        assert_eq!(
            deeds.join(" "),
            "sign_in request unmasked_read look station_edit year_load clock_move account_opening account_change account_closing \
             role_grant role_withdrawal password_reset key_rotation mandate_given mandate_revoked export correction erasure \
             catalogue_load consent_given consent_withdrawn correction_proposed correction_refused \
             erasure_proposed erasure_refused thresholds_edit slot_booked slot_cancelled ticket_favoured \
             window_freed sign_out token_reuse errand_run second_factor_enrolled second_factor_reset \
             recovery_code_used recovery_codes_renewed wechat_bound wechat_unbound provider_bound phone_proven identity_proven"
        );
    }

    #[test]
    fn another_purpose_needs_a_reason_without_a_number_that_could_be_somebody_s() {
        assert_eq!(Stated::new(Purpose::Other, None), Err(NoReason));
        assert!(Stated::new(Purpose::Contact, None).is_ok());
        let reason: Reason = " 核对第3次公示的名单 ".parse().unwrap();
        assert_eq!(Stated::new(Purpose::Other, Some(reason)).unwrap().words().unwrap().as_str(), "核对第3次公示的名单");
        for wrong in ["", "  ", "电话138 0000 5678", "编号1234567", "一\n二", &"长".repeat(101)] {
            assert!(wrong.parse::<Reason>().is_err(), "{wrong}");
        }
    }
}
