//! Accounts of staff, with the roles they were granted.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalogue::Topic;
use domain::district::Line;
use domain::ids::{AccountId, DivisionCode, PersonId, StationCode};
use domain::people::{Grant, Scope, Staff};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, LockType, Query, SelectStatement};
use sea_orm::{Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryOrder, QuerySelect};

use super::personal::part;
use super::words::{from_json, from_word, json, word};
use super::{StoreError, Tx, View};

const ACCOUNTS: &str = "accounts";
const GRANTS: &str = "grants";
const STATION: &str = "station";
const DIVISION: &str = "division";
/// Rows in one statement: what their values number stays below what either database takes.
const ROWS_AT_ONCE: usize = 1000;

pub(super) mod account_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub login: String,
        pub password_hash: String,
        pub password_number: i32,
        pub first_password: bool,
        pub topics: Json,
        pub person: Uuid,
        pub disabled: bool,
        pub demo: bool,
        pub version: i64,
    }

    // Without the hash.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Model").field("id", &self.id).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod grant_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "grants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_code: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use account_row::Column;
use grant_row::Column as GrantColumn;

/// What signing in needs. `Debug` leaves the hash out.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub login: String,
    pub password_hash: String,
    /// From 1 up, one more with each password. A token names the one that it was got with, and goes with it.
    pub password_number: u32,
    /// Somebody else knows it: it has to be changed before anything else.
    pub first_password: bool,
    /// What they are trained for; empty for all topics.
    pub topics: BTreeSet<Topic>,
    pub person: PersonId,
    pub disabled: bool,
    /// Made for a demo.
    pub demo: bool,
    /// From 1 up; a save names the one that it read.
    pub version: u64,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).field("login", &self.login).finish_non_exhaustive()
    }
}

/// Which accounts to list.
#[derive(Debug, Clone, Default)]
pub struct StaffFilter {
    /// Those who have a role at the station.
    pub station: Option<StationCode>,
    /// A part of the login, or of the person's name.
    pub words: Option<String>,
    /// Those who come after this one.
    pub after: Option<AccountId>,
}

/// An account with its grants, disabled or not.
pub type Granted = (Account, Vec<Grant>);

