//! The register of personal data (个人信息处理台账): every column that says something of a person, what it is for, how it is kept, and
//! how long; and of every table with such columns, whose its rows are. It is what is sealed, copied and erased by; a test holds it
//! against the tables, so that no column is forgotten. Basis: 个人信息保护法 6, 19, 45, 47, 51, 55.

mod tables;

use crate::vault::Column;

pub use tables::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalColumn {
    pub column: Column,
    /// What stands in it.
    pub what: &'static str,
    /// Why it is kept at all.
    pub purpose: &'static str,
    pub kept: Kept,
    pub retention: Retention,
    pub copy: Copy,
}

/// How a value stands in the copy that the person may have of their data (个人信息保护法 45).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    Text,
    Json,
    /// It isn't given.
    Withheld(Withheld),
}

/// Why a value is in no copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It is made of another value, which is given.
    Derived,
    /// It lets in whoever has it.
    Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Encrypted, bound to its row.
    Sealed,
    /// A keyed hash of the sealed column beside it, for exact look-up.
    Index,
    /// A slow hash with a salt (argon2).
    Hashed,
    /// As it is, because of this.
    Clear(&'static str),
}

/// How long a value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// As long as the person is known here.
    Person,
    /// As long as the person is known here, or the file of a case names them.
    PersonAndCases,
    /// As long as the file of the case has to be kept.
    Case,
    /// As long as signs of farming are looked for (`evaluations.device_days`), and no longer than the file of the case or the account.
    Device,
    /// As long as a list of messages goes back (`retention.news_days`), and no longer than the file of the case.
    News,
    /// Until the papers have changed hands.
    Handover,
    /// As long as a request may be repeated (`limits.idempotency_hours`).
    Repetition,
    /// As long as visits are looked back on (`retention.visit_days`).
    Visit,
    /// As long as the account is there.
    Account,
    /// As long as somebody is signed in, and some time after (`token.ended_days`).
    Session,
    /// As long as the audit log: six months at least (网络安全法 21).
    Audit,
}

const fn entry(
    (table, column): (&'static str, &'static str),
    what: &'static str,
    purpose: &'static str,
    kept: Kept,
    retention: Retention,
) -> PersonalColumn {
    let copy = match kept {
        Kept::Sealed | Kept::Clear(_) => Copy::Text,
        Kept::Index => Copy::Withheld(Withheld::Derived),
        Kept::Hashed => Copy::Withheld(Withheld::Secret),
    };
    PersonalColumn { column: Column::new(table, column), what, purpose, kept, retention, copy }
}

/// Of an entry whose value is JSON.
const fn json(entry: PersonalColumn) -> PersonalColumn {
    PersonalColumn { copy: Copy::Json, ..entry }
}

const fn withheld(entry: PersonalColumn, why: Withheld) -> PersonalColumn {
    PersonalColumn { copy: Copy::Withheld(why), ..entry }
}

const LISTED: Kept = Kept::Clear("lists and searches of the staff sort and match by it; who may see it is judged with every answer");
const JOINED: Kept = Kept::Clear("households are joined by it in the database; it is a register number that says nothing by itself");
const CODES: Kept = Kept::Clear("ids and codes beside an id; rules and lists go by them");
const PLACE: Kept = Kept::Clear("the code of a village, shared by all who live there; routing and lists filter by it");

const DEVICE: Kept = Kept::Clear("a keyed hash of a number that the device made up: it says nothing without key and device");

