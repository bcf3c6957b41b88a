//! Who may take a step, whoever sits at the desk.

use crate::audit::Office;
use crate::case::Command as C;
use crate::case::{Agency, Bar, By, Hold, Rejection as R, Stage, Subject, may_see_whole, may_take, office_in};
use crate::people::{Grant, Role, Scope, Staff};

use super::story::*;
use super::world::*;

#[test]
fn a_step_is_for_the_staff_of_its_station() {
    given(case(town_service())).when(&FAR_CLERK, accept()).then_barred(Bar::OtherDesk);
    given(case(town_service())).when(&TOWN_CLERK, accept()).then_barred(Bar::OtherDesk);
    given(case(town_service())).when(ZHANG, accept()).then_rejected(R::NotYours);
    given(case(town_service())).when(SYSTEM, accept()).then_rejected(R::NotYours);
}

#[test]
fn a_role_in_a_division_holds_at_every_station_in_it() {
    let town_wide = Grant { role: Role::Clerk, scope: Scope::Division(code(TOWN).division()) };
    let roving = Staff { grants: vec![town_wide], ..staff(30, Role::Clerk, FAR_VILLAGE) };
    given(case(town_service())).when(&roving, accept()).then_stands_at(Stage::Decide);
    given(filed(town_service()).accepted_at(FAR_VILLAGE).submitted()).when(&roving, accept()).then_barred(Bar::OtherDesk);
}

#[test]
fn an_approver_does_a_clerks_work_too_but_no_clerk_decides() {
    given(case(certificate())).when(&VILLAGE_HEAD, accept()).then_stands_at(Stage::Decide);
    given(case(certificate()).accepted()).when(&staff(31, Role::Clerk, VILLAGE), granted()).then_barred(Bar::OtherDesk);
}

#[test]
fn couriers_supervisors_and_administrators_handle_no_case() {
    for role in [Role::Courier, Role::Supervisor, Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
        given(case(certificate())).when(&staff(32, role, VILLAGE), accept()).then_barred(Bar::OtherDesk);
    }
}

#[test]
fn who_accepted_may_not_decide() {
    given(case(certificate()).then(&VILLAGE_HEAD, accept())).when(&VILLAGE_HEAD, granted()).then_barred(Bar::Accepted);
    let deputy = staff(33, Role::Approver, VILLAGE);
    given(case(certificate()).then(&VILLAGE_HEAD, accept())).when(&deputy, granted()).then_stands_at(Stage::Produce);
}

#[test]
fn who_took_in_a_forwarded_case_may_not_decide_it_either() {
    let story = case(proxy_for(Some("T001"), &[])).up_to(Stage::Forward).then(&LI, C::Forward).then(&TOWN_APPROVER, accept());
    given(story).when(&TOWN_APPROVER, granted()).then_barred(Bar::Accepted);
}

#[test]
fn who_accepted_may_not_decide_under_another_account_either() {
    let accepted = case(certificate()).then(&VILLAGE_HEAD, accept());
    let second_account = Staff { person: VILLAGE_HEAD.person, ..staff(34, Role::Approver, VILLAGE) };
    given(accepted).when(&second_account, granted()).then_barred(Bar::Accepted);
}

#[test]
fn nobody_handles_their_own_case_at_any_stage() {
    let own = Staff { person: ZHANG, ..LI.clone() };
    given(case(certificate())).when(&own, accept()).then_barred(Bar::Own);
    given(case(instant_item(certificate()))).when(&own, C::NotAccept { note: NOTE }).then_barred(Bar::Own);
    given(case(certificate()).up_to(Stage::HandOver)).when(&own, accept()).then_barred(Bar::Own);
}

#[test]
fn nobody_handles_the_case_of_their_household_or_of_a_recorded_relative() {
    for stage in [Stage::Accept, Stage::Decide, Stage::Produce, Stage::HandOver] {
        let story = case(certificate()).up_to(stage);
        let (_, step) = story.case.current().unwrap();
        assert_eq!(may_take(&related(&VILLAGE_HEAD, ZHANG), &story.case, step), Err(Bar::Close));
    }
    let household = filed(certificate()).for_subject(Subject::Household { person: ZHANG }).submitted();
    given(household).when(&related(&LI, HUSBAND), accept()).then_barred(Bar::Close);
}

#[test]
fn nobody_handles_what_their_relative_applied_for() {
    given(filed(certificate()).by_agent().submitted()).when(&related(&LI, NEPHEW), accept()).then_barred(Bar::Close);
}

#[test]
fn an_agent_neither_accepts_nor_decides_but_may_do_the_rest() {
    let agent = |staff: &Staff| Staff { person: NEPHEW, ..staff.clone() };
    // The mandate's holder, where Zhang applied herself and he only stands in for her.
    let story = |stage| {
        let filing = Filing { agency: Some(nephew_acts()), ..filed(with_site_visit(certificate())) };
        filing.submitted().up_to(stage)
    };
    given(story(Stage::Accept)).when(&agent(&LI), accept()).then_barred(Bar::Agent);
    given(story(Stage::Decide)).when(&agent(&VILLAGE_HEAD), granted()).then_barred(Bar::Agent);
    given(story(Stage::Inspect))
        .when(&agent(&LI), C::Inspect { finding: crate::case::Finding::AsStated, note: None })
        .then_stands_at(Stage::Decide);
    let sitting = Filing { agency: Some(nephew_acts()), ..filed(instant_item(certificate())) }.submitted();
    given(sitting).when(&agent(&LI), C::NotAccept { note: NOTE }).then_barred(Bar::Agent);
}

