//! What decisions rest on: one snapshot of map and catalogue, taken once for a whole use case, and the local rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use domain::case::CaseRules;
use domain::catalogue::Listed;
use domain::countersign::Term;
use domain::district::DistrictMap;
use domain::evaluation::EvaluationRules;
use domain::floor::FloorRules;
use domain::ids::{ItemCode, StationCode};
use domain::people::Manning;
use domain::queue::{self, StageAllowances};
use domain::retention::Terms;
use domain::routing::Load;
use domain::supervision::Thresholds;
use domain::time::{Timestamp, local_date};
use infra::store::{Deadlines, OnMap, StoreError, View};

use crate::settings::Queue;

use super::{App, CatalogueSnapshot, PlanSnapshot};

#[derive(Debug, Clone)]
pub struct Grounds {
    pub map: Arc<DistrictMap>,
    /// The map as a document.
    pub snapshot: Arc<PlanSnapshot>,
    /// A later map has a higher one.
    pub map_revision: i64,
    pub catalogue: Arc<CatalogueSnapshot>,
    pub manning: Arc<Manning>,
    /// Stations at which so much waits that others help.
    pub overloaded: Arc<BTreeSet<StationCode>>,
    /// The revision of the map's calendar, or an earlier one.
    pub reckoned: i64,
    pub thresholds: Thresholds,
    pub load: Arc<Load>,
    pub rules: CaseRules,
    pub allowances: StageAllowances,
    pub queue: Queue,
    pub floor: FloorRules,
    pub mandate_days_max: u32,
    pub retention: Terms,
    pub evaluations: EvaluationRules,
    /// For what waits for a second person.
    pub second_word: Term,
    /// Days for which a proof of identity counts.
    pub identity_days: u16,
    pub now: Timestamp,
}

impl App {
    pub fn grounds(&self) -> Grounds {
        let reference = self.reference.load_full();
        Grounds {
            reckoned: reference.reckoning.revision,
            thresholds: reference.reckoning.thresholds,
            overloaded: self.overloaded.load_full(),
            map: Arc::clone(&reference.map),
            snapshot: Arc::clone(&reference.snapshot),
            map_revision: reference.revision,
            catalogue: Arc::clone(&reference.catalogue),
            manning: self.manning.load_full(),
            load: self.load.load_full(),
            rules: self.settings.cases.clone(),
            allowances: self.settings.stages.clone(),
            queue: self.settings.queue.clone(),
            floor: self.settings.floor.clone(),
            mandate_days_max: self.settings.mandates.days_max,
            evaluations: self.settings.evaluations.clone(),
            retention: Terms { case_years: self.settings.retention.case_years },
            identity_days: self.settings.identity.holds_days,
            second_word: Term { days: self.settings.rights.second_word_days },
            now: self.clock.now(),
        }
    }
}

impl Grounds {
    /// The map that plans are made on now, by its digest and revision.
    pub fn on_map(&self) -> OnMap {
        OnMap { digest: self.snapshot.digest.clone(), revision: self.map_revision }
    }

    pub fn deadlines(&self) -> Deadlines<'_> {
        let notice_working_days = self.rules.notice_working_days;
        Deadlines { calendar: &self.map.calendar, now: self.now, notice_working_days, reckoned: self.reckoned, alert_at: None }
    }

    /// What a station's work is measured by.
    pub fn terms(&self) -> queue::Terms<'_> {
        queue::Terms { allowances: &self.allowances, calendar: &self.map.calendar, map: &self.map, keep_minutes: self.queue.keep_minutes }
    }

    /// How long a claim holds.
    pub fn lease(&self) -> Duration {
        Duration::minutes(self.queue.lease_minutes.into())
    }

    /// What arrived at these stations earlier goes to any claimant, trained for it or not: since then they were open for the time that it
    /// waits for who is. Of several, the one that was open least.
    pub fn anyone_since<'a>(&self, stations: impl IntoIterator<Item = &'a StationCode>) -> Timestamp {
        let (calendar, minutes) = (&self.map.calendar, self.queue.trained_only_minutes);
        let stations = stations.into_iter().filter_map(|station| self.map.station(station));
        stations.map(|station| station.before_open_minutes(calendar, self.now, minutes)).min().unwrap_or(self.now)
    }

    /// The district's day.
    pub fn today(&self) -> NaiveDate {
        local_date(self.now)
    }

    /// An item at the version that a case was submitted under.
    pub async fn item_at(&self, view: &View, code: &ItemCode, version: u32) -> Result<Arc<Listed>, StoreError> {
        if let Some(current) = self.catalogue.catalogue.item(code).filter(|listed| listed.version == version) {
            return Ok(Arc::clone(current));
        }
        let past = view.item_version(code, version).await?;
        past.ok_or_else(|| StoreError::corrupt("cases", format!("there is no version {version} of {code}")))
    }
}
