//! A case under way: what happened so far, what time it is, and what happens next.

use crate::case::*;
use crate::catalogue::{Care, Item, ResultForm};
use crate::ids::ItemCode;
use crate::people::Staff;
use crate::time::{Timestamp, end_of};

use super::world::{MAP, NEPHEW, NOTE, at, everybody, produced};

#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub item: Item,
    pub case: Case,
    pub record: Vec<Recorded>,
    pub now: Timestamp,
}

impl Story {
    pub(crate) fn begin(item: Item, submitted: Recorded) -> Self {
        let case = replay([&submitted]).unwrap();
        Self { item, case, now: submitted.at, record: vec![submitted] }
    }

    /// What would come of it, with nothing changed yet.
    pub(crate) fn try_act(&self, by: By<'_>, command: Command) -> Result<Vec<Event>, Rejection> {
        let rules = CaseRules::default();
        decide(&self.case, command, &Context { now: self.now, by, item: &self.item, map: &MAP, rules: &rules })
    }

    pub(crate) fn take(&mut self, by: &Actor, events: Vec<Event>) {
        for event in events {
            let recorded = Recorded { at: self.now, by: by.clone(), event };
            self.case = apply(self.case.clone(), &recorded);
            self.record.push(recorded);
        }
    }

    /// Something that has to go through.
    pub(crate) fn then<'a>(mut self, by: impl Into<By<'a>>, command: Command) -> Self {
        let by = by.into();
        let events = self.try_act(by.clone(), command.clone());
        let events = events.unwrap_or_else(|refused| panic!("{command:?} was refused: {refused}"));
        self.take(&by.actor(), events);
        self
    }

    /// The wall clock shows this now.
    pub(crate) fn on(mut self, wall: &str) -> Self {
        self.now = at(wall);
        self
    }

    pub(crate) fn accepted(self) -> Self {
        assert_eq!(self.stage(), Some(Stage::Accept));
        self.goes_on()
    }

    /// All that comes before `stage` went as usual.
    pub(crate) fn up_to(mut self, stage: Stage) -> Self {
        while self.stage() != Some(stage) {
            assert!(!self.case.is_ended(), "the case ended before {stage:?}");
            self = self.goes_on();
        }
        self
    }

    pub(crate) fn until_it_ends(mut self) -> Self {
        while !self.case.is_ended() {
            self = self.goes_on();
        }
        self
    }

    /// The usual next thing, by the first who may do it; time passes only where something has to be waited for.
    pub(crate) fn goes_on(mut self) -> Self {
        let (by, command) = self.usual();
        self.now = self.now.max(self.not_before());
        self.then(by, command)
    }

    pub(crate) fn stage(&self) -> Option<Stage> {
        self.case.current().map(|(_, step)| step.stage)
    }

    fn not_before(&self) -> Timestamp {
        match &self.case.state {
            State::Publicising { until, .. } => end_of(*until),
            State::AwaitingPapers
            | State::Open { .. }
            | State::Supplementing { .. }
            | State::Paused { .. }
            | State::OnTheWay
            | State::Ended { .. } => self.now,
        }
    }

    fn usual(&self) -> (By<'static>, Command) {
        match &self.case.state {
            State::AwaitingPapers => (By::System, Command::BringPapers),
            State::OnTheWay => (By::System, Command::Deliver),
            State::Supplementing { .. } => {
                (By::Person(self.case.subject.person().or(self.case.agent()).unwrap_or(NEPHEW)), Command::Supplement)
            }
            State::Open { .. } | State::Publicising { .. } | State::Paused { .. } | State::Ended { .. } => {
                (By::Staff(self.first_who_may().unwrap()), self.usual_work())
            }
        }
    }

    pub(crate) fn first_who_may(&self) -> Option<&'static Staff> {
        let (_, step) = self.case.current()?;
        everybody().into_iter().find(|staff| may_take(staff, &self.case, step).is_ok())
    }

    /// What staff do at the step so that the case goes on.
    pub(crate) fn usual_work(&self) -> Command {
        let (case, item) = (&self.case, &self.item);
        let stage = self.stage().unwrap();
        let pays = matches!(stage, Stage::AtOnce | Stage::RecordAnswer | Stage::Produce);
        match &case.state {
            State::Publicising { .. } => Command::ClosePublicity { objections: Objections::None, note: None },
            State::Paused { .. } => Command::Resume,
            _ if pays && item.fee_fen > 0 && case.fee.is_none() => Command::PayFee { fee: fee(item.fee_fen) },
            _ => usual_at(stage, case, item),
        }
    }
}