pub const PERSONAL: &[PersonalColumn] = &[
    entry(("persons", "name"), "name", "to address the person, and on papers", LISTED, Retention::PersonAndCases),
    entry(("persons", "citizen_id"), "citizen ID number", "to tell people apart, and on papers", Kept::Sealed, Retention::PersonAndCases),
    entry(("persons", "citizen_id_index"), "citizen ID number", "to find the person by it", Kept::Index, Retention::Person),
    entry(("persons", "phone"), "phone number", "to reach the person", Kept::Sealed, Retention::Person),
    entry(("persons", "phone_index"), "phone number", "to find the person who calls", Kept::Index, Retention::Person),
    entry(
        ("persons", "ethnicity"),
        "ethnicity",
        "on papers that state it",
        Kept::Clear("stands on forms beside the name, and no column that identifies is in clear"),
        Retention::Person,
    ),
    entry(("persons", "registered"), "village of the household register", "who is responsible", PLACE, Retention::Person),
    entry(("persons", "residence"), "village of residence", "who is responsible", PLACE, Retention::Person),
    entry(("persons", "address"), "address", "couriers, visits, papers", Kept::Sealed, Retention::Person),
    entry(("persons", "household"), "number of the household register", "cases for a household; recusal", JOINED, Retention::Person),
    entry(("persons", "openid"), "WeChat account", "signing in, messages", Kept::Sealed, Retention::Person),
    entry(("persons", "openid_index"), "WeChat account", "to find who signs in", Kept::Index, Retention::Person),
    entry(("persons", "sign_in_phone"), "phone number that signs in", "signing in by short message", Kept::Sealed, Retention::Person),
    entry(("persons", "sign_in_phone_index"), "phone number that signs in", "to find who signs in", Kept::Index, Retention::Person),
    entry(("persons", "proof"), "how they proved who they are", "real-name levels", CODES, Retention::Person),
    entry(("face_checks", "state"), "what came of a face check", "real-name levels", CODES, Retention::Session),
    withheld(
        entry(
            ("face_checks", "checked"),
            "keyed hash of the name and number that are checked",
            "to tell whether they are the same still",
            Kept::Clear("a keyed hash: it says nothing without key, name and number"),
            Retention::Session,
        ),
        Withheld::Derived,
    ),
    json(entry(
        ("corrections", "before"),
        "name, number and ethnicity as they stood before a correction",
        "proving it, and undoing a wrong one",
        Kept::Sealed,
        Retention::Person,
    )),
    json(entry(
        ("corrections", "after"),
        "name, number and ethnicity as a correction says them",
        "proving it, and undoing a wrong one",
        Kept::Sealed,
        Retention::Person,
    )),
    entry(
        ("relatives", "kinship"),
        "what two persons are to each other",
        "recusal",
        Kept::Clear("a word beside two ids"),
        Retention::PersonAndCases,
    ),
    json(entry(
        ("mandates", "scope"),
        "items and topics in which somebody acts for another",
        "judging acts",
        CODES,
        Retention::PersonAndCases,
    )),
    json(entry(("mandates", "witnessing"), "how it was made sure", "proof", CODES, Retention::PersonAndCases)),
    json(entry(("mandates", "entered_by"), "clerk and station", "proof", CODES, Retention::PersonAndCases)),
    json(entry(("mandates", "revoked"), "when and how it ended", "proof", CODES, Retention::PersonAndCases)),
    entry(("consents", "kind"), "kind of sensitive data that was agreed to", "proof", CODES, Retention::PersonAndCases),
    json(entry(("consents", "given"), "who heard it", "proof", CODES, Retention::PersonAndCases)),
    json(entry(("consents", "ended"), "when and how it ended", "proof", CODES, Retention::PersonAndCases)),
    entry(
        ("accounts", "login"),
        "login of a staff member",
        "signing in",
        Kept::Clear("looked up with every sign-in; official, not private"),
        Retention::Account,
    ),
    entry(("accounts", "password_hash"), "password", "signing in", Kept::Hashed, Retention::Account),
    withheld(
        entry(("second_factors", "secret"), "secret of an authenticator", "signing in", Kept::Sealed, Retention::Account),
        Withheld::Secret,
    ),
    withheld(
        entry(("second_factors", "pending"), "secret that waits to be confirmed", "signing in", Kept::Sealed, Retention::Account),
        Withheld::Secret,
    ),
    entry(("staff_wechats", "openid"), "WeChat bound to a staff account", "signing in", Kept::Sealed, Retention::Account),
    entry(("staff_wechats", "openid_index"), "WeChat bound to a staff account", "to find who signs in", Kept::Index, Retention::Account),
    entry(("staff_subjects", "subject"), "name at the identity provider", "signing in", Kept::Sealed, Retention::Account),
    entry(("staff_subjects", "subject_index"), "name at the identity provider", "to find who signs in", Kept::Index, Retention::Account),
    json(entry(
        ("shifts", "hours"),
        "working hours of a courier",
        "offering legs",
        Kept::Clear("official, not private"),
        Retention::Account,
    )),
    entry(("cases", "organisation"), "name of an organisation, which may be a person's", "on papers", Kept::Sealed, Retention::Case),
    json(entry(("cases", "plan"), "how, where and when a person is served", "the timeline", Kept::Sealed, Retention::Case)),
    json(entry(
        ("plan_inputs", "content"),
        "what was asked when the plan was made",
        "replaying the decision",
        Kept::Sealed,
        Retention::Case,
    )),
    json(entry(("case_events", "by"), "who acted, by id", "the record", Kept::Clear("ids alone"), Retention::Case)),
    json(entry(
        ("case_events", "content"),
        "what happened",
        "the record",
        Kept::Clear("ids, codes and reasons of a list; no names, answers or free words"),
        Retention::Case,
    )),
    json(entry(("case_answers", "content"), "answers in the form", "deciding the case", Kept::Sealed, Retention::Case)),
    json(entry(("notes", "content"), "free words of staff", "reasons, findings, what is missing", Kept::Sealed, Retention::Case)),
    entry(("evaluations", "text"), "free words of the person", "improving the service", Kept::Sealed, Retention::Case),
    withheld(
        entry(("evaluations", "device"), "mark of the device, hashed", "signs of farming", DEVICE, Retention::Device),
        Withheld::Derived,
    ),
    json(entry(("rectification_steps", "by"), "who acted, by id", "the record", CODES, Retention::Case)),
    json(entry(("rectification_steps", "content"), "what followed a bad review", "the record", CODES, Retention::Case)),
    entry(("rectification_replies", "text"), "answer to a bad review", "telling the person", Kept::Sealed, Retention::Case),
    entry(("rectification_replies", "published"), "what of it is published", "telling everybody", Kept::Sealed, Retention::Case),
    entry(("farming", "note"), "what a supervisor found of signs of farming", "answering for it", Kept::Sealed, Retention::Account),
    withheld(
        entry(
            ("staff_devices", "device"),
            "mark of a device that staff sign in with, hashed",
            "signs of farming",
            DEVICE,
            Retention::Device,
        ),
        Withheld::Derived,
    ),
    entry(
        ("uploads", "sha256"),
        "digest of a file",
        "to see that it is whole",
        Kept::Clear("says nothing without the file"),
        Retention::Case,
    ),
    entry(
        ("documents", "sha256"),
        "digest of a paper",
        "to see that it is whole",
        Kept::Clear("says nothing without the paper"),
        Retention::Case,
    ),
    entry(
        ("certificates", "holder"),
        "name, masked",
        "the public check page",
        Kept::Clear("masked; anybody with the paper is shown it"),
        Retention::Case,
    ),
    withheld(
        entry(("certificates", "check_token"), "secret of the QR code", "printing it again", Kept::Sealed, Retention::Case),
        Withheld::Secret,
    ),
    entry(("certificates", "check_token_index"), "secret of the QR code", "the public check page", Kept::Index, Retention::Case),
    withheld(
        entry(("legs", "giver_code"), "code that the giver shows", "the change of hands", Kept::Sealed, Retention::Handover),
        Withheld::Secret,
    ),
    withheld(
        entry(("legs", "taker_code"), "code that the taker shows", "the change of hands", Kept::Sealed, Retention::Handover),
        Withheld::Secret,
    ),
    entry(
        ("audit_log", "purpose_words"),
        "why somebody saw a person's data whole",
        "answering for it",
        Kept::Clear("bound into the chain of the log, which nothing erases; long numbers are refused in it"),
        Retention::Audit,
    ),
    json(entry(("outbox", "content"), "what the person is told", "news", Kept::Sealed, Retention::News)),
    entry(("outbox_tries", "channel"), "way that news took", "sending them once, and saying how they went out", CODES, Retention::News),
    entry(("outbox_tries", "state"), "whether news arrived", "sending them another way where they didn't", CODES, Retention::News),
    entry(("subscriptions", "template"), "messages that the person allows WeChat to bring", "sending no others", CODES, Retention::Person),
    entry(("subscriptions", "kind"), "for how long they allow them", "sending no others", CODES, Retention::Person),
    entry(("errands", "station"), "station that calls or visits the person", "telling them", CODES, Retention::News),
    entry(("errands", "state"), "whether they were reached", "telling them", CODES, Retention::News),
    json(entry(("errands", "attempts"), "who called or visited, and what came of it", "answering for it", CODES, Retention::News)),
    entry(("tickets", "number"), "number in the row of a hall", "calling the person", CODES, Retention::Visit),
    entry(("tickets", "kind"), "kind of matter", "calling the person to the right window", CODES, Retention::Visit),
    entry(("tickets", "station"), "where somebody waited", "the row", CODES, Retention::Visit),
    entry(("tickets", "state"), "how it went", "the row; looking back on waits", CODES, Retention::Visit),
    entry(("appointments", "station"), "where somebody booked a slot", "keeping the place", CODES, Retention::Visit),
    entry(("appointments", "item"), "for what", "keeping the place", CODES, Retention::Visit),
    entry(("appointments", "state"), "whether they came", "keeping the place", CODES, Retention::Visit),
    entry(("appointments", "called_off"), "why the station couldn't keep it", "telling them", CODES, Retention::Visit),
    entry(
        ("sessions", "device"),
        "kind of device that somebody signed in on",
        "telling one's own sign-ins apart",
        CODES,
        Retention::Session,
    ),
    entry(("sessions", "end_why"), "why a sign-in ended", "telling one's own sign-ins apart", CODES, Retention::Session),
    withheld(
        entry(
            ("idempotency_keys", "request_hash"),
            "digest of a request",
            "to tell a repetition from another request",
            Kept::Sealed,
            Retention::Repetition,
        ),
        Withheld::Derived,
    ),
    json(entry(("idempotency_keys", "body"), "an answer", "the same answer to a repetition", Kept::Sealed, Retention::Repetition)),
];

