//! Who could do a step: the staff of stations and lines, each read once in a piece of work.

use std::collections::BTreeMap;

use domain::case::{Bar, Case, Step, gives_up_deciding, leaves_a_decider};
use domain::district::Line;
use domain::ids::StationCode;
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, Work, may};
use infra::store::{StoreError, View};

pub struct Roster<'a> {
    view: &'a View,
    stations: BTreeMap<StationCode, Vec<Staff>>,
    lines: BTreeMap<Line, Vec<Staff>>,
}

impl<'a> Roster<'a> {
    pub fn new(view: &'a View) -> Self {
        Self { view, stations: BTreeMap::new(), lines: BTreeMap::new() }
    }

    /// Whether the staff member may claim this step, and if not, why.
    pub async fn may_claim(&mut self, staff: &Staff, case: &Case, step: &Step) -> Result<Result<(), Bar>, StoreError> {
        let work = Object::Work(Work { case, step, holder: None });
        match may(Actor::Staff(staff), Act::ClaimWorkItem, &work) {
            Ok(()) => {}
            Err(Denied::Barred(bar)) => return Ok(Err(bar)),
            Err(_without_a_role_for_it) => return Ok(Err(Bar::OtherDesk)),
        }
        if gives_up_deciding(staff, case, step) && !leaves_a_decider(staff, case, self.of_line(&case.route.line).await?) {
            return Ok(Err(Bar::OnlyDecider));
        }
        Ok(Ok(()))
    }

    /// Whether anybody with a role at the step's station may claim it.
    pub async fn somebody_may_claim(&mut self, case: &Case, step: &Step) -> Result<bool, StoreError> {
        for staff in self.of_station(&step.desk.station).await?.to_vec() {
            if self.may_claim(&staff, case, step).await?.is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn of_station(&mut self, station: &StationCode) -> Result<&[Staff], StoreError> {
        if !self.stations.contains_key(station) {
            self.stations.insert(station.clone(), self.view.staff_at(station).await?);
        }
        Ok(self.stations.get(station).map_or(&[], Vec::as_slice))
    }

    async fn of_line(&mut self, line: &Line) -> Result<&[Staff], StoreError> {
        if !self.lines.contains_key(line) {
            self.lines.insert(line.clone(), self.view.staff_in_line(line).await?);
        }
        Ok(self.lines.get(line).map_or(&[], Vec::as_slice))
    }
}
