use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::case::tests::story::Story;
use crate::case::tests::world::*;
use crate::evaluation::{evaluate, handlers};
use crate::people::{Grant, Scope, Staff};

const MONDAY: &str = "2026-09-28T16:00:00";

fn reply() -> ReplyId {
    ReplyId::new(Uuid::from_u128(8_001))
}

fn ended() -> Story {
    case(town_service()).until_it_ends()
}

fn named(story: &Story) -> BTreeSet<PersonId> {
    handlers(&story.record).into_keys().collect()
}

fn opened(story: &Story, level: Satisfaction, wall: &str) -> Option<Rectification> {
    let evaluation = evaluate((&story.case, &story.record), ZHANG, (level, "等了一上午".to_owned()), at(wall)).unwrap();
    let step = open(&evaluation, &story.case, named(story), &calendar(), &EvaluationRules::default())?;
    replay(RectificationId::new(Uuid::from_u128(1)), [&step])
}

/// A rectification and what time it is.
#[derive(Debug, Clone)]
struct Under {
    rectification: Rectification,
    wall: &'static str,
}

fn bad() -> Under {
    Under { rectification: opened(&ended(), Satisfaction::Dissatisfied, MONDAY).unwrap(), wall: MONDAY }
}

const STATION: By = By::Staff { person: person(71), turn: Turn::Station };
const SUPERVISOR: By = By::Staff { person: person(72), turn: Turn::Supervisor };

impl Under {
    fn tries(&self, by: By, command: Command) -> Result<Vec<Event>, Rejection> {
        let (calendar, rules) = (calendar(), EvaluationRules::default());
        decide(&self.rectification, command, by, &Context { now: at(self.wall), calendar: &calendar, rules: &rules })
    }

    fn then(self, by: By, command: Command) -> Self {
        let events = self.tries(by, command).unwrap();
        let actor = match by {
            By::Reviewer => Actor::Person { person: ZHANG },
            By::Staff { person, .. } => Actor::Staff { account: LI.account, person },
            By::System => Actor::System,
        };
        let (wall, steps) = (self.wall, events.into_iter().map(|event| Step { at: at(self.wall), by: actor.clone(), event }));
        Self { rectification: steps.fold(self.rectification, |before, step| apply(before, &step)), wall }
    }

    fn on(self, wall: &'static str) -> Self {
        Self { wall, ..self }
    }

    fn contacted(self) -> Self {
        self.then(STATION, reached(None))
    }

    fn closed(self) -> Self {
        self.contacted().then(STATION, close(Finding::FixedAtOnce))
    }
}

fn reached(fix_by: Option<&str>) -> Command {
    let fix_by = fix_by.map(|day| day.parse().unwrap());
    Command::Contact { way: ContactWay::Phone, contact: Contact::Reached, fix_by, note: NOTE }
}

fn missed() -> Command {
    Command::Contact { way: ContactWay::Phone, contact: Contact::NotReached, fix_by: None, note: NOTE }
}

fn close(finding: Finding) -> Command {
    Command::Close { finding, reply: reply() }
}

fn rate(rating: Rating) -> Command {
    Command::Rate { rating }
}

fn appeal(by: Appellant) -> Command {
    Command::Appeal { by, ground: Ground::Malicious, note: NOTE }
}

fn verdict(verdict: Verdict) -> Command {
    Command::DecideAppeal { number: 1, verdict, note: NOTE }
}

#[test]
fn the_two_lowest_levels_open_one_and_no_other_does() {
    for level in Satisfaction::ALL {
        assert_eq!(opened(&ended(), level, MONDAY).is_some(), level.is_bad(), "{level:?}");
    }
}

#[test]
fn the_person_is_contacted_within_one_working_day_and_it_is_closed_within_fifteen_over_national_day() {
    let State::Open(open) = bad().rectification.state else { panic!("it is open") };
    assert_eq!((open.contact_by, open.close_by), ("2026-09-29".parse().unwrap(), "2026-10-23".parse().unwrap()));
    let eve = opened(&ended(), Satisfaction::VeryDissatisfied, "2026-09-30T17:00:00").unwrap();
    let State::Open(open) = eve.state else { panic!("it is open") };
    assert_eq!(open.contact_by, "2026-10-08".parse().unwrap());
}

#[test]
fn it_names_everybody_who_handled_the_case_and_nobody_else() {
    let rectification = bad().rectification;
    assert!([LI.person, TOWN_APPROVER.person].into_iter().all(|person| rectification.names(person)));
    assert!(![ZHANG, POINT_CLERK.person, VILLAGE_HEAD.person].into_iter().any(|person| rectification.names(person)));
}

