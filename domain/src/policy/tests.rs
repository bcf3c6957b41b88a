//! The table, and what its conditions mean.

use std::collections::BTreeSet;

use super::*;
use crate::case::tests::story::Story;
use crate::case::tests::world::*;
use crate::case::{Applicant, Stage};
use crate::delivery::{Leg, LegKind};
use crate::evaluation::{EvaluationRules, rectification};
use crate::ids::{AccountId, MandateId, RectificationId, StationCode, UploadId};
use crate::mandate::{Mandate, MandateScope, Witnessing};
use crate::people::{Grant, Role, Scope};

const READS_WHOLE: [Act; 5] = [Act::ShowCaseForm, Act::ShowCaseNotice, Act::ShowCaseDocument, Act::SupplementCase, Act::WithdrawCase];

fn granted(n: u128, role: Role, division: &str) -> Staff {
    Staff { grants: vec![Grant { role, scope: Scope::Division(division.parse().unwrap()) }], ..staff(n, role, VILLAGE) }
}

fn supervisor() -> Staff {
    granted(40, Role::Supervisor, "511499101000")
}

fn everywhere(role: Role) -> Staff {
    granted(41, role, "511499000000")
}

fn villager(person: crate::ids::PersonId) -> Actor<'static> {
    Actor::Villager(person, "2026-09-14".parse().unwrap())
}

fn reads(staff: &Staff, act: Act, story: &Story) -> Result<(), Denied> {
    may(Actor::Staff(staff), act, &Object::Case(&story.case))
}

#[test]
fn every_act_has_one_row_and_a_name_of_its_own() {
    let rows: Vec<_> = TABLE.iter().map(|row| row.act).collect();
    assert_eq!(rows, Act::ALL, "a row an act, in the acts' own order");
    let names: BTreeSet<_> = Act::ALL.iter().map(|act| act.name()).collect();
    assert_eq!(names.len(), Act::ALL.len());
    assert!(Act::ALL.iter().all(|act| act.name().parse() == Ok(*act)));
}

#[test]
fn what_is_open_to_everybody_is_open_under_no_condition_and_to_everybody_alone() {
    let hangs_in_a_hall = |leave: &Leave| *leave == Leave { who: Who::Anyone, on: Standing::InAHall };
    let (halls, public): (Vec<&Row>, Vec<&Row>) =
        TABLE.iter().filter(|row| row.is_public()).partition(|row| row.to.iter().any(hangs_in_a_hall));
    for row in public {
        assert_eq!(row.to, [Leave { who: Who::Anyone, on: Standing::Whatever }], "{}", row.act);
    }
    assert_eq!(
        halls.iter().map(|row| row.act).collect::<Vec<_>>(),
        [Act::GiveLiveTicket],
        "what hangs in a hall is watched, and nothing else"
    );
    assert!(halls.iter().flat_map(|row| row.to).all(|leave| hangs_in_a_hall(leave) || leave.who != Who::Anyone));
    for row in TABLE.iter().filter(|row| !row.is_public()) {
        assert!(row.to.iter().all(|leave| leave.on != Standing::Whatever), "{}", row.act);
        assert_eq!(admits(Actor::Anyone, row.act), Err(Denied::NotSignedIn), "{}", row.act);
    }
}

#[test]
fn who_has_no_row_of_theirs_is_told_what_they_lack() {
    let clerk = Actor::Staff(&LI);
    assert_eq!(admits(villager(ZHANG), Act::ListWorkItems), Err(Denied::StaffOnly));
    assert_eq!(admits(clerk, Act::ShowProfile), Err(Denied::VillagersOnly));
    assert_eq!(admits(clerk, Act::ListLegs), Err(Denied::RoleMissing));
    assert_eq!(admits(clerk, Act::ListWorkItems), Ok(()));
    let without_a_role = Staff { grants: Vec::new(), ..LI.clone() };
    assert_eq!(admits(Actor::Staff(&without_a_role), Act::ListWorkItems), Err(Denied::RoleMissing));
    assert_eq!(admits(Actor::Staff(&without_a_role), Act::ChangePassword), Ok(()));
}

