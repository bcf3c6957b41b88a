//! How much it matters that somebody hears a piece of news. Every kind of news is judged here, one by one.

use super::{Channel, Tidings};
use crate::case::{self, Changed};
use crate::countersign::WhyRefused;
use crate::evaluation::rectification;
use crate::{consent, correction, counter_request, floor, mandate};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// How things go; for staff, what their desks show anyway.
    Progress,
    /// An end that asks nothing of them, or what was entered in their name and may not have been their word. The station that entered it is
    /// not the one to ask, so that no errand is made of it.
    ToKnow,
    /// They have to do something, to collect something, or may contest something in time.
    ToAct,
}

impl Weight {
    /// The ways that the news may take, in the order in which they are tried.
    pub fn ways(self) -> &'static [Channel] {
        match self {
            Weight::Progress => &[Channel::Wechat],
            Weight::ToKnow => &[Channel::Wechat, Channel::Sms],
            Weight::ToAct => &[Channel::Wechat, Channel::Sms, Channel::Errand],
        }
    }
}

pub fn of_case(tidings: &case::Tidings) -> Weight {
    use case::Tidings as T;
    match tidings {
        T::SupplementAsked { .. } | T::ReadyToCollect { .. } | T::ReadyToBring => Weight::ToAct,
        // Nobody is to stand before a closed door.
        T::Rerouted { .. } | T::Replanned { changed: Changed::Station, .. } => Weight::ToAct,
        // Whoever was turned away may apply anew, go elsewhere, or contest it in time.
        T::NotAccepted | T::Refused | T::Lapsed => Weight::ToAct,
        T::Completed => Weight::ToKnow,
        T::Submitted | T::Accepted | T::Replanned { changed: Changed::Courier, .. } | T::DueMoved { .. } => Weight::Progress,
        T::Alert { .. } | T::NobodyMayTake | T::Escalated => Weight::Progress,
        T::Review { news } => of_review(*news),
    }
}

fn of_review(news: rectification::Tidings) -> Weight {
    use rectification::Tidings as T;
    match news {
        T::Closed | T::Excluded => Weight::ToKnow,
        T::Opened | T::ContactOverdue | T::ClosingOverdue | T::NobodyThere | T::Reopened | T::Appealed => Weight::Progress,
    }
}

pub fn of_mandate(tidings: mandate::Tidings) -> Weight {
    use mandate::Tidings as T;
    match tidings {
        T::EnteredInYourName | T::EndedInYourName | T::EndedByGrantor | T::EndedByHolder => Weight::ToKnow,
    }
}

pub fn of_correction(tidings: correction::Tidings) -> Weight {
    use correction::Tidings as T;
    match tidings {
        T::Proposed | T::Corrected => Weight::ToKnow,
        T::Refused { why } => of_refusal(why),
        // They are asked to come again with their card.
        T::Lapsed => Weight::ToAct,
        // For the clerk who entered it.
        T::EnteredLapsed => Weight::Progress,
    }
}

pub fn of_consent(tidings: consent::Tidings) -> Weight {
    use consent::Tidings as T;
    match tidings {
        T::GivenInYourName | T::WithdrawnInYourName => Weight::ToKnow,
    }
}

pub fn of_request(tidings: counter_request::Tidings) -> Weight {
    use counter_request::Tidings as T;
    match tidings {
        T::CopyMade | T::ErasureProposed => Weight::ToKnow,
        T::ErasureRefused { why } => of_refusal(why),
        T::ErasureLapsed => Weight::ToAct,
        // For the clerk who entered it.
        T::EnteredLapsed => Weight::Progress,
    }
}

pub fn of_appointment(tidings: floor::Tidings) -> Weight {
    match tidings {
        // They would come for nothing, and have to book another.
        floor::Tidings::CalledOff { .. } => Weight::ToAct,
    }
}

pub fn of_errand(tidings: Tidings) -> Weight {
    match tidings {
        Tidings::Untouched | Tidings::NotReached => Weight::Progress,
    }
}

/// What a second person didn't agree to.
fn of_refusal(why: WhyRefused) -> Weight {
    match why {
        // They are asked to come again with their card.
        WhyRefused::OtherThanTheCard | WhyRefused::Unreadable => Weight::ToAct,
        WhyRefused::NotTheirCard | WhyRefused::NotAskedFor => Weight::ToKnow,
    }
}