#[test]
fn it_is_closed_once_the_person_was_reached_or_was_tried_often_enough() {
    assert_eq!(bad().tries(STATION, close(Finding::FixedAtOnce)), Err(Rejection::NotContacted));
    assert!(bad().contacted().tries(STATION, close(Finding::FixedAtOnce)).is_ok());
    let twice = bad().then(STATION, missed()).then(STATION, missed());
    assert_eq!(twice.tries(STATION, close(Finding::Unfounded)), Err(Rejection::NotContacted));
    assert!(twice.then(STATION, missed()).tries(STATION, close(Finding::Unfounded)).is_ok());
}

#[test]
fn what_is_to_be_fixed_later_has_a_day_that_the_person_was_told() {
    assert_eq!(bad().contacted().tries(STATION, close(Finding::FixedByDate)), Err(Rejection::OtherThanTold));
    let told = bad().then(STATION, reached(Some("2026-10-10")));
    assert_eq!(told.tries(STATION, close(Finding::FixedAtOnce)), Err(Rejection::OtherThanTold));
    assert!(told.tries(STATION, close(Finding::FixedByDate)).is_ok());
    for day in ["2026-09-27", "2026-10-24"] {
        assert_eq!(bad().tries(STATION, reached(Some(day))), Err(Rejection::DayOutOfRange), "{day}");
    }
    let to_nobody =
        Command::Contact { way: ContactWay::Phone, contact: Contact::NotReached, fix_by: "2026-10-10".parse().ok(), note: NOTE };
    assert_eq!(bad().tries(STATION, to_nobody), Err(Rejection::NobodyTold));
}

#[test]
fn who_is_not_satisfied_has_it_reopened_once_for_a_supervisor() {
    let again = bad().closed().then(By::Reviewer, rate(Rating::NotSatisfied));
    assert_eq!(again.tries(STATION, reached(None)), Err(Rejection::SupervisorsTurn));
    let closed = again.then(SUPERVISOR, reached(None)).then(SUPERVISOR, close(Finding::FixedAtOnce));
    let rated = closed.then(By::Reviewer, rate(Rating::NotSatisfied));
    assert!(matches!(rated.rectification.state, State::Closed(Closed { round: Round::Second, rating: Some(Rating::NotSatisfied), .. })));
    assert_eq!(rated.tries(By::Reviewer, rate(Rating::Satisfied)), Err(Rejection::RatedAlready));
    let content = bad().closed().then(By::Reviewer, rate(Rating::Satisfied));
    assert!(matches!(content.rectification.state, State::Closed(Closed { round: Round::First, .. })));
    assert_eq!(bad().tries(By::Reviewer, rate(Rating::Satisfied)), Err(Rejection::StillOpen));
}

#[test]
fn whom_it_names_reads_it_once_it_is_closed_also_when_it_is_reopened() {
    assert!(!bad().rectification.is_told_to_the_named() && !bad().contacted().rectification.is_told_to_the_named());
    let closed = bad().closed();
    assert!(closed.rectification.is_told_to_the_named());
    assert!(closed.then(By::Reviewer, rate(Rating::NotSatisfied)).rectification.is_told_to_the_named());
}

#[test]
fn an_appeal_accepted_before_anybody_reached_the_person_tells_the_named_nothing() {
    let excluded =
        |under: Under| under.then(STATION, appeal(Appellant::Station)).then(SUPERVISOR, verdict(Verdict::Accepted)).rectification;
    assert!(!excluded(bad()).is_told_to_the_named());
    assert!(!excluded(bad().then(STATION, missed())).is_told_to_the_named());
    assert!(excluded(bad().contacted()).is_told_to_the_named());
    assert!(excluded(bad().closed().then(By::Reviewer, rate(Rating::NotSatisfied))).is_told_to_the_named());
}

#[test]
fn an_accepted_appeal_settles_those_that_wait_beside_it() {
    let both = bad().then(STATION, appeal(Appellant::Named { person: LI.person })).then(STATION, appeal(Appellant::Station));
    assert!(both.rectification.waits_for_a_decision());
    let of_the_second = |verdict| Command::DecideAppeal { number: 2, verdict, note: NOTE };
    assert!(both.clone().then(SUPERVISOR, of_the_second(Verdict::Refused)).rectification.waits_for_a_decision());
    let settled = both.then(SUPERVISOR, of_the_second(Verdict::Accepted));
    assert!(!settled.rectification.waits_for_a_decision());
    let verdicts = settled.rectification.appeals.iter().map(|appeal| appeal.decided.as_ref().map(|decided| decided.verdict));
    assert_eq!(verdicts.collect::<Vec<_>>(), [Some(Verdict::Accepted), Some(Verdict::Accepted)]);
    assert_eq!(settled.tries(SUPERVISOR, verdict(Verdict::Refused)), Err(Rejection::AppealDecided));
}

