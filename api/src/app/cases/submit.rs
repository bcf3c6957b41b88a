//! Submitting (申请): the server plans again from the ask, takes the mode and stations chosen, and opens a case for each matter.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use domain::case::{Actor, Agency, Applicant, Event, Places, Recorded, Route, Subject, Submission, procedure};
use domain::catalogue::{AnswerFault, Audience, Care, CheckedAnswers, FieldType, FilledBy, Item, Listed};
use domain::consent::Missing;
use domain::delivery::{Delivery, Leg, LegKind};
use domain::district::Line;
use domain::ids::{BundleId, CaseId, DeliveryId, ItemCode, PersonId, StationCode};
use domain::mandate::{Mandate, NotCovered};
use domain::people::{CitizenId, Person};
use domain::policy::{Act, Object, may};
use domain::routing::{Answer, Ask, Choice, CourierLeg, Inputs, Plan, PlannedMatter, Seen, plan, plan_for, still_holds};
use domain::time::local_date;
use infra::store::{CaseFile, NewCase, StoreError, Tx, View};

use super::files::{FileError, keep_answered, keep_materials};
use super::order::{Order, OrderedFor, OrderedMatter, PersonEntry, Submitter};
use super::record::open;
use crate::app::consents::{needed_for, still_missing};
use crate::app::people::person_entered;
use crate::app::plans::of_person;
use crate::app::{App, Grounds};

/// How far the latest finish may slip between choosing a plan and submitting it.
const SLIP_TOLERATED: Duration = Duration::hours(24);

/// Why nothing was submitted.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
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
    Answers(Vec<(usize, AnswerFault)>),
    #[error("item {0} asks for no material {1:?}")]
    NoSuchMaterial(ItemCode, String),
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

/// Whom the cases are for, and who has part in them.
struct Parties {
    subject: Subject,
    /// Of the person whom it is for, or who applies for their household.
    number: Option<CitizenId>,
    organisation: Option<String>,
    applicant: Applicant,
    mandate: Option<Mandate>,
    involved: BTreeSet<PersonId>,
}

/// The plan that was chosen, made again, and what it came from.
#[derive(Debug, Clone)]
pub struct ChosenPlan {
    pub plan: Plan,
    pub inputs: Inputs,
}

/// One matter, checked, with its place in the plan.
struct Ready {
    listed: Arc<Listed>,
    planned: PlannedMatter,
    answers: CheckedAnswers,
    order: OrderedMatter,
}

