//! Mandates, and the cases in which their holders act.

use domain::ids::{CaseId, MandateId, PersonId};
use domain::mandate::{Mandate, Side};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};

use super::cases::involved_row;
use super::words::{from_json, json};
use super::{StoreError, Tx, View};

const TABLE: &str = "mandates";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mandates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub grantor: Uuid,
        pub holder: Uuid,
        pub scope: Json,
        pub until: Date,
        pub witnessing: Json,
        pub witness: Option<Uuid>,
        pub given_at: DateTimeUtc,
        pub entered_by: Option<Json>,
        pub revoked: Option<Json>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn mandate(&self, id: MandateId) -> Result<Option<Mandate>, StoreError> {
        self.mandates().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?.map(mandate).transpose()
    }

    /// A page of a person's mandates, on one side of them or either, newest first, after `before`; and how many there are in all.
    pub async fn mandates_of(
        &self,
        person: PersonId,
        side: Option<Side>,
        before: Option<MandateId>,
        limit: u64,
    ) -> Result<(Vec<Mandate>, u64), StoreError> {
        let (given, held) = (Column::Grantor.eq(person.as_uuid()), Column::Holder.eq(person.as_uuid()));
        let all = self.mandates().filter(match side {
            Some(Side::Grantor) => given,
            Some(Side::Holder) => held,
            None => given.or(held),
        });
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(mandate).collect::<Result<_, _>>()?, total))
    }

    /// A page of the cases in which somebody acts under the mandate, newest first, after `before`; and how many there are in all.
    pub async fn cases_under(&self, mandate: MandateId, before: Option<CaseId>, limit: u64) -> Result<(Vec<CaseId>, u64), StoreError> {
        let all = self.of(involved_row::Entity::find(), involved_row::Column::District);
        let all = all.filter(involved_row::Column::Mandate.eq(mandate.as_uuid()));
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(involved_row::Column::CaseId.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(involved_row::Column::CaseId).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(|row| CaseId::new(row.case_id)).collect(), total))
    }

    /// The mandates of a person, either side, that nobody has ended.
    pub async fn unrevoked_mandates(&self, person: PersonId) -> Result<Vec<MandateId>, StoreError> {
        let either = Column::Grantor.eq(person.as_uuid()).or(Column::Holder.eq(person.as_uuid()));
        let rows = self.mandates().filter(either).filter(Column::Revoked.is_null()).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| MandateId::new(row.id)).collect())
    }

    /// Ids of the mandates that a person gave.
    pub(super) fn mandates_given_by(&self, person: PersonId) -> SelectStatement {
        Query::select()
            .column(Column::Id)
            .from(row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Grantor.eq(person.as_uuid()))
            .to_owned()
    }

    fn mandates(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    pub async fn add_mandate(&self, mandate: &Mandate) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(mandate.id.as_uuid()),
            grantor: Set(mandate.grantor.as_uuid()),
            holder: Set(mandate.holder.as_uuid()),
            scope: Set(json(TABLE, &mandate.scope)?),
            until: Set(mandate.until),
            witnessing: Set(json(TABLE, &mandate.witnessing)?),
            witness: Set(mandate.witness.map(|witness| witness.as_uuid())),
            given_at: Set(mandate.given_at),
            entered_by: Set(mandate.entered_by.as_ref().map(|clerk| json(TABLE, clerk)).transpose()?),
            revoked: Set(mandate.revoked.as_ref().map(|revoked| json(TABLE, revoked)).transpose()?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves the end of a mandate; `Stale` where somebody else ended it first.
    pub async fn save_revocation(&self, mandate: &Mandate) -> Result<(), StoreError> {
        let revoked = mandate.revoked.as_ref().map(|revoked| json(TABLE, revoked)).transpose()?;
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel { revoked: Set(revoked), ..Default::default() })
            .filter(Column::Id.eq(mandate.id.as_uuid()))
            .filter(Column::Revoked.is_null())
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }
}

fn mandate(row: row::Model) -> Result<Mandate, StoreError> {
    Ok(Mandate {
        id: MandateId::new(row.id),
        grantor: PersonId::new(row.grantor),
        holder: PersonId::new(row.holder),
        scope: from_json(TABLE, row.scope)?,
        until: row.until,
        witnessing: from_json(TABLE, row.witnessing)?,
        witness: row.witness.map(PersonId::new),
        given_at: row.given_at,
        entered_by: row.entered_by.map(|clerk| from_json(TABLE, clerk)).transpose()?,
        revoked: row.revoked.map(|revoked| from_json(TABLE, revoked)).transpose()?,
    })
}
