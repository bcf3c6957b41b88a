//! How sure it is that somebody is who they say (实名认证).
//! Levels: nothing but what they typed; a phone whose codes they read; a face check from afar; their identity document seen by a clerk.
//! What an item asks for is `identity_needed`: whoever is seen by staff when the matter is handed in is identified there.

use serde::{Deserialize, Serialize};

use crate::catalogue::InPerson;
use crate::routing::HandIn;
use crate::time::Timestamp;

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofKind {
    /// A face check through the provider of the district.
    Face,
    /// A clerk saw the identity document and the person.
    Document,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub kind: ProofKind,
    pub at: Timestamp,
}

/// What is known of somebody's identity beyond what they typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    /// They read a code on the phone that they sign in with, or WeChat gave its number.
    pub phone_proven: bool,
    /// The latest.
    pub proof: Option<Proof>,
}

/// Levels, each surer than those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityLevel {
    Unverified,
    Phone,
    Face,
    Document,
}

impl Identity {
    pub fn level(&self) -> IdentityLevel {
        match self.proof {
            Some(Proof { kind: ProofKind::Document, .. }) => IdentityLevel::Document,
            Some(Proof { kind: ProofKind::Face, .. }) => IdentityLevel::Face,
            None if self.phone_proven => IdentityLevel::Phone,
            None => IdentityLevel::Unverified,
        }
    }

    /// Whether it reaches `level` now. A proof counts for `holds_days` calendar days of 24 hours where a fresh one is asked for; who once
    /// proved who they are needs no phone beside it.
    pub fn reaches(&self, level: IdentityLevel, holds_days: u16, now: Timestamp) -> bool {
        let fresh = |proof: Proof| now - proof.at < chrono::Duration::days(i64::from(holds_days));
        match level {
            IdentityLevel::Unverified => true,
            IdentityLevel::Phone => self.level() >= IdentityLevel::Phone,
            IdentityLevel::Face => self.proof.is_some_and(fresh),
            IdentityLevel::Document => self.proof.is_some_and(|proof| proof.kind == ProofKind::Document && fresh(proof)),
        }
    }
}

/// The level that somebody needs to hand an item in from their phone (the catalogue's `in_person`): a reachable phone always; where the item
/// wants an identity check and no staff see the person at the handing in, a proof.
pub fn identity_needed(in_person: InPerson, hand_in: HandIn) -> IdentityLevel {
    match (in_person, hand_in) {
        (InPerson::IdentityCheck, HandIn::Phone | HandIn::Courier | HandIn::Post) => IdentityLevel::Face,
        (InPerson::IdentityCheck, HandIn::Counter | HandIn::Agent | HandIn::Visit | HandIn::Partner)
        | (InPerson::None | InPerson::Once | InPerson::SiteVisit, _) => IdentityLevel::Phone,
    }
}

/// Where a face check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaceState {
    /// The provider waits for the person.
    Waiting,
    /// It is they.
    Passed,
    /// Another face than that of the number.
    Differs,
    /// A picture or a mask, as it seems.
    NotAlive,
    /// They broke it off, or their time was over.
    GivenUp,
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn proven(kind: ProofKind, days_ago: i64) -> Identity {
        Identity { phone_proven: false, proof: Some(Proof { kind, at: now() - Duration::days(days_ago) }) }
    }

    #[test]
    fn a_proof_is_surer_than_a_phone_and_a_phone_than_nothing() {
        let phone = Identity { phone_proven: true, proof: None };
        let levels = [Identity::default(), phone, proven(ProofKind::Face, 0), proven(ProofKind::Document, 0)].map(|known| known.level());
        assert_eq!(levels, [IdentityLevel::Unverified, IdentityLevel::Phone, IdentityLevel::Face, IdentityLevel::Document]);
        assert!(levels.is_sorted());
    }

    #[test]
    fn a_proof_holds_for_its_days_and_stands_in_for_the_phone_ever_after() {
        for kind in [ProofKind::Face, ProofKind::Document] {
            for (days_ago, holds) in [(0, true), (29, true), (30, false), (400, false)] {
                let known = proven(kind, days_ago);
                assert_eq!(known.reaches(IdentityLevel::Face, 30, now()), holds, "{kind:?} {days_ago}");
                assert!(known.reaches(IdentityLevel::Phone, 30, now()), "{kind:?} {days_ago}");
            }
        }
        assert!(!proven(ProofKind::Face, 0).reaches(IdentityLevel::Document, 30, now()));
    }

    proptest! {
        #[test]
        fn who_reaches_a_level_reaches_those_below_it(phone in any::<bool>(), document in any::<bool>(), ago in proptest::option::of(0i64..60)) {
            let kind = if document { ProofKind::Document } else { ProofKind::Face };
            let proof = ago.map(|days| Proof { kind, at: now() - Duration::days(days) });
            let known = Identity { phone_proven: phone, proof };
            let reached = [IdentityLevel::Document, IdentityLevel::Face, IdentityLevel::Phone, IdentityLevel::Unverified].map(|level| known.reaches(level, 30, now()));
            prop_assert!(reached.is_sorted());
        }
    }

    #[test]
    fn an_identity_check_is_asked_for_where_nobody_of_the_staff_sees_the_person() {
        use HandIn::*;
        let all = [Counter, Phone, Agent, Courier, Visit, Post, Partner];
        let from_afar = |hand_in: &HandIn| identity_needed(InPerson::IdentityCheck, *hand_in) == IdentityLevel::Face;
        let asked: Vec<_> = all.into_iter().filter(from_afar).collect();
        assert_eq!(asked, [Phone, Courier, Post]);
        for in_person in [InPerson::None, InPerson::Once, InPerson::SiteVisit] {
            assert_eq!(identity_needed(in_person, Phone), IdentityLevel::Phone, "{in_person:?}");
        }
    }
}
