//! Who is signed in: asked with every request, in one statement (for staff, whom they are close to in two more).

use domain::ids::SessionId;
use domain::people::Staff;
use domain::session::Session;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ConnectionTrait, ExprTrait, FromQueryResult, Iden, Iterable, JoinType, QueryResult};

use super::row::{STAFF, VILLAGER, session, session_of};
use crate::store::staff::{account, account_row, grant, grant_row};
use crate::store::{Account, StoreError, View};

const ENROLLED: &str = "enrolled";

/// A session of staff with whom it belongs to.
#[derive(Debug, Clone)]
pub struct StaffSession {
    pub session: Session,
    pub account: Account,
    pub staff: Staff,
    /// The account has a second factor.
    pub enrolled: bool,
}

impl View {
    /// A villager's session, with them still known here; none also where the key that signed the token is gone. Whether the session goes
    /// on is for whoever has the time.
    pub async fn villager_session(&self, id: SessionId, kid: Option<&str>) -> Result<Option<Session>, StoreError> {
        let mut select = self.session_by_id(id, VILLAGER, kid);
        select.join_as(JoinType::InnerJoin, "persons", "p", same("p", "id", "person"));
        select.and_where(Expr::col(("p", "closed_at")).is_null());
        let row = self.db().query_one(&select).await?;
        row.map(|row| session_of(session::Model::from_query_result(&row, "s_")?)).transpose()
    }

    /// The same of staff, with the account as it is now: not disabled, and with the password that they signed in with.
    pub async fn staff_session(&self, id: SessionId, kid: Option<&str>) -> Result<Option<StaffSession>, StoreError> {
        let mut select = self.session_by_id(id, STAFF, kid);
        select.join_as(JoinType::InnerJoin, "accounts", "a", same("a", "id", "account"));
        select.join_as(JoinType::LeftJoin, "grants", "g", same("g", "account", "account"));
        select.join_as(JoinType::LeftJoin, "second_factors", "f", same("f", "account", "account"));
        select.expr_as(Expr::col(("f", "enrolled_at")).is_not_null(), ENROLLED);
        select.and_where(Expr::col(("a", "disabled")).eq(false));
        select.and_where(Expr::col(("a", "password_number")).equals(("s", "password_number")));
        named(&mut select, "a", account_row::Column::iter());
        named(&mut select, "g", grant_row::Column::iter());
        let rows = self.db().query_all(&select).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let session = session_of(session::Model::from_query_result(first, "s_")?)?;
        let account = account(account_row::Model::from_query_result(first, "a_")?)?;
        let mut grants = rows.iter().filter_map(|row| granted(row).transpose()).collect::<Result<Vec<_>, _>>()?;
        grants.sort();
        let person = account.person;
        let ties = self.ties_of(&[person]).await?.remove(&person).unwrap_or_default();
        let staff = Staff { account: account.id, person, grants, ties, topics: account.topics.clone() };
        Ok(Some(StaffSession { session, account, staff, enrolled: first.try_get("", ENROLLED)? }))
    }

    fn session_by_id(&self, id: SessionId, kind: &str, kid: Option<&str>) -> SelectStatement {
        let mut select = Query::select();
        select.from_as("sessions", "s");
        named(&mut select, "s", session::Column::iter());
        select.and_where(Expr::col(("s", "district")).eq(self.district().as_str()));
        select.and_where(Expr::col(("s", "id")).eq(id.as_uuid()));
        select.and_where(Expr::col(("s", "kind")).eq(kind));
        if let Some(kid) = kid {
            let key = Query::select()
                .expr(Expr::val(1))
                .from_as("token_keys", "k")
                .and_where(Expr::col(("k", "district")).equals(("s", "district")))
                .and_where(Expr::col(("k", "kid")).eq(kid))
                .to_owned();
            select.and_where(Expr::exists(key));
        }
        select
    }
}

/// Of a table beside the session's: the row that the session names.
fn same(table: &'static str, column: &'static str, of_session: &'static str) -> Expr {
    let district = Expr::col((table, "district")).equals(("s", "district"));
    district.and(Expr::col((table, column)).equals(("s", of_session)))
}

/// Each column of a table under its own name with the table's before it.
fn named<C: Iden>(select: &mut SelectStatement, table: &'static str, columns: impl Iterator<Item = C>) {
    for column in columns {
        let name = column.unquoted().to_owned();
        select.expr_as(Expr::col((table, name.clone())), format!("{table}_{name}"));
    }
}

/// None where the account has no grant at all.
fn granted(row: &QueryResult) -> Result<Option<domain::people::Grant>, StoreError> {
    let role: Option<String> = row.try_get("g_", "role")?;
    if role.is_none() {
        return Ok(None);
    }
    grant(grant_row::Model::from_query_result(row, "g_")?).map(Some)
}
