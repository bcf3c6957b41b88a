//! Consents to the handling of sensitive data.

use domain::consent::{Consent, TextVersion};
use domain::ids::{ConsentId, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{QueryOrder, QuerySelect};

use super::words::{from_json, from_word, json, word};
use super::{StoreError, Tx, View};

const TABLE: &str = "consents";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "consents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub kind: String,
        pub text_version: i32,
        pub given_at: DateTimeUtc,
        pub given: Json,
        pub live: Option<bool>,
        pub ended: Option<Json>,
        pub witness: Option<Uuid>,
        pub end_witness: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        found.one(&self.db()).await?.map(consent).transpose()
    }

    /// A page of a person's consents, newest first, after `before`; and how many there are in all.
    pub async fn consents_of(&self, person: PersonId, before: Option<ConsentId>, limit: u64) -> Result<(Vec<Consent>, u64), StoreError> {
        let all = self.consents(person);
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(consent).collect::<Result<_, _>>()?, total))
    }

    /// Ids of the consents of a person.
    pub(super) fn consents_about(&self, person: PersonId) -> SelectStatement {
        Query::select()
            .column(Column::Id)
            .from(row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Person.eq(person.as_uuid()))
            .to_owned()
    }

    fn consents(&self, person: PersonId) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District).filter(Column::Person.eq(person.as_uuid()))
    }
}

impl Tx {
    /// The person's live consents, one a kind at most. Whoever else decides on them waits until this unit has ended, so that no case
    /// is opened on a consent that is being withdrawn.
    pub async fn live_consents(&self, person: PersonId) -> Result<Vec<Consent>, StoreError> {
        self.take_turn(&format!("consents/{person}")).await?;
        self.consents(person).filter(Column::Live.eq(true)).all(&self.db()).await?.into_iter().map(consent).collect()
    }

    pub async fn add_consent(&self, consent: &Consent) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(consent.id.as_uuid()),
            person: Set(consent.person.as_uuid()),
            kind: Set(word(TABLE, &consent.kind)?),
            text_version: Set(i32::try_from(consent.text.0).map_err(|error| StoreError::corrupt(TABLE, error))?),
            given_at: Set(consent.given_at),
            given: Set(json(TABLE, &consent.given)?),
            live: Set(live(consent)),
            ended: Set(consent.ended.as_ref().map(|ended| json(TABLE, ended)).transpose()?),
            witness: Set(consent.given.witness().map(|witness| witness.as_uuid())),
            end_witness: Set(end_witness(consent)),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves the end of a consent; `Stale` where it has ended before.
    pub async fn end_consent(&self, consent: &Consent) -> Result<(), StoreError> {
        let ended = consent.ended.as_ref().map(|ended| json(TABLE, ended)).transpose()?;
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel {
                live: Set(live(consent)),
                ended: Set(ended),
                end_witness: Set(end_witness(consent)),
                ..Default::default()
            })
            .filter(Column::Id.eq(consent.id.as_uuid()))
            .filter(Column::Live.eq(true))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }
}

/// Null once it has ended: the index that allows one live consent counts no nulls.
fn live(consent: &Consent) -> Option<bool> {
    consent.is_live().then_some(true)
}

fn end_witness(consent: &Consent) -> Option<Uuid> {
    consent.ended.as_ref().and_then(|ended| ended.said.witness()).map(|witness| witness.as_uuid())
}

fn consent(row: row::Model) -> Result<Consent, StoreError> {
    Ok(Consent {
        id: ConsentId::new(row.id),
        person: PersonId::new(row.person),
        kind: from_word(TABLE, row.kind)?,
        text: TextVersion(u32::try_from(row.text_version).map_err(|error| StoreError::corrupt(TABLE, error))?),
        given_at: row.given_at,
        given: from_json(TABLE, row.given)?,
        ended: row.ended.map(|ended| from_json(TABLE, ended)).transpose()?,
    })
}
