//! Submitting (申请): the server plans again from the ask, takes the mode and stations chosen, and opens a case for each matter.

mod joint;
mod matters;
mod parties;

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::{Actor, Agency, Event, Places, Recorded, Route, Submission, procedure};
use domain::catalogue::{AnswerFault, Care, FieldType, Item};
use domain::consent::Missing;
use domain::delivery::{Delivery, Leg, LegKind};
use domain::district::Line;
use domain::ids::{BundleId, CaseId, DeliveryId, ItemCode, PersonId, StationCode};
use domain::mandate::{Mandate, NotCovered};
use domain::people::{CitizenId, IdentityLevel, Person};
use domain::policy::{Act, Object, may};
use domain::routing::{Answer, Ask, Choice, CourierLeg, Inputs, Plan, PlannedMatter, Seen, plan, plan_for, still_holds};
use domain::time::local_date;
use infra::store::{CaseFile, NewCase, StoreError, Tx};

use super::files::{FileError, keep_answered, keep_materials};
use super::identity::{identified, whose_identity};
use super::order::{AnswerPlace, Order, Submitter};
use super::record::open;
use crate::app::consents::{needed_for, still_missing};
use crate::app::plans::of_person;
use crate::app::{App, Grounds};
use matters::{Ready, ready};
use parties::{Parties, parties, profile};

/// How far the latest finish may slip between choosing a plan and submitting it.
const SLIP_TOLERATED: Duration = Duration::hours(24);

/// Why nothing was submitted.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("item {0} needs {1:?} of whoever hands it in")]
    LevelTooLow(ItemCode, IdentityLevel),
    #[error("item {0} needs a proof of identity of the person whom it is for")]
    OtherUnproven(ItemCode),
    #[error("the plan that was chosen no longer holds")]
    PlanChanged(Box<Answer>),
    #[error("the matters are not the items that were asked for")]
    OtherMatters,
    #[error("item {0} isn't in the catalogue")]
    NoSuchItem(ItemCode),
    #[error("item {0} isn't for this kind of subject")]
    OtherAudience(ItemCode),
    #[error("item {0} starts from an organisation's letter, which a clerk enters")]
    ByLetterAlone(ItemCode),
    #[error("for another person, a clerk submits at a station")]
    NotForOthers,
    #[error("a clerk's own matters are submitted as a villager")]
    NotAtTheCounter,
    #[error("only a clerk of the line submits for others")]
    OtherStation,
    #[error("the profile lacks a name or a citizen ID number")]
    ProfileIncomplete,
    #[error("the profile names no household")]
    NoHousehold,
    #[error("the name doesn't belong to that citizen ID number")]
    NameDiffers,
    #[error("one's agent is somebody else")]
    OwnAgent,
    #[error("no such mandate, or none of yours")]
    NoSuchMandate,
    #[error("the mandate was given by somebody else")]
    MandateOfAnother,
    #[error("item {0} was planned with an agent, who needs a mandate")]
    MandateMissing(ItemCode),
    #[error("the mandate doesn't carry item {0}: {1}")]
    NotCovered(ItemCode, NotCovered),
    #[error("{} texts have to be agreed to first", .0.len())]
    ConsentMissing(Vec<Missing>),
    #[error("{} faults in the answers", .0.len())]
    Answers(Vec<(AnswerPlace, AnswerFault)>),
    #[error("item {0} asks for no material {1:?}")]
    NoSuchMaterial(ItemCode, String),
    #[error("no item asks for a material {0:?}")]
    MaterialUnasked(String),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("a station of the plan is no longer on the map")]
    StationGone,
    #[error("the planning broke off")]
    BrokeOff,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was opened.
#[derive(Debug, Clone)]
pub struct Submitted {
    pub bundle: Option<BundleId>,
    pub cases: Vec<CaseFile>,
}

/// The plan that was chosen, made again, and what it came from.
#[derive(Debug, Clone)]
pub struct ChosenPlan {
    pub plan: Plan,
    pub inputs: Inputs,
}

