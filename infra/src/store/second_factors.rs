//! The second factor of staff accounts. Invariants: secrets lie sealed, recovery codes as digests alone; whoever changes or uses one
//! holds the account (`Tx::hold_account`), so that of two who come with one code the second finds it used.

use domain::ids::AccountId;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, PaginatorTrait};
use secrecy::ExposeSecret;

use super::sealed::Safe;
use super::{StoreError, Tx, View};
use crate::second_factor::{Authenticator, RecoveryCode, Step};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "second_factors";
const SECRET: Sealed = Sealed::new(TABLE, "secret");
const PENDING: Sealed = Sealed::new(TABLE, "pending");
const RECOVERY_CODE: Sealed = Sealed::new("recovery_codes", "digest");
/// Rows in one statement: what their values number stays below what either database takes.
const ROWS_AT_ONCE: usize = 1000;

pub(super) mod factor_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "second_factors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        pub secret: Option<Vec<u8>>,
        pub last_step: Option<i64>,
        pub enrolled_at: Option<DateTimeUtc>,
        pub pending: Option<Vec<u8>>,
        pub pending_at: Option<DateTimeUtc>,
    }

    // Without the secrets.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Model").field("account", &self.account).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod code_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub used_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use code_row::Column as CodeColumn;
use factor_row::Column;

/// What an account has; nothing of both where nobody has set one up.
#[derive(Default)]
pub struct SecondFactor {
    pub in_force: Option<InForce>,
    /// Made then, and not confirmed yet.
    pub pending: Option<(Authenticator, Timestamp)>,
}

/// An authenticator whose codes let in.
pub struct InForce {
    pub authenticator: Authenticator,
    /// The last step that was accepted: neither it nor one before it is accepted again.
    pub used: Option<Step>,
    pub since: Timestamp,
}

impl View {
    /// Whether the account has an authenticator in force.
    pub async fn is_enrolled(&self, account: AccountId) -> Result<bool, StoreError> {
        let in_force = self.factor_of(account).filter(Column::EnrolledAt.is_not_null());
        Ok(in_force.count(&self.db()).await? > 0)
    }

    pub async fn second_factor(&self, account: AccountId) -> Result<SecondFactor, StoreError> {
        let row = self.factor_of(account).one(&self.db()).await?;
        Ok(self.opened_one(row, second_factor).await?.unwrap_or_default())
    }

    fn factor_of(&self, account: AccountId) -> Select<factor_row::Entity> {
        self.of(factor_row::Entity::find(), Column::District).filter(Column::Account.eq(account.as_uuid()))
    }
}

