//! Why, as values; the sentences are made at the edge.

use serde::{Deserialize, Serialize};

/// Why a mode can't serve an ask. A closed list in order: of several true reasons the first is given, the item's before the
/// person's before the station's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    // The item's.
    NothingAsked,
    NoSuchItem,
    /// An item twice, or a village item beside its town service: they are one matter.
    SameMatterTwice,
    ModeNotOffered,
    /// Express, but nothing may be fetched or brought.
    NothingToCarry,

    // The person's.
    /// Registered nowhere here and living nowhere here: no line of theirs, and no division to decide in.
    NoDivisionHere,
    LandNotHere,
    /// No village certifies somebody who isn't registered here, except about land in it.
    NotRegisteredHere,
    /// Remote is for a person outside the district.
    NotElsewhere,
    /// The person is outside the district and nobody acts for them.
    Elsewhere,
    /// The item takes no agent, or a stronger mandate than theirs.
    AgentMayNotStandIn,
    /// The person must be present once, and isn't here.
    PresenceNotDelegable,
    /// The person must be present once, and there is no partner station for the item where they are.
    NoPartner,
    /// None of the grounds for special handling that the district honours.
    NoGround,
    /// The person would have to make a journey.
    CannotLeaveHome,

    // The station's.
    /// No station that this mode may use accepts the item.
    NoStationAccepts,
    /// Each item is accepted somewhere, but no one station accepts them all.
    NoCommonStation,
    /// The certificate is accepted in its own village alone.
    OwnVillageOnly,
    /// The line where the matter lies has no station of the level that decides.
    NoDeciding,
    HasSteps,
    NeverOpen,
    /// The station chosen isn't one that this mode may use.
    StationNotInMode,
}

/// What speaks for a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merit {
    NoTrip,
    /// Decided while the person waits.
    DecidedAtOnce,
    /// A station of the person's own line.
    OwnLine,
    StepFree,
    AgentActs,
    StaffCome,
    PriorityLane,
    CourierFetches,
    CourierBrings,
    ResultElectronic,
    /// Several matters in one go.
    OneGo,
    OpenNow,
}

/// What speaks against a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawback {
    OneTrip,
    SeveralTrips,
    /// The paper must be collected: it may not be carried.
    CollectInPerson,
    PresenceNeeded,
    /// Accepted in one place, decided in another: the papers move.
    PapersMove,
    DecidedOutside,
    OriginalsByPost,
    ClosedNow,
    LongWait,
    Fee,
    /// The finish rests on a year whose holidays aren't published yet.
    Provisional,
}
