use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::*;
use crate::case::tests::world::*;
use crate::ids::{MandateId, UploadId};
use crate::mandate::{AtStation, Mandate, MandateScope, Revocation, RevokedHow, Witnessing};

const FIRST: TextVersion = TextVersion(1);
const SECOND: TextVersion = TextVersion(2);
/// Fourteen on 2026-09-14.
const GIRL: &str = "511499201209141230";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number(text: &str) -> CitizenId {
    text.parse().unwrap()
}

fn said(by: PersonId) -> Said {
    Said { by, mandate: None, entered: None }
}

fn agrees(kind: Sensitive, text: TextVersion, n: u128) -> NewConsent {
    let id = ConsentId::new(Uuid::from_u128(n));
    NewConsent { id, person: ZHANG, kind, text, at: at("2026-09-14T09:30:00"), said: said(ZHANG) }
}

fn given(live: Option<Consent>, new: NewConsent, current: TextVersion) -> Consent {
    match give(live, new, current).unwrap() {
        Given::Stands(consent) | Given::New { consent, .. } => consent,
    }
}

fn first(kind: Sensitive) -> Consent {
    given(None, agrees(kind, FIRST, 1), FIRST)
}

fn kinds(kinds: &[Sensitive]) -> BTreeSet<Sensitive> {
    kinds.iter().copied().collect()
}

#[test]
fn agreeing_to_the_same_text_again_leaves_the_consent_as_it_was() {
    let consent = first(Sensitive::Health);
    let again = give(Some(consent.clone()), agrees(Sensitive::Health, FIRST, 2), FIRST);
    assert_eq!(again, Ok(Given::Stands(consent)));
}

#[test]
fn nobody_agrees_to_a_text_that_no_longer_stands_or_not_yet() {
    assert_eq!(give(None, agrees(Sensitive::Health, FIRST, 1), SECOND), Err(OtherText { current: SECOND }));
    assert_eq!(give(None, agrees(Sensitive::Health, SECOND, 1), FIRST), Err(OtherText { current: FIRST }));
}

#[test]
fn a_newer_text_needs_a_consent_of_its_own_which_ends_the_older_one() {
    let (older, needed) = (first(Sensitive::Health), kinds(&[Sensitive::Health]));
    let wanted = vec![Missing { kind: Sensitive::Health, text: SECOND }];
    assert_eq!(missing(&needed, std::slice::from_ref(&older), |_| FIRST), []);
    assert_eq!(missing(&needed, std::slice::from_ref(&older), |_| SECOND), wanted);
    let Ok(Given::New { consent, replaced: Some(replaced) }) = give(Some(older), agrees(Sensitive::Health, SECOND, 2), SECOND) else {
        panic!("the newer one replaces the older")
    };
    assert_eq!(replaced.ended.as_ref().map(|ended| ended.why), Some(Ending::Renewed));
    assert_eq!(missing(&needed, &[*replaced, consent], |_| SECOND), []);
}

#[test]
fn a_consent_is_withdrawn_once_to_whichever_text_it_was_and_given_anew() {
    let withdrawn = withdraw(Some(first(Sensitive::Account)), at("2026-09-15T10:00:00"), said(ZHANG)).unwrap();
    assert_eq!(withdrawn.ended.as_ref().map(|ended| ended.why), Some(Ending::Withdrawn));
    assert!(!withdrawn.serves(FIRST));
    assert_eq!(withdraw(Some(withdrawn.clone()), at("2026-09-15T11:00:00"), said(ZHANG)), Err(NoneLive));
    assert_eq!(withdraw(None, at("2026-09-15T11:00:00"), said(ZHANG)), Err(NoneLive));
    let anew = give(Some(withdrawn), agrees(Sensitive::Account, FIRST, 2), FIRST);
    assert!(matches!(anew, Ok(Given::New { consent, replaced: None }) if consent.serves(FIRST)));
}

#[test]
fn a_household_s_applicant_agrees_an_organisation_has_nobody_to() {
    let touched = kinds(&[Sensitive::Account, Sensitive::Health]);
    let organisation = Subject::Organisation { credit_code: "91110000600037341L".parse().unwrap() };
    for subject in [Subject::Person { person: ZHANG }, Subject::Household { person: ZHANG }] {
        assert_eq!(needed(touched.clone(), &subject, None, day("2026-09-14")), touched);
    }
    assert!(needed(touched, &organisation, None, day("2026-09-14")).is_empty());
}

