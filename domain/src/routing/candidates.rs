//! Which modes may serve an item for this person, and which stations a mode may use.

use super::{Context, MatterLies, Mobility, Reason, standing::Registration, ways};
use crate::catalogue::{InPerson, Item, Mode};
use crate::district::{Level, Partner, Station};
use crate::ids::DistrictCode;

use super::Whereabouts;

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
    (mode == Mode::Express && ways::legs(ctx.ask.carriage, mode, item).is_empty()).then_some(Reason::NothingToCarry)
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
        (Mode::Remote, _) => (once && partner(ctx, item).is_none()).then_some(Reason::NoPartner),
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
    let no_ground = mode == Mode::Special && ctx.ask.evidence(&ctx.load.tuning).is_none();
    let bound = ctx.ask.needs.mobility == Mobility::CannotLeaveHome && ways::fewest_trips(ctx, mode, item) > 0;
    no_ground.then_some(Reason::NoGround).or(bound.then_some(Reason::CannotLeaveHome))
}

/// The partner district where the person is, if it meets them for `item`.
pub(super) fn partner<'m>(ctx: &Context<'m>, item: &Item) -> Option<&'m Partner> {
    let at: &DistrictCode = match &ctx.ask.whereabouts {
        Whereabouts::Elsewhere { district, .. } => district.as_ref()?,
        Whereabouts::Home | Whereabouts::Here(_) => return None,
    };
    ctx.map.partners.iter().find(|partner| partner.code == *at && partner.items.contains(&item.code))
}

/// Whether `mode` may use `station` for `item`, whether or not it accepts it.
pub(super) fn is_in_reach(ctx: &Context<'_>, mode: Mode, item: &Item, station: &Station) -> bool {
    let own = ctx.standing.own.as_ref().is_some_and(|own| own.holds(station));
    match mode {
        Mode::Nearby => own,
        Mode::District => !own || !item.modes.contains(&Mode::Nearby),
        Mode::OneWindow | Mode::Express | Mode::Special => own || item.modes.contains(&Mode::District),
        Mode::Remote => lowest_accepting(ctx, item)
            .is_some_and(|level| station.level == level && ctx.standing.applies_in.as_ref().is_some_and(|line| line.holds(station))),
    }
}

/// The stations at which `mode` may have `item` accepted.
pub(super) fn stations<'m>(ctx: &Context<'m>, mode: Mode, item: &Item) -> Vec<&'m Station> {
    let accepting = reachable(ctx, mode).into_iter().filter(|station| station.accepts(item));
    accepting.filter(|station| is_in_reach(ctx, mode, item, station)).collect()
}

/// What is worth looking at, before `is_in_reach` is asked.
fn reachable<'m>(ctx: &Context<'m>, mode: Mode) -> Vec<&'m Station> {
    let line = |line: &Option<super::standing::OwnLine>| line.as_ref().map_or_else(Vec::new, |line| line.stations(ctx.map));
    match mode {
        Mode::Nearby => line(&ctx.standing.own),
        Mode::Remote => line(&ctx.standing.applies_in),
        Mode::District | Mode::OneWindow | Mode::Express | Mode::Special => ctx.map.stations().collect(),
    }
}

/// The lowest level at which the line of the matter accepts `item`.
fn lowest_accepting(ctx: &Context<'_>, item: &Item) -> Option<Level> {
    let stations = ctx.standing.applies_in.as_ref()?.stations(ctx.map);
    stations.into_iter().filter(|station| station.accepts(item)).map(|station| station.level).min()
}
