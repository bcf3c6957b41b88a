//! How often each call was made: in a minute, in a day in Beijing.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::time::{Timestamp, local_date};
use infra::wechat::Endpoint;

use super::World;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::settings::Quota;

const COUNTERS_MAX: usize = 50_000;

#[derive(Default)]
pub(super) struct Quotas(HashMap<String, Counter>);

#[derive(Default)]
struct Counter {
    minute: i64,
    in_minute: u32,
    day: NaiveDate,
    in_day: u32,
}

impl Quotas {
    pub(super) fn take(&mut self, what: &str, quota: Quota, now: Timestamp) -> Result<(), Refusal> {
        if self.0.len() >= COUNTERS_MAX {
            self.0.clear();
        }
        let counter = self.0.entry(what.to_owned()).or_default();
        let (minute, day) = (now.timestamp().div_euclid(60), local_date(now));
        if counter.minute != minute {
            (counter.minute, counter.in_minute) = (minute, 0);
        }
        if counter.day != day {
            (counter.day, counter.in_day) = (day, 0);
        }
        if quota.per_day.is_some_and(|max| counter.in_day >= max) {
            return Err(Refusal::DayQuota);
        }
        if quota.per_minute.is_some_and(|max| counter.in_minute >= max) {
            return Err(Refusal::MinuteQuota);
        }
        counter.in_minute += 1;
        counter.in_day += 1;
        Ok(())
    }
}

impl World {
    pub(in crate::sandbox) fn take_quota(&mut self, path: &str, now: Timestamp) -> Result<(), Refusal> {
        let quota = self.settings.quotas.get(path).copied().unwrap_or_default();
        match self.quotas.take(path, quota, now) {
            // This call says so of its minute, too.
            Err(Refusal::MinuteQuota) if path == Endpoint::MiniCode.path() => Err(Refusal::DayQuota),
            taken => taken,
        }
    }
}
