//! Counted attempts at logins (`domain::backoff`): in this process, and as Redis keeps them.

use std::collections::HashMap;

use chrono::DateTime;
use domain::backoff::{Attempts, BackOff, Rests};
use domain::time::Timestamp;

/// Past this many keys those of longest ago go: whoever guesses at one login on and on stays counted.
const KEYS_MAX: usize = 100_000;

/// As it stands in Redis: how many, and when the last one was in microseconds.
pub(super) fn text(attempts: Attempts) -> String {
    format!("{}:{}", attempts.count, attempts.last.timestamp_micros())
}

pub(super) fn read(text: &str) -> Option<Attempts> {
    let (count, last) = text.split_once(':')?;
    Some(Attempts { count: count.parse().ok()?, last: DateTime::from_timestamp_micros(last.parse().ok()?)? })
}

/// The attempts of this process.
#[derive(Default)]
pub(super) struct Counters {
    by_key: HashMap<String, Attempts>,
}

impl Counters {
    pub(super) fn get(&self, key: &str) -> Option<Attempts> {
        self.by_key.get(key).copied()
    }

    pub(super) fn attempt(&mut self, key: &str, rule: BackOff, now: Timestamp) -> Result<(), Rests> {
        let next = rule.attempt(self.get(key), now)?;
        if self.by_key.len() >= KEYS_MAX && !self.by_key.contains_key(key) {
            self.make_room();
        }
        self.by_key.insert(key.to_owned(), next);
        Ok(())
    }

    pub(super) fn forget(&mut self, key: &str) {
        self.by_key.remove(key);
    }

    /// Half of them go at a time: a constant price for each key.
    fn make_room(&mut self) {
        let mut times: Vec<_> = self.by_key.values().map(|attempts| attempts.last).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.by_key.retain(|_, attempts| attempts.last > median);
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    const RULE: BackOff = BackOff { free: 1, rest_max: Duration::minutes(60) };

    #[test]
    fn what_is_kept_comes_back_from_its_text() {
        let attempts = Attempts { count: 7, last: DateTime::from_timestamp_micros(1_789_349_400_123_456).unwrap() };
        assert_eq!(read(&text(attempts)), Some(attempts));
        assert!(["", "7", "7:", ":7", "a:7"].iter().all(|bad| read(bad).is_none()));
    }

    #[test]
    fn a_full_memory_forgets_those_of_longest_ago() {
        let (mut counters, begin) = (Counters::default(), DateTime::from_timestamp(1_789_349_400, 0).unwrap());
        let at = |number: usize| begin + Duration::milliseconds(i64::try_from(number).unwrap());
        for number in 0..=KEYS_MAX {
            counters.attempt(&number.to_string(), RULE, at(number)).unwrap();
        }
        assert!(counters.by_key.len() <= KEYS_MAX);
        assert!(counters.attempt(&KEYS_MAX.to_string(), RULE, at(KEYS_MAX)).is_err());
        assert!(counters.attempt("0", RULE, at(KEYS_MAX)).is_ok());
    }
}