fn usual_at(stage: Stage, case: &Case, item: &Item) -> Command {
    let decision = Decision::Granted;
    let gives = (item.result.form != ResultForm::None).then(produced);
    match stage {
        Stage::AtOnce => Command::ServeAtOnce { decision, produced: gives },
        Stage::Accept => Command::Accept { matter: usual_matter(item) },
        Stage::Inspect => Command::Inspect { finding: Finding::AsStated, note: None },
        Stage::Publicise => Command::OpenPublicity,
        Stage::Review => Command::Review { opinion: Opinion::Endorsed, note: None },
        Stage::Decide => Command::Decide { decision },
        Stage::Produce => Command::Produce { produced: produced() },
        Stage::Forward => Command::Forward,
        Stage::RecordAnswer => Command::RecordAnswer { decision, produced: gives },
        Stage::HandOver => Command::HandOver { to: usual_receiver(case, item) },
    }
}

/// Named only where the item covers several.
fn usual_matter(item: &Item) -> Option<ItemCode> {
    let mut matters = item.forwarding()?.matters();
    let first = matters.next()?;
    matters.next().map(|_| first.clone())
}

fn usual_receiver(case: &Case, item: &Item) -> Receiver {
    match (item.care(), case.subject.person()) {
        (Care::AskedByLetter, _) | (Care::Ordinary | Care::Confidential, None) => Receiver::Organisation,
        (Care::Ordinary | Care::Confidential, Some(_)) => Receiver::Subject,
    }
}

pub(crate) fn fee(amount_fen: i64) -> Fee {
    Fee { amount_fen, receipt_no: "R-20260914-0001".into() }
}

pub(crate) fn granted() -> Command {
    Command::Decide { decision: Decision::Granted }
}

pub(crate) fn refused() -> Command {
    Command::Decide { decision: Decision::Refused { note: NOTE } }
}

pub(crate) fn accept() -> Command {
    Command::Accept { matter: None }
}

pub(crate) fn ask_for_more() -> Command {
    Command::AskSupplement { note: NOTE, ground: SupplementGround::FirstNotice }
}

/// The case as it stands before something is tried.
pub(crate) struct Given(Story);

pub(crate) fn given(story: Story) -> Given {
    Given(story)
}

impl Given {
    pub(crate) fn when<'a>(self, by: impl Into<By<'a>>, command: Command) -> When {
        let by = by.into();
        let result = self.0.try_act(by.clone(), command);
        When { story: self.0, by: by.actor(), result }
    }
}

/// What came of it.
#[must_use = "say what follows"]
pub(crate) struct When {
    story: Story,
    by: Actor,
    result: Result<Vec<Event>, Rejection>,
}

impl When {
    #[track_caller]
    pub(crate) fn then(self, events: &[Event]) -> Story {
        assert_eq!(self.result.as_deref(), Ok(events));
        self.went()
    }

    #[track_caller]
    pub(crate) fn then_rejected(self, why: Rejection) {
        assert_eq!(self.result, Err(why));
    }

    #[track_caller]
    pub(crate) fn then_barred(self, bar: Bar) {
        self.then_rejected(Rejection::Barred(bar));
    }

    #[track_caller]
    pub(crate) fn then_stands_at(self, stage: Stage) -> Story {
        let story = self.went();
        assert!(matches!(story.case.state, State::Open { .. }), "{:?}", story.case.state);
        assert_eq!(story.stage(), Some(stage));
        story
    }

    #[track_caller]
    pub(crate) fn then_ends(self, outcome: Outcome) -> Story {
        let story = self.went();
        assert_eq!(story.case.state, State::Ended { outcome });
        story
    }

    /// It went through; how the case stands now.
    #[track_caller]
    pub(crate) fn went(self) -> Story {
        let mut story = self.story;
        story.take(&self.by, self.result.unwrap());
        story
    }
}