impl Tx {
    /// Saves what an account has, in place of what it had.
    pub async fn save_second_factor(&self, account: AccountId, factor: &SecondFactor) -> Result<(), StoreError> {
        let all = [Column::Secret, Column::LastStep, Column::EnrolledAt, Column::Pending, Column::PendingAt];
        let replace = OnConflict::columns([Column::District, Column::Account]).update_columns(all).to_owned();
        let row = self.factor_row(account, factor)?;
        factor_row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Many at once, of accounts that have none yet.
    pub async fn add_second_factors(&self, factors: &[(AccountId, SecondFactor)]) -> Result<(), StoreError> {
        for some in factors.chunks(ROWS_AT_ONCE) {
            let rows = some.iter().map(|(account, factor)| self.factor_row(*account, factor)).collect::<Result<Vec<_>, _>>()?;
            factor_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        }
        Ok(())
    }

    /// Takes the authenticator away, with its recovery codes.
    pub async fn remove_second_factor(&self, account: AccountId) -> Result<(), StoreError> {
        let own = self.of(factor_row::Entity::delete_many(), Column::District).filter(Column::Account.eq(account.as_uuid()));
        own.exec(&self.db()).await?;
        self.set_recovery_codes(account, &[]).await
    }

    /// These codes in place of all that the account had.
    pub async fn set_recovery_codes(&self, account: AccountId, codes: &[RecoveryCode]) -> Result<(), StoreError> {
        let own = self.of(code_row::Entity::delete_many(), CodeColumn::District).filter(CodeColumn::Account.eq(account.as_uuid()));
        own.exec(&self.db()).await?;
        if codes.is_empty() {
            return Ok(());
        }
        let digests = codes.iter().map(|code| self.recovery_digest(account, code)).collect::<Result<Vec<_>, _>>()?;
        let rows = digests.into_iter().map(|digest| code_row::ActiveModel {
            district: Set(self.district().to_string()),
            account: Set(account.as_uuid()),
            digest: Set(digest),
            used_at: Set(None),
        });
        code_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Uses a recovery code up; whether it was one of the account's that nobody had used.
    pub async fn use_recovery_code(&self, account: AccountId, code: &RecoveryCode, now: Timestamp) -> Result<bool, StoreError> {
        let own = self.of(code_row::Entity::update_many(), CodeColumn::District).filter(CodeColumn::Account.eq(account.as_uuid()));
        let unused = own.filter(CodeColumn::Digest.eq(self.recovery_digest(account, code)?)).filter(CodeColumn::UsedAt.is_null());
        let used = unused.col_expr(CodeColumn::UsedAt, Expr::value(now)).exec(&self.db()).await?;
        Ok(used.rows_affected > 0)
    }

    /// Forgets the steps after `step`, which were accepted before a demo's clock was put back: by no other clock are there any.
    pub async fn forget_steps_after(&self, step: Step) -> Result<(), StoreError> {
        let ahead = self.of(factor_row::Entity::update_many(), Column::District).filter(Column::LastStep.gt(step.number()));
        ahead.col_expr(Column::LastStep, Expr::value(Option::<i64>::None)).exec(&self.db()).await?;
        Ok(())
    }

    /// What is kept of a code, with the account that it is for: nobody finds the code to it by trying who hasn't the vault's key.
    fn recovery_digest(&self, account: AccountId, code: &RecoveryCode) -> Result<String, StoreError> {
        let text = format!("{} {}", account.as_uuid(), code.text().expose_secret());
        Ok(hex::encode(self.safe().index(RECOVERY_CODE, &text)?))
    }

    fn factor_row(&self, account: AccountId, factor: &SecondFactor) -> Result<factor_row::ActiveModel, StoreError> {
        let (safe, row) = (self.safe(), RowId::of(account.as_uuid()));
        let sealed = |column, authenticator: Option<&Authenticator>| {
            let secret = authenticator.map(Authenticator::secret);
            safe.seal_if_any(column, &row, secret.as_ref().map(ExposeSecret::expose_secret))
        };
        let (in_force, pending) = (factor.in_force.as_ref(), factor.pending.as_ref());
        Ok(factor_row::ActiveModel {
            district: Set(self.district().to_string()),
            account: Set(account.as_uuid()),
            secret: Set(sealed(SECRET, in_force.map(|own| &own.authenticator))?),
            last_step: Set(in_force.and_then(|own| own.used).map(Step::number)),
            enrolled_at: Set(in_force.map(|own| own.since)),
            pending: Set(sealed(PENDING, pending.map(|(authenticator, _)| authenticator))?),
            pending_at: Set(pending.map(|(_, at)| *at)),
        })
    }
}

fn second_factor(safe: &Safe<'_>, row: &factor_row::Model) -> Result<SecondFactor, StoreError> {
    let id = RowId::of(row.account);
    let opened = |column, sealed: Option<&[u8]>| -> Result<Option<Authenticator>, StoreError> {
        let Some(secret) = safe.open_if_any(column, &id, sealed)? else { return Ok(None) };
        Authenticator::parse(&secret.into()).map(Some).map_err(|error| StoreError::corrupt(TABLE, error))
    };
    let in_force = opened(SECRET, row.secret.as_deref())?.zip(row.enrolled_at);
    Ok(SecondFactor {
        in_force: in_force.map(|(authenticator, since)| InForce { authenticator, used: row.last_step.map(Step::new), since }),
        pending: opened(PENDING, row.pending.as_deref())?.zip(row.pending_at),
    })
}
