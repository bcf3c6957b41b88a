//! The keys that access tokens are signed with, shared by all instances: their seeds are wrapped under the master key.
//! Invariants: numbers count up; a key that was removed is known to nobody's next request (`super::sessions`).

use std::sync::Arc;

use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::{StoreError, Tx, View};
use crate::tokens::{Keyset, Pair, TokenKey};
use crate::vault::MasterKey;

const TABLE: &str = "token_keys";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "token_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub kid: String,
        pub wrapped: Vec<u8>,
        pub master: String,
        pub signs_from: DateTimeUtc,
        pub retires_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// The keys as they are now. What is known already isn't unwrapped again: a running instance goes on while its keys are wrapped
    /// under another master key.
    pub async fn token_keys(&self, known: &Keyset) -> Result<Keyset, StoreError> {
        let keys = self.token_key_rows().await?.into_iter().map(|row| {
            let pair = match known.find(&row.kid) {
                Some(key) => Arc::clone(&key.pair),
                None => Arc::new(self.unwrap_token_key(&row)?),
            };
            let number = u32::try_from(row.number).map_err(|error| StoreError::corrupt(TABLE, error))?;
            Ok(TokenKey { number, pair, signs_from: row.signs_from, retires_at: row.retires_at })
        });
        Ok(Keyset::new(keys.collect::<Result<_, StoreError>>()?))
    }

    async fn token_key_rows(&self) -> Result<Vec<row::Model>, StoreError> {
        let rows = self.of(row::Entity::find(), Column::District).order_by_asc(Column::Number);
        Ok(rows.all(&self.db()).await?)
    }

    fn unwrap_token_key(&self, row: &row::Model) -> Result<Pair, StoreError> {
        let (master, corrupt) = (self.keys().master(), |why: &dyn std::fmt::Display| StoreError::corrupt(TABLE, why));
        let fingerprint = master.fingerprint();
        if row.master != fingerprint {
            return Err(StoreError::WrongMaster { key: row.kid.clone(), wrapped_under: row.master.clone(), master: fingerprint });
        }
        let seed = master.unwrap_seed(self.district(), &row.kid, &row.wrapped).map_err(|error| corrupt(&error))?;
        let pair = Pair::of_seed(&seed).map_err(|error| corrupt(&error))?;
        if pair.kid == row.kid { Ok(pair) } else { Err(corrupt(&"a key has another's name")) }
    }
}

impl Tx {
    /// The keys, for whoever changes them: others who want to wait.
    pub async fn take_token_keys(&self, known: &Keyset) -> Result<Keyset, StoreError> {
        self.take_turn(TABLE).await?;
        self.token_keys(known).await
    }

    /// Makes a key, under the next number; every other one retires at the time that is given, unless it does so before. Refused while the
    /// others are wrapped under another master key than ours: nobody could open them all then.
    pub async fn add_token_key(&self, signs_from: Timestamp, others_retire_at: Timestamp) -> Result<TokenKey, StoreError> {
        let pair = Pair::generate().map_err(|error| StoreError::corrupt(TABLE, error))?;
        let last = match self.token_key_rows().await?.last() {
            Some(row) => self.unwrap_token_key(row).map(|_ours| row.number)?,
            None => 0,
        };
        let retiring = self.of(row::Entity::update_many(), Column::District).filter(Column::RetiresAt.is_null());
        retiring.col_expr(Column::RetiresAt, Expr::value(others_retire_at)).exec(&self.db()).await?;
        let number = u32::try_from(last + 1).map_err(|error| StoreError::corrupt(TABLE, error))?;
        let master = self.keys().master();
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            number: Set(i64::from(number)),
            kid: Set(pair.kid.clone()),
            wrapped: Set(master.wrap_seed(self.district(), &pair.kid, pair.seed.as_slice()).map_err(StoreError::Vault)?),
            master: Set(master.fingerprint()),
            signs_from: Set(signs_from),
            retires_at: Set(None),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(TokenKey { number, pair: Arc::new(pair), signs_from, retires_at: None })
    }

    /// Lets a key that waits sign from an instant on.
    pub async fn start_token_key(&self, kid: &str, signs_from: Timestamp) -> Result<(), StoreError> {
        let started = self.of(row::Entity::update_many(), Column::District).filter(Column::Kid.eq(kid));
        started.col_expr(Column::SignsFrom, Expr::value(signs_from)).exec(&self.db()).await?;
        Ok(())
    }

    /// Removes a key; whether it was there.
    pub async fn remove_token_key(&self, kid: &str) -> Result<bool, StoreError> {
        let removed = self.of(row::Entity::delete_many(), Column::District).filter(Column::Kid.eq(kid)).exec(&self.db()).await?;
        Ok(removed.rows_affected > 0)
    }

    /// Removes the keys that have retired; says how many.
    pub async fn remove_retired_token_keys(&self, now: Timestamp) -> Result<u64, StoreError> {
        let retired = self.of(row::Entity::delete_many(), Column::District).filter(Column::RetiresAt.lte(now));
        Ok(retired.exec(&self.db()).await?.rows_affected)
    }

    /// Wraps every key under `master` in place of the present one; says how many there are.
    pub(super) async fn rewrap_token_keys(&self, master: &MasterKey) -> Result<usize, StoreError> {
        self.take_turn(TABLE).await?;
        let rows = self.token_key_rows().await?;
        for row in &rows {
            let pair = self.unwrap_token_key(row)?;
            let wrapped = master.wrap_seed(self.district(), &row.kid, pair.seed.as_slice()).map_err(StoreError::Vault)?;
            let again = self.of(row::Entity::update_many(), Column::District).filter(Column::Kid.eq(row.kid.as_str()));
            let again = again.col_expr(Column::Wrapped, Expr::value(wrapped)).col_expr(Column::Master, Expr::value(master.fingerprint()));
            again.exec(&self.db()).await?;
        }
        Ok(rows.len())
    }
}
