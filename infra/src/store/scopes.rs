//! Stations by where a role holds.

use domain::ids::DivisionLevel;
use domain::people::Scope;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

/// That a column names a station in one of these; never, where there are none.
pub(super) fn within<C: ColumnTrait>(scopes: &[Scope], column: C) -> Condition {
    scopes.iter().fold(Condition::any().add(column.is_null()), |any, scope| match scope {
        Scope::Station(station) => any.add(column.eq(station.as_str())),
        Scope::Division(division) => {
            let significant = match division.level() {
                DivisionLevel::District => 6,
                DivisionLevel::Town => 9,
                DivisionLevel::Village => 12,
            };
            any.add(column.starts_with(division.as_str().get(..significant).unwrap_or_default()))
        }
    })
}
