//! A window (窗口) that a clerk has opened: who sits there since when, and which kinds of matter it serves.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::Turns;
use crate::catalogue::ItemKind;
use crate::district::Station;
use crate::ids::{AccountId, StationCode, WindowId};
use crate::time::Timestamp;

/// One sitting at a window, from opening it to closing it. A window has one at a time, and so has a clerk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub id: WindowId,
    pub station: StationCode,
    /// From 1, within the station.
    pub number: u16,
    pub clerk: AccountId,
    /// At least one.
    pub serves: BTreeSet<ItemKind>,
    pub opened_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// What was given to it in this round of the policy.
    pub turns: Turns,
    /// Counts the changes.
    pub version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWindow {
    #[error("the station has {0} windows")]
    NoSuchWindow(u16),
    #[error("the window serves no kind of matter")]
    ServesNothing,
}

/// Whether the station has such a window.
pub fn check_window(station: &Station, number: u16, serves: &BTreeSet<ItemKind>) -> Result<(), BadWindow> {
    let there = windows_of(station);
    if !there.contains(&number) {
        return Err(BadWindow::NoSuchWindow(*there.end()));
    }
    if serves.is_empty() { Err(BadWindow::ServesNothing) } else { Ok(()) }
}

/// The windows of a station by number: one at least.
pub(super) fn windows_of(station: &Station) -> RangeInclusive<u16> {
    1..=station.windows.max(1)
}
