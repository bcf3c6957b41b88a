//! Who could do a step: the staff of stations and lines, each read once in a piece of work.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{Bar, Case, Reach, Step, gives_up_deciding, leaves_a_decider};
use domain::district::Line;
use domain::ids::StationCode;
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, Object, Work, may};
use infra::store::{StoreError, View};

pub struct Roster<'a> {
    stations: Stations<'a>,
    lines: Lines<'a>,
}

struct Stations<'a> {
    view: &'a View,
    read: BTreeMap<StationCode, Vec<Staff>>,
}

struct Lines<'a> {
    view: &'a View,
    read: BTreeMap<Line, Vec<Staff>>,
}

/// Those who watch over a station, each person once.
pub async fn supervisors_over(view: &View, station: &StationCode) -> Result<Vec<Staff>, StoreError> {
    let mut named = BTreeSet::new();
    let there = view.staff_at(station).await?.into_iter();
    Ok(there.filter(|staff| staff.has(Role::Supervisor, station) && named.insert(staff.person)).collect())
}

impl<'a> Roster<'a> {
    pub fn new(view: &'a View) -> Self {
        Self { stations: Stations { view, read: BTreeMap::new() }, lines: Lines { view, read: BTreeMap::new() } }
    }

    /// Whether the staff member may claim this step, and if not, why.
    pub async fn may_claim(&mut self, staff: &Staff, case: &Case, step: &Step) -> Result<Result<(), Bar>, StoreError> {
        self.lines.let_claim(staff, case, step).await
    }

    /// Those who sit at the step's desk.
    pub async fn seated(&mut self, case: &Case, step: &Step) -> Result<Vec<Staff>, StoreError> {
        let near = match step.desk.reach {
            Reach::Station => self.stations.staff(&step.desk.station).await?,
            Reach::Line => self.lines.staff(&case.route.line).await?,
        };
        Ok(near.iter().filter(|staff| step.desk.seats(staff, case)).cloned().collect())
    }

    /// Whether anybody with a role at the step's station may claim it.
    pub async fn somebody_may_claim(&mut self, case: &Case, step: &Step) -> Result<bool, StoreError> {
        for staff in self.stations.staff(&step.desk.station).await? {
            if self.lines.let_claim(staff, case, step).await?.is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Stations<'_> {
    async fn staff(&mut self, station: &StationCode) -> Result<&[Staff], StoreError> {
        if !self.read.contains_key(station) {
            self.read.insert(station.clone(), self.view.staff_at(station).await?);
        }
        Ok(self.read.get(station).map_or(&[], Vec::as_slice))
    }
}

impl Lines<'_> {
    async fn let_claim(&mut self, staff: &Staff, case: &Case, step: &Step) -> Result<Result<(), Bar>, StoreError> {
        let work = Object::Work(Work { case, step, holder: None });
        match may(Actor::Staff(staff), Act::ClaimWorkItem, &work) {
            Ok(()) => {}
            Err(Denied::Barred(bar)) => return Ok(Err(bar)),
            Err(_without_a_role_for_it) => return Ok(Err(Bar::OtherDesk)),
        }
        if gives_up_deciding(staff, case, step) && !leaves_a_decider(staff, case, self.staff(&case.route.line).await?) {
            return Ok(Err(Bar::OnlyDecider));
        }
        Ok(Ok(()))
    }

    async fn staff(&mut self, line: &Line) -> Result<&[Staff], StoreError> {
        if !self.read.contains_key(line) {
            self.read.insert(line.clone(), self.view.staff_in_line(line).await?);
        }
        Ok(self.read.get(line).map_or(&[], Vec::as_slice))
    }
}