#[test]
fn an_act_asked_about_a_thing_that_it_is_not_about_is_denied() {
    let admin = everywhere(Role::SystemAdmin);
    assert_eq!(may(Actor::Staff(&admin), Act::LoadYear, &Object::Own), Err(Denied::NotYours));
    assert_eq!(may(villager(ZHANG), Act::ShowProfile, &Object::District), Err(Denied::NotYours));
}

#[test]
fn the_people_of_a_case_read_it_and_nobody_else_among_the_villagers() {
    let story = filed(certificate()).by_agent().submitted();
    for (person, may_read) in [(ZHANG, true), (NEPHEW, true), (STRANGER, false)] {
        let answer = may(villager(person), Act::ShowCase, &Object::Case(&story.case));
        assert_eq!(answer.is_ok(), may_read);
        assert_eq!(sight(villager(person), &story.case) == Sight::Whole, may_read);
    }
}

#[test]
fn staff_read_whole_what_stands_at_their_desks_and_supervisors_figures() {
    let (story, watching) = (case(certificate()), supervisor());
    assert_eq!(reads(&LI, Act::ShowCase, &story), Ok(()));
    assert_eq!(sight(Actor::Staff(&LI), &story.case), Sight::Whole);
    assert_eq!(reads(&FAR_CLERK, Act::ShowCase, &story), Err(Denied::Barred(Bar::OtherDesk)));
    assert_eq!(reads(&watching, Act::ShowCase, &story), Ok(()));
    assert_eq!(sight(Actor::Staff(&watching), &story.case), Sight::Figures);
    for act in READS_WHOLE {
        assert_eq!((reads(&LI, act, &story), reads(&watching, act, &story)), (Ok(()), Err(Denied::RoleMissing)), "{act}");
    }
}

#[test]
fn who_watches_and_works_elsewhere_reads_no_answers_either() {
    let both = Staff { grants: [supervisor().grants, FAR_CLERK.grants.clone()].concat(), ..supervisor() };
    let story = case(certificate());
    assert_eq!(reads(&both, Act::ShowCase, &story), Ok(()));
    assert_eq!(reads(&both, Act::ShowCaseForm, &story), Err(Denied::NotYours));
}

#[test]
fn a_later_desk_reads_a_case_and_enters_nothing_for_the_person_before_it_stands_there() {
    let story = case(town_service());
    assert_eq!(reads(&TOWN_APPROVER, Act::ShowCaseForm, &story), Ok(()));
    assert_eq!(reads(&TOWN_APPROVER, Act::WithdrawCase, &story), Err(Denied::Barred(Bar::OtherDesk)));
    assert_eq!(reads(&TOWN_APPROVER, Act::WithdrawCase, &story.up_to(Stage::Decide)), Ok(()));
}

#[test]
fn who_acts_for_another_does_not_judge_how_they_were_served() {
    let story = filed(certificate()).by_agent().submitted();
    let judges = |person| may(villager(person), Act::EvaluateCase, &Object::Case(&story.case)).is_ok();
    assert!(judges(ZHANG) && !judges(NEPHEW) && !judges(STRANGER));
}

#[test]
fn nobody_reads_at_work_what_is_their_own_or_of_somebody_close() {
    let story = case(certificate());
    let own = Staff { person: ZHANG, ..LI.clone() };
    assert_eq!(reads(&own, Act::ShowCase, &story), Err(Denied::Barred(Bar::Own)));
    assert_eq!(reads(&related(&LI, ZHANG), Act::ShowCase, &story), Err(Denied::Barred(Bar::Close)));
    assert_eq!(reads(&related(&supervisor(), ZHANG), Act::ShowCase, &story), Err(Denied::Barred(Bar::Close)));
}