impl App {
    /// The plan of what was chosen, from the person's own profile, as things are now. It is made before the transaction, since it
    /// takes long.
    pub async fn plan_again(&self, grounds: &Grounds, by: &Submitter, order: &Order) -> Result<ChosenPlan, SubmitError> {
        let view = self.store.read(self.district());
        let profile = profile(&view, by, order).await?;
        let ask = of_person(&view, grounds, with_profile(&order.ask, profile.as_ref()), profile.as_ref()).await?;
        let (asked, seen, filled_in) =
            (grounds.clone(), order.chosen.clone(), order.matters.iter().map(|m| m.item.clone()).collect::<Vec<_>>());
        let planned = tokio::task::spawn_blocking(move || {
            let chosen = choose_again(&asked, ask.clone(), &seen)?;
            if takes_others(&asked, &chosen.plan, &filled_in) { Err(changed(&asked, &ask)) } else { Ok(chosen) }
        });
        let chosen = planned.await.map_err(|_| SubmitError::BrokeOff)??;
        let plan = &chosen.plan;
        let stations: Vec<StationCode> = plan.stations().cloned().collect();
        let lines: Vec<Line> = plan.matters.iter().filter_map(|matter| grounds.map.line(&matter.line_of)).collect();
        let application = match by {
            Submitter::Villager(_) => Object::Own,
            Submitter::Staff(_) => Object::Application { stations: &stations, lines: &lines },
        };
        may(by.actor(grounds.today()), Act::SubmitCase, &application).map_err(|_| SubmitError::OtherStation)?;
        Ok(chosen)
    }
}

/// The plan of what was chosen, as things are now, if it is still what the person saw.
pub(super) fn choose_again(grounds: &Grounds, ask: Ask, chosen: &Seen) -> Result<ChosenPlan, SubmitError> {
    let choice = Choice { mode: chosen.mode, stations: chosen.stations.clone() };
    let (map, catalogue) = (&grounds.map, &grounds.catalogue.catalogue);
    let fresh = plan_for(map, catalogue, &grounds.load, &ask, grounds.now, &choice).map_err(|_| changed(grounds, &ask))?;
    if !still_holds(chosen, &fresh, SLIP_TOLERATED) {
        return Err(changed(grounds, &ask));
    }
    let inputs = Inputs::of(catalogue, &grounds.load, &ask, grounds.now, grounds.snapshot.digest.clone());
    Ok(ChosenPlan { plan: fresh, inputs })
}

fn changed(grounds: &Grounds, ask: &Ask) -> SubmitError {
    SubmitError::PlanChanged(Box::new(plan(&grounds.map, &grounds.catalogue.catalogue, &grounds.load, ask, grounds.now)))
}

/// Whether one window now takes a village item for a town service, or the other way round, where the other's form was filled in.
fn takes_others(grounds: &Grounds, plan: &Plan, filled_in: &[ItemCode]) -> bool {
    let catalogue = &grounds.catalogue.catalogue;
    let is_replaced = |(filled_in, matter): (&ItemCode, &PlannedMatter)| {
        let listed = catalogue.item(filled_in).filter(|_| *filled_in != matter.item);
        listed.is_some_and(|listed| catalogue.replacements(&listed.item).any(|other| other.item.code == matter.item))
    };
    filled_in.iter().zip(&plan.matters).any(is_replaced)
}

/// Opens the cases of an order by its plan, or says why not; nothing is written then.
pub async fn submit(tx: &Tx, grounds: &Grounds, by: &Submitter, order: Order, chosen: ChosenPlan) -> Result<Submitted, SubmitError> {
    let ChosenPlan { plan, inputs } = chosen;
    let parties = parties(tx, grounds, by, &order).await?;
    let ready = ready(grounds, by, order.matters, &parties, &plan)?;
    let whose = whose_identity(&parties.subject, parties.mandate.as_ref());
    identified(tx, grounds, (by, whose), ready.iter().map(|matter| (&matter.listed.item, matter.planned.hand_in))).await?;
    agreed_to(tx, grounds, &parties, &ready).await?;
    for copy in &order.copies {
        tx.add_upload(copy).await?;
    }
    let bundle = (ready.len() > 1).then(|| BundleId::new(uuid::Uuid::now_v7()));
    let mut cases = Vec::new();
    for matter in ready {
        let involved = with_people_asked_about(tx, &matter).await?;
        let file = open_matter(tx, grounds, (by, &parties, involved), (&plan, bundle), matter).await?;
        tx.keep_plan_inputs(file.case.id, &inputs, grounds.map_revision).await?;
        cases.push(file);
    }
    tx.keep_plan_snapshot(&inputs.snapshot, &grounds.snapshot.snapshot).await?;
    Ok(Submitted { bundle, cases })
}

/// Whoever submits, it is the person whom the cases are for that agreed to what they touch.
async fn agreed_to(tx: &Tx, grounds: &Grounds, parties: &Parties, matters: &[Ready]) -> Result<(), SubmitError> {
    let needed = matters.iter().flat_map(|matter| {
        let content = std::iter::once((&matter.listed.item, matter.answers.as_map()));
        needed_for(grounds, (&matter.subject, parties.number.as_ref()), content)
    });
    let needed: BTreeSet<_> = needed.collect();
    let missing = still_missing(tx, &parties.subject, &needed).await?;
    if missing.is_empty() { Ok(()) } else { Err(SubmitError::ConsentMissing(missing)) }
}

