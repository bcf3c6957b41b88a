//! The one function that says what a command does to a case. Every pair of state and command has its answer here.

use chrono::NaiveDate;

use crate::case::{
    Acceptance, Bar, By, Case, Command as C, Context, Decision, Event, Fee, GiveOut, Objections, Produced, Reach, Receiver, Recorded,
    Rejection as R, Stage, State as S, StopReason, SupplementGround, apply, is_able, may_be_drawn, may_enter_for_the_person, may_take,
    publicity_until,
};
use crate::catalogue::{Care, Forwarding, Item, ResultForm};
use crate::ids::{ConsentId, ItemCode, NoteId, StationCode};
use crate::time::local_date;

type Events = Result<Vec<Event>, R>;

/// What `command` does to `case`: the events in order, or why it is refused. Nothing happens until they are applied.
pub fn decide(case: &Case, command: C, context: &Context<'_>) -> Events {
    let events = match (&case.state, command) {
        (_, C::LoseAgent) => return lose_agent(case, context),
        (S::Ended { .. }, _) => Err(R::Ended),
        (_, C::Withdraw) => withdraw(case, context),
        (_, C::EndWithoutConsent { consent }) => end_without_consent(case, consent, context),
        (_, C::PayFee { fee }) => pay_fee(case, fee, context),
        (_, C::Rise) => rise(case, context),
        (_, C::Replan { changed, latest }) => by_system(context, vec![Event::Replanned { changed, latest }]),
        (_, C::MoveDue { before, after }) => move_due(case, (before, after), context),
        (_, C::ChooseAnew { .. } | C::Reroute { .. }) if case.is_accepted() => Err(R::AcceptedAlready),
        (S::AwaitingPapers | S::Open { .. }, C::Reroute { way }) => by_system(context, vec![Event::Rerouted { way }]),
        (S::AwaitingPapers | S::Open { .. }, C::ChooseAnew { way }) => {
            for_the_person(case, context).map(|()| vec![Event::ChosenAnew { way }])
        }
        (S::AwaitingPapers, C::BringPapers) => by_system(context, vec![Event::PapersArrived]),
        (S::AwaitingPapers, _) => Err(R::PapersOnTheWay),
        (S::OnTheWay, C::Deliver) => by_system(context, vec![Event::Delivered, Event::Completed]),
        (S::OnTheWay, _) => Err(R::NotAtThisStage),
        (S::Supplementing { until, .. }, C::Supplement) if context.today() > *until => Err(R::SupplementTooLate(*until)),
        (S::Supplementing { .. }, C::Supplement) => supplement(case, context),
        (S::Supplementing { until, .. }, C::Lapse) if context.today() <= *until => Err(R::SupplementStillPossible(*until)),
        (S::Supplementing { .. }, C::Lapse) => by_system(context, vec![Event::Lapsed]),
        (S::Supplementing { .. }, _) => Err(R::WaitsForSupplement),
        (S::Publicising { until, .. }, _) if context.today() <= *until => Err(R::NoticeStillHangs(*until)),
        (S::Publicising { step, .. }, C::ClosePublicity { objections, note }) => close_publicity(case, *step, objections, note, context),
        (S::Publicising { .. }, _) => Err(R::NotAtThisStage),
        (S::Paused { step }, C::Resume) => {
            by_staff(case, *step, context).map(|_| vec![Event::ClockStarted { reason: StopReason::OutsideTest }])
        }
        (S::Paused { .. }, _) => Err(R::Paused),
        (S::Open { step }, C::Draw { to }) => draw(case, *step, to, context),
        (S::Open { step }, command) => at_step(case, *step, command, context),
    }?;
    Ok(completed(case, events, context))
}

/// What staff, or a passed deadline, do at an open step.
fn at_step(case: &Case, at: usize, command: C, context: &Context<'_>) -> Events {
    let stage = case.procedure.get(at).map(|step| step.stage).ok_or(R::NotAtThisStage)?;
    match (stage, command) {
        (Stage::Accept | Stage::AtOnce, C::AcceptBySilence) if !case.is_accepted() => accept_by_silence(case, context),
        (Stage::HandOver, C::HandOver { to: to @ Receiver::Courier { .. } }) => {
            hand_over(case, to, context).and_then(|events| by_system(context, events))
        }
        (stage, command) => {
            by_staff(case, at, context)?;
            by_stage(case, stage, command, context)
        }
    }
}