impl App {
    /// The plan of what was chosen, from the person's own profile, as things are now. It is made before the transaction, since it
    /// takes long.
    pub async fn plan_again(&self, grounds: &Grounds, by: &Submitter, order: &Order) -> Result<ChosenPlan, SubmitError> {
        let view = self.store.read(self.district());
        let profile = profile(&view, by, order).await?;
        let ask = of_person(&view, grounds, with_profile(&order.ask, profile.as_ref()), profile.as_ref()).await?;
        let (asked, chosen) = (grounds.clone(), order.chosen.clone());
        let planned = tokio::task::spawn_blocking(move || choose_again(&asked, ask, &chosen));
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

/// The person whose profile says where the matter lies, as far as they are known.
async fn profile(view: &View, by: &Submitter, order: &Order) -> Result<Option<Person>, SubmitError> {
    let known = match (&order.subject, by) {
        (OrderedFor::Myself | OrderedFor::MyHousehold, by) => view.person(by.person()).await,
        (OrderedFor::MyGrantor | OrderedFor::MyGrantorsHousehold, by) => {
            let held = mandate(view, by, order).await?.ok_or(SubmitError::NoSuchMandate)?;
            view.person(held.grantor).await
        }
        (OrderedFor::Person(entry) | OrderedFor::HouseholdOf(entry), _) => view.person_by_citizen_id(&entry.citizen_id).await,
        (OrderedFor::Organisation { .. }, _) => Ok(None),
    };
    Ok(known?)
}

/// The mandate of an order. A villager is one side of it; a clerk enters what a grantor's holder may do.
async fn mandate(view: &View, by: &Submitter, order: &Order) -> Result<Option<Mandate>, SubmitError> {
    let Some(id) = order.mandate else { return Ok(None) };
    let found = view.mandate(id).await?.ok_or(SubmitError::NoSuchMandate)?;
    match by {
        Submitter::Villager(person) if !found.is_side(*person) => Err(SubmitError::NoSuchMandate),
        Submitter::Villager(_) | Submitter::Staff(_) => Ok(Some(found)),
    }
}

/// The plan of what was chosen, as things are now, if it is still what the person saw.
pub(super) fn choose_again(grounds: &Grounds, ask: Ask, chosen: &Seen) -> Result<ChosenPlan, SubmitError> {
    let choice = Choice { mode: chosen.mode, stations: chosen.stations.clone() };
    let (map, catalogue) = (&grounds.map, &grounds.catalogue.catalogue);
    let changed = || SubmitError::PlanChanged(Box::new(plan(map, catalogue, &grounds.load, &ask, grounds.now)));
    let fresh = plan_for(map, catalogue, &grounds.load, &ask, grounds.now, &choice).map_err(|_| changed())?;
    if !still_holds(chosen, &fresh, SLIP_TOLERATED) {
        return Err(changed());
    }
    let inputs = Inputs::of(catalogue, &grounds.load, &ask, grounds.now, grounds.snapshot.digest.clone());
    Ok(ChosenPlan { plan: fresh, inputs })
}

/// Opens the cases of an order by its plan, or says why not; nothing is written then.
pub async fn submit(tx: &Tx, grounds: &Grounds, by: &Submitter, order: Order, chosen: ChosenPlan) -> Result<Submitted, SubmitError> {
    let ChosenPlan { plan, inputs } = chosen;
    let parties = parties(tx, grounds, by, &order).await?;
    let ready = ready(grounds, by, order.matters, &parties, &plan)?;
    agreed_to(tx, grounds, &parties, &ready).await?;
    let bundle = (ready.len() > 1).then(|| BundleId::new(uuid::Uuid::now_v7()));
    let mut cases = Vec::new();
    for matter in ready {
        let involved = with_people_asked_about(tx, &parties, &matter).await?;
        let file = open_matter(tx, grounds, (by, &parties, involved), (&plan, bundle), matter).await?;
        tx.keep_plan_inputs(file.case.id, &inputs).await?;
        cases.push(file);
    }
    tx.keep_plan_snapshot(&inputs.snapshot, &grounds.snapshot.snapshot).await?;
    Ok(Submitted { bundle, cases })
}

async fn parties(tx: &Tx, grounds: &Grounds, by: &Submitter, order: &Order) -> Result<Parties, SubmitError> {
    let mandate = mandate(tx, by, order).await?;
    let (subject, organisation, person) = subject(tx, grounds, (by, mandate.as_ref()), &order.subject).await?;
    if let Some(person) = &person
        && !tx.holds_open(person.id).await?
    {
        // Their data were erased since they were looked up.
        return Err(StoreError::Stale.into());
    }
    let grantor = person.as_ref().map_or_else(|| by.person(), |person| person.id);
    if mandate.as_ref().is_some_and(|mandate| mandate.grantor != grantor) {
        return Err(SubmitError::MandateOfAnother);
    }
    let applicant = match by {
        Submitter::Villager(person) => Applicant::Person { person: *person },
        Submitter::Staff(staff) => Applicant::Clerk { account: staff.account },
    };
    let mut involved: BTreeSet<_> = person.iter().map(|person| person.id).collect();
    if let Subject::Household { person } = &subject {
        involved.extend(tx.household_of(*person).await?.into_iter().map(|member| member.id));
    }
    if mandate.as_ref().is_some_and(|mandate| involved.contains(&mandate.holder)) {
        return Err(SubmitError::OwnAgent);
    }
    if let Applicant::Person { person } = applicant {
        involved.insert(person);
    }
    Ok(Parties { subject, number: person.and_then(|person| person.citizen_id), organisation, applicant, mandate, involved })
}

/// Whoever submits, it is the person whom the cases are for that agreed to what they touch.
async fn agreed_to(tx: &Tx, grounds: &Grounds, parties: &Parties, matters: &[Ready]) -> Result<(), SubmitError> {
    let matters = matters.iter().map(|matter| (&matter.listed.item, matter.answers.as_map()));
    let needed = needed_for(grounds, (&parties.subject, parties.number.as_ref()), matters);
    let missing = still_missing(tx, &parties.subject, &needed).await?;
    if missing.is_empty() { Ok(()) } else { Err(SubmitError::ConsentMissing(missing)) }
}

type Whom = (Subject, Option<String>, Option<Person>);

async fn subject(
    tx: &Tx,
    grounds: &Grounds,
    (by, mandate): (&Submitter, Option<&Mandate>),
    ordered: &OrderedFor,
) -> Result<Whom, SubmitError> {
    match (ordered, by) {
        (OrderedFor::MyGrantor, Submitter::Villager(holder)) => {
            let grantor = my_grantor(tx, *holder, mandate).await?;
            Ok((Subject::Person { person: grantor.id }, None, Some(grantor)))
        }
        (OrderedFor::MyGrantorsHousehold, Submitter::Villager(holder)) => household_of(my_grantor(tx, *holder, mandate).await?),
        (OrderedFor::Myself, Submitter::Villager(person)) => {
            let own = own_profile(tx, *person).await?;
            Ok((Subject::Person { person: own.id }, None, Some(own)))
        }
        (OrderedFor::MyHousehold, Submitter::Villager(person)) => {
            let own = own_profile(tx, *person).await?;
            household_of(own)
        }
        (OrderedFor::Organisation { credit_code, name }, Submitter::Villager(person)) => {
            own_profile(tx, *person).await?;
            Ok((Subject::Organisation { credit_code: credit_code.clone() }, Some(name.clone()), None))
        }
        (OrderedFor::Organisation { credit_code, name }, Submitter::Staff(_)) => {
            Ok((Subject::Organisation { credit_code: credit_code.clone() }, Some(name.clone()), None))
        }
        (OrderedFor::Person(entry), Submitter::Staff(_)) => {
            let person = entered(tx, grounds, entry).await?;
            Ok((Subject::Person { person: person.id }, None, Some(person)))
        }
        (OrderedFor::HouseholdOf(entry), Submitter::Staff(_)) => household_of(entered(tx, grounds, entry).await?),
        (OrderedFor::Person(_) | OrderedFor::HouseholdOf(_), Submitter::Villager(_)) => Err(SubmitError::NotForOthers),
        (OrderedFor::Myself | OrderedFor::MyHousehold | OrderedFor::MyGrantor | OrderedFor::MyGrantorsHousehold, Submitter::Staff(_)) => {
            Err(SubmitError::NotAtTheCounter)
        }
    }
}

/// Whoever gave the mandate, where the villager is its holder.
async fn my_grantor(tx: &Tx, holder: PersonId, mandate: Option<&Mandate>) -> Result<Person, SubmitError> {
    let held = mandate.filter(|mandate| mandate.holder == holder).ok_or(SubmitError::NoSuchMandate)?;
    tx.person(held.grantor).await?.ok_or_else(|| StoreError::corrupt("mandates", "names nobody").into())
}

async fn own_profile(tx: &Tx, person: PersonId) -> Result<Person, SubmitError> {
    let own = tx.person(person).await?.filter(|own| own.name.is_some() && own.citizen_id.is_some());
    own.ok_or(SubmitError::ProfileIncomplete)
}

fn household_of(person: Person) -> Result<Whom, SubmitError> {
    match person.household {
        Some(_) => Ok((Subject::Household { person: person.id }, None, Some(person))),
        None => Err(SubmitError::NoHousehold),
    }
}

async fn entered(tx: &Tx, grounds: &Grounds, entry: &PersonEntry) -> Result<Person, SubmitError> {
    person_entered(tx, grounds.now, entry).await?.ok_or(SubmitError::NameDiffers)
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

fn ready(grounds: &Grounds, by: &Submitter, orders: Vec<OrderedMatter>, parties: &Parties, plan: &Plan) -> Result<Vec<Ready>, SubmitError> {
    if orders.len() != plan.matters.len() {
        return Err(SubmitError::OtherMatters);
    }
    let (mut ready, mut faults) = (Vec::new(), Vec::new());
    for (place, (order, planned)) in orders.into_iter().zip(&plan.matters).enumerate() {
        let listed = matching(grounds, by, &order, planned, parties)?;
        match listed.item.check_answers(&order.answers, FilledBy::Applicant) {
            Ok(answers) => ready.push(Ready { listed, planned: planned.clone(), answers, order }),
            Err(found) => faults.extend(found.into_iter().map(|fault| (place, fault))),
        }
    }
    if faults.is_empty() { Ok(ready) } else { Err(SubmitError::Answers(faults)) }
}

fn matching(
    grounds: &Grounds,
    by: &Submitter,
    order: &OrderedMatter,
    planned: &PlannedMatter,
    parties: &Parties,
) -> Result<Arc<Listed>, SubmitError> {
    if order.item != planned.item {
        return Err(SubmitError::OtherMatters);
    }
    let listed = grounds.catalogue.catalogue.item(&order.item).cloned().ok_or_else(|| SubmitError::NoSuchItem(order.item.clone()))?;
    let by_letter = listed.item.care() == Care::AskedByLetter;
    if by_letter && matches!(by, Submitter::Villager(_)) {
        return Err(SubmitError::ByLetterAlone(order.item.clone()));
    }
    if !listed.item.audience.contains(&audience(&parties.subject)) {
        return Err(SubmitError::OtherAudience(order.item.clone()));
    }
    is_covered(grounds, &listed.item, planned, parties)?;
    match order.unknown_material(&listed.item) {
        Some(name) => Err(SubmitError::NoSuchMaterial(order.item.clone(), name.to_owned())),
        None => Ok(listed),
    }
}

/// Who acts for somebody does so under a mandate that carries the item.
fn is_covered(grounds: &Grounds, item: &Item, planned: &PlannedMatter, parties: &Parties) -> Result<(), SubmitError> {
    match (&parties.mandate, planned.agent) {
        (Some(mandate), _) => mandate.covers(item, grounds.today()).map_err(|why| SubmitError::NotCovered(item.code.clone(), why)),
        (None, Some(_)) => Err(SubmitError::MandateMissing(item.code.clone())),
        (None, None) => Ok(()),
    }
}

fn audience(subject: &Subject) -> Audience {
    match subject {
        Subject::Person { .. } => Audience::Person,
        Subject::Household { .. } => Audience::Household,
        Subject::Organisation { .. } => Audience::Organisation,
    }
}

/// A letter about somebody makes it their case too, so that no relative of theirs handles it.
async fn with_people_asked_about(tx: &Tx, parties: &Parties, matter: &Ready) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut involved = parties.involved.clone();
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
        subject: parties.subject.clone(),
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
