//! Who works at which station: at its counter, or signing for it. Kept as a snapshot, so that planning asks no database.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grant, Role, Ties};
use crate::ids::{PersonId, StationCode};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manning(BTreeMap<StationCode, BTreeSet<PersonId>>);

impl Manning {
    /// By the roles that people have at these stations. Who carries, watches or administers works at no desk.
    pub fn of<'a>(stations: impl IntoIterator<Item = &'a StationCode>, grants: &[(PersonId, Grant)]) -> Self {
        let at_desks: Vec<_> = grants.iter().filter(|(_, grant)| matches!(grant.role, Role::Clerk | Role::Approver)).collect();
        let people_of =
            |station: &StationCode| at_desks.iter().filter(|(_, grant)| grant.scope.covers(station)).map(|(person, _)| *person).collect();
        Self(stations.into_iter().map(|station| (station.clone(), people_of(station))).collect())
    }

    /// How many people work at a station.
    pub fn count(&self, station: &StationCode) -> usize {
        self.0.get(station).map_or(0, BTreeSet::len)
    }

    /// Stations at which somebody works, and nobody but these people: their own matters can't be taken in there.
    pub fn only_by(&self, own: &Ties) -> BTreeSet<StationCode> {
        let only_own = |people: &BTreeSet<PersonId>| !people.is_empty() && people.is_subset(&own.people);
        self.0.iter().filter(|(_, people)| only_own(people)).map(|(station, _)| station.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::people::Scope;

    fn person(number: u128) -> PersonId {
        PersonId::new(Uuid::from_u128(number))
    }

    fn station(code: &str) -> StationCode {
        code.parse().unwrap()
    }

    fn at(code: &str, role: Role) -> Grant {
        Grant { role, scope: Scope::Station(station(code)) }
    }

    fn ties(people: &[u128]) -> Ties {
        Ties { people: people.iter().copied().map(person).collect() }
    }

    #[test]
    fn a_point_whose_only_clerk_is_the_spouse_is_manned_by_own_people_alone() {
        let (point, village) = ("511499101203-02", "511499101203-01");
        let grants = [
            (person(1), at(point, Role::Clerk)),
            (person(1), at(village, Role::Clerk)),
            (person(2), at(village, Role::Approver)),
            (person(3), at(point, Role::Courier)),
        ];
        let manning = Manning::of(&[station(point), station(village)], &grants);
        assert_eq!(manning.only_by(&ties(&[1, 9])), BTreeSet::from([station(point)]));
        assert_eq!(manning.only_by(&ties(&[1, 2])), BTreeSet::from([station(point), station(village)]));
        assert_eq!(manning.only_by(&ties(&[9])), BTreeSet::new());
    }

    #[test]
    fn who_works_for_a_whole_division_works_at_each_of_its_stations() {
        let whole = Grant { role: Role::Clerk, scope: Scope::Division("511499101000".parse().unwrap()) };
        let manning = Manning::of(&[station("511499101203-01")], &[(person(1), at("511499101203-01", Role::Clerk)), (person(2), whole)]);
        assert_eq!(manning.only_by(&ties(&[1])), BTreeSet::new());
    }

    #[test]
    fn a_station_without_anybody_is_nobody_s() {
        let manning = Manning::of(&[station("511499101203-01")], &[]);
        assert_eq!(manning.only_by(&ties(&[1])), BTreeSet::new());
    }
}