#[test]
fn a_sealed_case_is_read_at_its_desks_alone() {
    let sealed = case(coded("C052", certificate()));
    let open = case(certificate());
    assert_eq!(reads(&VILLAGE_HEAD, Act::ShowCase, &sealed), Ok(()));
    assert_eq!(reads(&LI, Act::ShowCaseForm, &sealed), Ok(()));
    for staff in [&supervisor(), &everywhere(Role::Supervisor)] {
        assert_eq!(reads(staff, Act::ShowCase, &open), Ok(()));
        assert_eq!(reads(staff, Act::ShowCase, &sealed), Err(Denied::Barred(Bar::Sealed)));
    }
}

#[test]
fn the_station_that_took_a_sealed_case_in_does_not_open_it_once_it_stands_elsewhere() {
    let from = |item| {
        let mut story = filed(item).accepted_at(POINT).submitted();
        story.case.procedure.iter_mut().for_each(|step| step.desk.station = code(VILLAGE));
        story
    };
    assert_eq!(reads(&POINT_CLERK, Act::ShowCase, &from(certificate())), Ok(()));
    assert_eq!(reads(&POINT_CLERK, Act::ShowCase, &from(coded("C051", certificate()))), Err(Denied::Barred(Bar::Sealed)));
}

#[test]
fn a_step_is_for_who_may_take_it_or_holds_it() {
    let story = case(certificate()).up_to(Stage::Decide);
    let (_, step) = story.case.current().unwrap();
    let asks = |staff: &Staff, holder: Option<AccountId>| {
        may(Actor::Staff(staff), Act::ActOnWorkItem, &Object::Work(Work { case: &story.case, step, holder }))
    };
    assert_eq!(asks(&VILLAGE_HEAD, None), Ok(()));
    assert_eq!(asks(&LI, None), Err(Denied::Barred(Bar::OtherDesk)));
    assert_eq!(asks(&LI, Some(LI.account)), Ok(()), "what became of the lease is told by the lease");
    assert_eq!(asks(&related(&VILLAGE_HEAD, ZHANG), None), Err(Denied::Barred(Bar::Close)));
}

#[test]
fn papers_are_in_the_hands_of_the_courier_of_the_leg_the_people_and_the_desk() {
    let story = filed(certificate()).fetched().submitted();
    let (leg, station) = (Leg::new(LegKind::Fetch), code(VILLAGE));
    let asks = |actor: Actor<'_>, for_whom| {
        may(actor, Act::ConfirmHandover, &Object::Leg(LegOf { case: &story.case, leg: &leg, station: &station, for_whom }))
    };
    let (courier, far) = (granted(42, Role::Courier, "511499101000"), granted(43, Role::Courier, "511499102000"));
    assert_eq!(asks(Actor::Staff(&courier), ForWhom::Station), Ok(()));
    assert_eq!(asks(Actor::Staff(&LI), ForWhom::Station), Ok(()));
    assert_eq!(asks(villager(ZHANG), ForWhom::Station), Ok(()));
    for actor in [Actor::Staff(&far), Actor::Staff(&FAR_CLERK), villager(STRANGER)] {
        assert_eq!(asks(actor, ForWhom::Station), Err(Denied::NotYours));
    }
    assert_eq!(asks(Actor::Staff(&LI), ForWhom::Person), Err(Denied::NotYours), "she applied herself, and has a phone");
}

#[test]
fn a_clerk_stands_in_for_whom_the_counter_entered() {
    let mut story = filed(certificate()).fetched().submitted();
    story.case.applicant = Applicant::Clerk { account: LI.account };
    let (leg, station) = (Leg::new(LegKind::Fetch), code(VILLAGE));
    let of = LegOf { case: &story.case, leg: &leg, station: &station, for_whom: ForWhom::Person };
    assert_eq!(party(Actor::Staff(&LI), &of), Some(crate::delivery::Party::Person));
    assert_eq!(party(Actor::Staff(&related(&LI, ZHANG)), &of), None);
    assert_eq!(party(Actor::Staff(&FAR_CLERK), &of), None);
}

