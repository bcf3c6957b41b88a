//! What every decision looks at, with what is worked out once for all stations.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use super::queues::Queue;
use super::standing::Standing;
use super::{Ask, Load, Tuning, VisitorTerms};
use crate::calendar::DueDay;
use crate::catalogue::{Catalogue, Publicity};
use crate::district::{At, Day, DistrictMap, KindSet, Level, Partner, Seat, StationAt, Week};
use crate::time::Timestamp;

pub(super) struct Context<'a> {
    pub map: &'a DistrictMap,
    pub catalogue: &'a Catalogue,
    pub tuning: &'a Tuning,
    pub ask: &'a Ask,
    pub now: At,
    pub standing: Standing,
    pub couriers: Week,
    pub visitors: Vec<(&'a VisitorTerms, Week)>,
    pub partners: Week,
    /// For each level the kinds of stations that take no less time over a matter.
    no_quicker: [KindSet; 4],
    queues: Cow<'a, [Queue]>,
    dues: RefCell<Vec<Due>>,
    chords2_home: OnceCell<Vec<f64>>,
}

/// A station, and how far it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub at: StationAt,
    pub seat: &'a Seat,
    /// The square of the chord from where the papers wait: the nearer, the less.
    pub chord2_home: f64,
}

/// A promise that was counted once.
struct Due {
    accepted: Day,
    days: u16,
    notice: Option<Publicity>,
    due: DueDay,
}

impl<'a> Context<'a> {
    pub fn new(map: &'a DistrictMap, catalogue: &'a Catalogue, load: &'a Load, ask: &'a Ask, now: Timestamp) -> Self {
        let tuning: &Tuning = &load.tuning;
        Self {
            map,
            catalogue,
            tuning,
            ask,
            now: At::of(now),
            standing: Standing::of(map, ask),
            couriers: Week::of(&tuning.courier_hours),
            visitors: tuning.visitors.iter().map(|terms| (terms, Week::of(&terms.hours))).collect(),
            partners: Week::of(&tuning.partner_hours),
            no_quicker: LEVELS.map(|level| no_quicker(map, tuning, level)),
            queues: load.queues(map, now),
            dues: RefCell::default(),
            chords2_home: OnceCell::new(),
        }
    }

    pub fn no_quicker(&self, level: Level) -> KindSet {
        self.no_quicker.get(level as usize).copied().unwrap_or_default()
    }

    pub fn queue(&self, at: StationAt) -> Queue {
        usize::try_from(at.0).ok().and_then(|at| self.queues.get(at).copied()).unwrap_or(Queue::IDLE)
    }

    pub fn seat(&self, at: StationAt) -> Option<&'a Seat> {
        self.map.seat(at)
    }

    /// All stations, by code.
    pub fn sites(&self) -> impl Iterator<Item = Site<'a>> {
        let home = self.standing.home;
        let chords2 = self.chords2_home.get_or_init(|| self.map.seats().map(|(_, seat)| seat.direction.chord2(home)).collect());
        self.map.seats().zip(chords2).map(|((at, seat), chord2_home)| Site { at, seat, chord2_home: *chord2_home })
    }

    /// The last day of a promise; stations by the hundred are asked about the same few days.
    pub fn due(&self, accepted: Day, days: u16, notice: Option<Publicity>) -> DueDay {
        let mut dues = self.dues.borrow_mut();
        if let Some(known) = dues.iter().find(|due| due.accepted == accepted && due.days == days && due.notice == notice) {
            return known.due;
        }
        let due = super::estimate::promise(&self.map.calendar, accepted.date(), days, notice.as_slice());
        dues.push(Due { accepted, days, notice, due });
        due
    }

    /// The hours of a partner's counter.
    pub fn partner_week(&self, partner: &Partner) -> Option<Week> {
        (!partner.hours.is_empty()).then(|| Week::of(&partner.hours))
    }
}

const LEVELS: [Level; 4] = [Level::Point, Level::Village, Level::Town, Level::District];

fn no_quicker(map: &DistrictMap, tuning: &Tuning, than: Level) -> KindSet {
    let slow = LEVELS.into_iter().filter(|level| tuning.service.at(*level) >= tuning.service.at(than));
    slow.map(|level| map.kinds().of_level(level)).fold(KindSet::default(), KindSet::or)
}
