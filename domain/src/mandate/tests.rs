use std::sync::LazyLock;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::case::tests::world::*;
use crate::catalogue::{Authorisation, Catalogue, Item, Listed, ProxyTerms};

const DAYS_MAX: u32 = 365;
const SCAN: UploadId = UploadId::new(Uuid::from_u128(9_001));

static PAPER: Witnessing = Witnessing::OnPaper { scan: SCAN };
static NOTARISED: Witnessing = Witnessing::Notarised { document: SCAN };

fn with_proxy(code: &str, allowed: bool, authorisation: Authorisation) -> Item {
    Item { proxy: ProxyTerms { allowed, authorisation }, ..coded(code, town_service()) }
}

fn simple() -> Item {
    with_proxy("T001", true, Authorisation::Simple)
}

fn notarised() -> Item {
    with_proxy("T002", true, Authorisation::Notarised)
}

fn in_person_alone() -> Item {
    with_proxy("T003", false, Authorisation::None)
}

fn unasked() -> Item {
    with_proxy("T004", true, Authorisation::None)
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let listed = [simple(), notarised(), in_person_alone(), unasked()].map(|item| Listed { version: 1, item });
    Catalogue::new(listed)
});

/// Zhang lets her nephew act in `items` until the end of the year.
fn mandate(items: &[Item], witnessing: Witnessing) -> Mandate {
    Mandate {
        id: MandateId::new(Uuid::from_u128(6_001)),
        grantor: ZHANG,
        holder: NEPHEW,
        scope: MandateScope { items: items.iter().map(|item| item.code.clone()).collect(), topics: BTreeSet::new() },
        until: day("2026-12-31"),
        witnessing,
        witness: None,
        given_at: at("2026-09-14T09:00:00"),
        entered_by: None,
        revoked: None,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn given_in_app(mandate: &Mandate) -> Result<(), BadMandate> {
    check_new(mandate, Giver::Grantor, &CATALOGUE, DAYS_MAX)
}

fn entered_by(clerk: &Staff, mandate: &Mandate) -> Result<(), BadMandate> {
    check_new(mandate, Giver::Clerk(clerk), &CATALOGUE, DAYS_MAX)
}

fn revoked_by(side: PersonId, mandate: Mandate) -> Result<Mandate, NotRevoked> {
    mandate.revoke(Revocation { at: at("2026-10-01T09:00:00"), side, how: RevokedHow::InApp, entered_by: None })
}

#[test]
fn a_grantor_gives_it_in_the_app_and_a_clerk_enters_every_other_kind() {
    assert_eq!(given_in_app(&mandate(&[simple()], Witnessing::InApp)), Ok(()));
    for witnessing in [PAPER, NOTARISED, Witnessing::Guardian { document: SCAN }] {
        assert_eq!(entered_by(&LI, &mandate(&[simple()], witnessing)), Ok(()));
        assert_eq!(given_in_app(&mandate(&[simple()], witnessing)), Err(BadMandate::OtherWay), "nobody witnesses their own paper");
    }
    assert_eq!(entered_by(&LI, &mandate(&[simple()], Witnessing::InApp)), Err(BadMandate::OtherWay));
}

#[test]
fn what_was_merely_told_is_good_for_items_that_ask_for_no_authorisation() {
    assert_eq!(entered_by(&LI, &mandate(&[unasked()], Witnessing::Told)), Ok(()));
    assert_eq!(entered_by(&LI, &mandate(&[simple()], Witnessing::Told)), Err(BadMandate::TooWeak(simple().code)));
    assert_eq!(entered_by(&LI, &mandate(&[notarised()], PAPER)), Err(BadMandate::TooWeak(notarised().code)));
    assert_eq!(entered_by(&LI, &mandate(&[notarised()], NOTARISED)), Ok(()));
}

#[test]
fn it_names_items_that_exist_and_let_somebody_stand_in() {
    assert_eq!(given_in_app(&mandate(&[], Witnessing::InApp)), Err(BadMandate::NoScope));
    assert_eq!(given_in_app(&mandate(&[in_person_alone()], Witnessing::InApp)), Err(BadMandate::NotDelegable(in_person_alone().code)));
    let unknown = coded("T107", town_service());
    assert_eq!(given_in_app(&mandate(std::slice::from_ref(&unknown), Witnessing::InApp)), Err(BadMandate::NoSuchItem(unknown.code)));
    let oneself = Mandate { holder: ZHANG, ..mandate(&[simple()], Witnessing::InApp) };
    assert_eq!(given_in_app(&oneself), Err(BadMandate::Oneself));
}

#[test]
fn its_last_day_is_today_or_later_and_not_too_far() {
    let until = |text| Mandate { until: day(text), ..mandate(&[simple()], Witnessing::InApp) };
    assert_eq!(given_in_app(&until("2026-09-13")), Err(BadMandate::Past));
    assert_eq!(given_in_app(&until("2026-09-14")), Ok(()));
    assert_eq!(given_in_app(&until("2027-09-14")), Ok(()));
    assert_eq!(given_in_app(&until("2027-09-15")), Err(BadMandate::TooLong(day("2027-09-14"))));
}

#[test]
fn a_clerk_enters_none_of_their_own_family_and_holds_one_only_on_paper() {
    let of_zhang = mandate(&[simple()], PAPER);
    assert_eq!(entered_by(&related(&LI, ZHANG), &of_zhang), Err(BadMandate::ClerkIsClose));
    assert_eq!(entered_by(&related(&LI, NEPHEW), &of_zhang), Err(BadMandate::ClerkIsClose));
    let as_proxy = |items: &[Item], witnessing| Mandate { holder: LI.person, ..mandate(items, witnessing) };
    assert_eq!(entered_by(&LI, &as_proxy(&[simple()], PAPER)), Ok(()));
    assert_eq!(entered_by(&LI, &as_proxy(&[unasked()], Witnessing::Told)), Err(BadMandate::ClerkIsClose));
}

#[test]
fn who_cannot_sign_has_a_witness_who_is_neither_side_nor_the_clerk() {
    let seen_by = |witness| Mandate { witness: Some(witness), ..mandate(&[simple()], PAPER) };
    assert_eq!(entered_by(&LI, &seen_by(STRANGER)), Ok(()));
    for side in [ZHANG, NEPHEW, LI.person] {
        assert_eq!(entered_by(&LI, &seen_by(side)), Err(BadMandate::WitnessIsASide));
    }
    let in_app = Mandate { witness: Some(STRANGER), ..mandate(&[simple()], Witnessing::InApp) };
    assert_eq!(given_in_app(&in_app), Err(BadMandate::NoWitnessNeeded));
}

#[test]
fn it_covers_what_it_names_until_its_last_day_or_until_it_is_revoked() {
    let held = mandate(&[simple()], Witnessing::InApp);
    assert_eq!(held.covers(&simple(), day("2026-12-31")), Ok(()));
    assert_eq!(held.covers(&simple(), day("2027-01-01")), Err(NotCovered::Expired));
    assert_eq!(held.covers(&unasked(), day("2026-10-01")), Err(NotCovered::OutOfScope));
    let revoked = revoked_by(NEPHEW, held).unwrap();
    assert_eq!(revoked.covers(&simple(), day("2026-10-01")), Err(NotCovered::Revoked));
    assert!(!revoked.is_live(day("2026-10-01")));
}

#[test]
fn a_topic_covers_its_items_as_far_as_each_lets_somebody_stand_in() {
    let scope = MandateScope { items: BTreeSet::new(), topics: [simple().topic].into() };
    let held = Mandate { scope, ..mandate(&[], Witnessing::InApp) };
    assert_eq!(given_in_app(&held), Ok(()));
    assert_eq!(held.covers(&simple(), day("2026-10-01")), Ok(()));
    assert_eq!(held.covers(&in_person_alone(), day("2026-10-01")), Err(NotCovered::NotDelegable));
    assert_eq!(held.covers(&notarised(), day("2026-10-01")), Err(NotCovered::TooWeak));
}

#[test]
fn either_side_ends_it_once_and_nobody_else_does() {
    let held = || mandate(&[simple()], Witnessing::InApp);
    assert_eq!(revoked_by(STRANGER, held()), Err(NotRevoked::NotASide));
    for side in [ZHANG, NEPHEW] {
        let revoked = revoked_by(side, held()).unwrap();
        assert_eq!(revoked_by(ZHANG, revoked), Err(NotRevoked::Already));
    }
}

proptest! {
    #[test]
    fn what_was_checked_when_given_covers_each_item_that_it_names(which in prop::sample::subsequence(vec![0_usize, 1, 2, 3], 1..4), kind in 0..5_usize) {
        let items: Vec<_> = which.iter().map(|at| [simple(), notarised(), in_person_alone(), unasked()][*at].clone()).collect();
        let guardian = Witnessing::Guardian { document: SCAN };
        let held = mandate(&items, [Witnessing::InApp, Witnessing::Told, PAPER, guardian, NOTARISED][kind]);
        if given_in_app(&held).is_ok() || entered_by(&LI, &held).is_ok() {
            prop_assert!(items.iter().all(|item| held.covers(item, day("2026-09-14")).is_ok()));
        }
    }
}

fn ended(mandate: Mandate, side: PersonId, entered_by: Option<AtStation>) -> Mandate {
    let how = if entered_by.is_some() { RevokedHow::ByTelephone } else { RevokedHow::InApp };
    mandate.revoke(Revocation { at: at("2026-09-15T09:00:00"), side, how, entered_by }).unwrap()
}

fn at_the_counter() -> Option<AtStation> {
    Some(AtStation { account: AccountId::new(Uuid::from_u128(1)), station: "511499101203-01".parse().unwrap() })
}

#[test]
fn the_grantor_hears_of_a_mandate_that_a_clerk_entered_in_their_name_and_not_of_their_own() {
    assert_eq!(told_of_new(&mandate(&[simple()], Witnessing::InApp)), None);
    let entered = Mandate { entered_by: at_the_counter(), ..mandate(&[simple()], PAPER) };
    assert_eq!(told_of_new(&entered), Some((ZHANG, Tidings::EnteredInYourName)));
}

#[test]
fn the_other_side_hears_of_an_end_and_so_does_the_one_in_whose_name_a_clerk_entered_it() {
    let given = || mandate(&[simple()], Witnessing::InApp);
    assert_eq!(told_of_end(&given()), []);
    assert_eq!(told_of_end(&ended(given(), ZHANG, None)), [(NEPHEW, Tidings::EndedByGrantor)]);
    assert_eq!(told_of_end(&ended(given(), NEPHEW, None)), [(ZHANG, Tidings::EndedByHolder)]);
    let told = told_of_end(&ended(given(), ZHANG, at_the_counter()));
    assert_eq!(told, [(ZHANG, Tidings::EndedInYourName), (NEPHEW, Tidings::EndedByGrantor)]);
    let told = told_of_end(&ended(given(), NEPHEW, at_the_counter()));
    assert_eq!(told, [(NEPHEW, Tidings::EndedInYourName), (ZHANG, Tidings::EndedByHolder)]);
}
