//! What holds for a while at a station: closures, notices, staff who are away. Dates and hours are local, instants UTC.
//! Each is a fact in the map: it takes effect when the snapshot is swapped.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::station::hour_minute;
use crate::time::{self, Timestamp};

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StationFacts {
    pub closures: Vec<Closure>,
    pub notices: Vec<StationNotice>,
    pub absences: Vec<Absence>,
}

/// The station is closed on these days, or in some hours of each of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    pub from: NaiveDate,
    /// The last day of it.
    pub to: NaiveDate,
    /// None: the whole day.
    #[serde(default)]
    pub hours: Option<ClosedHours>,
    pub cause: ClosureCause,
}

/// From the one time of day up to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedHours {
    #[serde(with = "hour_minute")]
    pub from: NaiveTime,
    #[serde(with = "hour_minute")]
    pub to: NaiveTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosureCause {
    /// 检修
    Maintenance,
    /// 停电断网
    Outage,
    /// 灾害天气
    Weather,
    /// 集中活动、培训
    Event,
    /// 搬迁
    Relocation,
    Other,
}

/// A text to read beside every plan that uses the station (公告).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationNotice {
    pub from: Timestamp,
    /// The first instant at which it no longer holds.
    pub until: Timestamp,
    pub text: String,
}

/// So many of the station's staff are away. While all are, it can take nothing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    pub from: Timestamp,
    /// The first instant at which they are back.
    pub until: Timestamp,
    pub staff: u16,
}

impl StationFacts {
    /// Nothing ends before it begins.
    pub fn are_valid(&self) -> bool {
        self.closures.iter().all(|closure| closure.from <= closure.to && closure.hours.is_none_or(|hours| hours.from < hours.to))
            && self.notices.iter().all(|notice| notice.from < notice.until)
            && self.absences.iter().all(|absence| absence.from < absence.until)
    }

    /// The notices that hold at some time from `from` to `to`.
    pub fn notices_between(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = &StationNotice> {
        self.notices.iter().filter(move |notice| notice.from <= to && from < notice.until)
    }

    /// What closures and absences take of `date` at a station of so many staff, in local time; it may overlap.
    pub(crate) fn taken_of(&self, date: NaiveDate, staff: u16) -> Vec<(NaiveTime, NaiveTime)> {
        let closed = self.closures.iter().filter(|closure| (closure.from..=closure.to).contains(&date));
        let closed = closed.map(|closure| closure.hours.map_or((NaiveTime::MIN, LAST), |hours| (hours.from, hours.to)));
        let away = self.all_away(staff).into_iter().filter_map(|(from, until)| on_the_day(date, from, until));
        closed.chain(away).collect()
    }

    /// The spans in which all of the station's staff are away, in order.
    pub(crate) fn all_away(&self, staff: u16) -> Vec<(Timestamp, Timestamp)> {
        let mut edges: Vec<Timestamp> = self.absences.iter().flat_map(|absence| [absence.from, absence.until]).collect();
        edges.sort_unstable();
        edges.dedup();
        let between = edges.iter().zip(edges.iter().skip(1));
        between.filter(|(from, _)| self.are_all_away(**from, staff)).map(|(from, until)| (*from, *until)).collect()
    }

    /// Whether all of a station's staff are away at `now`, and have been from `since` on.
    pub fn nobody_is_there(&self, (since, now): (Timestamp, Timestamp), staff: u16) -> bool {
        let reaches = |at, (from, until): (Timestamp, Timestamp)| if from <= at && at < until { until } else { at };
        self.all_away(staff).into_iter().fold(since, reaches) > now
    }

    fn are_all_away(&self, at: Timestamp, staff: u16) -> bool {
        let away = self.absences.iter().filter(|absence| (absence.from..absence.until).contains(&at));
        let away: u32 = away.map(|absence| u32::from(absence.staff)).sum();
        away > 0 && away >= u32::from(staff)
    }
}

/// Later than any opening may close.
const LAST: NaiveTime = match NaiveTime::from_num_seconds_from_midnight_opt(86_399, 999_999_999) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

fn on_the_day(date: NaiveDate, from: Timestamp, until: Timestamp) -> Option<(NaiveTime, NaiveTime)> {
    let (from, until) = (time::local(from), time::local(until));
    let begin = if from.date() < date { NaiveTime::MIN } else { from.time() };
    let end = if until.date() > date { LAST } else { until.time() };
    (from.date() <= date && date <= until.date() && begin < end).then_some((begin, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: &str) -> Timestamp {
        time::instant(format!("2026-09-14T{wall}:00").parse().unwrap())
    }

    fn away(from: &str, until: &str, staff: u16) -> Absence {
        Absence { from: at(from), until: at(until), staff }
    }

    #[test]
    fn nobody_is_there_while_all_are_away_without_a_gap_and_not_while_one_is_left() {
        let absences = vec![away("08:00", "10:00", 2), away("10:00", "12:00", 2), away("13:00", "15:00", 1)];
        let facts = StationFacts { absences, ..StationFacts::default() };
        assert!(facts.nobody_is_there((at("09:00"), at("11:59")), 2));
        assert!(!facts.nobody_is_there((at("07:59"), at("11:00")), 2), "not all the time");
        assert!(!facts.nobody_is_there((at("11:00"), at("12:00")), 2), "they are back");
        assert!(!facts.nobody_is_there((at("09:00"), at("11:00")), 3), "one is there");
        assert!(!facts.nobody_is_there((at("13:30"), at("14:00")), 2));
    }
}
