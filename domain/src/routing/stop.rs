//! The station through which a plan goes, with the roads to it.

use std::cell::OnceCell;

use super::Spot;
use super::context::Context;
use super::estimate::Road;
use crate::district::{Seat, StationAt};

#[derive(Debug)]
pub(super) struct Stop<'m> {
    pub at: StationAt,
    pub seat: &'m Seat,
    from_start: OnceCell<Road>,
    from_home: OnceCell<Road>,
}

impl<'m> Stop<'m> {
    pub fn new(at: StationAt, seat: &'m Seat) -> Self {
        Self { at, seat, from_start: OnceCell::new(), from_home: OnceCell::new() }
    }

    pub fn station(&self) -> (StationAt, &'m Seat) {
        (self.at, self.seat)
    }

    /// From where the person is; none where that isn't known.
    pub fn road_from_start(&self, ctx: &Context<'_>) -> Road {
        *self.from_start.get_or_init(|| match ctx.standing.start {
            Some(start) if start == ctx.standing.home => self.road_from_home(ctx),
            Some(start) => Road::between(ctx.tuning, start, self.seat.direction),
            None => Road::NONE,
        })
    }

    /// From where the papers wait.
    pub fn road_from_home(&self, ctx: &Context<'_>) -> Road {
        *self.from_home.get_or_init(|| Road::between(ctx.tuning, ctx.standing.home, self.seat.direction))
    }

    /// To the person, for those who visit.
    pub fn to_person(&self, ctx: &Context<'_>) -> Road {
        if ctx.standing.start.is_some() { self.road_from_start(ctx) } else { self.road_from_home(ctx) }
    }

    pub fn spot(&self, ctx: &Context<'_>) -> Spot {
        spot(ctx, self.at)
    }
}

pub(super) fn spot(ctx: &Context<'_>, at: StationAt) -> Spot {
    ctx.map.station_at(at).map_or(Spot::OnTheWay, |station| Spot::Station(station.code.clone()))
}