fn by_stage(case: &Case, stage: Stage, command: C, context: &Context<'_>) -> Events {
    match (stage, command) {
        (Stage::Accept, C::Accept { .. }) if case.is_accepted() => Ok(vec![Event::TakenIn]),
        (Stage::Accept, C::Accept { matter }) => accept(case, matter, context),
        (Stage::Accept | Stage::AtOnce, C::NotAccept { note }) if !case.is_accepted() => not_accept(case, note, context),
        (stage, C::AskSupplement { note, ground }) if may_ask(stage) => ask_supplement(case, note, ground, context),
        (Stage::AtOnce, C::ServeAtOnce { decision, produced }) => serve_at_once(case, decision, produced, context),
        (Stage::Inspect, C::Inspect { finding, note }) => Ok(vec![Event::Inspected { finding, note }]),
        (Stage::Publicise, C::OpenPublicity) => open_publicity(context),
        (Stage::Review, C::Review { opinion, note }) => Ok(vec![Event::Reviewed { opinion, note }]),
        (Stage::Forward, C::Forward) => Ok(vec![Event::Forwarded]),
        (Stage::RecordAnswer, C::RecordAnswer { decision, produced }) => {
            result_fits(case, decision, produced.as_ref(), context.item)?;
            Ok(vec![Event::AnswerRecorded { decision, produced }])
        }
        (Stage::Decide, C::Decide { decision }) => Ok(vec![Event::Decided { decision }]),
        (Stage::Produce, C::Produce { produced }) => {
            fee_is_paid(case, context.item)?;
            Ok(vec![Event::Produced { produced }])
        }
        (Stage::HandOver, C::HandOver { to }) => hand_over(case, to, context),
        (stage, C::Pause) if may_pause(stage) => Ok(vec![stopped(StopReason::OutsideTest)]),
        (
            Stage::AtOnce
            | Stage::Accept
            | Stage::Inspect
            | Stage::Publicise
            | Stage::Review
            | Stage::Decide
            | Stage::Produce
            | Stage::Forward
            | Stage::RecordAnswer
            | Stage::HandOver,
            _,
        ) => Err(R::NotAtThisStage),
    }
}

fn may_ask(stage: Stage) -> bool {
    matches!(stage, Stage::Accept | Stage::AtOnce | Stage::Inspect | Stage::Review | Stage::Forward | Stage::Decide)
}

fn may_pause(stage: Stage) -> bool {
    matches!(stage, Stage::Inspect | Stage::Review | Stage::Decide | Stage::RecordAnswer)
}

fn by_staff(case: &Case, at: usize, context: &Context<'_>) -> Result<(), R> {
    let step = case.procedure.get(at).ok_or(R::NotAtThisStage)?;
    match context.by {
        By::Staff(staff) => may_take(staff, case, step).map_err(R::Barred),
        By::Person(_) | By::System => Err(R::NotYours),
    }
}

fn by_system(context: &Context<'_>, events: Vec<Event>) -> Events {
    match context.by {
        By::System => Ok(events),
        By::Person(_) | By::Staff(_) => Err(R::NotYours),
    }
}

/// What only the person may do, or a clerk at the counter who enters it for them.
fn for_the_person(case: &Case, context: &Context<'_>) -> Result<(), R> {
    match context.by {
        By::Person(person) if case.is_of(person, context.today()) => Ok(()),
        By::Person(_) | By::System => Err(R::NotYours),
        By::Staff(staff) => match may_enter_for_the_person(staff, case) {
            Err(Bar::OtherDesk) => Err(R::NotYours),
            other => Ok(other?),
        },
    }
}

fn withdraw(case: &Case, context: &Context<'_>) -> Events {
    for_the_person(case, context)?;
    if case.decision.is_some() { Err(R::DecidedAlready) } else { Ok(vec![Event::Withdrawn]) }
}

/// By whoever withdrew the consent, who may be nobody of the case's people and at none of its desks.
fn end_without_consent(case: &Case, consent: ConsentId, context: &Context<'_>) -> Events {
    match context.by {
        By::System => return Err(R::NotYours),
        By::Staff(staff) if case.subject.person().is_some_and(|person| staff.is_close_to(person)) => {
            return Err(R::Barred(Bar::Close));
        }
        By::Person(_) | By::Staff(_) => {}
    }
    if case.decision.is_some() { Err(R::DecidedAlready) } else { Ok(vec![Event::ConsentWithdrawn { consent }]) }
}

fn pay_fee(case: &Case, fee: Fee, context: &Context<'_>) -> Events {
    let due_fen = context.item.fee_fen;
    let By::Staff(_) = context.by else { return Err(R::NotYours) };
    for_the_person(case, context)?;
    if due_fen == 0 {
        return Err(R::NoFee);
    }
    if case.fee.is_some() {
        return Err(R::FeePaidAlready);
    }
    if fee.amount_fen == due_fen { Ok(vec![Event::FeePaid { fee }]) } else { Err(R::WrongFee { due_fen }) }
}