/// What holds nothing personal, by table: codes, states, numbers, official data, and ids that lead to the rest.
pub const NOT_PERSONAL: &[(&str, &[&str])] = &[
    ("item_versions", &["code", "content", "content_hash"]),
    ("prohibited_certificates", &["name", "content"]),
    ("divisions", &["code", "name"]),
    ("stations", &["code", "name", "level", "division", "phone", "hours", "added", "removed", "facts"]),
    ("partners", &["code", "name", "station_name", "items", "hours"]),
    ("calendar_years", &["content"]),
    ("alerts", &["number", "item", "cause", "colour", "station", "stage"]),
    ("facts", &["key", "value"]),
    ("grants", &["role", "scope_kind", "scope_code"]),
    ("accounts", &["topics"]),
    ("cases", &["number", "item", "mode", "accepting", "division", "stage", "station", "state", "outcome"]),
    ("case_events", &["kind"]),
    ("case_involved", &["part"]),
    ("work_items", &["stage", "topic", "station", "role", "in_name_of", "reach", "sharing", "lane", "kept_bond", "outcome"]),
    ("work_moves", &["moved"]),
    ("live_updates", &["topic", "what", "thing"]),
    ("live_tickets", &["digest", "watcher", "topics"]),
    ("uploads", &["material", "media_type", "object_key"]),
    ("documents", &["name", "media_type", "object_key"]),
    ("certificates", &["number", "item", "issuer", "standing"]),
    ("sessions", &["kind"]),
    ("sms_codes", &["phone_index", "code_index"]),
    ("identity_codes", &["digest"]),
    ("refresh_tokens", &["digest", "parent", "used_key"]),
    ("token_keys", &["kid", "wrapped", "master"]),
    ("recovery_codes", &["digest"]),
    ("serials", &["key"]),
    ("legs", &["kind", "state", "station"]),
    ("evaluations", &["level"]),
    ("rectifications", &["station", "role", "secrecy", "raised_to", "level", "state", "timeliness"]),
    ("rectification_steps", &["kind"]),
    ("rectification_replies", &["station"]),
    ("review_words", &["state"]),
    ("farming", &["sign", "station"]),
    ("outbox", &["state"]),
    ("outbox_tries", &["number", "error"]),
    ("wechat_pushes", &["mark"]),
    ("scenes", &["scene", "station", "edition", "picture"]),
    ("appointments", &["kind"]),
    ("floor_windows", &["station", "serves"]),
    ("floor_rules", &["station", "content"]),
    ("service_paces", &["station", "kind"]),
    ("idempotency_keys", &["actor", "key"]),
    ("audit_log", &["by_kind", "by_role", "by_station", "deed", "on_thing", "on_id", "operation", "problem", "purpose", "prev", "hash"]),
    ("audit_heads", &["hash", "algorithm"]),
    ("corrections", &["by_role", "by_station", "state", "settled"]),
    ("counter_requests", &["asked", "by_role", "by_station", "shown", "state", "settled"]),
    ("data_keys", &["purpose", "algorithm", "wrapped", "master"]),
    ("doomed_files", &["object_key"]),
    ("plan_inputs", &["holds_on"]),
    ("plan_snapshots", &["digest", "content"]),
];

/// The sealed columns of a table.
pub fn sealed_columns(table: &str) -> impl Iterator<Item = Column> {
    PERSONAL.iter().filter(move |entry| entry.column.table == table && entry.kept == Kept::Sealed).map(|entry| entry.column)
}
