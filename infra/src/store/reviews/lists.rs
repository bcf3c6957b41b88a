//! Lists of rectifications: of a station for who rectifies and who watches, and of those that name somebody.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::evaluation::rectification::Secrecy;
use domain::ids::{PersonId, RectificationId, StationCode};
use domain::people::Role;
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use super::rectifications::row::{self, Column};
use super::rectifications::{OPEN, RectificationFile, TABLE};
use crate::store::words::word;
use crate::store::{StoreError, View};

/// Which ones a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    #[default]
    Open,
    /// Those with an appeal that waits for a decision.
    Appealed,
    /// Whatever became of them.
    All,
}

#[derive(Debug, Clone)]
pub struct RectificationFilter {
    pub station: StationCode,
    pub which: Which,
    /// Whom the list is for: none that names them, and none of a case of somebody close to them.
    pub of: PersonId,
    pub close: BTreeSet<PersonId>,
    /// As what they sit at a desk there: those of sealed cases are listed to them alone, and what rose to the station to its approvers.
    pub seated_as: Vec<Role>,
    /// The last one of the page before, by its last day and its id.
    pub after: Option<(NaiveDate, RectificationId)>,
}

impl View {
    /// A page of rectifications, what has to be closed first first, each with its last day; and how many there are in all.
    pub async fn rectifications(
        &self,
        filter: &RectificationFilter,
        limit: u64,
    ) -> Result<(Vec<(NaiveDate, RectificationFile)>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(self.listed(filter)?);
        let total = all.clone().count(&self.db()).await?;
        let page = match filter.after {
            Some((day, id)) => {
                let later = Condition::all().add(Column::CloseBy.eq(day)).add(Column::Id.gt(id.as_uuid()));
                all.filter(Condition::any().add(Column::CloseBy.gt(day)).add(later))
            }
            None => all,
        };
        let rows = page.order_by_asc(Column::CloseBy).order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        let days: Vec<_> = rows.iter().map(|row| (RectificationId::new(row.id), row.close_by)).collect();
        let mut files = self.rectification_files(&rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        Ok((days.into_iter().filter_map(|(id, day)| Some((day, files.remove(&id)?))).collect(), total))
    }

    /// A page of those that name somebody and were opened before an instant, by their ids, which tell nothing; and how many there are.
    pub async fn reviews_naming(
        &self,
        person: PersonId,
        opened_before: Timestamp,
        after: Option<RectificationId>,
        limit: u64,
    ) -> Result<(Vec<RectificationFile>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(Column::CaseId.in_subquery(self.cases_handled_by(person)));
        let all = all.filter(Column::OpenedAt.lt(opened_before));
        let total = all.clone().count(&self.db()).await?;
        let page = match after {
            Some(after) => all.filter(Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let ids: Vec<_> = page.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?.into_iter().map(|row| row.id).collect();
        let mut files = self.rectification_files(&ids).await?;
        Ok((ids.into_iter().filter_map(|id| files.remove(&RectificationId::new(id))).collect(), total))
    }

    fn listed(&self, filter: &RectificationFilter) -> Result<Condition, StoreError> {
        let seated_as = filter.seated_as.iter().map(|role| word(TABLE, role)).collect::<Result<Vec<_>, _>>()?;
        let sealed = Condition::all().add(Column::Secrecy.eq(word(TABLE, &Secrecy::Sealed)?)).add(Column::Role.is_in(seated_as));
        let open_to_them = Condition::any().add(Column::Secrecy.eq(word(TABLE, &Secrecy::Ordinary)?)).add(sealed);
        let of_the_station = Condition::all().add(Column::Station.eq(filter.station.as_str())).add(open_to_them);
        let theirs = if filter.seated_as.contains(&Role::Approver) {
            Condition::any().add(of_the_station).add(Column::RaisedTo.eq(filter.station.as_str()))
        } else {
            of_the_station
        };
        let listed = Condition::all()
            .add(theirs)
            .add(Column::CaseId.not_in_subquery(self.cases_handled_by(filter.of)))
            .add(Column::CaseId.not_in_subquery(self.cases_about(filter.close.iter().copied().chain([filter.of]))));
        Ok(match filter.which {
            Which::Open => listed.add(Column::State.eq(OPEN)),
            Which::Appealed => listed.add(Column::Appealed.eq(true)),
            Which::All => listed,
        })
    }
}
