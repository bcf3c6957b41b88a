//! Data keys: wrapped in their table, unwrapped in memory. A key that is made by one instance is used by the others as soon as they
//! look, or meet a value that is sealed under it.
//! Invariants: ids count up and are never given twice; a key is never deleted, since a backup may need it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::ids::DistrictCode;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};

use super::conn::Database;
use super::words::{from_word, word};
use super::{Store, StoreError, Tx, View};
use crate::vault::{Algorithm, DataKey, KeyId, MasterKey, Purpose, Ring, VaultError, Wrapped};

const TABLE: &str = "data_keys";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "data_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub purpose: String,
        pub algorithm: String,
        pub wrapped: Vec<u8>,
        pub master: String,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// What opens the data keys, and how new ones seal.
#[derive(Debug, Clone)]
pub struct VaultSettings {
    pub master: MasterKey,
    pub algorithm: Algorithm,
}

/// The data keys in memory. A cheap handle.
#[derive(Clone)]
pub(super) struct Vault(Arc<Unwrapped>);

struct Unwrapped {
    settings: VaultSettings,
    rings: ArcSwap<BTreeMap<DistrictCode, Arc<Ring>>>,
}

impl Vault {
    pub fn new(settings: VaultSettings) -> Self {
        Self(Arc::new(Unwrapped { settings, rings: ArcSwap::default() }))
    }

    fn ring(&self, district: &DistrictCode) -> Arc<Ring> {
        self.0.rings.load().get(district).cloned().unwrap_or_default()
    }

    fn put(&self, district: &DistrictCode, ring: Arc<Ring>) {
        self.0.rings.rcu(|rings| {
            let mut rings = BTreeMap::clone(rings);
            rings.insert(district.clone(), Arc::clone(&ring));
            rings
        });
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(***)")
    }
}

/// The data keys of one district, loaded as they are needed.
#[derive(Debug, Clone)]
pub struct Keys {
    vault: Vault,
    district: DistrictCode,
    /// None where the keys are nowhere but in memory.
    source: Option<Database>,
}

impl Keys {
    pub(super) fn new(vault: Vault, district: DistrictCode, source: Option<Database>) -> Self {
        Self { vault, district, source }
    }

    /// As they are known now.
    pub fn ring(&self) -> Arc<Ring> {
        self.vault.ring(&self.district)
    }

    /// As they stand in the store now.
    pub async fn reload(&self) -> Result<Arc<Ring>, StoreError> {
        match &self.source {
            Some(source) => self.load(&source.conn()).await,
            None => Ok(self.ring()),
        }
    }

    /// What is known already isn't unwrapped again: a running instance goes on while its keys are wrapped under another master key.
    async fn load(&self, db: &impl ConnectionTrait) -> Result<Arc<Ring>, StoreError> {
        let rows = row::Entity::find().filter(Column::District.eq(self.district.as_str())).order_by_asc(Column::Id).all(db).await?;
        let known: BTreeMap<_, _> = self.ring().keys().map(|key| (key.id, Arc::clone(key))).collect();
        let keys = rows.into_iter().map(|row| {
            let wrapped = wrapped(row)?;
            match known.get(&wrapped.id) {
                Some(key) => Ok(Arc::clone(key)),
                None => self.unwrap(&wrapped).map(Arc::new),
            }
        });
        let ring = Arc::new(Ring::new(keys.collect::<Result<Vec<_>, StoreError>>()?));
        self.vault.put(&self.district, Arc::clone(&ring));
        Ok(ring)
    }

    /// What wraps and unwraps.
    pub(super) fn master(&self) -> &MasterKey {
        &self.vault.0.settings.master
    }

    fn unwrap(&self, wrapped: &Wrapped) -> Result<DataKey, StoreError> {
        let master = &self.vault.0.settings.master;
        let fingerprint = master.fingerprint();
        if wrapped.master != fingerprint {
            return Err(StoreError::WrongMaster {
                key: wrapped.id.to_string(),
                wrapped_under: wrapped.master.clone(),
                master: fingerprint,
            });
        }
        master.unwrap(&self.district, wrapped).map_err(|why| StoreError::corrupt(TABLE, format!("the key {}: {why}", wrapped.id)))
    }

