//! What a plan rested on changed after the case was submitted: another plan stands in its place, and the person is told.
//!
//! A case is affected where the way that was chosen would now, on the new facts, give another plan than on the old ones: that time has
//! passed meanwhile changes nothing. Once a case is accepted the promise holds, whatever happens to the station.
//! Where the chosen way is closed, the case goes the best other that asks no more of the person (`routing::instead_of`); where there is
//! none, they are asked to choose.

use std::collections::HashMap;
use std::sync::Arc;

use domain::case::{By, Changed, ChosenWay, Command};
use domain::catalogue::{Catalogue, Listed};
use domain::district::DistrictMap;
use domain::ids::CaseId;
use domain::routing::{Ask, Choice, Inputs, Plan, SnapshotDigest, instead_of, plan, plan_for};
use domain::time::local_date;
use infra::store::{CaseFile, HeldPlan, StoreError, Tx, View};
use tokio::sync::Mutex;

use super::ActError;
use super::choice::{ask_now, begin_anew, is_under_way, way_on};
use super::decision::catalogue_of;
use super::record::{judge, save};
use super::submit::ChosenPlan;
use crate::app::Grounds;

/// The maps that plans came from, each built once however many cases were planned on it.
#[derive(Debug, Default)]
pub struct OldMaps(Mutex<HashMap<SnapshotDigest, Arc<DistrictMap>>>);

impl OldMaps {
    /// The map on which a plan was looked at last. It is kept where there was none, or another; else the plan is the same on its first one.
    async fn held(&self, view: &View, held: &HeldPlan) -> Result<Option<Arc<DistrictMap>>, StoreError> {
        match self.get(view, &held.held_on).await? {
            Some(map) => Ok(Some(map)),
            None => self.get(view, &held.inputs.snapshot).await,
        }
    }

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
    let map = grounds.on_map();
    let (Some(file), Some(held)) = (tx.case_file(case).await?, tx.plan_held_before(case, &map).await?) else { return Ok(false) };
    let Some(before) = maps.held(tx, &held).await? else { return Ok(false) };
    let inputs = held.inputs;
    let (catalogue, choice) = (catalogue_of(tx, grounds, &inputs).await?, choice_of(&file.plan));
    let on = |map| plan_on(map, (&catalogue, grounds), &inputs.ask, &choice);
    let (old, new) = (on(&before), on(&grounds.map));
    let differs = old.as_ref().map(essence) != new.as_ref().map(essence);
    if new.is_none() {
        // What is compared with the next map.
        tx.keep_plan_snapshot(&map.digest, &grounds.snapshot.snapshot).await?;
    }
    if !differs {
        tx.plan_holds_on(case, &map).await?;
        return Ok(false);
    }
    if new.is_none()
        && let Some(other) = another_way(tx, grounds, &file, (&catalogue, &inputs.ask)).await?
    {
        let (listed, way, chosen) = other;
        begin_anew(tx, grounds, (file, &listed.item), (By::System, |way| Command::Reroute { way }), (way, chosen)).await?;
    } else {
        replace(tx, grounds, file, Changed::Station, (&catalogue, &inputs.ask, new)).await?;
    }
    Ok(true)
}

/// The way that a case goes without asking its people, where theirs is closed, with its item.
async fn another_way(
    tx: &Tx,
    grounds: &Grounds,
    file: &CaseFile,
    (catalogue, ask): (&Catalogue, &Ask),
) -> Result<Option<(Arc<Listed>, Box<ChosenWay>, ChosenPlan)>, StoreError> {
    let matter = file.plan.matters.iter().find(|matter| matter.item == file.case.item);
    let Some(matter) = matter.filter(|_| file.case.may_begin_anew()) else { return Ok(None) };
    if is_under_way(tx, file.case.id).await? {
        return Ok(None);
    }
    let ask = ask_now(tx, grounds, &file.case, ask.clone()).await?;
    let answer = plan(&grounds.map, catalogue, &grounds.load, &ask, grounds.now);
    let Some(plan) = instead_of(&file.plan, matter, &answer).cloned() else { return Ok(None) };
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    let inputs = Inputs::of(catalogue, &grounds.load, &ask, grounds.now, grounds.snapshot.digest.clone());
    let way = way_on(grounds, &listed.item, &plan);
    Ok(way.map(|way| (listed, way, ChosenPlan { plan, inputs })))
}

/// Plans a case again whose courier gave the errand back.
pub async fn replan_without_courier(tx: &Tx, grounds: &Grounds, case: CaseId) -> Result<(), ActError> {
    let (Some(file), Some(inputs)) = (tx.case_file(case).await?, tx.plan_inputs(case).await?) else { return Ok(()) };
    let catalogue = catalogue_of(tx, grounds, &inputs).await?;
    let again = || plan_on(&grounds.map, (&catalogue, grounds), &inputs.ask, &choice_of(&file.plan));
    let new = if file.case.is_accepted() { None } else { again() };
    replace(tx, grounds, file, Changed::Courier, (&catalogue, &inputs.ask, new)).await
}

fn choice_of(plan: &Plan) -> Choice {
    Choice { mode: plan.mode, stations: plan.stations().cloned().collect() }
}

fn plan_on(map: &DistrictMap, (catalogue, grounds): (&Catalogue, &Grounds), ask: &Ask, choice: &Choice) -> Option<Plan> {
    plan_for(map, catalogue, &grounds.load, ask, grounds.now, choice).ok()
}

/// What a person goes by in a plan: its steps and when it is done.
fn essence(plan: &Plan) -> (&[domain::routing::Step], domain::time::Timestamp) {
    (&plan.steps, plan.latest)
}

/// Puts the new plan in the place of the old, with what it came from; where there is none the person is told all the same, and the old
/// plan stays as what they once chose.
async fn replace(
    tx: &Tx,
    grounds: &Grounds,
    file: CaseFile,
    changed: Changed,
    (catalogue, ask, new): (&Catalogue, &Ask, Option<Plan>),
) -> Result<(), ActError> {
    let case = file.case.id;
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    let latest = new.as_ref().map(|plan| local_date(plan.latest));
    let events = judge(grounds, &file.case, &listed.item, By::System, Command::Replan { changed, latest })?;
    let is_new = new.is_some();
    let file = CaseFile { plan: new.unwrap_or_else(|| file.plan.clone()), ..file };
    save(tx, grounds, &listed.item, file, (By::System.actor(), events)).await?;
    tx.keep_plan_snapshot(&grounds.snapshot.digest, &grounds.snapshot.snapshot).await?;
    if !is_new {
        return Ok(tx.plan_holds_on(case, &grounds.on_map()).await?);
    }
    let inputs = Inputs::of(catalogue, &grounds.load, ask, grounds.now, grounds.snapshot.digest.clone());
    Ok(tx.keep_plan_inputs(case, &inputs, grounds.map_revision).await?)
}
