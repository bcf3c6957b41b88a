//! A question in a generated district, with all that the engine says to it.

use std::cell::OnceCell;
use std::fmt;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::super::*;
use super::super::districts::{Case, Size, cases};
use super::super::generate::{asks, extra_stations, instants, station_terms, worlds};
use super::super::reference::Question;
use super::super::world;
use crate::catalogue::{Catalogue, Item, Mode};
use crate::district::{DistrictMap, Level, Station};

pub struct Told {
    pub case: Case,
    /// A station that may be added.
    pub extra: Station,
    pub map: DistrictMap,
    pub catalogue: Catalogue,
    pub answer: Answer,
    every_plan: OnceCell<Vec<Plan>>,
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").field("case", &self.case).field("extra", &self.extra).finish()
    }
}

pub fn in_a_small_district() -> impl Strategy<Value = Told> {
    (worlds(), asks(), instants(), extra_stations()).prop_map(|(world, ask, now, extra)| Told::of(Case { world, ask, now }, extra))
}

pub fn in_a_district(size: Size) -> impl Strategy<Value = Told> {
    let extra = (any::<Index>(), any::<bool>(), station_terms(), 30.0..30.4f64);
    (cases(size), extra).prop_map(|(case, (pick, is_close, terms, lat))| {
        let stations = &case.world.stations;
        // Half of them stand where the person or the matter belongs.
        let own = stations.iter().filter(|station| is_close && is_named(&case.ask, station)).collect::<Vec<_>>();
        let near = if own.is_empty() { pick.get(stations) } else { *pick.get(&own) };
        let (text, level) = match near.level {
            Level::Point | Level::Village => (format!("{}-19", near.division), Level::Point),
            Level::Town => (format!("{}299-01", &near.division.as_str()[..9]), Level::Village),
            Level::District => ("511499199000-01".to_owned(), Level::Town),
        };
        let mut extra = world::station(&text, level, (lat, 103.85));
        terms.set(&mut extra);
        Told::of(case, extra)
    })
}

fn is_named(ask: &Ask, station: &Station) -> bool {
    let land = match &ask.matter {
        MatterLies::Land(land) => Some(land),
        MatterLies::Registered | MatterLies::Residence => None,
    };
    [ask.registered.as_ref(), ask.residence.as_ref(), land].contains(&Some(&station.division))
}

impl Told {
    fn of(case: Case, extra: Station) -> Self {
        let (map, catalogue) = (case.world.map(), case.world.catalogue());
        let answer = plan(&map, &catalogue, &case.world.load, &case.ask, case.now);
        Self { case, extra, map, catalogue, answer, every_plan: OnceCell::new() }
    }

    pub fn ask(&self) -> &Ask {
        &self.case.ask
    }

    pub fn answer_to(&self, ask: &Ask) -> Answer {
        plan(&self.map, &self.catalogue, &self.case.world.load, ask, self.case.now)
    }

    pub fn answer_with_the_extra_station(&self) -> Answer {
        let mut world = self.case.world.clone();
        world.stations.push(self.extra.clone());
        plan(&world.map(), &self.catalogue, &self.case.world.load, &self.case.ask, self.case.now)
    }

    pub fn chosen(&self, ask: &Ask, choice: &Choice) -> Option<Plan> {
        plan_for(&self.map, &self.catalogue, &self.case.world.load, ask, self.case.now, choice).ok()
    }

    /// Every plan that a person may choose at one station for `ask`, found by trying every mode at every station.
    pub fn all_choices(&self, ask: &Ask) -> Vec<Plan> {
        let at = |mode| self.map.stations().map(move |station| Choice { mode, stations: vec![station.code.clone()] });
        Mode::ALL.into_iter().flat_map(at).filter_map(|choice| self.chosen(ask, &choice)).collect()
    }

    pub fn every_plan(&self) -> &[Plan] {
        self.every_plan.get_or_init(|| self.all_choices(self.ask()))
    }

    /// Every matter that is shown, with its plan.
    pub fn matters(&self) -> impl Iterator<Item = (&Plan, &PlannedMatter)> {
        self.answer.plans.iter().flat_map(|plan| plan.matters.iter().map(move |matter| (plan, matter)))
    }

    pub fn item(&self, code: &ItemCode) -> &Item {
        &self.catalogue.item(code).unwrap().item
    }

    pub fn question(&self) -> Question<'_> {
        let Case { world, ask, now } = &self.case;
        Question { map: &self.map, catalogue: &self.catalogue, load: &world.load, ask, now: *now }
    }
}

/// The ask for one of the items alone.
pub fn single(ask: &Ask, item: &ItemCode) -> Ask {
    Ask { items: vec![item.clone()], ..ask.clone() }
}
