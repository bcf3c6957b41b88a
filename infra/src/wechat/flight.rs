//! Doing once what many ask for at the same time, here and at the other instances: one does it, and the others look again and again
//! for what it did.

use std::time::{Duration, Instant};

use crate::shared::Shared;

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// One who asks.
pub(super) struct Flight {
    key: String,
    owner: String,
    /// How long the doer holds the others off at most: longer than its work takes, for else two would do it.
    hold: Duration,
    /// How long the others wait for it.
    patience: Duration,
    start: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// To do it, and to `land` then.
    Ours,
    /// To look whether it is done, and to ask again.
    Anothers,
    /// Another's still, and patience is over.
    TooLong,
}

impl Flight {
    pub(super) fn new(key: String, hold: Duration, patience: Duration) -> Self {
        Self { key, owner: uuid::Uuid::new_v4().to_string(), hold, patience, start: Instant::now() }
    }

    /// Whose turn it is; waits a moment where it is another's.
    pub(super) async fn turn(&self, shared: &Shared) -> Turn {
        if shared.claim(&self.key, &self.owner, self.hold).await {
            return Turn::Ours;
        }
        if self.start.elapsed() >= self.patience {
            return Turn::TooLong;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        Turn::Anothers
    }

    /// Lets the others in. Who has not had its turn takes nobody's away.
    pub(super) async fn land(self, shared: &Shared) {
        shared.remove_if(&self.key, &self.owner).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn flight(patience: Duration) -> Flight {
        Flight::new("turn".to_owned(), LONG, patience)
    }

    #[tokio::test]
    async fn one_has_the_turn_until_it_lands() {
        let shared = Shared::in_process();
        let (one, two) = (flight(LONG), flight(LONG));
        assert_eq!((one.turn(&shared).await, two.turn(&shared).await), (Turn::Ours, Turn::Anothers));
        one.land(&shared).await;
        assert_eq!(two.turn(&shared).await, Turn::Ours);
    }

    #[tokio::test]
    async fn who_waits_too_long_for_another_is_told_so_and_takes_nothing_away() {
        let shared = Shared::in_process();
        let (one, hurried) = (flight(LONG), flight(Duration::ZERO));
        assert_eq!((one.turn(&shared).await, hurried.turn(&shared).await), (Turn::Ours, Turn::TooLong));
        hurried.land(&shared).await;
        assert_eq!(flight(Duration::ZERO).turn(&shared).await, Turn::TooLong);
    }
}
