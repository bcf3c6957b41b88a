//! The queue as the store keeps it: against a model of a few lines, and with its claimers killed.

mod figures;
mod holds;
mod kills;
mod model;
mod sequences;
mod shared;

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::{Desk, Reach, Stage};
use domain::catalogue::Topic;
use domain::ids::{AccountId, CaseId, StationCode, WorkItemId};
use domain::people::Role;
use domain::queue::{Claimant, Lane, Pool, Sharing, WorkItem, WorkState};
use domain::time::Timestamp;
use infra::store::Moment;
use uuid::Uuid;

use crate::databases::now;

const LEASE: Duration = Duration::minutes(30);

pub fn station(number: u8) -> StationCode {
    format!("5114991012{:02}-01", number + 1).parse().unwrap()
}

pub fn account(number: u8) -> AccountId {
    AccountId::new(Uuid::from_u128(7_000 + u128::from(number)))
}

/// An item that arrives now at a clerk's desk.
pub fn work_item(number: u128, station_number: u8, lane: Lane, due_in: Duration) -> WorkItem {
    let station = station(station_number);
    let due_at = now() + due_in;
    WorkItem {
        id: WorkItemId::new(Uuid::from_u128(number)),
        case: CaseId::new(Uuid::from_u128(1_000_000 + number)),
        step: 0,
        stage: Stage::Accept,
        topic: Topic::CivilAffairs,
        desk: Desk { station: station.clone(), role: Role::Clerk, in_name_of: station, reach: Reach::Station },
        sharing: Sharing::Own,
        lane,
        arrived_at: now(),
        due_at,
        due_from: now(),
        not_before: None,
        stands_since: None,
        parked_until: None,
        kept: None,
        escalated_at: None,
        rank_at: lane.rank_at(due_at),
        claimed_at: None,
        state: WorkState::Ready,
        fence: 0,
    }
}

pub fn claimant(number: u8, stations: &[u8], topics: BTreeSet<Topic>) -> Claimant {
    let pools = stations.iter().map(|at| Pool { station: station(*at), role: Role::Clerk }).collect();
    Claimant { account: account(number), pools, topics, barred: BTreeSet::new() }
}

pub fn moment(now: Timestamp) -> Moment {
    Moment { now, lease_until: now + LEASE, anyone_since: now - Duration::hours(8) }
}
