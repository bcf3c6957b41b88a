//! A person's data as the register knows them (`crate::register`): copied, and erased.
//! Invariant: what the register lists is copied and erased, table by table, so that nothing is forgotten when a column comes new.

mod copy;
mod erase;
mod find;

use domain::ids::{CaseId, PersonId};
use sea_orm::ExprTrait;
use sea_orm::sea_query::{Expr, Query, SelectStatement};

use super::View;
use super::once::villager_label;
use crate::register::{CaseLink, PersonLink};

pub use copy::PersonalRow;
pub use erase::CaseFiles;
pub(super) use find::part;

/// Of which cases rows are.
#[derive(Debug, Clone, Copy)]
enum Cases {
    /// Those in which the person has part on their own behalf.
    Of(PersonId),
    /// Those that the person reviewed.
    ReviewedBy(PersonId),
    One(CaseId),
}

/// Of files: whether they belong to nothing.
fn is_loose() -> Expr {
    let others = ["mandate", "correction", "consent", "request"];
    others.into_iter().fold(Expr::col("case_id").is_null(), |loose, owner| loose.and(Expr::col(owner).is_null()))
}

impl View {
    fn in_district(&self) -> Expr {
        Expr::col("district").eq(self.district().as_str())
    }

    fn is_of_person(&self, link: PersonLink, person: PersonId) -> Expr {
        let id = person.as_uuid();
        match link {
            PersonLink::Id(column) => Expr::col(column).eq(id),
            PersonLink::Either(one, other) => Expr::col(one).eq(id).or(Expr::col(other).eq(id)),
            PersonLink::Account(column) => Expr::col(column).in_subquery(self.ids("accounts", Expr::col("person").eq(id))),
            PersonLink::Caller(column) => Expr::col(column).eq(villager_label(person)),
            PersonLink::Loose(column) => {
                let of_corrections = Expr::col("correction").in_subquery(self.ids("corrections", Expr::col("person").eq(id)));
                let of_requests = Expr::col("request").in_subquery(self.ids("counter_requests", Expr::col("person").eq(id)));
                Expr::col(column).eq(id).and(is_loose()).or(of_corrections).or(of_requests)
            }
        }
    }

    fn is_of_cases(&self, link: CaseLink, cases: Cases) -> Expr {
        match link {
            CaseLink::Id(column) => self.is_among(column, cases),
            CaseLink::Delivery(column) => Expr::col(column).in_subquery(self.ids("deliveries", self.is_among("case_id", cases))),
        }
    }

    fn is_among(&self, column: &'static str, cases: Cases) -> Expr {
        match cases {
            Cases::Of(person) => Expr::col(column).in_subquery(self.cases_of(person)),
            Cases::ReviewedBy(person) => Expr::col(column).in_subquery(self.cases_reviewed_by(person)),
            Cases::One(case) => Expr::col(column).eq(case.as_uuid()),
        }
    }

    fn cases_reviewed_by(&self, person: PersonId) -> SelectStatement {
        let theirs = Expr::col("person").eq(person.as_uuid());
        Query::select().column("case_id").from("evaluations").and_where(self.in_district()).and_where(theirs).to_owned()
    }

    fn ids(&self, table: &'static str, which: Expr) -> SelectStatement {
        Query::select().column("id").from(table).and_where(self.in_district()).and_where(which).to_owned()
    }
}