#[test]
fn an_accepted_appeal_takes_the_review_out_and_a_refused_one_leaves_it() {
    let li = Appellant::Named { person: LI.person };
    let appealed = bad().then(STATION, appeal(li));
    assert_eq!(appealed.tries(STATION, verdict(Verdict::Accepted)), Err(Rejection::NotTheirs));
    let excluded = appealed.clone().then(SUPERVISOR, verdict(Verdict::Accepted));
    assert_eq!(excluded.rectification.state, State::Excluded { ground: Ground::Malicious });
    assert_eq!(excluded.tries(STATION, reached(None)), Err(Rejection::Excluded));
    assert_eq!(excluded.tries(STATION, appeal(Appellant::Station)), Err(Rejection::Excluded));
    let refused = appealed.then(SUPERVISOR, verdict(Verdict::Refused));
    assert!(matches!(refused.rectification.state, State::Open(_)));
    assert_eq!(refused.tries(SUPERVISOR, verdict(Verdict::Accepted)), Err(Rejection::AppealDecided));
    assert_eq!(refused.tries(STATION, appeal(li)), Err(Rejection::AppealedAlready));
    assert!(refused.tries(STATION, appeal(Appellant::Station)).is_ok(), "one each");
    assert_eq!(refused.tries(STATION, appeal(Appellant::Named { person: STRANGER })), Err(Rejection::NotTheirs));
}

#[test]
fn nobody_decides_an_appeal_that_they_entered_or_about_a_review_that_names_them() {
    let entered = bad().then(SUPERVISOR, appeal(Appellant::Station));
    assert_eq!(entered.tries(SUPERVISOR, verdict(Verdict::Accepted)), Err(Rejection::OwnAppeal));
    let of_li = By::Staff { person: LI.person, turn: Turn::Supervisor };
    assert_eq!(entered.tries(of_li, verdict(Verdict::Accepted)), Err(Rejection::OwnAppeal));
}

#[test]
fn what_is_overdue_is_told_once() {
    let tell = |what| Command::TellOverdue { what };
    let on_time = bad().on("2026-09-29T23:00:00");
    assert_eq!(on_time.tries(By::System, tell(Overdue::Contact)), Err(Rejection::NothingToTell));
    let late = bad().on("2026-09-30T00:00:00").then(By::System, tell(Overdue::Contact));
    assert_eq!(late.tries(By::System, tell(Overdue::Contact)), Err(Rejection::NothingToTell));
    assert_eq!(late.clone().contacted().on("2026-10-24T00:00:00").rectification.overdue("2026-10-24".parse().unwrap()), [Overdue::Closing]);
    assert_eq!(bad().closed().rectification.overdue("2026-10-24".parse().unwrap()), []);
}

fn supervisor_of(division: &str) -> Staff {
    Staff {
        grants: vec![Grant { role: Role::Supervisor, scope: Scope::Division(division.parse().unwrap()) }],
        ..staff(40, Role::Clerk, VILLAGE)
    }
}

#[test]
fn the_station_rectifies_but_nobody_whom_it_names_or_who_is_close_to_the_person() {
    let (story, rectification) = (ended(), bad().rectification);
    let colleague = staff(73, Role::Clerk, VILLAGE);
    let turn = |staff: &Staff| turn_of(staff, &story.case, &rectification);
    assert_eq!(turn(&colleague), Some(Turn::Station));
    assert_eq!(turn(&supervisor_of("511499101000")), Some(Turn::Supervisor));
    for nobody in [&*LI, &*TOWN_APPROVER, &related(&colleague, ZHANG), &*FAR_CLERK, &supervisor_of("511499102000")] {
        assert_eq!(turn(nobody), None);
    }
}

#[test]
fn of_a_sealed_case_it_stays_with_those_who_may_open_it() {
    let story = case(coded("C051", certificate())).until_it_ends();
    let rectification = opened(&story, Satisfaction::Dissatisfied, MONDAY).unwrap();
    let turn = |staff: &Staff| turn_of(staff, &story.case, &rectification);
    assert_eq!(rectification.place.secrecy, Secrecy::Sealed);
    assert_eq!(turn(&supervisor_of("511499101000")), None);
    assert_eq!(turn(&staff(73, Role::Clerk, VILLAGE)), Some(Turn::Station));
    assert_eq!(turn(&staff(74, Role::Approver, VILLAGE)), Some(Turn::Supervisor));
    assert_eq!(turn(&POINT_CLERK), None);
}

