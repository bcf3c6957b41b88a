//! Booked slots that a station can't keep any more are called off when what they rested on has changed (`crate::app::floor`): a closure,
//! other hours, an absence, an item that it drops, windows that serve other matters. A slot is looked at with every change, and again in
//! the unit that calls it off, so that this may run twice and break off anywhere.

use std::collections::BTreeMap;

use domain::floor::{Appointment, StationRules};
use domain::ids::StationCode;
use infra::store::{StoreError, View};
use tracing::info;

use super::floor::unless_refused;
use super::reference;
use crate::app::floor::{call_off, cannot_be_kept, rules_of};
use crate::app::{App, Grounds};

/// Slots looked at in one go.
const BATCH: u64 = 500;

/// Calls off what has to be; says how many slots.
pub async fn call_off_what_cannot_be_kept(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.calling_off.lock().await;
    // Nobody is told off on facts that another instance has changed meanwhile.
    reference::reload(app).await?;
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let (mut rules, mut off, mut after) = (BTreeMap::new(), 0, None);
    loop {
        let booked = view.booked(after, BATCH).await?;
        for appointment in &booked {
            if cannot_be_kept(&grounds, appointment, own(&view, &grounds, &mut rules, &appointment.station).await?).is_some() {
                off += u32::from(call_one_off(app, appointment).await?);
            }
        }
        after = match booked.last() {
            Some(last) => Some((last.begin, last.id)),
            None => return Ok(off),
        };
    }
}

/// The rules of a station, each read once.
async fn own<'r>(
    view: &View,
    grounds: &Grounds,
    rules: &'r mut BTreeMap<StationCode, StationRules>,
    station: &StationCode,
) -> Result<&'r StationRules, StoreError> {
    if !rules.contains_key(station) {
        rules.insert(station.clone(), rules_of(view, grounds, station).await?.0);
    }
    rules.get(station).ok_or_else(|| StoreError::corrupt("floor_rules", "read just now"))
}

async fn call_one_off(app: &App, appointment: &Appointment) -> Result<bool, StoreError> {
    let (grounds, id) = (app.grounds(), appointment.id);
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { call_off(tx, &grounds, id).await }));
    let is_off = unless_refused(unit.await)?.unwrap_or_default();
    if is_off {
        info!(appointment.id = %id.as_uuid(), "a booked slot can't be kept: it is called off");
    }
    Ok(is_off)
}
