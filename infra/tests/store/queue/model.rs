//! The queue in a few lines: a list of items, searched through for every question. It shares nothing with the real one but the
//! questions and the answers.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::catalogue::Topic;
use domain::queue::Lane;
use domain::time::Timestamp;

use super::LEASE;

#[derive(Debug, Clone)]
pub struct Clerk {
    pub number: u8,
    pub stations: Vec<u8>,
    pub topics: BTreeSet<Topic>,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub station: u8,
    pub topic: Topic,
    pub lane: Lane,
    /// Handed over, when the person comes.
    pub up_to_others: bool,
    /// Other stations may do it.
    pub shared: bool,
    pub arrived: Timestamp,
    pub due: Timestamp,
    pub from: Timestamp,
    /// For whom, until when, and whether from all others.
    pub kept: Option<(u8, Timestamp, Keeping)>,
    pub held: Option<(u8, Timestamp)>,
    pub claims: u32,
    pub open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    FromTheNextCall,
    FromAll,
}

/// What is answered to whoever does something to an item that they hold, or believe to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Done,
    NotHeld,
    Another,
    LostLease,
    NotLater,
    PastDue,
    Closed,
    TooEarly,
    Assigned,
}

#[derive(Debug, Default)]
pub struct Model {
    pub items: Vec<Item>,
}

impl Item {
    fn rank(&self) -> Timestamp {
        self.due
            - match self.lane {
                Lane::Special => Duration::days(3),
                Lane::Urgent => Duration::days(1),
                Lane::Normal => Duration::zero(),
            }
    }

    fn is_held(&self, now: Timestamp) -> bool {
        self.held.is_some_and(|(_, until)| now < until)
    }

    fn is_free(&self, now: Timestamp) -> bool {
        self.open && self.from <= now && !self.is_held(now)
    }

    fn is_given_to(&self, clerk: &Clerk, now: Timestamp) -> bool {
        let others = self.kept.is_some_and(|(kept, until, _)| kept != clerk.number && now < until);
        let trained = clerk.topics.is_empty() || clerk.topics.contains(&self.topic) || self.arrived <= now - Duration::hours(8);
        clerk.stations.contains(&self.station) && self.is_free(now) && !others && trained && !self.up_to_others
    }

    /// Whether somebody at another station may take it over; what is kept for anybody isn't.
    fn is_shared_with(&self, clerk: &Clerk, now: Timestamp) -> bool {
        let kept = self.kept.is_some_and(|(_, until, _)| now < until);
        let able = clerk.topics.is_empty() || clerk.topics.contains(&self.topic);
        self.shared && self.is_free(now) && !kept && able && !self.up_to_others && !clerk.stations.contains(&self.station)
    }

    /// It goes to another station, whose clerk takes it: that fences off whoever held it before.
    fn take_over(&mut self, clerk: &Clerk, now: Timestamp) -> u32 {
        (self.station, self.arrived, self.from) = (clerk.stations[0], now, now);
        self.claims += 1;
        self.take(clerk.number, now)
    }

    fn take(&mut self, clerk: u8, now: Timestamp) -> u32 {
        self.claims += 1;
        self.kept = None;
        self.held = Some((clerk, now + LEASE));
        self.claims
    }

    fn holds(&self, clerk: u8, claim: u32, now: Timestamp) -> Answer {
        match self.held {
            _ if !self.open => Answer::NotHeld,
            Some((holder, _)) if holder != clerk => Answer::Another,
            Some((_, until)) if self.claims == claim && now < until => Answer::Done,
            Some(_) => Answer::LostLease,
            None if self.claims >= claim => Answer::LostLease,
            None => Answer::NotHeld,
        }
    }
}

impl Model {
    /// The items that wait at a clerk's stations, in the order of the queue.
    pub fn waiting(&self, clerk: &Clerk, now: Timestamp) -> Vec<usize> {
        self.in_order(|item| clerk.stations.contains(&item.station) && item.is_free(now))
    }

