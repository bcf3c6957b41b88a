//! The other ways in to a staff account beside its password: a WeChat bound to it, and a subject at the district's identity provider.
//! Invariants: one of each an account, and one account each; both lie sealed and are looked up by blind indexes. A WeChat here says
//! nothing of the person who may have signed in with the same one as a villager: that stands with the person.

use domain::ids::AccountId;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use super::{Account, StoreError, Tx, View};
use crate::oidc::Subject;
use crate::vault::{Column as Sealed, RowId};
use crate::wechat::Openid;

const OPENID: Sealed = Sealed::new("staff_wechats", "openid");
const SUBJECT: Sealed = Sealed::new("staff_subjects", "subject");

mod wechat_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_wechats")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        pub openid: Vec<u8>,
        pub openid_index: Vec<u8>,
        pub bound_at: DateTimeUtc,
    }

    // Without what identifies.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Model").field("account", &self.account).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod subject_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_subjects")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        pub subject: Vec<u8>,
        pub subject_index: Vec<u8>,
        pub bound_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Model").field("account", &self.account).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use subject_row::Column as SubjectColumn;
use wechat_row::Column as WechatColumn;

impl View {
    /// The account that this WeChat is bound to, disabled or not.
    pub async fn account_by_wechat(&self, openid: &Openid) -> Result<Option<Account>, StoreError> {
        let index = self.safe().index(OPENID, openid.as_str())?;
        let bound = self.of(wechat_row::Entity::find(), WechatColumn::District).filter(WechatColumn::OpenidIndex.eq(index));
        match bound.one(&self.db()).await? {
            Some(row) => self.account(AccountId::new(row.account)).await,
            None => Ok(None),
        }
    }

    /// The account that this subject at the identity provider is bound to, disabled or not.
    pub async fn account_by_subject(&self, subject: &Subject) -> Result<Option<Account>, StoreError> {
        let index = self.safe().index(SUBJECT, &subject.text())?;
        let bound = self.of(subject_row::Entity::find(), SubjectColumn::District).filter(SubjectColumn::SubjectIndex.eq(index));
        match bound.one(&self.db()).await? {
            Some(row) => self.account(AccountId::new(row.account)).await,
            None => Ok(None),
        }
    }

    /// Whether a subject at the identity provider is bound to the account.
    pub async fn has_subject(&self, account: AccountId) -> Result<bool, StoreError> {
        let bound = self.of(subject_row::Entity::find(), SubjectColumn::District).filter(SubjectColumn::Account.eq(account.as_uuid()));
        Ok(bound.one(&self.db()).await?.is_some())
    }
}

impl Tx {
    /// Binds a WeChat to the account, in place of the one that was. `Taken` where it is bound to another account.
    pub async fn bind_wechat(&self, account: AccountId, openid: &Openid, now: Timestamp) -> Result<(), StoreError> {
        let safe = self.safe();
        let row = wechat_row::ActiveModel {
            district: Set(self.district().to_string()),
            account: Set(account.as_uuid()),
            openid: Set(safe.seal(OPENID, &RowId::of(account.as_uuid()), openid.as_str())?),
            openid_index: Set(safe.index(OPENID, openid.as_str())?),
            bound_at: Set(now),
        };
        let all = [WechatColumn::Openid, WechatColumn::OpenidIndex, WechatColumn::BoundAt];
        let replace = OnConflict::columns([WechatColumn::District, WechatColumn::Account]).update_columns(all).to_owned();
        wechat_row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Whether there was one.
    pub async fn unbind_wechat(&self, account: AccountId) -> Result<bool, StoreError> {
        let own = self.of(wechat_row::Entity::delete_many(), WechatColumn::District).filter(WechatColumn::Account.eq(account.as_uuid()));
        Ok(own.exec(&self.db()).await?.rows_affected > 0)
    }

    /// Binds a subject to an account that has none. `Taken` where the subject is bound to another account, or the account to another.
    pub async fn bind_subject(&self, account: AccountId, subject: &Subject, now: Timestamp) -> Result<(), StoreError> {
        let (safe, text) = (self.safe(), subject.text());
        let row = subject_row::ActiveModel {
            district: Set(self.district().to_string()),
            account: Set(account.as_uuid()),
            subject: Set(safe.seal(SUBJECT, &RowId::of(account.as_uuid()), &text)?),
            subject_index: Set(safe.index(SUBJECT, &text)?),
            bound_at: Set(now),
        };
        subject_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Takes the subject of an account away; whether there was one.
    pub async fn unbind_subject(&self, account: AccountId) -> Result<bool, StoreError> {
        let own = self.of(subject_row::Entity::delete_many(), SubjectColumn::District).filter(SubjectColumn::Account.eq(account.as_uuid()));
        Ok(own.exec(&self.db()).await?.rows_affected > 0)
    }
}
