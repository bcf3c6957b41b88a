//! Another plan for a case that nobody has accepted yet: the station closed, or a better way has opened since it was submitted.
//!
//! It is planned again from the ask that the case was submitted with, for its own item alone, and as people are known now. The case
//! begins anew at the station chosen; what a courier has had in hands stays where it was ordered to.

use domain::case::{By, Case, ChosenWay, Command, Places, Rejection, Route, procedure};
use domain::catalogue::Item;
use domain::delivery::LegState;
use domain::ids::CaseId;
use domain::policy::Act;
use domain::routing::{Answer, Ask, Plan, Seen, plan};
use domain::time::local_date;
use infra::store::{CaseFile, StoreError, Tx, View};

use super::act::ActError;
use super::identity::{identified, whose_identity};
use super::order::Submitter;
use super::read::read_case;
use super::record::{judge, save};
use super::submit::{ChosenPlan, SubmitError, choose_again, order_delivery};
use super::supplement::by_of;
use crate::app::plans::of_person;
use crate::app::{App, Grounds};

#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    #[error(transparent)]
    Plan(#[from] SubmitError),
    #[error(transparent)]
    Case(#[from] ActError),
    #[error("nothing is kept of what the case's plan came from")]
    NoInputs,
}

impl From<StoreError> for ChoiceError {
    fn from(error: StoreError) -> Self {
        ActError::from(error).into()
    }
}

impl App {
    /// The plans that there are now for a case.
    pub async fn case_plans(&self, grounds: &Grounds, by: &Submitter, case: CaseId) -> Result<Answer, ChoiceError> {
        let ask = self.ask_of(grounds, (by, Act::ListCasePlans), case).await?;
        let on = grounds.clone();
        let planned = tokio::task::spawn_blocking(move || plan(&on.map, &on.catalogue.catalogue, &on.load, &ask, on.now));
        Ok(planned.await.map_err(|_| SubmitError::BrokeOff)?)
    }

    /// The plan that was chosen for a case, made again. It is made before the transaction, since it takes long.
    pub async fn plan_anew(&self, grounds: &Grounds, by: &Submitter, case: CaseId, chosen: Seen) -> Result<ChosenPlan, ChoiceError> {
        let ask = self.ask_of(grounds, (by, Act::ChooseCasePlan), case).await?;
        let on = grounds.clone();
        let planned = tokio::task::spawn_blocking(move || choose_again(&on, ask, &chosen));
        Ok(planned.await.map_err(|_| SubmitError::BrokeOff)??)
    }

    async fn ask_of(&self, grounds: &Grounds, (by, act): (&Submitter, Act), case: CaseId) -> Result<Ask, ChoiceError> {
        let view = self.store.read(self.district());
        let file = read_case(&view, grounds, (by.actor(grounds.today()), act), case).await.map_err(ActError::from)?.file;
        let inputs = view.plan_inputs(case).await?.ok_or(ChoiceError::NoInputs)?;
        Ok(ask_now(&view, grounds, &file.case, inputs.ask).await?)
    }
}

/// The ask that a case was submitted with, for its own item and as its people are now.
pub(super) async fn ask_now(view: &View, grounds: &Grounds, case: &Case, ask: Ask) -> Result<Ask, StoreError> {
    let acting = case.agency.is_some() && !case.agent_left;
    let ask = Ask { items: vec![case.item.clone()], agent: ask.agent.filter(|_| acting), ..ask };
    let person = match case.subject.person() {
        Some(person) => view.person(person).await?,
        None => None,
    };
    of_person(view, grounds, ask, person.as_ref()).await
}

/// Sends the case the way that was chosen.
pub async fn choose_anew(tx: &Tx, grounds: &Grounds, by: &Submitter, case: CaseId, chosen: ChosenPlan) -> Result<CaseFile, ChoiceError> {
    let dossier = read_case(tx, grounds, (by.actor(grounds.today()), Act::ChooseCasePlan), case).await.map_err(ActError::from)?;
    let (file, item) = (dossier.file, &dossier.listed.item);
    let planned = chosen.plan.matters.first().ok_or(SubmitError::StationGone)?;
    let mandate = match file.case.agency.as_ref().filter(|_| !file.case.agent_left) {
        Some(agency) => tx.mandate(agency.mandate).await?,
        None => None,
    };
    let whose = whose_identity(&file.case.subject, mandate.as_ref());
    identified(tx, grounds, (by, whose), std::iter::once((item, planned.hand_in))).await?;
    let way = way_on(grounds, item, &chosen.plan).ok_or(SubmitError::StationGone)?;
    Ok(begin_anew(tx, grounds, (file, item), (by_of(by), |way| Command::ChooseAnew { way }), (way, chosen)).await?)
}

/// Where a plan for one matter leads.
pub(super) fn way_on(grounds: &Grounds, item: &Item, plan: &Plan) -> Option<Box<ChosenWay>> {
    let route = Route::of(plan, plan.matters.first()?, item, &grounds.map)?;
    let procedure = procedure(item, &Places::of(&route, &grounds.map)?);
    Some(Box::new(ChosenWay { route, procedure, latest: local_date(plan.latest) }))
}

/// Whether a courier has taken something on: that is carried where it was ordered to.
pub(super) async fn is_under_way(view: &View, case: CaseId) -> Result<bool, StoreError> {
    let in_hands = |state: &LegState| match state {
        LegState::Claimed { .. } | LegState::Carried { .. } | LegState::Delivered => true,
        LegState::Waiting | LegState::Offered | LegState::Cancelled => false,
    };
    Ok(view.delivery_of(case).await?.iter().any(|kept| in_hands(&kept.leg.state)))
}

/// The case goes the way of another plan, with what that came from. What no courier has taken on isn't carried.
pub(super) async fn begin_anew(
    tx: &Tx,
    grounds: &Grounds,
    (file, item): (CaseFile, &Item),
    (by, command): (By<'_>, fn(Box<ChosenWay>) -> Command),
    (way, ChosenPlan { plan, inputs }): (Box<ChosenWay>, ChosenPlan),
) -> Result<CaseFile, ActError> {
    let (case, route, actor) = (file.case.id, way.route.clone(), by.actor());
    let events = judge(grounds, &file.case, item, by, command(way))?;
    if is_under_way(tx, case).await? {
        return Err(Rejection::PapersOnTheWay.into());
    }
    tx.remove_delivery(case).await?;
    if let Some(planned) = plan.matters.first() {
        order_delivery(tx, case, (planned, item), &route).await?;
    }
    let file = save(tx, grounds, item, CaseFile { plan, ..file }, (actor, events)).await?;
    tx.keep_plan_inputs(case, &inputs, grounds.map_revision).await?;
    tx.keep_plan_snapshot(&inputs.snapshot, &grounds.snapshot.snapshot).await?;
    Ok(file)
}