    fn in_order(&self, is_wanted: impl Fn(&Item) -> bool) -> Vec<usize> {
        let mut found: Vec<_> = (0..self.items.len()).filter(|at| is_wanted(&self.items[*at])).collect();
        found.sort_by_key(|at| (self.items[*at].rank(), *at));
        found
    }

    pub fn held(&self, clerk: &Clerk, now: Timestamp) -> Vec<usize> {
        self.in_order(|item| item.open && item.held.is_some_and(|(holder, until)| holder == clerk.number && now < until))
    }

    pub fn claim_next(&mut self, clerk: &Clerk, now: Timestamp) -> Option<(usize, u32)> {
        let at = *self.in_order(|item| item.is_given_to(clerk, now)).first()?;
        Some((at, self.items[at].take(clerk.number, now)))
    }

    pub fn draw(&mut self, clerk: &Clerk, now: Timestamp) -> Option<(usize, u32)> {
        let at = *self.in_order(|item| item.is_shared_with(clerk, now)).first()?;
        Some((at, self.items[at].take_over(clerk, now)))
    }

    /// What a station shares, where it is more urgent than the helper's own.
    pub fn relieve(&mut self, clerk: &Clerk, station: u8, now: Timestamp) -> Option<(usize, u32)> {
        let own = self.in_order(|item| item.is_given_to(clerk, now)).first().map(|at| self.items[*at].rank());
        let at = *self.in_order(|item| item.station == station && item.is_shared_with(clerk, now)).first()?;
        let comes_first = own.is_none_or(|own| self.items[at].rank() < own);
        comes_first.then(|| (at, self.items[at].take_over(clerk, now)))
    }

    /// What nobody holds any more is nobody's.
    pub fn lapse(&mut self, now: Timestamp) {
        for item in self.items.iter_mut().filter(|item| item.open && item.held.is_some() && !item.is_held(now)) {
            give_back(item, None);
        }
    }

    pub fn claim(&mut self, at: usize, clerk: &Clerk, now: Timestamp) -> Answer {
        let item = &mut self.items[at];
        match item.held {
            _ if !item.open => Answer::Closed,
            _ if now < item.from => Answer::TooEarly,
            Some((holder, until)) if holder != clerk.number && now < until => Answer::Another,
            _ if matches!(item.kept, Some((kept, until, Keeping::FromAll)) if kept != clerk.number && now < until) => Answer::Assigned,
            Some(_) | None => {
                item.take(clerk.number, now);
                Answer::Done
            }
        }
    }

    /// Does `change` for who holds the item.
    pub fn as_holder(&mut self, at: usize, (clerk, claim): (u8, u32), now: Timestamp, change: impl FnOnce(&mut Item) -> Answer) -> Answer {
        match self.items[at].holds(clerk, claim, now) {
            Answer::Done => change(&mut self.items[at]),
            refused => refused,
        }
    }
}

pub fn extend(item: &mut Item, clerk: u8, now: Timestamp) -> Answer {
    item.held = Some((clerk, now + LEASE));
    Answer::Done
}

pub fn give_back(item: &mut Item, kept: Option<(u8, Timestamp, Keeping)>) -> Answer {
    item.held = None;
    item.kept = kept;
    Answer::Done
}

pub fn park(item: &mut Item, clerk: u8, now: Timestamp, until: Timestamp, keep: Duration) -> Answer {
    if until <= now {
        return Answer::NotLater;
    }
    if until > item.due {
        return Answer::PastDue;
    }
    item.from = until;
    give_back(item, Some((clerk, until + keep, Keeping::FromTheNextCall)))
}

pub fn escalate(item: &mut Item) -> Answer {
    if item.lane == Lane::Normal {
        item.lane = Lane::Urgent;
    }
    give_back(item, None)
}

pub fn close(item: &mut Item) -> Answer {
    item.open = false;
    item.held = None;
    Answer::Done
}

pub fn assign(item: &mut Item, to: u8, now: Timestamp, keep: Duration) -> Answer {
    if !item.open {
        return Answer::Closed;
    }
    item.claims += 1;
    item.from = item.arrived;
    give_back(item, Some((to, now + keep, Keeping::FromAll)))
}
