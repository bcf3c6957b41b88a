//! Why a case is handled as it is: the decision, made again from what was kept when the case got the plan that it has.

use domain::catalogue::Catalogue;
use domain::ids::CaseId;
use domain::routing::{Decision, Inputs};
use infra::store::{StoreError, View};

use crate::app::Grounds;

#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    #[error("nothing is kept of the plan of this case")]
    NotKept,
    #[error("what was kept of the plan doesn't fit together")]
    Corrupt(#[from] domain::district::BadDistrict),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The decision that the case's plan came from, with when it was made. It takes some milliseconds.
pub async fn decision(view: &View, grounds: &Grounds, case: CaseId) -> Result<(Inputs, Decision), DecisionError> {
    let inputs = view.plan_inputs(case).await?.ok_or(DecisionError::NotKept)?;
    let snapshot = view.plan_snapshot(&inputs.snapshot).await?.ok_or(DecisionError::NotKept)?;
    let decision = inputs.replay(&snapshot, &catalogue_of(view, grounds, &inputs).await?)?;
    Ok((inputs, decision))
}

/// The items that a plan was made of, each at its version.
pub async fn catalogue_of(view: &View, grounds: &Grounds, inputs: &Inputs) -> Result<Catalogue, StoreError> {
    let mut items = Vec::with_capacity(inputs.items.len());
    for (code, version) in &inputs.items {
        items.push(grounds.item_at(view, code, *version).await?.as_ref().clone());
    }
    Ok(Catalogue::new(items))
}