fn rise(case: &Case, context: &Context<'_>) -> Events {
    let (_, step) = case.current().filter(|_| case.work().is_some()).ok_or(R::NotAtThisStage)?;
    let from = &step.desk.station;
    let level = context.map.station(from).ok_or(R::StationGone)?.level;
    let event = match (case.route.line.above(level), step.desk.reach) {
        (_, Reach::Line) => return Err(R::AtTheTop),
        (Some(to), Reach::Station) => Event::Rose { from: from.clone(), to: to.clone() },
        (None, Reach::Station) => Event::OpenedToLine,
    };
    by_system(context, vec![event])
}

/// What is shared district-wide goes to a station that is able to do it and where the clerk may take it.
fn draw(case: &Case, at: usize, to: StationCode, context: &Context<'_>) -> Events {
    let By::Staff(staff) = context.by else { return Err(R::NotYours) };
    let step = case.procedure.get(at).ok_or(R::NotAtThisStage)?;
    let station = context.map.station(&to).ok_or(R::StationGone)?;
    if !may_be_drawn(case, context.item, step) || !is_able(station, step.stage, context.item) {
        return Err(R::NotShared);
    }
    may_take(staff, case, &step.at(&to)).map_err(R::Barred)?;
    Ok(vec![Event::Drawn { from: step.desk.station.clone(), to }])
}

/// So many working days were promised: where other days are worked now, they end on another day, and the record keeps both.
fn move_due(case: &Case, (before, after): (NaiveDate, NaiveDate), context: &Context<'_>) -> Events {
    if !case.is_accepted() || before == after { Err(R::DueAsItIs) } else { by_system(context, vec![Event::DueMoved { before, after }]) }
}

fn lose_agent(case: &Case, context: &Context<'_>) -> Events {
    if case.agency.is_none() || case.agent_left { Err(R::NoAgent) } else { by_system(context, vec![Event::AgentLeft]) }
}

fn supplement(case: &Case, context: &Context<'_>) -> Events {
    for_the_person(case, context)?;
    let restart = case.is_accepted().then_some(Event::ClockStarted { reason: StopReason::Supplement });
    Ok(restart.into_iter().chain([Event::Supplemented]).collect())
}

fn ask_supplement(case: &Case, note: NoteId, ground: SupplementGround, context: &Context<'_>) -> Events {
    if ground == SupplementGround::FirstNotice && case.supplements_asked > 0 {
        return Err(R::AlreadyAsked);
    }
    if !case.is_accepted() && counts_as_accepted(case, context) {
        return Err(R::NoticeTooLate);
    }
    let until = context.calendar().after_working_days(context.today(), context.rules.supplement_working_days).on;
    let stop = case.is_accepted().then(|| stopped(StopReason::Supplement));
    Ok([Event::SupplementAsked { note, until }].into_iter().chain(stop).collect())
}

fn last_day_for_notice(case: &Case, context: &Context<'_>) -> chrono::NaiveDate {
    context.calendar().after_working_days(local_date(case.received_at), context.rules.notice_working_days).on
}

/// Whether the days for a notice passed without a word.
fn counts_as_accepted(case: &Case, context: &Context<'_>) -> bool {
    context.today() > last_day_for_notice(case, context)
}

fn accept_by_silence(case: &Case, context: &Context<'_>) -> Events {
    if counts_as_accepted(case, context) { by_system(context, vec![accepted(case, context)]) } else { Err(R::NoticeStillPossible) }
}

fn accept(case: &Case, matter: Option<ItemCode>, context: &Context<'_>) -> Events {
    let named = name_matter(matter, context.item)?;
    Ok(named.into_iter().chain([accepted(case, context)]).collect())
}

fn not_accept(case: &Case, note: NoteId, context: &Context<'_>) -> Events {
    if counts_as_accepted(case, context) { Err(R::NoticeTooLate) } else { Ok(vec![Event::NotAccepted { note }]) }
}

/// An item that covers several matters is accepted as one of them.
fn name_matter(matter: Option<ItemCode>, item: &Item) -> Result<Option<Event>, R> {
    let covered: Vec<_> = item.forwarding().into_iter().flat_map(Forwarding::matters).collect();
    let matter = match matter {
        None if covered.len() > 1 => return Err(R::NameTheMatter(covered.into_iter().cloned().collect())),
        None => return Ok(None),
        Some(matter) => matter,
    };
    if covered.contains(&&matter) { Ok(Some(Event::MatterNamed { matter })) } else { Err(R::NoSuchMatter(matter)) }
}

