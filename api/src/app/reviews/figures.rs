//! Reviews in figures: for supervisors of a station, for a clerk their own, and for everybody what hides everybody. Sealed cases count in
//! none of them: what they count for could be told by subtracting one from another.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use domain::catalogue::is_sealed;
use domain::evaluation::figures::{Figures, shown};
use domain::evaluation::figures_as_of;
use domain::ids::{ItemCode, ReplyId, StationCode};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::time::{Timestamp, instant};
use infra::store::{By, Counted, Part, Period, Reply, StoreError, View};

use crate::app::Grounds;

/// A calendar month of the district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(NaiveDate);

impl Month {
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    pub fn first_day(self) -> NaiveDate {
        self.0
    }

    fn next(self) -> NaiveDate {
        self.0.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
    }

    fn period(self) -> Period {
        let begins = |day: NaiveDate| instant(day.and_time(NaiveTime::MIN));
        Period { from: begins(self.0), to: begins(self.next()) }
    }

    /// Of a month whose figures still change, each new review could be told from the figures before it: none until they stand.
    fn as_of(self, grounds: &Grounds) -> Option<Timestamp> {
        figures_as_of(self.next(), grounds.now)
    }
}

/// What everybody may see of a month: the whole district, and those stations whose figures hide everybody.
pub type Shown = Option<(Figures, Vec<(StationCode, Figures)>)>;

/// By station: the stations of the division that the station stands in, as far as the supervisor watches them. By item or clerk: those of
/// the station. What the supervisor handled themself isn't in them: they come as the reviews do, and would tell of each.
pub async fn station_figures(
    view: &View,
    grounds: &Grounds,
    staff: &Staff,
    (station, by, month): (&StationCode, By, Month),
) -> Result<BTreeMap<Part, Figures>, FiguresError> {
    may(Actor::Staff(staff), Act::ShowFigures, &Object::Station(station))?;
    let whose = match by {
        By::Station => None,
        By::Item | By::Clerk => Some(station.clone()),
    };
    let counted = Counted { station: whose, not_by: Some(staff.person), ..counted(grounds, by, month) };
    let division = station.division();
    let watched = |part: &Part| match part {
        Part::Station(own) => division.contains(&own.division()) && staff.has(Role::Supervisor, own),
        Part::Item(_) | Part::Clerk(_) => true,
    };
    Ok(figures(view, &counted).await?.into_iter().filter(|(part, _)| watched(part)).collect())
}

#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A staff member's own, of a month whose figures stand, where nobody's review can be read from them.
pub async fn own_figures(view: &View, grounds: &Grounds, staff: &Staff, month: Month) -> Result<Option<Figures>, StoreError> {
    let Some(as_of) = month.as_of(grounds) else { return Ok(None) };
    let counted = Counted { clerk: Some(staff.person), reviewed_before: Some(as_of), ..counted(grounds, By::Clerk, month) };
    let own = figures(view, &counted).await?.into_values().next().unwrap_or_default();
    Ok(Some(own).filter(|own| own.hide_everybody(grounds.evaluations.shown_from)))
}

pub async fn public_figures(view: &View, grounds: &Grounds, month: Month) -> Result<Shown, StoreError> {
    let Some(as_of) = month.as_of(grounds) else { return Ok(None) };
    let counted = Counted { reviewed_before: Some(as_of), ..counted(grounds, By::Station, month) };
    let parts = figures(view, &counted).await?.into_iter().filter_map(|(part, figures)| match part {
        Part::Station(station) => Some((station, figures)),
        Part::Item(_) | Part::Clerk(_) => None,
    });
    Ok(shown(parts.collect(), grounds.evaluations.shown_from))
}

/// What a station published of its answers in a month whose figures are shown: else an answer could tell whom it is for.
pub async fn replies(
    view: &View,
    grounds: &Grounds,
    (station, month): (&StationCode, Month),
    (before, limit): (Option<ReplyId>, u64),
) -> Result<(Vec<Reply>, u64), StoreError> {
    let is_shown = public_figures(view, grounds, month).await?.is_some_and(|(_, parts)| parts.iter().any(|(own, _)| own == station));
    if is_shown { view.published_replies(station, month.period(), before, limit).await } else { Ok((Vec::new(), 0)) }
}

async fn figures(view: &View, counted: &Counted) -> Result<BTreeMap<Part, Figures>, StoreError> {
    let mut parts: BTreeMap<Part, Figures> = BTreeMap::new();
    for (part, tally) in view.tallies(counted).await? {
        let before = parts.get(&part).copied().unwrap_or_default();
        parts.insert(part, before.with(tally));
    }
    Ok(parts)
}

fn counted(grounds: &Grounds, by: By, month: Month) -> Counted {
    Counted {
        by,
        period: month.period(),
        station: None,
        clerk: None,
        not_by: None,
        not_of: sealed_items(grounds),
        praised_before: praised_before(grounds),
        reviewed_before: None,
    }
}

/// What ended before this, and was never reviewed, is praise by the local rule, if there is one.
fn praised_before(grounds: &Grounds) -> Option<Timestamp> {
    let days = grounds.evaluations.default_praise_days?;
    grounds.now.checked_sub_days(Days::new(days.into()))
}

fn sealed_items(grounds: &Grounds) -> Vec<ItemCode> {
    grounds.catalogue.catalogue.items().map(|listed| &listed.item.code).filter(|code| is_sealed(code)).cloned().collect()
}
