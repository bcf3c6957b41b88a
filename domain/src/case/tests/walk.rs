//! Histories at random: any filing of any item, and then anything by anyone. Some moves are the usual next thing, so that
//! walks get far, some are another thing by somebody entitled to it; the rest is whatever anybody may try.

use std::sync::LazyLock;

use chrono::Duration;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::case::*;
use crate::catalogue::*;
use crate::ids::DeliveryId;
use crate::people::{Role, Staff};

use super::story::{Story, fee};
use super::world::*;

/// Who may try something.
#[derive(Debug, Clone)]
pub(super) enum Someone {
    Person(crate::ids::PersonId),
    Staff(Box<Staff>),
    System,
}

impl Someone {
    pub(super) fn by(&self) -> By<'_> {
        match self {
            Someone::Person(person) => By::Person(*person),
            Someone::Staff(staff) => By::Staff(staff),
            Someone::System => By::System,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Move {
    /// What the stage asks for, by one of those who may; if there is nobody, the step rises.
    Usual(Index),
    /// Another thing, by somebody whose thing it is to do.
    Turn(Index, Command),
    Act(Someone, Command),
    Wait(Duration),
}

pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let wait = prop_oneof![0i64..48, 48i64..400].prop_map(|hours| Move::Wait(Duration::hours(hours)));
    let act = (someone(), commands()).prop_map(|(who, command)| Move::Act(who, command));
    let usual = any::<Index>().prop_map(Move::Usual);
    let turn = (any::<Index>(), commands()).prop_map(|(index, command)| Move::Turn(index, command));
    prop::collection::vec(prop_oneof![3 => usual, 3 => turn, 2 => act, 2 => wait], 1..60)
}

/// Everybody at work, and those among them whom a rule keeps away from Zhang's case.
pub(super) static WORKFORCE: LazyLock<Vec<Staff>> = LazyLock::new(|| {
    let kept_away = [
        related(&staff(52, Role::Approver, VILLAGE), ZHANG),
        related(&staff(53, Role::Approver, TOWN), HUSBAND),
        Staff { person: ZHANG, ..staff(54, Role::Approver, DISTRICT) },
        Staff { person: NEPHEW, ..staff(55, Role::Approver, VILLAGE) },
        staff(56, Role::Supervisor, DISTRICT),
    ];
    let more = [staff(50, Role::Approver, VILLAGE), staff(51, Role::Approver, FAR_POINT)];
    everybody().into_iter().cloned().chain(more).chain(kept_away).collect()
});

fn someone() -> impl Strategy<Value = Someone> {
    prop_oneof![
        2 => select(vec![ZHANG, HUSBAND, NEPHEW, STRANGER]).prop_map(Someone::Person),
        4 => select(WORKFORCE.clone()).prop_map(|staff| Someone::Staff(Box::new(staff))),
        2 => Just(Someone::System),
    ]
}

fn decisions() -> impl Strategy<Value = Decision> {
    select(vec![Decision::Granted, Decision::Granted, Decision::Refused { note: NOTE }])
}

fn results() -> impl Strategy<Value = Option<Produced>> {
    option::of(Just(produced()))
}

fn commands() -> impl Strategy<Value = Command> {
    let plain = vec![
        Command::AcceptBySilence,
        Command::NotAccept { note: NOTE },
        Command::Supplement,
        Command::Lapse,
        Command::BringPapers,
        Command::OpenPublicity,
        Command::ClosePublicity { objections: Objections::Raised, note: Some(NOTE) },
        Command::Inspect { finding: Finding::Differs, note: Some(NOTE) },
        Command::Review { opinion: Opinion::Opposed, note: Some(NOTE) },
        Command::Forward,
        Command::PayFee { fee: fee(500) },
        Command::PayFee { fee: fee(1) },
        Command::Produce { produced: produced() },
        Command::Deliver,
        Command::Pause,
        Command::Resume,
        Command::Rise,
        Command::Draw { to: code(FAR_VILLAGE) },
        Command::Draw { to: code(OTHER_TOWN) },
        Command::Replan { changed: Changed::Station, latest: None },
        Command::MoveDue { before: "2026-09-21".parse().unwrap(), after: "2026-09-22".parse().unwrap() },
        Command::LoseAgent,
        Command::Withdraw,
        Command::EndWithoutConsent { consent: CONSENT },
    ];
    prop_oneof![
        9 => select(plain),
        1 => option::of(select(vec!["T001", "T002", "T003"])).prop_map(|matter| Command::Accept { matter: matter.map(|m| m.parse().unwrap()) }),
        3 => select(vec![SupplementGround::FirstNotice, SupplementGround::NewFact]).prop_map(|ground| Command::AskSupplement { note: NOTE, ground }),
        2 => decisions().prop_map(|decision| Command::Decide { decision }),
        1 => (decisions(), results()).prop_map(|(decision, produced)| Command::ServeAtOnce { decision, produced }),
        1 => (decisions(), results()).prop_map(|(decision, produced)| Command::RecordAnswer { decision, produced }),
        2 => receivers().prop_map(|to| Command::HandOver { to }),
    ]
}

fn receivers() -> impl Strategy<Value = Receiver> {
    select(vec![
        Receiver::Subject,
        Receiver::Agent,
        Receiver::Organisation,
        Receiver::Post { tracking_no: "1099001234567".into() },
        Receiver::Courier { delivery: DeliveryId::new(uuid::Uuid::from_u128(6_001)) },
    ])
}

/// Items with every combination of the keys that a procedure depends on.
pub(super) fn items() -> impl Strategy<Value = Item> {
    let keys = (
        select(vec![Handling::Instant, Handling::Commitment, Handling::Commitment]),
        select(vec![InPerson::None, InPerson::IdentityCheck, InPerson::Once, InPerson::SiteVisit]),
        option::of((1u16..8, select(vec![DayUnit::Calendar, DayUnit::Working]), any::<bool>())),
        select(vec![ResultForm::Electronic, ResultForm::Paper, ResultForm::Both, ResultForm::None]),
        any::<bool>(),
        select(vec![0, 500]),
        1u16..20,
    );
    (kinds(), keys).prop_map(|(item, (handling, in_person, publicity, form, deliverable, fee_fen, promised))| Item {
        handling,
        in_person,
        publicity: publicity.map(|(days, unit, counts)| Publicity { days, unit, counts }),
        result: ItemResult { form, deliverable, ..item.result.clone() },
        fee_fen,
        promised_working_days: if handling == Handling::Instant { 0 } else { promised },
        ..item
    })
}

fn kinds() -> impl Strategy<Value = Item> {
    let deciders = vec![Authority::Village, Authority::Town, Authority::District, Authority::City, Authority::Province];
    let bodies = select(vec![Authority::Town, Authority::District, Authority::City]);
    let verifications = select(vec![Verification::Register, Verification::HouseholdVisit, Verification::Neighbours]);
    let certificates = (verifications, select(vec!["C900", "C052", "C053"]));
    let matters = select(vec![(None, vec![]), (Some("T001"), vec![]), (Some("T001"), vec!["T002"])]);
    prop_oneof![
        select(deciders.clone()).prop_map(|decided_at| Item { decided_at, ..town_service() }),
        certificates.prop_map(|(verification, text)| coded(text, certificate_verified_by(verification))),
        (matters, select(deciders), bodies).prop_map(|((usual, also), decided_at, level)| {
            let item = proxy_for(usual, &also);
            let forwarding = Forwarding { level, ..item.forwarding().unwrap().clone() };
            Item { decided_at, particulars: Particulars::VillageProxy(forwarding), ..item }
        }),
    ]
}

/// Requests for anything, from anywhere, for anyone.
pub(super) fn filings() -> impl Strategy<Value = Filing> {
    let subjects = select(vec![filed as fn(Item) -> Filing, for_household, for_organisation]);
    let lines = select(vec![VILLAGE, FAR_VILLAGE, TOWN, DISTRICT]);
    let ways = (any::<bool>(), any::<bool>(), any::<bool>());
    (items(), subjects, select(STATIONS.to_vec()), lines, ways).prop_map(|(item, subject, accepting, line, (fetched, brought, agent))| {
        let filing = subject(item).accepted_at(accepting).in_line_of(line);
        let filing = if fetched { filing.fetched() } else { filing };
        let filing = if brought { filing.brought() } else { filing };
        if agent { filing.by_agent() } else { filing }
    })
}

fn for_household(item: Item) -> Filing {
    filed(item).for_subject(Subject::Household { person: ZHANG })
}

fn for_organisation(item: Item) -> Filing {
    filed(item).for_organisation()
}

/// One attempt: the case before it, what came of it, and the case after it.
pub(super) struct Attempt<'a> {
    pub before: &'a Story,
    pub by: Actor,
    pub outcome: Result<&'a [Event], &'a Rejection>,
    pub after: &'a Story,
}

