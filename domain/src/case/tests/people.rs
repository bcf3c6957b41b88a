//! Who may take a step, whoever sits at the desk.

use crate::case::Command as C;
use crate::case::{Bar, Rejection as R, Stage, Subject, may_take};
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
        let filing = Filing { agent: Some(NEPHEW), ..filed(with_site_visit(certificate())) };
        filing.submitted().up_to(stage)
    };
    given(story(Stage::Accept)).when(&agent(&LI), accept()).then_barred(Bar::Agent);
    given(story(Stage::Decide)).when(&agent(&VILLAGE_HEAD), granted()).then_barred(Bar::Agent);
    given(story(Stage::Inspect))
        .when(&agent(&LI), C::Inspect { finding: crate::case::Finding::AsStated, note: None })
        .then_stands_at(Stage::Decide);
    let sitting = Filing { agent: Some(NEPHEW), ..filed(instant_item(certificate())) }.submitted();
    given(sitting).when(&agent(&LI), C::NotAccept { note: NOTE }).then_barred(Bar::Agent);
}
