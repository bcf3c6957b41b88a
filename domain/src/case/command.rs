//! What may be asked of a case, and what a decision needs to know.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::case::{Actor, Bar, Changed, ChosenWay, Decision, Fee, Finding, Objections, Opinion, Produced, Receiver};
use crate::catalogue::Item;
use crate::district::DistrictMap;
use crate::ids::{ConsentId, ItemCode, NoteId, PersonId, StationCode};
use crate::people::Staff;
use crate::time::Timestamp;

/// Why a supplement is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplementGround {
    /// The one notice that tells everything (一次性告知).
    FirstNotice,
    /// A fact that nobody could have known when the first notice was given.
    NewFact,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `matter` names the town service of a proxy item that covers several.
    Accept {
        matter: Option<ItemCode>,
    },
    /// Five working days passed without a word.
    AcceptBySilence,
    NotAccept {
        note: NoteId,
    },
    AskSupplement {
        note: NoteId,
        ground: SupplementGround,
    },
    Supplement,
    Lapse,
    /// A courier brought the papers to the station.
    BringPapers,
    Inspect {
        finding: Finding,
        note: Option<NoteId>,
    },
    OpenPublicity,
    ClosePublicity {
        objections: Objections,
        note: Option<NoteId>,
    },
    Review {
        opinion: Opinion,
        note: Option<NoteId>,
    },
    Forward,
    RecordAnswer {
        decision: Decision,
        produced: Option<Produced>,
    },
    Decide {
        decision: Decision,
    },
    /// Accept, decide and produce in one sitting; a refusal produces nothing.
    ServeAtOnce {
        decision: Decision,
        produced: Option<Produced>,
    },
    PayFee {
        fee: Fee,
    },
    Produce {
        produced: Produced,
    },
    HandOver {
        to: Receiver,
    },
    /// The courier and the person both confirmed.
    Deliver,
    /// An outside body tests or appraises.
    Pause,
    Resume,
    /// Nobody present may take the step.
    Rise,
    /// The clerk's station has time to spare and takes the step over.
    Draw {
        to: StationCode,
    },
    /// What the plan rested on changed.
    Replan {
        changed: Changed,
        latest: Option<NaiveDate>,
    },
    /// The way that was chosen is closed: the case goes another.
    Reroute {
        way: Box<ChosenWay>,
    },
    /// Another plan is chosen, as long as nobody has accepted the case.
    ChooseAnew {
        way: Box<ChosenWay>,
    },
    /// The calendar changed: the promise ends on another day.
    MoveDue {
        before: NaiveDate,
        after: NaiveDate,
    },
    /// The mandate was revoked.
    LoseAgent,
    Withdraw,
    /// A consent that the case rests on was withdrawn. Who may withdraw it was judged with the consent (`crate::consent::speak`).
    EndWithoutConsent {
        consent: ConsentId,
    },
}

/// Who gives a command.
#[derive(Debug, Clone)]
pub enum By<'a> {
    Person(PersonId),
    Staff(&'a Staff),
    System,
}

impl By<'_> {
    pub fn actor(&self) -> Actor {
        match self {
            By::Person(person) => Actor::Person { person: *person },
            By::Staff(staff) => Actor::Staff { account: staff.account, person: staff.person },
            By::System => Actor::System,
        }
    }
}

/// Periods that local rules settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CaseRules {
    /// Working days from receipt within which the supplement notice must be given (行政许可法 32: five).
    pub notice_working_days: u16,
    /// Working days that a person has to give a supplement. Local; default 10.
    pub supplement_working_days: u16,
}

impl Default for CaseRules {
    fn default() -> Self {
        Self { notice_working_days: 5, supplement_working_days: 10 }
    }
}

/// What a decision needs beside the case and the command.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    pub now: Timestamp,
    pub by: By<'a>,
    /// The item at the version that the case was submitted under.
    pub item: &'a Item,
    pub map: &'a DistrictMap,
    pub rules: &'a CaseRules,
}

impl Context<'_> {
    pub fn calendar(&self) -> &Calendar {
        &self.map.calendar
    }

    pub fn today(&self) -> NaiveDate {
        crate::time::local_date(self.now)
    }
}

/// Why a command was refused. Each is something that the caller can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the case has ended")]
    Ended,
    #[error("the case doesn't stand at a stage at which this can be done")]
    NotAtThisStage,
    #[error("the case waits for a supplement")]
    WaitsForSupplement,
    #[error("the public notice hangs until {0}")]
    NoticeStillHangs(NaiveDate),
    #[error("the case is paused for an outside body's test")]
    Paused,
    #[error("the papers are still on their way")]
    PapersOnTheWay,
    #[error(transparent)]
    Barred(#[from] Bar),
    #[error("only the person or their agent may do this")]
    NotYours,
    #[error("this item covers several matters: name one of {0:?}")]
    NameTheMatter(Vec<ItemCode>),
    #[error("this item doesn't cover the matter {0}")]
    NoSuchMatter(ItemCode),
    #[error("everything has to be asked for at once, and it was asked for already")]
    AlreadyAsked,
    #[error("a notice after the fifth working day is too late: the case counts as accepted")]
    NoticeTooLate,
    #[error("the five days for the notice haven't passed")]
    NoticeStillPossible,
    #[error("the supplement may still be given until {0}")]
    SupplementStillPossible(NaiveDate),
    #[error("the supplement was due on {0}")]
    SupplementTooLate(NaiveDate),
    #[error("a fee of {due_fen} fen has to be paid first")]
    FeeUnpaid { due_fen: i64 },
    #[error("the fee of this item is {due_fen} fen")]
    WrongFee { due_fen: i64 },
    #[error("the fee is paid already")]
    FeePaidAlready,
    #[error("the item takes no fee")]
    NoFee,
    #[error("a grant needs what it gives; a refusal gives nothing")]
    ResultMismatch,
    #[error("this paper may not go to that receiver")]
    WrongReceiver,
    #[error("the clock stands already, or runs already")]
    ClockAsIs,
    #[error("the item has no public notice")]
    NoPublicity,
    #[error("the case is decided already")]
    DecidedAlready,
    #[error("the case is accepted already")]
    AcceptedAlready,
    #[error("nothing was promised yet, or the promise ends on that day anyway")]
    DueAsItIs,
    #[error("the whole line may take it already")]
    AtTheTop,
    #[error("the step isn't shared with the station")]
    NotShared,
    #[error("nobody acts for the subject of this case")]
    NoAgent,
    #[error("a station of this case is no longer on the map")]
    StationGone,
}