impl View {
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.accounts().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?.map(account).transpose()
    }

    pub async fn account_by_login(&self, login: &str) -> Result<Option<Account>, StoreError> {
        self.accounts().filter(Column::Login.eq(login)).one(&self.db()).await?.map(account).transpose()
    }

    pub async fn granted_account(&self, id: AccountId) -> Result<Option<Granted>, StoreError> {
        Ok(self.with_grants(self.accounts().filter(Column::Id.eq(id.as_uuid()))).await?.pop())
    }

    /// All accounts that name the person.
    pub async fn accounts_of(&self, person: PersonId) -> Result<Vec<Granted>, StoreError> {
        self.with_grants(self.accounts().filter(Column::Person.eq(person.as_uuid()))).await
    }

    /// All grants of accounts that aren't disabled, each with the person of the account.
    pub async fn all_grants(&self) -> Result<Vec<(PersonId, Grant)>, StoreError> {
        let open = self.accounts().filter(Column::Disabled.eq(false)).all(&self.db()).await?;
        let people: BTreeMap<_, _> = open.into_iter().map(|account| (account.id, PersonId::new(account.person))).collect();
        let rows = self.of(grant_row::Entity::find(), GrantColumn::District).all(&self.db()).await?;
        let held = rows.into_iter().filter_map(|row| people.get(&row.account).map(|person| (*person, row)));
        held.map(|(person, row)| Ok((person, grant(row)?))).collect()
    }

    /// Whether an account that isn't disabled names the person.
    pub async fn holds_account(&self, person: PersonId) -> Result<bool, StoreError> {
        let open = self.accounts().filter(Column::Person.eq(person.as_uuid())).filter(Column::Disabled.eq(false));
        Ok(open.count(&self.db()).await? > 0)
    }

    /// A page of accounts in the order in which they were made, and how many there are on all pages.
    pub async fn list_accounts(&self, filter: &StaffFilter, limit: u64) -> Result<(Vec<Granted>, u64), StoreError> {
        let mut all = self.accounts();
        if let Some(station) = &filter.station {
            all = all.filter(Column::Id.in_subquery(self.granted(covers(station))));
        }
        if let Some(words) = &filter.words {
            let login = Expr::expr(Func::lower(Expr::col(Column::Login))).like(part(&words.to_lowercase()));
            all = all.filter(login.or(Column::Person.in_subquery(self.people_named(part(words)))));
        }
        let total = all.clone().count(&self.db()).await?;
        if let Some(after) = filter.after {
            all = all.filter(Column::Id.gt(after.as_uuid()));
        }
        Ok((self.with_grants(all.limit(limit)).await?, total))
    }

    async fn with_grants(&self, accounts: Select<account_row::Entity>) -> Result<Vec<Granted>, StoreError> {
        let rows = accounts.order_by_asc(Column::Id).all(&self.db()).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut grants = self.grants_of(rows.iter().map(|row| row.id)).await?;
        let granted = rows.into_iter().map(|row| {
            let own = grants.remove(&row.id).unwrap_or_default();
            Ok((account(row)?, own))
        });
        granted.collect()
    }

    /// A staff member with grants and ties; none where the account is gone or disabled.
    pub async fn staff(&self, id: AccountId) -> Result<Option<Staff>, StoreError> {
        Ok(self.staff_of(self.accounts().filter(Column::Id.eq(id.as_uuid()))).await?.pop())
    }

    /// Whose these accounts are; who is gone isn't named.
    pub async fn people_of_accounts(&self, accounts: &BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, PersonId>, StoreError> {
        let found = self.of(account_row::Entity::find(), Column::District);
        let found = found.filter(Column::Id.is_in(accounts.iter().map(|account| account.as_uuid())));
        let rows: Vec<(Uuid, Uuid)> = found.select_only().column(Column::Id).column(Column::Person).into_tuple().all(&self.db()).await?;
        Ok(rows.into_iter().map(|(account, person)| (AccountId::new(account), PersonId::new(person))).collect())
    }

    /// Those who have a role at the station, whether granted for it or for a division around it.
    pub async fn staff_at(&self, station: &StationCode) -> Result<Vec<Staff>, StoreError> {
        self.staff_granted(covers(station)).await
    }

    /// Those who have a role anywhere in the line, the points of its village included.
    pub async fn staff_in_line(&self, line: &Line) -> Result<Vec<Staff>, StoreError> {
        let in_line = line.stations().fold(Condition::any(), |any, station| any.add(covers(station)).add(stands_in(&station.division())));
        self.staff_granted(in_line).await
    }

    async fn staff_granted(&self, which: Condition) -> Result<Vec<Staff>, StoreError> {
        let accounts = self.accounts().filter(Column::Id.in_subquery(self.granted(which)));
        self.staff_of(accounts).await
    }

    /// The accounts that have such a grant.
    fn granted(&self, which: Condition) -> SelectStatement {
        Query::select()
            .column(GrantColumn::Account)
            .from(grant_row::Entity)
            .and_where(GrantColumn::District.eq(self.district().as_str()))
            .cond_where(which)
            .to_owned()
    }

    async fn staff_of(&self, accounts: Select<account_row::Entity>) -> Result<Vec<Staff>, StoreError> {
        let accounts = accounts.filter(Column::Disabled.eq(false)).order_by_asc(Column::Id).all(&self.db()).await?;
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let mut grants = self.grants_of(accounts.iter().map(|account| account.id)).await?;
        let people: Vec<_> = accounts.iter().map(|account| PersonId::new(account.person)).collect();
        let ties = self.ties_of(&people).await?;
        let staff = accounts.into_iter().zip(people).map(|(row, person)| {
            let (grants, ties) = (grants.remove(&row.id).unwrap_or_default(), ties.get(&person).cloned().unwrap_or_default());
            let account = account(row)?;
            Ok(Staff { account: account.id, person, grants, ties, topics: account.topics })
        });
        staff.collect()
    }

    async fn grants_of(&self, accounts: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, Vec<Grant>>, StoreError> {
        let rows = self.of(grant_row::Entity::find(), GrantColumn::District).filter(GrantColumn::Account.is_in(accounts));
        let mut grants: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows.all(&self.db()).await? {
            grants.entry(row.account).or_default().push(grant(row)?);
        }
        for own in grants.values_mut() {
            own.sort();
        }
        Ok(grants)
    }

    fn accounts(&self) -> Select<account_row::Entity> {
        self.of(account_row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// An account, for whoever signs in to it or changes what lets in: others who want to wait.
    pub async fn hold_account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let held = self.accounts().filter(Column::Id.eq(id.as_uuid())).lock(LockType::Update);
        held.one(&self.db()).await?.map(account).transpose()
    }

    /// `Taken` where the login is.
    pub async fn add_account(&self, account: &Account, grants: &[Grant]) -> Result<(), StoreError> {
        account_row::Entity::insert(self.account_row(account)?).exec_without_returning(&self.db()).await?;
        self.add_grants(account.id, grants).await
    }

    /// Saves an account, and gives it at its new version; `Stale` where it was saved since it was read.
    pub async fn save_account(&self, account: Account) -> Result<Account, StoreError> {
        let saved = Account { version: account.version + 1, ..account };
        let updated = self
            .of(account_row::Entity::update_many(), Column::District)
            .set(self.account_row(&saved)?)
            .filter(Column::Id.eq(saved.id.as_uuid()))
            .filter(Column::Version.eq(number(account.version)?))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(saved) }
    }

    /// Grants these in place of all that the account had.
    pub async fn set_grants(&self, account: AccountId, grants: &[Grant]) -> Result<(), StoreError> {
        let all = self.of(grant_row::Entity::delete_many(), GrantColumn::District);
        all.filter(GrantColumn::Account.eq(account.as_uuid())).exec(&self.db()).await?;
        self.add_grants(account, grants).await
    }

    /// Many at once. `Taken` where a login is.
    pub async fn add_accounts(&self, accounts: &[(Account, Vec<Grant>)]) -> Result<(), StoreError> {
        for some in accounts.chunks(ROWS_AT_ONCE) {
            let rows = some.iter().map(|(account, _)| self.account_row(account)).collect::<Result<Vec<_>, _>>()?;
            account_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
            let mut granted = Vec::new();
            for (account, grants) in some {
                granted.extend(self.grant_rows(account.id, grants)?);
            }
            self.insert_grants(granted).await?;
        }
        Ok(())
    }

    async fn add_grants(&self, account: AccountId, grants: &[Grant]) -> Result<(), StoreError> {
        self.insert_grants(self.grant_rows(account, grants)?).await
    }

    async fn insert_grants(&self, rows: Vec<grant_row::ActiveModel>) -> Result<(), StoreError> {
        if !rows.is_empty() {
            grant_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        }
        Ok(())
    }

    fn grant_rows(&self, account: AccountId, grants: &[Grant]) -> Result<Vec<grant_row::ActiveModel>, StoreError> {
        grants.iter().map(|grant| self.grant_row(account, grant)).collect()
    }

    fn grant_row(&self, account: AccountId, grant: &Grant) -> Result<grant_row::ActiveModel, StoreError> {
        let (kind, code) = match &grant.scope {
            Scope::Station(station) => (STATION, station.as_str()),
            Scope::Division(division) => (DIVISION, division.as_str()),
        };
        Ok(grant_row::ActiveModel {
            district: Set(self.district().to_string()),
            account: Set(account.as_uuid()),
            role: Set(word(GRANTS, &grant.role)?),
            scope_kind: Set(kind.to_owned()),
            scope_code: Set(code.to_owned()),
        })
    }

    fn account_row(&self, account: &Account) -> Result<account_row::ActiveModel, StoreError> {
        Ok(account_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(account.id.as_uuid()),
            login: Set(account.login.clone()),
            password_hash: Set(account.password_hash.clone()),
            password_number: Set(i32::try_from(account.password_number).map_err(|error| StoreError::corrupt(ACCOUNTS, error))?),
            first_password: Set(account.first_password),
            topics: Set(json(ACCOUNTS, &account.topics)?),
            person: Set(account.person.as_uuid()),
            disabled: Set(account.disabled),
            demo: Set(account.demo),
            version: Set(number(account.version)?),
        })
    }
}

