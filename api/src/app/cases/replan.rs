//! What a plan rested on changed after the case was submitted: another plan stands in its place, and the person is told.
//!
//! A case is affected where the way that was chosen would now, on the new facts, give another plan than on the old ones: that time has
//! passed meanwhile changes nothing. Once a case is accepted the promise holds, whatever happens to the station.

use std::collections::HashMap;
use std::sync::Arc;

use domain::case::{By, Changed, Command};
use domain::district::DistrictMap;
use domain::ids::CaseId;
use domain::routing::{Ask, Choice, Inputs, Plan, SnapshotDigest, plan_for};
use domain::time::local_date;
use infra::store::{CaseFile, StoreError, Tx, View};
use tokio::sync::Mutex;

use super::ActError;
use super::record::{judge, save};
use crate::app::Grounds;

/// The maps that plans came from, each built once however many cases were planned on it.
#[derive(Debug, Default)]
pub struct OldMaps(Mutex<HashMap<SnapshotDigest, Arc<DistrictMap>>>);

impl OldMaps {
    async fn get(&self, view: &View, digest: &SnapshotDigest) -> Result<Option<Arc<DistrictMap>>, StoreError> {
        let mut maps = self.0.lock().await;
        if let Some(known) = maps.get(digest) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(snapshot) = view.plan_snapshot(digest).await? else { return Ok(None) };
        let map = Arc::new(snapshot.map().map_err(|error| StoreError::corrupt("plan_snapshots", error))?);
        maps.insert(digest.clone(), Arc::clone(&map));
        Ok(Some(map))
    }
}

/// Plans a case again whose facts changed; says whether that made a difference.
pub async fn replan_on_new_facts(tx: &Tx, grounds: &Grounds, case: CaseId, maps: &OldMaps) -> Result<bool, ActError> {
    let (Some(file), Some(inputs)) = (tx.case_file(case).await?, tx.plan_inputs(case).await?) else { return Ok(false) };
    let Some(before) = maps.get(tx, &inputs.snapshot).await? else { return Ok(false) };
    let choice = choice_of(&file.plan);
    let (old, new) = (plan_on(&before, grounds, &inputs.ask, &choice), plan_on(&grounds.map, grounds, &inputs.ask, &choice));
    let differs = old.as_ref().map(essence) != new.as_ref().map(essence);
    match (differs, new) {
        (false, _) => tx.plan_holds_on(case, &grounds.snapshot.digest).await?,
        (true, new) => replace(tx, grounds, file, Changed::Station, (&inputs.ask, new)).await?,
    }
    Ok(differs)
}

/// Plans a case again whose courier gave the errand back.
pub async fn replan_without_courier(tx: &Tx, grounds: &Grounds, case: CaseId) -> Result<(), ActError> {
    let (Some(file), Some(inputs)) = (tx.case_file(case).await?, tx.plan_inputs(case).await?) else { return Ok(()) };
    let new = if file.case.is_accepted() { None } else { plan_on(&grounds.map, grounds, &inputs.ask, &choice_of(&file.plan)) };
    replace(tx, grounds, file, Changed::Courier, (&inputs.ask, new)).await
}

fn choice_of(plan: &Plan) -> Choice {
    Choice { mode: plan.mode, stations: plan.stations().cloned().collect() }
}

fn plan_on(map: &DistrictMap, grounds: &Grounds, ask: &Ask, choice: &Choice) -> Option<Plan> {
    plan_for(map, &grounds.catalogue.catalogue, &grounds.load, ask, grounds.now, choice).ok()
}

/// What a person goes by in a plan: its steps and when it is done.
fn essence(plan: &Plan) -> (&[domain::routing::Step], domain::time::Timestamp) {
    (&plan.steps, plan.latest)
}

/// Puts the new plan, if there is one, in the place of the old, with what it came from.
async fn replace(tx: &Tx, grounds: &Grounds, file: CaseFile, changed: Changed, (ask, new): (&Ask, Option<Plan>)) -> Result<(), ActError> {
    let case = file.case.id;
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    let latest = new.as_ref().map(|plan| local_date(plan.latest));
    let events = judge(grounds, &file.case, &listed.item, By::System, Command::Replan { changed, latest })?;
    let file = CaseFile { plan: new.unwrap_or_else(|| file.plan.clone()), ..file };
    save(tx, grounds, &listed.item, file, (By::System.actor(), events)).await?;
    Ok(keep(tx, grounds, case, ask).await?)
}

async fn keep(tx: &Tx, grounds: &Grounds, case: CaseId, ask: &Ask) -> Result<(), StoreError> {
    let digest = grounds.snapshot.digest.clone();
    let inputs = Inputs::of(&grounds.catalogue.catalogue, &grounds.load, ask, grounds.now, digest);
    tx.keep_plan_inputs(case, &inputs).await?;
    tx.keep_plan_snapshot(&inputs.snapshot, &grounds.snapshot.snapshot).await
}
