//! Refusals on their way to the log: noted without waiting, written in batches, equal ones folded.
//!
//! The first of equal refusals is written with the next batch. Those that follow it within a minute are counted, and written as one
//! entry with their number when the minute is over; so somebody who is refused a thousand times makes two entries a minute.
//! Refusals are equal when the log would say the same of them: the same actor, operation, problem and thing. An address isn't kept,
//! so all who aren't signed in count as one.
//! Invariants: noting never waits for the database and never fails; memory is bounded, and past the bound an entry says less about
//! who was refused what, but is still counted. What a crash loses: what was refused within the last second, and of repetitions
//! within the last minute their number.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::audit::{Deed, Entry, On, Outcome, Refusal, Thing, Who};
use domain::ids::{OperationId, ProblemCode};
use domain::time::Timestamp;

/// Within which equal refusals are one entry.
const WINDOW: Duration = Duration::from_secs(60);
/// Kinds of refusal that are told apart at a time.
const KINDS_MAX: usize = 10_000;
/// Entries that wait for the database at most, should it be away.
const WAITING_MAX: usize = 20_000;

/// Which refusals to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ripe {
    /// First ones, and repetitions whose minute is over.
    Due,
    /// All that were noted: somebody reads the log, or the service ends.
    All,
}

#[derive(Debug, Default)]
pub struct Refusals(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    waiting: Vec<Entry>,
    windows: HashMap<Kind, Window>,
}

/// What equal refusals have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    by: Who,
    deed: Deed,
    on: On,
    operation: OperationId,
    problem: ProblemCode,
}

#[derive(Debug)]
struct Window {
    since: Instant,
    /// When the first repetition was refused, and how many there were.
    repeated: Option<(Timestamp, u32)>,
}

impl Refusals {
    /// Notes a refusal; `now` is the real time, by which it is folded.
    pub fn note(&self, entry: Entry, now: Instant) {
        let Outcome::Refused(refusal) = &entry.outcome else { return };
        let kind = Kind {
            by: entry.by.clone(),
            deed: entry.deed,
            on: entry.on.clone(),
            operation: refusal.operation.clone(),
            problem: refusal.problem.clone(),
        };
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = if pending.has_room_for(&kind) { kind } else { Kind { by: Who::Nobody, on: On::of(Thing::Nothing), ..kind } };
        pending.note(kind, entry.at, now);
    }

    /// What is to be written now.
    pub fn take(&self, ripe: Ripe, now: Instant) -> Vec<Entry> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |window: &Window| ripe == Ripe::All || now.duration_since(window.since) >= WINDOW;
        let over: Vec<Kind> = pending.windows.iter().filter(|(_, window)| is_over(window)).map(|(kind, _)| kind.clone()).collect();
        let mut entries = std::mem::take(&mut pending.waiting);
        for kind in over {
            let repeated = pending.windows.remove(&kind).and_then(|window| window.repeated);
            entries.extend(repeated.map(|(at, times)| kind.entry(at, times)));
        }
        entries
    }

    /// Takes back what couldn't be written.
    pub fn give_back(&self, entries: Vec<Entry>) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = std::mem::replace(&mut pending.waiting, entries);
        pending.waiting.extend(newer);
        let lost = pending.waiting.len().saturating_sub(WAITING_MAX);
        if lost > 0 {
            pending.waiting.truncate(WAITING_MAX);
            tracing::error!(lost, "the audit log can't be written, and {lost} refusals were given up");
        }
    }
}

impl Pending {
    fn has_room_for(&self, kind: &Kind) -> bool {
        self.windows.len() < KINDS_MAX || self.windows.contains_key(kind)
    }

    fn note(&mut self, kind: Kind, at: Timestamp, now: Instant) {
        match self.windows.get_mut(&kind) {
            Some(window) => {
                let (first, times) = window.repeated.unwrap_or((at, 0));
                window.repeated = Some((first, times.saturating_add(1)));
            }
            None => {
                self.waiting.push(kind.entry(at, 1));
                self.windows.insert(kind, Window { since: now, repeated: None });
            }
        }
    }
}

impl Kind {
    fn entry(&self, at: Timestamp, times: u32) -> Entry {
        let refusal = Refusal { times, ..Refusal::once(self.operation.clone(), self.problem.clone()) };
        Entry::refused(at, self.by.clone(), self.deed, self.on.clone(), refusal)
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::PersonId;
    use uuid::Uuid;

    use super::*;

    fn refused(by: Who, problem: &str) -> Entry {
        let refusal = Refusal::once("show_case".parse().unwrap(), problem.parse().unwrap());
        Entry::refused("2026-09-14T01:00:00Z".parse().unwrap(), by, Deed::Request, On::of(Thing::Nothing), refusal)
    }

    fn times(entries: &[Entry]) -> Vec<u32> {
        let times = |entry: &Entry| match &entry.outcome {
            Outcome::Refused(refusal) => refusal.times,
            Outcome::Done => 0,
        };
        entries.iter().map(times).collect()
    }

    #[test]
    fn the_first_of_equal_refusals_is_written_at_once_and_the_others_in_one_entry_after_a_minute() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        (0..1000).for_each(|_| refusals.note(refused(Who::Nobody, "token_missing"), start));
        assert_eq!(times(&refusals.take(Ripe::Due, start)), [1]);
        refusals.note(refused(Who::Nobody, "token_missing"), start);
        assert_eq!(times(&refusals.take(Ripe::Due, start + WINDOW / 2)), Vec::<u32>::new());
        assert_eq!(times(&refusals.take(Ripe::Due, start + WINDOW)), [1000]);
        refusals.note(refused(Who::Nobody, "token_missing"), start + WINDOW);
        assert_eq!(times(&refusals.take(Ripe::Due, start + WINDOW)), [1]);
    }

    #[test]
    fn who_reads_the_log_finds_the_repetitions_too() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        (0..3).for_each(|_| refusals.note(refused(Who::Nobody, "token_missing"), start));
        refusals.note(refused(Who::Nobody, "token_invalid"), start);
        assert_eq!(times(&refusals.take(Ripe::All, start)), [1, 1, 2]);
        assert_eq!(refusals.take(Ripe::All, start), []);
    }

    #[test]
    fn what_could_not_be_written_waits_before_what_came_since() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        refusals.note(refused(Who::Nobody, "a"), start);
        let first = refusals.take(Ripe::Due, start);
        refusals.note(refused(Who::Nobody, "b"), start);
        refusals.give_back(first.clone());
        let all = refusals.take(Ripe::Due, start);
        assert_eq!((all.len(), &all[0]), (2, &first[0]));
    }

    #[test]
    fn a_flood_of_different_actors_is_counted_without_them() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        let flood = u128::try_from(KINDS_MAX).unwrap() + 50;
        for number in 0..flood {
            let person = PersonId::new(Uuid::from_u128(number));
            refusals.note(refused(Who::Person { person }, "other_district"), start);
        }
        let entries = refusals.take(Ripe::All, start);
        let total: u32 = times(&entries).iter().sum();
        assert_eq!(u128::from(total), flood);
        assert!(entries.len() <= KINDS_MAX + 2);
    }
}