#[test]
fn a_file_is_for_who_handed_it_in_until_a_case_has_it_and_then_for_those_of_the_case() {
    let story = case(certificate());
    let loose = Object::Upload { by: ZHANG, of: FileOf::Nothing };
    let bound = Object::Upload { by: STRANGER, of: FileOf::Case(&story.case) };
    let asks = |actor: Actor<'_>, object: &Object<'_>| may(actor, Act::ShowUpload, object).is_ok();
    assert!(asks(villager(ZHANG), &loose) && asks(villager(ZHANG), &bound));
    assert!(!asks(villager(STRANGER), &loose) && !asks(villager(STRANGER), &bound));
    assert!(!asks(Actor::Staff(&LI), &loose) && asks(Actor::Staff(&LI), &bound));
}

#[test]
fn about_a_ward_s_consent_their_guardian_is_heard_while_the_mandate_holds_and_no_other_agent() {
    let document = UploadId::new(uuid::Uuid::from_u128(9_001));
    let guardianship = guardian_s_mandate(Witnessing::Guardian { document });
    let asks = |person, mandate: &Mandate| may(villager(person), Act::GiveConsent, &Object::Mandate(mandate)).is_ok();
    assert!(asks(NEPHEW, &guardianship));
    assert!(!asks(ZHANG, &guardianship) && !asks(STRANGER, &guardianship));
    assert!(!asks(NEPHEW, &guardian_s_mandate(Witnessing::Notarised { document })), "an agent, however well authorised");
    assert!(!asks(NEPHEW, &Mandate { until: "2026-09-13".parse().unwrap(), ..guardianship }));
}

/// Zhang's nephew holds it.
fn guardian_s_mandate(witnessing: Witnessing) -> Mandate {
    Mandate {
        id: MandateId::new(uuid::Uuid::from_u128(6_001)),
        grantor: ZHANG,
        holder: NEPHEW,
        scope: MandateScope::default(),
        until: "2026-12-31".parse().unwrap(),
        witnessing,
        witness: None,
        given_at: at("2026-09-14T09:00:00"),
        entered_by: None,
        revoked: None,
    }
}

#[test]
fn a_station_is_edited_where_the_role_holds() {
    let asks = |staff: &Staff, station: &str| may(Actor::Staff(staff), Act::EditStation, &Object::Station(&code(station)));
    assert_eq!(asks(&supervisor(), VILLAGE), Ok(()));
    assert_eq!(asks(&supervisor(), FAR_VILLAGE), Err(Denied::OutOfScope));
    assert_eq!(asks(&everywhere(Role::SystemAdmin), FAR_VILLAGE), Ok(()));
    for other in [Role::SecurityAdmin, Role::AuditAdmin, Role::Approver] {
        assert_eq!(asks(&everywhere(other), VILLAGE), Err(Denied::RoleMissing));
    }
}

#[test]
fn a_visit_is_its_persons_and_its_halls() {
    let station = code(VILLAGE);
    let own = Object::Visit { station: &station, person: Some(ZHANG) };
    let nameless = Object::Visit { station: &station, person: None };
    assert_eq!(may(villager(ZHANG), Act::CancelAppointment, &own), Ok(()));
    assert_eq!(may(villager(STRANGER), Act::CancelAppointment, &own), Err(Denied::NotYours));
    assert_eq!(may(villager(ZHANG), Act::LeaveTicket, &nameless), Err(Denied::NotYours));
    for visit in [own, nameless] {
        assert_eq!(may(Actor::Staff(&LI), Act::ActOnTicket, &visit), Ok(()));
        assert_eq!(may(Actor::Staff(&FAR_CLERK), Act::ActOnTicket, &visit), Err(Denied::OutOfScope));
    }
}

