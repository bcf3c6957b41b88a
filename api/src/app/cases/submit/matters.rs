//! The matters of an order, each held against its place in the plan, its item, and what was answered.

use std::sync::Arc;

use domain::case::Subject;
use domain::catalogue::{Audience, Care, CheckedAnswers, FilledBy, Item, Listed};
use domain::routing::{Plan, PlannedMatter};

use super::SubmitError;
use super::parties::Parties;
use crate::app::Grounds;
use crate::app::cases::order::{OrderedMatter, Submitter};

/// One matter, checked, with its place in the plan.
pub(super) struct Ready {
    pub listed: Arc<Listed>,
    pub planned: PlannedMatter,
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