/// As [`Scope::covers`] has it: the station, its division, and those that this one lies in.
fn covers(station: &StationCode) -> Condition {
    let division = station.division();
    let around = [Some(division.root()), division.town(), Some(division)].into_iter().flatten().map(String::from);
    let for_station = GrantColumn::ScopeKind.eq(STATION).and(GrantColumn::ScopeCode.eq(station.as_str()));
    let for_division = GrantColumn::ScopeKind.eq(DIVISION).and(GrantColumn::ScopeCode.is_in(around));
    Condition::any().add(for_station).add(for_division)
}

/// A grant for any station of the division itself: its own and its points.
fn stands_in(division: &DivisionCode) -> Condition {
    let own = GrantColumn::ScopeCode.starts_with(format!("{division}-"));
    Condition::all().add(GrantColumn::ScopeKind.eq(STATION)).add(own)
}

fn number(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|error| StoreError::corrupt(ACCOUNTS, error))
}

pub(super) fn account(row: account_row::Model) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId::new(row.id),
        login: row.login,
        password_hash: row.password_hash,
        password_number: u32::try_from(row.password_number).map_err(|error| StoreError::corrupt(ACCOUNTS, error))?,
        first_password: row.first_password,
        topics: from_json(ACCOUNTS, row.topics)?,
        person: PersonId::new(row.person),
        disabled: row.disabled,
        demo: row.demo,
        version: u64::try_from(row.version).map_err(|error| StoreError::corrupt(ACCOUNTS, error))?,
    })
}

pub(super) fn grant(row: grant_row::Model) -> Result<Grant, StoreError> {
    let corrupt = |error| StoreError::corrupt(GRANTS, error);
    let scope = match row.scope_kind.as_str() {
        STATION => Scope::Station(row.scope_code.parse().map_err(corrupt)?),
        DIVISION => Scope::Division(row.scope_code.parse().map_err(corrupt)?),
        other => return Err(StoreError::corrupt(GRANTS, format!("{other:?} is no kind of scope"))),
    };
    Ok(Grant { role: from_word(GRANTS, row.role)?, scope })
}