#[test]
fn an_application_at_the_counter_goes_to_the_clerks_own_line() {
    let lines = [line_of(VILLAGE)];
    let asks = |staff: &Staff, station: &str, lines| {
        let stations: [StationCode; 1] = [code(station)];
        may(Actor::Staff(staff), Act::SubmitCase, &Object::Application { stations: &stations, lines })
    };
    assert_eq!(asks(&LI, VILLAGE, &[]), Ok(()));
    assert_eq!(asks(&LI, TOWN, &lines), Ok(()));
    assert_eq!(asks(&LI, TOWN, &[]), Err(Denied::OutOfScope));
    assert_eq!(asks(&FAR_CLERK, TOWN, &lines), Err(Denied::OutOfScope));
}

#[test]
fn accounts_are_the_security_administrators_and_never_their_own() {
    let security = everywhere(Role::SecurityAdmin);
    let another = Object::Account { holder: STRANGER };
    let own = Object::Account { holder: security.person };
    for act in [Act::AddStaff, Act::ChangeStaff, Act::ResetPassword] {
        assert_eq!(may(Actor::Staff(&security), act, &another), Ok(()));
        assert_eq!(may(Actor::Staff(&security), act, &own), Err(Denied::OwnAccount));
    }
    let of_a_town = granted(44, Role::SecurityAdmin, "511499101000");
    assert_eq!(may(Actor::Staff(&of_a_town), Act::ChangeStaff, &another), Err(Denied::OutOfScope));
    assert_eq!(may(Actor::Staff(&everywhere(Role::SystemAdmin)), Act::ChangeStaff, &another), Err(Denied::RoleMissing));
}

#[test]
fn no_administrator_does_anothers_work_or_handles_a_case() {
    let work = |role| TABLE.iter().filter(move |row| row.to.iter().any(|leave| leave.who == Who::Staff(role)));
    let mut done = BTreeSet::new();
    for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
        for row in work(role) {
            assert!(done.insert(row.act), "{} is two administrators' work", row.act);
            let handles = |leave: &Leave| matches!(leave.who, Who::Staff(Role::Clerk | Role::Approver | Role::Courier));
            assert!(!row.to.iter().any(handles), "{}", row.act);
        }
    }
}

#[test]
fn with_a_first_password_there_is_one_thing_to_do() {
    for act in Act::ALL {
        let open = [Act::ChangePassword, Act::SignOut, Act::SignOutEverywhere].contains(act);
        assert_eq!(admits_first_password(*act).is_ok(), open, "{act}");
    }
}

#[test]
fn who_handled_a_case_neither_rectifies_after_its_review_nor_reads_it_and_may_appeal() {
    let story = case(certificate()).until_it_ends();
    let named = crate::evaluation::handlers(&story.record).into_keys().collect();
    let judged = (crate::evaluation::Satisfaction::Dissatisfied, String::new());
    let review = crate::evaluation::evaluate((&story.case, &story.record), ZHANG, judged, story.now).unwrap();
    let opening = rectification::open(&review, &story.case, named, &calendar(), &EvaluationRules::default()).unwrap();
    let own = rectification::replay(RectificationId::new(uuid::Uuid::from_u128(1)), [&opening]).unwrap();
    let asks = |staff: &Staff, act| may(Actor::Staff(staff), act, &Object::Rectification(&story.case, &own)).is_ok();
    let colleague = staff(73, Role::Clerk, VILLAGE);
    for act in [Act::ShowRectification, Act::RecordContact, Act::CloseRectification] {
        assert!(asks(&colleague, act) && asks(&supervisor(), act), "{act}");
        assert!(![&*LI, &*FAR_CLERK, &related(&colleague, ZHANG)].into_iter().any(|staff| asks(staff, act)), "{act}");
    }
    assert!(asks(&LI, Act::AppealReview) && asks(&colleague, Act::AppealReview) && !asks(&FAR_CLERK, Act::AppealReview));
    assert!(asks(&supervisor(), Act::DecideAppeal) && !asks(&colleague, Act::DecideAppeal) && !asks(&LI, Act::DecideAppeal));
}
