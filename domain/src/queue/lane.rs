//! The order of the queue. One formula: `rank_at = due_at - head_start(lane)`, the smallest first.
//!
//! A rank never changes by waiting: time itself brings an item forward, since whatever comes later is due later. Bounds, which
//! tests hold: an item passes another that it was due after by at most the difference of their head starts; so whatever arrives
//! with its due time more than [`Lane::HEAD_START_MAX`] after another's never passes it, and nothing starves.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Care, Item, Mode};
use crate::time::Timestamp;

/// How early a work item stands in the order before its due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    Special,
    Urgent,
    Normal,
}

impl Lane {
    /// The longest head start that there is.
    pub const HEAD_START_MAX: Duration = Duration::days(3);

    pub fn of(mode: Mode, item: &Item) -> Self {
        match (mode, item.care()) {
            (Mode::Special, _) => Lane::Special,
            (_, Care::Confidential) => Lane::Urgent,
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::OneWindow | Mode::Express, Care::Ordinary | Care::AskedByLetter) => {
                Lane::Normal
            }
        }
    }

    /// The key by which the queue is ordered.
    pub fn rank_at(self, due_at: Timestamp) -> Timestamp {
        due_at - self.head_start()
    }

    fn head_start(self) -> Duration {
        match self {
            Lane::Special => Self::HEAD_START_MAX,
            Lane::Urgent => Duration::days(1),
            Lane::Normal => Duration::zero(),
        }
    }
}
