//! The tables with personal columns: the key of their rows, whose they are, and what an erasure does to them.

/// A part of a row's key, without the district, in the order in which it is bound into what the row seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    Id(&'static str),
    Text(&'static str),
}

impl KeyPart {
    pub fn column(self) -> &'static str {
        match self {
            KeyPart::Id(column) | KeyPart::Text(column) => column,
        }
    }
}

/// How a row leads to the person whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonLink {
    /// By the id in a column.
    Id(&'static str),
    /// By the id in either column.
    Either(&'static str, &'static str),
    /// By the person of the account in a column.
    Account(&'static str),
    /// By the label of a caller in a column, which holds a villager's id.
    Caller(&'static str),
    /// Of files: by the id in a column, where the row belongs to nothing; or by the correction or the request that it belongs to.
    Loose(&'static str),
}

/// How a row leads to the case that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseLink {
    /// By the id in a column.
    Id(&'static str),
    /// By the delivery in a column.
    Delivery(&'static str),
}

/// Who of the people of a case has the rows that belong to it in the copy of their data. An erasure of its file asks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// All who have part in it on their own behalf.
    OfTheCase,
    /// Whoever reviewed it: what somebody thinks of the service isn't their household's to read.
    Reviewer,
    /// The person of the row, and nobody else.
    Addressee,
}

/// What erasing does to the rows that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The row goes.
    Goes,
    /// The row stays for what else it tells; its personal columns are emptied.
    Emptied,
    /// The row stays as it is, because of this.
    Stays(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub struct PersonalTable {
    pub name: &'static str,
    /// Empty where nothing in the table is sealed.
    pub key: &'static [KeyPart],
    pub of_person: Option<PersonLink>,
    pub of_case: Option<CaseLink>,
    pub readers: Readers,
    pub fate: Fate,
    /// Names a file in the object store, which goes with the row.
    pub file: Option<&'static str>,
}

const RECORD: Fate = Fate::Stays("the record of what was done, in ids and codes: it says nothing once the rest is gone");
const EVIDENCE: Fate = Fate::Stays("that what was done was agreed to has to be proved as long as it can be asked; ids and codes alone");
const OFFICE: Fate = Fate::Stays("who held an office answers for it");
const AUDIT: Fate = Fate::Stays("the audit log is append-only; it holds ids, and says nothing once the rest is gone");

pub const PERSONAL_TABLES: &[PersonalTable] = &[
    of_person("persons", &[KeyPart::Id("id")], PersonLink::Id("id"), Fate::Emptied),
    of_person("relatives", &[], PersonLink::Either("person", "relative"), Fate::Goes),
    of_person("mandates", &[], PersonLink::Either("grantor", "holder"), EVIDENCE),
    of_person("consents", &[], PersonLink::Id("person"), EVIDENCE),
    of_person("accounts", &[], PersonLink::Id("person"), OFFICE),
    // Recovery codes hold with the authenticator alone.
    of_person("second_factors", &[KeyPart::Id("account")], PersonLink::Account("account"), Fate::Goes),
    of_person("staff_wechats", &[KeyPart::Id("account")], PersonLink::Account("account"), Fate::Goes),
    of_person("staff_subjects", &[KeyPart::Id("account")], PersonLink::Account("account"), Fate::Goes),
    of_person("shifts", &[], PersonLink::Account("account"), OFFICE),
    of_case("cases", &[KeyPart::Id("id")], CaseLink::Id("id"), Fate::Emptied),
    of_case("plan_inputs", &[KeyPart::Id("case_id")], CaseLink::Id("case_id"), Fate::Goes),
    of_case("case_events", &[], CaseLink::Id("case_id"), RECORD),
    of_case("case_answers", &[KeyPart::Id("case_id")], CaseLink::Id("case_id"), Fate::Goes),
    of_case("notes", &[KeyPart::Id("id")], CaseLink::Id("case_id"), Fate::Goes),
    for_the_reviewer(of_case("evaluations", &[KeyPart::Id("case_id")], CaseLink::Id("case_id"), Fate::Emptied)),
    for_the_reviewer(of_case("rectification_steps", &[], CaseLink::Id("case_id"), RECORD)),
    for_the_reviewer(of_case("rectification_replies", &[KeyPart::Id("id")], CaseLink::Id("case_id"), Fate::Goes)),
    of_person("farming", &[KeyPart::Id("id")], PersonLink::Account("looked_by"), Fate::Emptied),
    of_person("staff_devices", &[], PersonLink::Account("account"), Fate::Goes),
    PersonalTable {
        of_person: Some(PersonLink::Loose("person")),
        ..with_file("object_key", of_case("uploads", &[], CaseLink::Id("case_id"), Fate::Goes))
    },
    // After the files, which are found by them.
    of_person("corrections", &[KeyPart::Id("id")], PersonLink::Id("person"), Fate::Goes),
    with_file("object_key", of_case("documents", &[], CaseLink::Id("case_id"), Fate::Goes)),
    of_case("certificates", &[KeyPart::Text("number")], CaseLink::Id("case_id"), Fate::Emptied),
    of_case("legs", &[KeyPart::Id("delivery"), KeyPart::Text("kind")], CaseLink::Delivery("delivery"), Fate::Emptied),
    of_person("audit_log", &[], PersonLink::Id("on_person"), AUDIT),
    for_the_addressee("outbox", &[KeyPart::Id("id")]),
    for_the_addressee("outbox_tries", &[]),
    for_the_addressee("errands", &[]),
    of_person("subscriptions", &[], PersonLink::Id("person"), Fate::Goes),
    of_person("tickets", &[], PersonLink::Id("person"), Fate::Goes),
    of_person("appointments", &[], PersonLink::Id("person"), Fate::Goes),
    // Their refresh tokens are of no use without them, and are removed by a job.
    of_person("sessions", &[], PersonLink::Id("person"), Fate::Goes),
    of_person("face_checks", &[], PersonLink::Id("person"), Fate::Goes),
    of_person("idempotency_keys", &[KeyPart::Text("actor"), KeyPart::Text("key")], PersonLink::Caller("actor"), Fate::Goes),
];

const fn with_file(column: &'static str, table: PersonalTable) -> PersonalTable {
    PersonalTable { file: Some(column), ..table }
}

/// What somebody was told of a case: their own to read, and gone with the case's file.
const fn for_the_addressee(name: &'static str, key: &'static [KeyPart]) -> PersonalTable {
    let own = of_person(name, key, PersonLink::Id("person"), Fate::Goes);
    PersonalTable { of_case: Some(CaseLink::Id("case_id")), readers: Readers::Addressee, ..own }
}

const fn for_the_reviewer(table: PersonalTable) -> PersonalTable {
    PersonalTable { readers: Readers::Reviewer, ..table }
}

const fn of_person(name: &'static str, key: &'static [KeyPart], link: PersonLink, fate: Fate) -> PersonalTable {
    PersonalTable { name, key, of_person: Some(link), of_case: None, readers: Readers::OfTheCase, fate, file: None }
}

const fn of_case(name: &'static str, key: &'static [KeyPart], link: CaseLink, fate: Fate) -> PersonalTable {
    PersonalTable { name, key, of_person: None, of_case: Some(link), readers: Readers::OfTheCase, fate, file: None }
}