/// Where a person is registered and lives is what their profile says, not what the ask does.
fn with_profile(ask: &Ask, person: Option<&Person>) -> Ask {
    let known = |own: fn(&Person) -> &Option<domain::ids::DivisionCode>| person.and_then(|person| own(person).clone());
    Ask {
        registered: known(|person| &person.registered).or_else(|| ask.registered.clone()),
        residence: known(|person| &person.residence).or_else(|| ask.residence.clone()),
        ..ask.clone()
    }
}

/// A letter about somebody makes it their case too, so that no relative of theirs handles it.
async fn with_people_asked_about(tx: &Tx, matter: &Ready) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut involved = matter.involved.clone();
    let item = &matter.listed.item;
    if item.care() != Care::AskedByLetter {
        return Ok(involved);
    }
    let numbers = item.fields.iter().filter(|field| field.r#type == FieldType::IdNumber);
    let numbers = numbers.filter_map(|field| matter.answers.as_map().get(&field.key)?.as_str()?.parse::<CitizenId>().ok());
    for number in numbers {
        involved.extend(tx.holds_by_citizen_id(&number).await?.map(|person| person.id));
    }
    Ok(involved)
}

async fn open_matter(
    tx: &Tx,
    grounds: &Grounds,
    (by, parties, involved): (&Submitter, &Parties, BTreeSet<PersonId>),
    (plan, bundle): (&Plan, Option<BundleId>),
    matter: Ready,
) -> Result<CaseFile, SubmitError> {
    let item = &matter.listed.item;
    let submission = submission(tx, grounds, (parties, involved), plan, &matter).await?;
    let case = submission.case;
    let new = NewCase { bundle, organisation: parties.organisation.clone(), plan: plan.clone(), answers: matter.answers.as_map().clone() };
    let route = submission.route.clone();
    let first = Recorded { at: grounds.now, by: actor(by), event: Event::Submitted { submission: Box::new(submission) } };
    order_delivery(tx, case, (&matter.planned, item), &route).await?;
    let file = open(tx, grounds, item, new, first).await?;
    keep_answered(tx, by.person(), case, &matter.answers).await?;
    keep_materials(tx, by.person(), case, &matter.order.materials).await?;
    Ok(file)
}

/// Offers couriers what the plan has for them.
pub(super) async fn order_delivery(
    tx: &Tx,
    case: CaseId,
    (planned, item): (&PlannedMatter, &Item),
    route: &Route,
) -> Result<(), StoreError> {
    let legs = legs(planned, item);
    if legs.is_empty() {
        return Ok(());
    }
    let delivery = Delivery { id: DeliveryId::new(uuid::Uuid::now_v7()), case, legs };
    let station_of = |kind| match kind {
        LegKind::Fetch => route.accepting.clone(),
        LegKind::Bring => route.collect_at.clone(),
    };
    tx.add_delivery(&delivery, station_of).await
}

async fn submission(
    tx: &Tx,
    grounds: &Grounds,
    (parties, involved): (&Parties, BTreeSet<PersonId>),
    plan: &Plan,
    matter: &Ready,
) -> Result<Submission, SubmitError> {
    let item = &matter.listed.item;
    let gone = || SubmitError::StationGone;
    let route = Route::of(plan, &matter.planned, item, &grounds.map).ok_or_else(gone)?;
    let procedure = procedure(item, &Places::of(&route, &grounds.map).ok_or_else(gone)?);
    Ok(Submission {
        case: CaseId::new(uuid::Uuid::now_v7()),
        number: tx.next_case_number(local_date(grounds.now)).await?,
        item: item.code.clone(),
        item_version: matter.listed.version,
        subject: matter.subject.clone(),
        applicant: parties.applicant,
        agency: parties.mandate.as_ref().map(agency),
        involved,
        route,
        procedure,
    })
}

fn agency(mandate: &Mandate) -> Agency {
    Agency { agent: mandate.holder, mandate: mandate.id, until: mandate.until }
}

fn legs(planned: &PlannedMatter, item: &Item) -> Vec<Leg> {
    let kinds = planned.legs.iter().filter_map(|leg| match leg {
        CourierLeg::Fetch => Some(LegKind::Fetch),
        CourierLeg::Bring => item.result.form.has_paper().then_some(LegKind::Bring),
    });
    kinds.map(Leg::new).collect()
}

fn actor(by: &Submitter) -> Actor {
    match by {
        Submitter::Villager(person) => Actor::Person { person: *person },
        Submitter::Staff(staff) => Actor::Staff { account: staff.account, person: staff.person },
    }
}
