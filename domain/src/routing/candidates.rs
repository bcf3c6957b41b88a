//! Which modes may serve an item for this person, and which stations a mode may use.

use super::context::Context;
use super::intake::road_to;
use super::standing::Registration;
use super::ways::{self, Legs};
use super::{MatterLies, Mobility, Reason, Whereabouts};
use crate::catalogue::{InPerson, Item, Mode};
use crate::district::{Accepting, Level, Partner, Seat, StationAt};

/// The first reason, of the item or the person, why `mode` can't serve `item`; of several true ones the first in order.
pub(super) fn check(ctx: &Context<'_>, mode: Mode, item: &Item) -> Result<(), Reason> {
    let reasons = [
        of_the_item(ctx, mode, item),
        of_the_division(ctx, mode, item),
        of_the_whereabouts(ctx, mode, item),
        of_the_needs(ctx, mode, item),
    ];
    reasons.into_iter().flatten().min().map_or(Ok(()), Err)
}

fn of_the_item(ctx: &Context<'_>, mode: Mode, item: &Item) -> Option<Reason> {
    if !item.modes.contains(&mode) {
        return Some(Reason::ModeNotOffered);
    }
    (mode == Mode::Express && ways::legs(ctx.ask.carriage, mode, item) == Legs::NONE).then_some(Reason::NothingToCarry)
}

fn of_the_division(ctx: &Context<'_>, mode: Mode, item: &Item) -> Option<Reason> {
    let about_land = matches!(ctx.ask.matter, MatterLies::Land(_));
    let has_line = match mode {
        Mode::Nearby => ctx.standing.own.is_some(),
        Mode::District => true,
        Mode::Remote => ctx.standing.applies_in.is_some() || about_land,
        Mode::OneWindow | Mode::Express | Mode::Special => ctx.standing.own.is_some() || item.modes.contains(&Mode::District),
    };
    let uncertified = item.certificate().is_some() && ctx.standing.registration == Registration::Nowhere && !about_land;
    let no_line = (!has_line).then_some(Reason::NoDivisionHere);
    let not_registered = uncertified.then_some(Reason::NotRegisteredHere);
    [no_line, ctx.standing.decides_in.as_ref().err().copied(), not_registered].into_iter().flatten().min()
}

/// Remote is for a person elsewhere; a visit for one who is here; the other modes for one who is here or has an agent.
fn of_the_whereabouts(ctx: &Context<'_>, mode: Mode, item: &Item) -> Option<Reason> {
    let (elsewhere, once) = (ctx.ask.whereabouts.is_elsewhere(), item.in_person == InPerson::Once);
    match (mode, ctx.ask.agent) {
        (Mode::Remote, _) if !elsewhere => Some(Reason::NotElsewhere),
        (Mode::Remote, _) => (once && !has_partner(ctx, item)).then_some(Reason::NoPartner),
        (Mode::Special, _) => elsewhere.then_some(Reason::Elsewhere),
        (Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express, _) if !elsewhere => None,
        (Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express, None) => Some(Reason::Elsewhere),
        (Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express, Some(agent)) if !agent.may_stand_in(item) => {
            Some(Reason::AgentMayNotStandIn)
        }
        (Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express, Some(_)) => once.then_some(Reason::PresenceNotDelegable),
    }
}

fn of_the_needs(ctx: &Context<'_>, mode: Mode, item: &Item) -> Option<Reason> {
    let no_ground = mode == Mode::Special && ctx.ask.evidence(ctx.tuning).is_none();
    let bound = ctx.ask.needs.mobility == Mobility::CannotLeaveHome && ways::fewest_trips(ctx, mode, item) > 0;
    no_ground.then_some(Reason::NoGround).or(bound.then_some(Reason::CannotLeaveHome))
}

/// How many partners a plan looks at.
const PARTNERS_LOOKED_AT: usize = 5;

/// The partners that meet a person elsewhere for `item`, the nearest first: those of the district where they are, and those in
/// reach of the place where they are.
pub(super) fn partners<'m>(ctx: &Context<'m>, item: &Item) -> Vec<&'m Partner> {
    let mut found: Vec<_> = in_reach(ctx, item).map(|partner| (road_to(ctx, partner).m, &partner.code, partner)).collect();
    found.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().take(PARTNERS_LOOKED_AT).map(|(_, _, partner)| partner).collect()
}

fn has_partner(ctx: &Context<'_>, item: &Item) -> bool {
    in_reach(ctx, item).next().is_some()
}

fn in_reach<'m>(ctx: &Context<'m>, item: &Item) -> impl Iterator<Item = &'m Partner> {
    let (district, place) = match &ctx.ask.whereabouts {
        Whereabouts::Elsewhere { district, place } => (district.as_ref(), *place),
        Whereabouts::Home | Whereabouts::Here(_) => (None, None),
    };
    let all = ctx.map.all_partners();
    let there = district.map(|district| all.of_district(district)).unwrap_or_default();
    let near = place.into_iter().flat_map(|place| all.within(place, ctx.tuning.partner_reach_km));
    let of_others = |partner: &&Partner| partner.code.district() != ctx.map.code && partner.items.contains(&item.code);
    there.iter().chain(near).filter(of_others)
}

/// Whether `mode` may use the station `at` for an item that names `modes`, whether or not it accepts it.
pub(super) fn is_in_reach(ctx: &Context<'_>, mode: Mode, modes: &[Mode], (at, seat): (StationAt, &Seat), lowest: Option<Level>) -> bool {
    let own = ctx.standing.own.is_some_and(|own| own.holds(at, seat));
    match mode {
        Mode::Nearby => own,
        Mode::District => !own || !modes.contains(&Mode::Nearby),
        Mode::OneWindow | Mode::Express | Mode::Special => own || modes.contains(&Mode::District),
        Mode::Remote => lowest == Some(seat.level) && ctx.standing.applies_in.is_some_and(|line| line.holds(at, seat)),
    }
}

/// The lowest level at which the line of the matter accepts an item: there a remote application goes.
pub(super) fn lowest_accepting(ctx: &Context<'_>, accepting: &Accepting) -> Option<Level> {
    let stations = ctx.standing.applies_in?.stations(ctx.map).filter_map(|at| ctx.seat(at));
    stations.filter(|seat| accepting.holds(seat)).map(|seat| seat.level).min()
}