#[test]
fn whatever_is_asked_for_somebody_under_fourteen_tells_of_a_child() {
    let subject = Subject::Person { person: ZHANG };
    let asked = |on: &str| needed(BTreeSet::new(), &subject, Some(&number(GIRL)), day(on));
    assert_eq!(asked("2026-09-13"), kinds(&[Sensitive::Child]));
    assert_eq!(asked("2026-09-14"), BTreeSet::new(), "her fourteenth birthday");
}

fn guardianship() -> Mandate {
    Mandate {
        id: MandateId::new(Uuid::from_u128(6_001)),
        grantor: ZHANG,
        holder: NEPHEW,
        scope: MandateScope::default(),
        until: day("2026-12-31"),
        witnessing: Witnessing::Guardian { document: UploadId::new(Uuid::from_u128(9_001)) },
        witness: None,
        given_at: at("2026-09-14T09:00:00"),
        entered_by: None,
        revoked: None,
    }
}

const GROWN: Whose = Whose { person: ZHANG, under_age: false };
const CHILD: Whose = Whose { person: ZHANG, under_age: true };

fn speaks(speaker: &Speaker<'_>, whose: Whose, mandate: Option<&Mandate>) -> Result<Said, MayNot> {
    speak(speaker, whose, mandate, day("2026-09-14"))
}

fn before(clerk: &crate::people::Staff) -> Speaker<'_> {
    tells(clerk, Spoken::Told { witness: None })
}

fn tells(clerk: &crate::people::Staff, how: Spoken) -> Speaker<'_> {
    Speaker::AtStation(clerk, Entered { at: AtStation { account: clerk.account, station: code(VILLAGE) }, how })
}

#[test]
fn a_witness_is_nobody_who_has_part_in_it_and_a_paper_needs_none() {
    let heard = |witness| speaks(&tells(&LI, Spoken::Told { witness: Some(witness) }), GROWN, None).map(|said| said.witness());
    assert_eq!(heard(STRANGER), Ok(Some(STRANGER)));
    for part in [ZHANG, LI.person] {
        assert_eq!(heard(part), Err(MayNot::NoWitness));
    }
    let guardian = guardianship();
    let by_guardian = speaks(&tells(&LI, Spoken::Told { witness: Some(NEPHEW) }), CHILD, Some(&guardian));
    assert_eq!(by_guardian, Err(MayNot::NoWitness), "the guardian speaks");
    let scan = UploadId::new(Uuid::from_u128(9_002));
    let signed = speaks(&tells(&LI, Spoken::OnPaper { scan }), GROWN, None).unwrap();
    assert_eq!((signed.scan(), signed.witness()), (Some(scan), None));
}

#[test]
fn the_person_speaks_for_themself_and_nobody_else_does() {
    assert_eq!(speaks(&Speaker::InApp(ZHANG), GROWN, None), Ok(said(ZHANG)));
    for other in [STRANGER, NEPHEW, HUSBAND] {
        assert_eq!(speaks(&Speaker::InApp(other), GROWN, None), Err(MayNot::NotTheirs));
    }
}

#[test]
fn an_agent_does_not_agree_for_the_person_and_a_guardian_does() {
    let id = guardianship().id;
    for witnessing in [
        Witnessing::InApp,
        Witnessing::Told,
        Witnessing::OnPaper { scan: UploadId::new(Uuid::from_u128(9_001)) },
        Witnessing::Notarised { document: UploadId::new(Uuid::from_u128(9_001)) },
    ] {
        let agency = Mandate { witnessing, ..guardianship() };
        assert_eq!(speaks(&Speaker::InApp(NEPHEW), GROWN, Some(&agency)), Err(MayNot::NotTheirGuardian));
    }
    let by_guardian = Said { by: NEPHEW, mandate: Some(id), entered: None };
    assert_eq!(speaks(&Speaker::InApp(NEPHEW), GROWN, Some(&guardianship())), Ok(by_guardian.clone()), "a ward of age");
    assert_eq!(speaks(&Speaker::InApp(NEPHEW), CHILD, Some(&guardianship())), Ok(by_guardian));
    assert_eq!(speaks(&Speaker::InApp(STRANGER), CHILD, Some(&guardianship())), Err(MayNot::NotTheirs));
    let anothers = Whose { person: HUSBAND, under_age: true };
    assert_eq!(speaks(&Speaker::InApp(NEPHEW), anothers, Some(&guardianship())), Err(MayNot::NotTheirGuardian));
}

