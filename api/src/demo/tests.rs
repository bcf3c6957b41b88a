//! The demo's people, before they are saved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::catalogue::Listed;
use domain::people::{Role, Scope};
use infra::reference;

use super::*;

fn map() -> DistrictMap {
    let data = reference::district().unwrap();
    let calendar = Arc::new(reference::calendar().unwrap());
    DistrictMap::build((data.code, data.name), data.divisions, data.stations, Vec::new(), calendar).unwrap()
}

fn catalogue() -> Catalogue {
    let (items, _) = reference::catalogue().unwrap();
    Catalogue::new(items.into_iter().map(|item| Listed { version: 1, item }))
}

fn whole_cast() -> Cast {
    cast(&map(), &catalogue(), "hash").unwrap()
}

fn person<'a>(cast: &'a Cast, login: &str) -> &'a Person {
    let account = cast.accounts.iter().map(|(account, _)| account).find(|account| account.login == login).unwrap();
    cast.people.iter().map(|(person, _)| person).find(|person| person.id == account.person).unwrap()
}

fn owner<'a>(cast: &'a Cast, phone: &str) -> &'a Person {
    let openid = crate::sandbox::SandboxSettings::demo().openid_of(phone).unwrap();
    cast.people.iter().find(|(_, own)| own.as_ref() == Some(&openid)).map(|(person, _)| person).unwrap()
}

#[test]
fn every_station_has_as_many_staff_as_the_district_says() {
    let (map, cast) = (map(), whole_cast());
    let mut at: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (account, grants) in &cast.accounts {
        for grant in grants {
            if let Scope::Station(station) = &grant.scope {
                at.entry(station.clone()).or_default().insert(account.login.clone());
            }
        }
    }
    for station in map.stations() {
        assert_eq!(at[&station.code].len(), usize::from(station.staff), "{}", station.code);
    }
    assert_eq!(at.values().map(BTreeSet::len).sum::<usize>(), 506);
    assert_eq!(cast.accounts.len(), 506 + 3 * 7 + 4);
}

#[test]
fn every_station_that_may_decide_has_an_approver_who_is_not_its_only_clerk() {
    let (map, cast) = (map(), whole_cast());
    for station in map.stations().filter(|station| station.level != domain::district::Level::Point) {
        let has = |role: Role| {
            let grant = Grant { role, scope: Scope::Station(station.code.clone()) };
            cast.accounts.iter().filter(|(_, grants)| grants.contains(&grant)).count()
        };
        assert!(has(Role::Approver) >= 1 && has(Role::Clerk) >= 1, "{}", station.code);
    }
}

#[test]
fn everybody_is_marked_as_demo_and_no_two_share_a_number_a_phone_or_a_login() {
    let cast = whole_cast();
    let people = || cast.people.iter().map(|(person, _)| person);
    let numbers: BTreeSet<_> = people().map(|person| person.citizen_id.clone().unwrap()).collect();
    let phones: Vec<_> = people().filter_map(|person| person.phone.clone()).collect();
    let logins: BTreeSet<_> = cast.accounts.iter().map(|(account, _)| account.login.clone()).collect();
    assert_eq!((numbers.len(), logins.len()), (cast.people.len(), cast.accounts.len()));
    assert_eq!(phones.iter().collect::<BTreeSet<_>>().len(), phones.len());
    assert!(numbers.iter().all(|number| number.as_str().starts_with("511499")));
    assert!(people().all(|person| person.demo) && cast.accounts.iter().all(|(account, _)| account.demo));
}

#[test]
fn the_same_people_come_out_every_time() {
    let names = |cast: &Cast| cast.people.iter().map(|(person, _)| (person.id, person.name.clone())).collect::<Vec<_>>();
    assert_eq!(names(&whole_cast()), names(&whole_cast()));
}

#[test]
fn the_village_clerks_wife_is_of_his_household_and_the_heads_brother_named_him() {
    let cast = whole_cast();
    assert_eq!(owner(&cast, "he-xia").household, person(&cast, "cunwu").household);
    let (head, brother) = (person(&cast, "cunzhang"), owner(&cast, "cunzhang-jia"));
    assert!(cast.relatives.iter().any(|(person, relative)| *person == brother.id && relative.person == head.id));
    assert_ne!(head.household, brother.household);
}

#[test]
fn a_household_of_four_and_every_phone_has_its_owner() {
    let cast = whole_cast();
    let household = owner(&cast, "zhang-wei").household.clone();
    assert_eq!(cast.people.iter().filter(|(person, _)| person.household == household).count(), 4);
    assert!(PHONES.iter().all(|phone| owner(&cast, phone.name).demo));
    assert!(TOUR_LOGINS.iter().all(|tour| person(&cast, tour.login).demo));
}

#[test]
fn what_may_be_handled_elsewhere_is_taken_in_by_a_partner() {
    let cast = whole_cast();
    let items: BTreeSet<_> = cast.partners.iter().flat_map(|partner| partner.items.iter().cloned()).collect();
    assert_eq!(cast.partners.len(), 2);
    assert!(items.len() > 20, "{}", items.len());
}