#[test]
fn an_agent_acts_until_the_last_day_of_their_mandate() {
    let asked = || filed(town_service()).by_agent().submitted().then(&LI, crate::case::tests::story::ask_for_more());
    assert!(asked().on("2026-09-24T10:00:00").try_act(By::Person(NEPHEW), C::Supplement).is_ok());
    let short = Filing { agency: Some(Agency { until: "2026-09-15".parse().unwrap(), ..nephew_acts() }), ..filed(town_service()) };
    let asked = short.submitted().then(&LI, crate::case::tests::story::ask_for_more());
    assert!(asked.clone().on("2026-09-15T23:00:00").try_act(By::Person(NEPHEW), C::Supplement).is_ok());
    given(asked.on("2026-09-16T00:00:00")).when(NEPHEW, C::Supplement).then_rejected(R::NotYours);
}

#[test]
fn an_agent_whose_mandate_was_revoked_acts_no_more_but_still_handles_none_of_it() {
    let left = || filed(certificate()).by_agent().submitted().then(SYSTEM, C::LoseAgent);
    assert_eq!(left().case.acting_agent(left().now.date_naive()), None);
    given(left()).when(NEPHEW, C::Withdraw).then_rejected(R::NotYours);
    given(left()).when(&Staff { person: NEPHEW, ..LI.clone() }, accept()).then_barred(Bar::Own);
    given(left()).when(SYSTEM, C::LoseAgent).then_rejected(R::NoAgent);
    assert!(left().try_act(By::Person(ZHANG), C::Withdraw).is_ok(), "the person goes on by themself");
    given(case(certificate())).when(SYSTEM, C::LoseAgent).then_rejected(R::NoAgent);
    given(filed(certificate()).by_agent().submitted()).when(ZHANG, C::LoseAgent).then_rejected(R::NotYours);
}

#[test]
fn who_acted_in_a_case_loses_sight_of_it_with_the_mandate_even_after_its_end() {
    let ended = filed(certificate()).by_agent().submitted().until_it_ends();
    let today = ended.now.date_naive();
    assert!(ended.case.is_of(NEPHEW, today) && ended.case.is_of(ZHANG, today));
    let left = ended.then(SYSTEM, C::LoseAgent);
    assert!(left.case.is_ended() && !left.case.is_of(NEPHEW, today) && left.case.is_of(ZHANG, today));
}

#[test]
fn who_works_on_a_case_now_or_watches_it_sees_it_whole_and_who_may_only_read_it_does_not() {
    let whole = |staff: &Staff, stage, hold| may_see_whole(staff, &case(certificate()).up_to(stage).case, hold);
    let clerk = staff(40, Role::Clerk, VILLAGE);
    assert_eq!(whole(&clerk, Stage::Accept, Hold::Nobodys), Ok(()));
    assert_eq!(whole(&clerk, Stage::Decide, Hold::Nobodys), Err(Bar::OtherDesk));
    assert_eq!(whole(&clerk, Stage::Decide, Hold::Theirs), Ok(()));
    assert_eq!(whole(&staff(41, Role::Approver, VILLAGE), Stage::Decide, Hold::Nobodys), Ok(()));
    assert_eq!(whole(&staff(42, Role::Supervisor, VILLAGE), Stage::Decide, Hold::Nobodys), Ok(()));
    for outsider in [staff(43, Role::Supervisor, FAR_VILLAGE), staff(44, Role::Courier, VILLAGE), staff(45, Role::SystemAdmin, VILLAGE)] {
        assert_eq!(whole(&outsider, Stage::Accept, Hold::Nobodys), Err(Bar::OtherDesk));
    }
}

#[test]
fn nobody_sees_a_relative_whole_and_who_watches_nothing_confidential() {
    let accepted = case(certificate()).accepted().case;
    let (head, watcher) = (staff(46, Role::Approver, VILLAGE), staff(47, Role::Supervisor, VILLAGE));
    assert_eq!(may_see_whole(&related(&head, ZHANG), &accepted, Hold::Theirs), Err(Bar::Close));
    let sealed = case(coded("C052", certificate())).accepted().case;
    assert_eq!(may_see_whole(&head, &sealed, Hold::Nobodys), Ok(()));
    assert_eq!(may_see_whole(&watcher, &sealed, Hold::Nobodys), Err(Bar::Sealed));
    assert_eq!(may_see_whole(&watcher, &sealed, Hold::ToReach), Ok(()), "to whom its bad review rose, they reach the person");
    assert_eq!(may_see_whole(&related(&watcher, ZHANG), &sealed, Hold::ToReach), Err(Bar::Close));
}

#[test]
fn somebody_deals_with_a_case_as_what_they_sit_there_for() {
    let accepted = case(certificate()).accepted().case;
    let as_office = |role| Some(Office { role, station: code(VILLAGE) });
    assert_eq!(office_in(&staff(48, Role::Approver, VILLAGE), &accepted), as_office(Role::Approver));
    assert_eq!(office_in(&staff(49, Role::Clerk, VILLAGE), &accepted), as_office(Role::Clerk));
    assert_eq!(office_in(&staff(50, Role::Supervisor, VILLAGE), &accepted), as_office(Role::Supervisor));
    assert_eq!(office_in(&staff(51, Role::Courier, VILLAGE), &accepted), None);
}