    /// New keys, of memory alone: for whoever seals without a database.
    #[cfg(test)]
    pub fn of_memory(algorithm: Algorithm, district: &DistrictCode, now: Timestamp) -> Self {
        let vault = Vault::new(VaultSettings { master: MasterKey::generate(), algorithm });
        let keys = (1..).zip(Purpose::ALL).filter_map(|(id, purpose)| DataKey::generate(KeyId(id), purpose, algorithm, now));
        vault.put(district, Arc::new(Ring::new(keys.map(Arc::new))));
        Self::new(vault, district.clone(), None)
    }
}

impl Store {
    /// The data keys of a district. Before anything is sealed or opened, `unlock` must have been called.
    pub fn keys(&self, district: &DistrictCode) -> Keys {
        Keys::new(self.vault.clone(), district.clone(), Some(self.readers.clone()))
    }

    /// Loads the data keys of a district, and makes the first ones where there are none.
    pub async fn unlock(&self, district: &DistrictCode, now: Timestamp) -> Result<(), StoreError> {
        self.write(district, move |tx| Box::pin(async move { tx.make_missing_keys(now).await })).await?;
        self.keys(district).reload().await.map(|_| ())
    }
}

impl View {
    pub(super) async fn load_keys(&self) -> Result<(), StoreError> {
        self.keys().load(&self.db()).await.map(|_| ())
    }

    /// The data keys as they are stored, oldest first.
    pub async fn data_keys(&self) -> Result<Vec<Wrapped>, StoreError> {
        let rows = self.of(row::Entity::find(), Column::District).order_by_asc(Column::Id).all(&self.db()).await?;
        rows.into_iter().map(wrapped).collect()
    }
}

impl Tx {
    async fn make_missing_keys(&self, now: Timestamp) -> Result<(), StoreError> {
        self.take_turn(TABLE).await?;
        let there = self.data_keys().await?;
        let missing = Purpose::ALL.into_iter().filter(|purpose| there.iter().all(|key| key.purpose != *purpose));
        for purpose in missing {
            self.add_key(purpose, now).await?;
        }
        Ok(())
    }

    /// Adds a key for columns and one for files, of the algorithm that is set; from now on they seal.
    pub async fn rotate_keys(&self, now: Timestamp) -> Result<[KeyId; 2], StoreError> {
        self.take_turn(TABLE).await?;
        Ok([self.add_key(Purpose::Column, now).await?, self.add_key(Purpose::Object, now).await?])
    }

    /// Wraps every data key, and every key that signs tokens, under `master` in place of the present one; says how many there are.
    pub async fn rewrap_keys(&self, master: &MasterKey) -> Result<usize, StoreError> {
        self.take_turn(TABLE).await?;
        let keys = self.data_keys().await?;
        for wrapped in &keys {
            let again = master.wrap(self.district(), &self.keys().unwrap(wrapped)?).map_err(StoreError::Vault)?;
            self.of(row::Entity::update_many(), Column::District)
                .set(row::ActiveModel { wrapped: Set(again.bytes), master: Set(again.master), ..Default::default() })
                .filter(Column::Id.eq(i64::from(wrapped.id.0)))
                .exec(&self.db())
                .await?;
        }
        Ok(keys.len() + self.rewrap_token_keys(master).await?)
    }

    async fn add_key(&self, purpose: Purpose, now: Timestamp) -> Result<KeyId, StoreError> {
        let last = self.data_keys().await?.last().map_or(0, |key| key.id.0);
        let settings = &self.keys().vault.0.settings;
        let key = last.checked_add(1).and_then(|id| DataKey::generate(KeyId(id), purpose, settings.algorithm, now));
        let key = key.ok_or(StoreError::Vault(VaultError::NoKey(purpose)))?;
        let wrapped = settings.master.wrap(self.district(), &key).map_err(StoreError::Vault)?;
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(i64::from(wrapped.id.0)),
            purpose: Set(word(TABLE, &wrapped.purpose)?),
            algorithm: Set(word(TABLE, &wrapped.algorithm)?),
            wrapped: Set(wrapped.bytes),
            master: Set(wrapped.master),
            created_at: Set(wrapped.created_at),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(wrapped.id)
    }
}

fn wrapped(row: row::Model) -> Result<Wrapped, StoreError> {
    Ok(Wrapped {
        id: KeyId(u32::try_from(row.id).map_err(|error| StoreError::corrupt(TABLE, error))?),
        purpose: from_word(TABLE, row.purpose)?,
        algorithm: from_word(TABLE, row.algorithm)?,
        bytes: row.wrapped,
        master: row.master,
        created_at: row.created_at,
    })
}
