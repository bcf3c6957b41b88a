//! The cases in which somebody has part on their own behalf, as their rights over their data need them.

use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};

use super::OWN;
use super::rows::{case_row, involved_row};
use crate::store::{StoreError, View};

/// A case of somebody's own, as their rights over it need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCase {
    pub id: CaseId,
    pub number: String,
    pub item: String,
    pub ended_at: Option<Timestamp>,
}

impl View {
    /// The cases in which a person has part on their own behalf, and which aren't erased.
    pub async fn own_cases(&self, person: PersonId) -> Result<Vec<OwnCase>, StoreError> {
        let own = self.kept_cases().filter(case_row::Column::Id.in_subquery(self.cases_of(person)));
        let rows = own.order_by_asc(case_row::Column::Id).all(&self.db()).await?;
        Ok(rows
            .into_iter()
            .map(|row| OwnCase { id: CaseId::new(row.id), number: row.number, item: row.item, ended_at: row.ended_at })
            .collect())
    }

    /// Ids of the cases in which a person has part on their own behalf.
    pub(in crate::store) fn cases_of(&self, person: PersonId) -> SelectStatement {
        self.cases_about([person]).and_where(involved_row::Column::Part.eq(OWN)).to_owned()
    }

    fn ids_of_kept_cases(&self) -> SelectStatement {
        Query::select()
            .column(case_row::Column::Id)
            .from(case_row::Entity)
            .and_where(case_row::Column::District.eq(self.district().as_str()))
            .and_where(case_row::Column::ErasedAt.is_null())
            .to_owned()
    }

    /// Ids of all who have part in a case whose file is kept.
    pub(in crate::store) fn people_of_kept_cases(&self) -> SelectStatement {
        Query::select()
            .column(involved_row::Column::Person)
            .from(involved_row::Entity)
            .and_where(involved_row::Column::District.eq(self.district().as_str()))
            .and_where(involved_row::Column::CaseId.in_subquery(self.ids_of_kept_cases()))
            .to_owned()
    }

    /// Ids of the mandates under which somebody acts in a case whose file is kept.
    pub(in crate::store) fn mandates_of_kept_cases(&self) -> SelectStatement {
        Query::select()
            .column(involved_row::Column::Mandate)
            .from(involved_row::Entity)
            .and_where(involved_row::Column::District.eq(self.district().as_str()))
            .and_where(involved_row::Column::Mandate.is_not_null())
            .and_where(involved_row::Column::CaseId.in_subquery(self.ids_of_kept_cases()))
            .to_owned()
    }

    /// The people who have part in a case on their own behalf.
    pub async fn people_of(&self, case: CaseId) -> Result<Vec<PersonId>, StoreError> {
        let rows = self.of(involved_row::Entity::find(), involved_row::Column::District);
        let own = rows.filter(involved_row::Column::CaseId.eq(case.as_uuid())).filter(involved_row::Column::Part.eq(OWN));
        Ok(own.all(&self.db()).await?.into_iter().map(|row| PersonId::new(row.person)).collect())
    }
}
