//! The matters of an order, each held against its place in the plan, its item, and what was answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::case::Subject;
use domain::catalogue::{AnswerFault, Care, CheckedAnswers, FilledBy, Item, Listed};
use domain::ids::PersonId;
use domain::routing::{Plan, PlannedMatter};

use super::SubmitError;
use super::parties::Parties;
use crate::app::Grounds;
use crate::app::cases::order::{AnswerPlace, OrderedMatter, Submitter};

/// One matter, checked, with its place in the plan.
pub(super) struct Ready {
    pub listed: Arc<Listed>,
    pub planned: PlannedMatter,
    /// Whom it is for.
    pub subject: Subject,
    /// Who has part in it.
    pub involved: BTreeSet<PersonId>,
    pub answers: CheckedAnswers,
    pub order: OrderedMatter,
}

pub(super) fn ready(
    grounds: &Grounds,
    by: &Submitter,
    orders: Vec<OrderedMatter>,
    parties: &Parties,
    plan: &Plan,
) -> Result<Vec<Ready>, SubmitError> {
    if orders.len() != plan.matters.len() {
        return Err(SubmitError::OtherMatters);
    }
    let (among, mut ready, mut faults) = (orders.len(), Vec::new(), Vec::new());
    for (place, (order, planned)) in orders.into_iter().zip(&plan.matters).enumerate() {
        let listed = matching(grounds, by, &order, planned, parties)?;
        let subject = parties.subject_of(&listed.item, among)?;
        let involved = parties.involved(&subject)?;
        let asked_jointly = order.asked_jointly.clone();
        match listed.item.check_answers(&order.answers, FilledBy::Applicant) {
            Ok(answers) => ready.push(Ready { listed, planned: planned.clone(), subject, involved, answers, order }),
            Err(found) => found.into_iter().for_each(|fault| add(&mut faults, placed(&asked_jointly, place, fault))),
        }
    }
    if faults.is_empty() { Ok(ready) } else { Err(SubmitError::Answers(faults)) }
}

/// A fault where the person answered: in their joint form, by its name there, or in the matter's own.
fn placed(asked_jointly: &BTreeMap<String, String>, place: usize, fault: AnswerFault) -> (AnswerPlace, AnswerFault) {
    match asked_jointly.get(&fault.field) {
        Some(name) => (AnswerPlace::Joint, AnswerFault { field: name.clone(), ..fault }),
        None => (AnswerPlace::Matter(place), fault),
    }
}

/// What was answered once is at fault once.
fn add(faults: &mut Vec<(AnswerPlace, AnswerFault)>, (place, fault): (AnswerPlace, AnswerFault)) {
    if !faults.iter().any(|(at, known)| (*at, &known.field, known.code()) == (place, &fault.field, fault.code())) {
        faults.push((place, fault));
    }
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
