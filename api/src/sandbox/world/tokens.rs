//! Access tokens, of two families that know nothing of each other.

use std::collections::VecDeque;
use std::net::IpAddr;

use chrono::TimeDelta;
use domain::time::{Timestamp, local_date};
use infra::wechat::Endpoint;

use super::{Credentials, World, random_hex};
use crate::sandbox::refusal::Refusal;

const LIFE_SECS: i64 = 7200;
const OVERLAP: TimeDelta = TimeDelta::minutes(5);
const KEPT: usize = 8;
const FORCED_A_DAY: usize = 20;
const FORCED_APART: TimeDelta = TimeDelta::seconds(30);

#[derive(Default)]
pub(super) struct Tokens {
    stable: VecDeque<Token>,
    /// Of `/cgi-bin/token`.
    old_style: VecDeque<Token>,
    forced_at: VecDeque<Timestamp>,
}

struct Token {
    value: String,
    ends_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Refresh {
    Stable,
    Forced,
    OldStyle,
}

impl Tokens {
    fn stable(&mut self, now: Timestamp) -> (String, i64) {
        match self.stable.back().filter(|token| token.ends_at - OVERLAP > now) {
            Some(token) => (token.value.clone(), (token.ends_at - now).num_seconds()),
            None => issue(&mut self.stable, now),
        }
    }

    fn forced(&mut self, now: Timestamp) -> Result<(String, i64), Refusal> {
        self.forced_at.retain(|at| local_date(*at) == local_date(now));
        if self.forced_at.len() >= FORCED_A_DAY {
            return Err(Refusal::DayQuota);
        }
        if self.forced_at.back().is_some_and(|at| now - *at < FORCED_APART) {
            return Err(Refusal::MinuteQuota);
        }
        self.forced_at.push_back(now);
        self.stable.clear();
        Ok(issue(&mut self.stable, now))
    }

    /// The one before it works beside it for the overlap.
    fn old_style(&mut self, now: Timestamp) -> (String, i64) {
        for token in &mut self.old_style {
            token.ends_at = token.ends_at.min(now + OVERLAP);
        }
        issue(&mut self.old_style, now)
    }
}

fn issue(family: &mut VecDeque<Token>, now: Timestamp) -> (String, i64) {
    let value = random_hex::<64>();
    family.push_back(Token { value: value.clone(), ends_at: now + TimeDelta::seconds(LIFE_SECS) });
    if family.len() > KEPT {
        family.pop_front();
    }
    (value, LIFE_SECS)
}

impl World {
    /// The token and the seconds it still lives.
    pub(in crate::sandbox) fn token(
        &mut self,
        credentials: &Credentials<'_>,
        refresh: Refresh,
        (from, now): (Option<IpAddr>, Timestamp),
    ) -> Result<(String, i64), Refusal> {
        self.check_app(credentials)?;
        self.check_address(from)?;
        self.take_quota(Endpoint::Token.path(), now)?;
        match refresh {
            Refresh::Stable => Ok(self.tokens.stable(now)),
            Refresh::Forced => self.tokens.forced(now),
            Refresh::OldStyle => Ok(self.tokens.old_style(now)),
        }
    }

    pub(in crate::sandbox) fn check_token(&self, token: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
        let token = token.ok_or(Refusal::MissingToken)?;
        let mut known = self.tokens.stable.iter().chain(&self.tokens.old_style);
        let known = known.find(|known| known.value == token).ok_or(Refusal::WrongToken)?;
        if known.ends_at <= now { Err(Refusal::ExpiredToken) } else { Ok(()) }
    }
}