/// Walks from the filing, a second or more between two attempts, and looks at each.
pub(super) fn walk<E>(filing: Filing, moves: Vec<Move>, mut look: impl FnMut(Attempt<'_>) -> Result<(), E>) -> Result<Story, E> {
    let mut story = filing.submitted();
    for step in moves {
        story.now += Duration::seconds(1);
        let Some((who, command)) = attempt(&mut story, step) else { continue };
        let outcome = story.try_act(who.by(), command);
        let before = story.clone();
        story.take(&who.by().actor(), outcome.clone().unwrap_or_default());
        look(Attempt { before: &before, by: who.by().actor(), outcome: outcome.as_deref(), after: &story })?;
    }
    Ok(story)
}

fn attempt(story: &mut Story, step: Move) -> Option<(Someone, Command)> {
    match step {
        Move::Act(who, command) => Some((who, command)),
        Move::Usual(index) => Some(usual(story, index)),
        Move::Turn(index, command) => Some((whose_turn(story, &command, index), command)),
        Move::Wait(time) => {
            story.now += time;
            None
        }
    }
}

fn usual(story: &Story, index: Index) -> (Someone, Command) {
    match &story.case.state {
        State::AwaitingPapers => (Someone::System, Command::BringPapers),
        State::OnTheWay => (Someone::System, Command::Deliver),
        State::Supplementing { .. } => (Someone::Person(ZHANG), Command::Supplement),
        State::Ended { .. } => (Someone::System, Command::Lapse),
        State::Open { .. } | State::Publicising { .. } | State::Paused { .. } => match one_who_may(story, index) {
            None => (Someone::System, Command::Rise),
            Some(staff) => (staff, story.usual_work()),
        },
    }
}

fn one_who_may(story: &Story, index: Index) -> Option<Someone> {
    let (_, step) = story.case.current()?;
    let may: Vec<&Staff> = WORKFORCE.iter().filter(|staff| may_take(staff, &story.case, step).is_ok()).collect();
    (!may.is_empty()).then(|| Someone::Staff(Box::new(Staff::clone(index.get::<&Staff>(&may)))))
}

fn whose_turn(story: &Story, command: &Command, index: Index) -> Someone {
    match command {
        Command::AcceptBySilence
        | Command::Lapse
        | Command::BringPapers
        | Command::Deliver
        | Command::Rise
        | Command::Replan { .. }
        | Command::Reroute { .. }
        | Command::MoveDue { .. }
        | Command::LoseAgent
        | Command::HandOver { to: Receiver::Courier { .. } } => Someone::System,
        Command::Supplement | Command::ChooseAnew { .. } | Command::Withdraw | Command::EndWithoutConsent { .. } => Someone::Person(ZHANG),
        Command::Accept { .. }
        | Command::NotAccept { .. }
        | Command::AskSupplement { .. }
        | Command::Inspect { .. }
        | Command::OpenPublicity
        | Command::ClosePublicity { .. }
        | Command::Review { .. }
        | Command::Draw { .. }
        | Command::Forward
        | Command::RecordAnswer { .. }
        | Command::Decide { .. }
        | Command::ServeAtOnce { .. }
        | Command::PayFee { .. }
        | Command::Produce { .. }
        | Command::HandOver { .. }
        | Command::Pause
        | Command::Resume => one_who_may(story, index).unwrap_or(Someone::System),
    }
}