/// A clerk who comes after the days for a notice finds the case accepted from its receipt: being late gains no days.
fn accepted(case: &Case, context: &Context<'_>) -> Event {
    let how = if counts_as_accepted(case, context) { Acceptance::BySilence } else { Acceptance::ByClerk };
    Event::Accepted { how, promised_working_days: context.item.promised_working_days }
}

fn stopped(reason: StopReason) -> Event {
    Event::ClockStopped { reason, legal_basis: reason.legal_basis().to_owned() }
}

fn serve_at_once(case: &Case, decision: Decision, produced: Option<Produced>, context: &Context<'_>) -> Events {
    result_fits(case, decision, produced.as_ref(), context.item)?;
    let acceptance = (!case.is_accepted()).then(|| accepted(case, context));
    let mut events: Vec<_> = acceptance.into_iter().chain([Event::Decided { decision }]).collect();
    match (decision, produced) {
        (Decision::Granted, Some(produced)) => events.push(Event::Produced { produced }),
        (Decision::Granted, None) => events.push(Event::Completed),
        (Decision::Refused { .. }, _) => {}
    }
    Ok(events)
}

/// A grant gives what the item's result says, after its fee is paid; a refusal gives nothing.
fn result_fits(case: &Case, decision: Decision, produced: Option<&Produced>, item: &Item) -> Result<(), R> {
    let gives = match (decision, item.result.form) {
        (Decision::Refused { .. }, _) | (_, ResultForm::None) => false,
        (Decision::Granted, ResultForm::Electronic | ResultForm::Paper | ResultForm::Both) => true,
    };
    if gives != produced.is_some() {
        return Err(R::ResultMismatch);
    }
    if decision == Decision::Granted { fee_is_paid(case, item) } else { Ok(()) }
}

fn fee_is_paid(case: &Case, item: &Item) -> Result<(), R> {
    if item.fee_fen > 0 && case.fee.is_none() { Err(R::FeeUnpaid { due_fen: item.fee_fen }) } else { Ok(()) }
}

fn open_publicity(context: &Context<'_>) -> Events {
    let terms = context.item.publicity.ok_or(R::NoPublicity)?;
    let until = publicity_until(context.calendar(), context.today(), terms);
    let stop = (!terms.counts).then(|| stopped(StopReason::Publicity));
    Ok([Event::PublicityOpened { until }].into_iter().chain(stop).collect())
}

fn close_publicity(case: &Case, at: usize, objections: Objections, note: Option<NoteId>, context: &Context<'_>) -> Events {
    by_staff(case, at, context)?;
    let stood = case.clock.as_ref().is_some_and(|clock| clock.is_stopped());
    let restart = stood.then_some(Event::ClockStarted { reason: StopReason::Publicity });
    Ok(restart.into_iter().chain([Event::PublicityClosed { objections, note }]).collect())
}

fn hand_over(case: &Case, to: Receiver, context: &Context<'_>) -> Events {
    let item = context.item;
    let fits = match (item.care(), &to) {
        (Care::AskedByLetter, Receiver::Organisation) => true,
        (Care::AskedByLetter, Receiver::Subject | Receiver::Agent) => false,
        (Care::Confidential, Receiver::Post { .. } | Receiver::Courier { .. }) => false,
        (_, Receiver::Post { .. }) => item.result.deliverable,
        (_, Receiver::Courier { .. }) => case.route.give_out == GiveOut::Brought,
        (_, Receiver::Agent) => case.acting_agent(context.today()).is_some(),
        (_, Receiver::Organisation) => case.subject.person().is_none(),
        (_, Receiver::Subject) => case.subject.person().is_some(),
    };
    let carried = matches!(to, Receiver::Courier { .. });
    match (fits, carried) {
        (false, _) => Err(R::WrongReceiver),
        (true, true) => Ok(vec![Event::HandedOver { to }]),
        (true, false) => Ok(vec![Event::HandedOver { to }, Event::Completed]),
    }
}

/// A case whose last step is done has ended.
fn completed(case: &Case, mut events: Vec<Event>, context: &Context<'_>) -> Vec<Event> {
    let (at, by) = (context.now, context.by.actor());
    let record = |event: &Event| Recorded { at, by: by.clone(), event: event.clone() };
    let after = events.iter().fold(case.clone(), |case, event| apply(case, &record(event)));
    if matches!(after.state, S::Open { step } if step >= after.procedure.len()) {
        events.push(Event::Completed);
    }
    events
}
