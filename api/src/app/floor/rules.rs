//! What a supervisor sets for a station: the next-call policy, what its windows are meant for, and the quotas.

use domain::audit::{Deed, On, Thing};
use domain::floor::{CallPolicy, Quota, StationRules, WindowPlan};
use domain::ids::StationCode;
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor};
use infra::store::{StoreError, Tx, View};

use super::{FloorError, note, station_for};
use crate::app::Grounds;

/// What is edited; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct RulesEdit {
    pub policy: Option<CallPolicy>,
    pub wait_max_min: Option<u16>,
    pub windows: Option<Vec<WindowPlan>>,
    pub quotas: Option<Vec<Quota>>,
}

/// The rules that hold at a station, and the number of their version; 0 where nobody has set any.
pub async fn rules_of(view: &View, grounds: &Grounds, station: &StationCode) -> Result<(StationRules, u32), StoreError> {
    Ok(view.station_rules(station).await?.unwrap_or_else(|| (StationRules::usual(&grounds.floor), 0)))
}

/// Edits the rules, if they are still those of version `seen`.
pub async fn edit_rules(
    tx: &Tx,
    grounds: &Grounds,
    by: &Staff,
    code: &StationCode,
    (edit, seen): (RulesEdit, u32),
) -> Result<(StationRules, u32), FloorError> {
    let station = station_for(grounds, Actor::Staff(by), Act::EditFloorRules, code)?;
    let (mut rules, version) = rules_of(tx, grounds, code).await?;
    if version != seen {
        return Err(FloorError::StaleRules);
    }
    rules.calling.policy = edit.policy.unwrap_or(rules.calling.policy);
    rules.calling.wait_max_min = edit.wait_max_min.unwrap_or(rules.calling.wait_max_min);
    rules.windows = edit.windows.unwrap_or(rules.windows);
    rules.quotas = edit.quotas.unwrap_or(rules.quotas);
    rules.check(station)?;
    let version = tx.save_station_rules(code, &rules, seen).await.map_err(|error| match error {
        StoreError::Stale | StoreError::Taken => FloorError::StaleRules,
        other => other.into(),
    })?;
    let edited = (Deed::StationEdit, On::of(Thing::Station(code.clone())));
    note(tx, grounds, by, (&[Role::Supervisor, Role::SystemAdmin], code), edited).await?;
    Ok((rules, version))
}