#[test]
fn one_of_a_sealed_case_rises_to_an_approver_up_the_line_whom_it_does_not_name() {
    let story = case(coded("C051", certificate())).until_it_ends();
    let sealed = Under { rectification: opened(&story, Satisfaction::Dissatisfied, MONDAY).unwrap(), wall: MONDAY };
    let stations: Vec<_> = rises_to(&story.case).cloned().collect();
    assert_eq!(stations.first(), Some(&code(TOWN)));
    let rise = |to: &str| Command::Raise { to: code(to) };
    let above = staff(75, Role::Approver, TOWN);
    let may_decide = |staff: &Staff| may_decide_at(staff, &story.case, &sealed.rectification, &code(TOWN));
    assert!(may_decide(&above) && !may_decide(&staff(76, Role::Clerk, TOWN)) && !may_decide(&related(&above, ZHANG)));
    assert_eq!(turn_of(&above, &story.case, &sealed.rectification), None);
    let risen = sealed.clone().then(By::System, rise(TOWN));
    assert_eq!(turn_of(&above, &story.case, &risen.rectification), Some(Turn::Supervisor));
    assert_eq!(turn_of(&staff(76, Role::Clerk, TOWN), &story.case, &risen.rectification), None);
    assert_eq!(turn_of(&related(&above, ZHANG), &story.case, &risen.rectification), None);
    assert_eq!(risen.tries(By::System, rise(TOWN)), Err(Rejection::NotTheirs), "once");
    assert_eq!(sealed.tries(SUPERVISOR, rise(TOWN)), Err(Rejection::NotTheirs));
    assert_eq!(bad().tries(By::System, rise(TOWN)), Err(Rejection::NotTheirs), "an ordinary one has supervisors");
}

fn commands() -> impl Strategy<Value = (By, Command)> {
    let by = prop_oneof![Just(By::Reviewer), Just(STATION), Just(SUPERVISOR), Just(By::System)];
    let finding = prop_oneof![Just(Finding::FixedAtOnce), Just(Finding::FixedByDate), Just(Finding::Unfounded)];
    let appellant = prop_oneof![Just(Appellant::Station), Just(Appellant::Named { person: LI.person })];
    let command = prop_oneof![
        Just(reached(None)),
        Just(reached(Some("2026-10-10"))),
        Just(missed()),
        finding.prop_map(close),
        prop_oneof![Just(Rating::Satisfied), Just(Rating::NotSatisfied)].prop_map(rate),
        appellant.prop_map(appeal),
        (0_u16..4, prop_oneof![Just(Verdict::Accepted), Just(Verdict::Refused)]).prop_map(|(number, verdict)| Command::DecideAppeal {
            number,
            verdict,
            note: NOTE
        }),
        prop_oneof![Just(Overdue::Contact), Just(Overdue::Closing)].prop_map(|what| Command::TellOverdue { what }),
    ];
    (by, command)
}

proptest! {
    /// Whatever is tried in whatever order: it is reopened at most once, each appeals at most once, nothing is told twice, and what an
    /// appeal took out stays out.
    #[test]
    fn its_laws_hold_whatever_is_tried(tried in prop::collection::vec(commands(), 0..40)) {
        let (mut under, mut events) = (bad().on("2026-10-09T10:00:00"), Vec::new());
        for (by, command) in tried {
            let was_excluded = matches!(under.rectification.state, State::Excluded { .. });
            match under.tries(by, command.clone()) {
                Ok(new) => {
                    prop_assert!(!was_excluded, "{command:?}");
                    events.extend(new);
                    under = under.then(by, command);
                }
                Err(_refused) => {}
            }
        }
        let count = |which: fn(&Event) -> bool| events.iter().filter(|event| which(event)).count();
        prop_assert!(count(|event| matches!(event, Event::Reopened { .. })) <= 1, "{events:?}");
        prop_assert!(count(|event| matches!(event, Event::Closed { .. })) <= 2, "{events:?}");
        prop_assert!(count(|event| matches!(event, Event::Rated { .. })) <= 2, "{events:?}");
        prop_assert!(count(|event| matches!(event, Event::Appealed { .. })) <= 2, "{events:?}");
        prop_assert!(count(|event| matches!(event, Event::OverdueTold { .. })) <= 4, "{events:?}");
        prop_assert!(count(|event| matches!(event, Event::AppealDecided { verdict: Verdict::Accepted, .. })) <= 1, "{events:?}");
        prop_assert_eq!(under.rectification.appeals.len(), count(|event| matches!(event, Event::Appealed { .. })));
    }
}
