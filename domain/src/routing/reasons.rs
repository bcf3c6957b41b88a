//! Why, as values; the sentences are made at the edge.

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::{CourierLeg, Desk, Plan, PlannedMatter, StepKind};
use crate::catalogue::{InPerson, Item, Mode, ResultForm};
use crate::district::{Seat, Station, StationAt};

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
    /// Only the person's own relatives work at the station, or they themselves.
    OnlyOwnPeople,
    /// Nobody of the station visits for the item.
    NobodyVisits,
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

/// Writes what speaks for and against `plan` into it: for it what is true of every matter, against it what is true of any.
pub(super) fn weigh(ctx: &Context<'_>, plan: &mut Plan) {
    let matters: Vec<_> = plan.matters.iter().filter_map(|matter| Facts::of(ctx, matter)).collect();
    plan.pros = MERITS.iter().filter(|merit| holds(ctx, plan, &matters, **merit)).copied().collect();
    plan.cons = DRAWBACKS.iter().filter(|drawback| hurts(ctx, plan, &matters, **drawback)).copied().collect();
}

/// A matter with what it refers to.
struct Facts<'a> {
    matter: &'a PlannedMatter,
    item: &'a Item,
    at: StationAt,
    seat: &'a Seat,
    station: &'a Station,
}

impl<'a> Facts<'a> {
    fn of(ctx: &Context<'a>, matter: &'a PlannedMatter) -> Option<Self> {
        let item = &ctx.catalogue.item(&matter.item)?.item;
        let at = ctx.map.at(&matter.accepting)?;
        Some(Self { matter, item, at, seat: ctx.map.seat(at)?, station: ctx.map.station_at(at)? })
    }

    fn is_decided_where_accepted(&self) -> bool {
        matches!(&self.matter.deciding, Desk::Station(code) if *code == self.matter.accepting)
    }
}

const MERITS: [Merit; 12] = [
    Merit::NoTrip,
    Merit::DecidedAtOnce,
    Merit::OwnLine,
    Merit::StepFree,
    Merit::AgentActs,
    Merit::StaffCome,
    Merit::PriorityLane,
    Merit::CourierFetches,
    Merit::CourierBrings,
    Merit::ResultElectronic,
    Merit::OneGo,
    Merit::OpenNow,
];

fn holds(ctx: &Context<'_>, plan: &Plan, matters: &[Facts<'_>], merit: Merit) -> bool {
    let all = |holds: &dyn Fn(&Facts<'_>) -> bool| matters.iter().all(holds);
    match merit {
        Merit::NoTrip => plan.trips == 0,
        Merit::DecidedAtOnce => all(&|f| f.item.is_instant() && f.is_decided_where_accepted()),
        Merit::OwnLine => all(&|f| ctx.standing.own.as_ref().is_some_and(|line| line.holds(f.at, f.seat))),
        Merit::StepFree => all(&|f| f.station.accessible),
        Merit::AgentActs => all(&|f| f.matter.agent.is_some()),
        Merit::StaffCome | Merit::PriorityLane => plan.mode == Mode::Special,
        Merit::CourierFetches => all(&|f| f.matter.legs.contains(&CourierLeg::Fetch)),
        Merit::CourierBrings => all(&|f| f.matter.legs.contains(&CourierLeg::Bring)),
        Merit::ResultElectronic => all(&|f| match f.item.result.form {
            ResultForm::Electronic | ResultForm::Both => true,
            ResultForm::Paper | ResultForm::None => false,
        }),
        Merit::OneGo => plan.mode == Mode::OneWindow && matters.len() > 1,
        Merit::OpenNow => all(&|f| ctx.map.is_open(f.at, ctx.now)),
    }
}

const DRAWBACKS: [Drawback; 11] = [
    Drawback::OneTrip,
    Drawback::SeveralTrips,
    Drawback::CollectInPerson,
    Drawback::PresenceNeeded,
    Drawback::PapersMove,
    Drawback::DecidedOutside,
    Drawback::OriginalsByPost,
    Drawback::ClosedNow,
    Drawback::LongWait,
    Drawback::Fee,
    Drawback::Provisional,
];

fn hurts(ctx: &Context<'_>, plan: &Plan, matters: &[Facts<'_>], drawback: Drawback) -> bool {
    let any = |hurts: &dyn Fn(&Facts<'_>) -> bool| matters.iter().any(hurts);
    match drawback {
        Drawback::OneTrip => plan.trips == 1,
        Drawback::SeveralTrips => plan.trips > 1,
        Drawback::CollectInPerson => any(&|f| f.matter.collect_at.is_some()),
        Drawback::PresenceNeeded => any(&|f| f.item.in_person == InPerson::Once),
        Drawback::PapersMove => any(&|f| matches!(f.matter.deciding, Desk::Station(_)) && !f.is_decided_where_accepted()),
        Drawback::DecidedOutside => any(&|f| matches!(f.matter.deciding, Desk::Outside { .. })),
        Drawback::OriginalsByPost => plan.steps.iter().any(|step| step.kind == StepKind::Post),
        Drawback::ClosedNow => any(&|f| !ctx.map.is_open(f.at, ctx.now)),
        Drawback::LongWait => plan.wait_min > ctx.tuning.long_wait_min,
        Drawback::Fee => plan.fee_fen > 0,
        Drawback::Provisional => plan.provisional,
    }
}