#[test]
fn a_guardian_speaks_as_long_as_their_mandate_holds() {
    let over = Mandate { until: day("2026-09-13"), ..guardianship() };
    let end = Revocation { at: at("2026-09-14T09:10:00"), side: NEPHEW, how: RevokedHow::InApp, entered_by: None };
    for ended in [over, guardianship().revoke(end).unwrap()] {
        assert_eq!(speaks(&Speaker::InApp(NEPHEW), CHILD, Some(&ended)), Err(MayNot::NotTheirGuardian));
        assert_eq!(speaks(&before(&LI), CHILD, Some(&ended)), Err(MayNot::NotTheirGuardian));
    }
}

#[test]
fn for_a_child_nobody_but_the_guardian_is_heard() {
    assert_eq!(speaks(&Speaker::InApp(ZHANG), CHILD, None), Err(MayNot::GuardianNeeded));
    assert_eq!(speaks(&before(&LI), CHILD, None), Err(MayNot::GuardianNeeded));
    let heard = speaks(&before(&LI), CHILD, Some(&guardianship())).unwrap();
    assert_eq!((heard.by, heard.entered.unwrap().at.account), (NEPHEW, LI.account));
}

#[test]
fn a_clerk_enters_what_somebody_says_who_is_not_close_to_them() {
    let heard = speaks(&before(&LI), GROWN, None).unwrap();
    assert_eq!((heard.by, heard.entered.map(|entered| entered.at.account)), (ZHANG, Some(LI.account)));
    let own = Whose { person: LI.person, under_age: false };
    assert_eq!(speaks(&before(&LI), own, None), Err(MayNot::ClerkIsClose));
    assert_eq!(speaks(&before(&related(&LI, ZHANG)), GROWN, None), Err(MayNot::ClerkIsClose));
    assert_eq!(speaks(&before(&related(&LI, NEPHEW)), CHILD, Some(&guardianship())), Err(MayNot::ClerkIsClose));
}

/// What may happen to a person's consents.
#[derive(Debug, Clone, Copy)]
enum Step {
    Agrees(Sensitive),
    Withdraws(Sensitive),
    /// A newer text of the kind is published.
    Rewords(Sensitive),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = || select(Sensitive::ALL.to_vec());
    let step = prop_oneof![kind().prop_map(Step::Agrees), kind().prop_map(Step::Withdraws), kind().prop_map(Step::Rewords)];
    prop::collection::vec(step, 0..40)
}

struct Record {
    consents: BTreeMap<u128, Consent>,
    current: BTreeMap<Sensitive, TextVersion>,
}

impl Record {
    fn new() -> Self {
        Self { consents: BTreeMap::new(), current: Sensitive::ALL.into_iter().map(|kind| (kind, FIRST)).collect() }
    }

    fn live(&self, kind: Sensitive) -> Option<Consent> {
        self.consents.values().find(|consent| consent.kind == kind && consent.is_live()).cloned()
    }

    fn keep(&mut self, consent: Consent) {
        self.consents.insert(consent.id.as_uuid().as_u128(), consent);
    }

    fn take(&mut self, step: Step, n: u128) {
        match step {
            Step::Agrees(kind) => match give(self.live(kind), agrees(kind, self.current[&kind], n), self.current[&kind]).unwrap() {
                Given::Stands(consent) => assert!(consent.serves(self.current[&kind])),
                Given::New { consent, replaced } => {
                    replaced.into_iter().for_each(|replaced| self.keep(*replaced));
                    self.keep(consent);
                }
            },
            Step::Withdraws(kind) => {
                if let Ok(withdrawn) = withdraw(self.live(kind), at("2026-09-15T10:00:00"), said(ZHANG)) {
                    self.keep(withdrawn);
                }
            }
            Step::Rewords(kind) => {
                self.current.entry(kind).and_modify(|text| text.0 += 1);
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_no_kind_has_two_live_consents_and_missing_is_what_no_live_current_one_serves(
        steps in steps(), touched in prop::collection::btree_set(select(Sensitive::ALL.to_vec()), 0..=4)
    ) {
        let mut record = Record::new();
        for (n, step) in (1..).zip(steps) {
            record.take(step, n);
            for kind in Sensitive::ALL {
                let live = record.consents.values().filter(|consent| consent.kind == kind && consent.is_live()).count();
                prop_assert!(live <= 1, "{:?} has {} live consents", kind, live);
            }
        }
        let all: Vec<_> = record.consents.values().cloned().collect();
        let found: BTreeSet<_> = missing(&touched, &all, |kind| record.current[&kind]).into_iter().map(|missing| missing.kind).collect();
        let served = |kind: &Sensitive| record.live(*kind).is_some_and(|live| live.text == record.current[kind]);
        let expected: BTreeSet<_> = touched.into_iter().filter(|kind| !served(kind)).collect();
        prop_assert_eq!(found, expected);
    }
}
