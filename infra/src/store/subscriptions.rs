//! The ledger of what people allow WeChat to bring them, by person and template. One message is under way to a person at a time: WeChat
//! refuses more (43108), and the ledger couldn't tell which one took the last consent.

use domain::channel::{Credit, CreditChange, CreditKind};
use domain::ids::{MessageId, PersonId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, QueryOrder};

use super::words::{from_word, word};
use super::{StoreError, Tx, View};

const TABLE: &str = "subscriptions";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "subscriptions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub template: String,
        pub kind: String,
        pub credit: i32,
        pub in_flight: Option<Uuid>,
        pub in_flight_since: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// A template, and of which kind a consent to it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template<'a> {
    pub id: &'a str,
    pub kind: CreditKind,
}

/// Whether a message may go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    Reserved,
    /// The person allows none.
    NotAllowed,
    /// Another one is under way to the same person.
    AnotherFirst,
}

impl View {
    /// What a person allows of a template.
    pub async fn credit(&self, person: PersonId, template: Template<'_>) -> Result<Credit, StoreError> {
        let row = self.ledger(person).filter(Column::Template.eq(template.id)).one(&self.db()).await?;
        row.map_or(Ok(Credit::none(template.kind)), |row| credit(&row, template.kind))
    }

    fn ledger(&self, person: PersonId) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District).filter(Column::Person.eq(person.as_uuid()))
    }
}

impl Tx {
    /// What the phone of `from` allows is what `to` allows from now on: the phone is theirs.
    pub async fn move_credits(&self, from: PersonId, to: PersonId) -> Result<(), StoreError> {
        let of = |person: PersonId| Column::Person.eq(person.as_uuid());
        self.of(row::Entity::delete_many(), Column::District).filter(of(to)).exec(&self.db()).await?;
        let moved = self.of(row::Entity::update_many(), Column::District).filter(of(from));
        moved.col_expr(Column::Person, Expr::value(to.as_uuid())).exec(&self.db()).await?;
        Ok(())
    }

    /// Writes a change into the ledger, whoever tells it: the phone, WeChat's answer, or an event that WeChat pushes.
    pub async fn change_credit(&self, person: PersonId, template: Template<'_>, change: CreditChange) -> Result<Credit, StoreError> {
        self.add_credit(person, template, |credit| credit.after(change)).await
    }

    async fn add_credit(
        &self,
        person: PersonId,
        template: Template<'_>,
        change: impl FnOnce(Credit) -> Credit,
    ) -> Result<Credit, StoreError> {
        self.take_turn(&turn(person)).await?;
        let after = change(self.credit(person, template).await?);
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            person: Set(person.as_uuid()),
            template: Set(template.id.to_owned()),
            kind: Set(word(TABLE, &template.kind)?),
            credit: Set(i32::try_from(after.left).unwrap_or(i32::MAX)),
            in_flight: NotSet,
            in_flight_since: NotSet,
        };
        let known = OnConflict::columns([Column::District, Column::Person, Column::Template])
            .update_columns([Column::Kind, Column::Credit])
            .to_owned();
        row::Entity::insert(row).on_conflict(known).exec_without_returning(&self.db()).await?;
        Ok(after)
    }

    /// What many allow from the start, as a demo's villagers do.
    pub async fn give_credits(&self, people: &[PersonId], template: Template<'_>, credits: u32) -> Result<(), StoreError> {
        for person in people {
            self.add_credit(*person, template, |credit| Credit { left: credits, ..credit }).await?;
        }
        Ok(())
    }

    /// Begins to send news by a template, if the person allows it and nothing else is under way to them.
    pub async fn begin_to_send(
        &self,
        person: PersonId,
        template: Template<'_>,
        news: MessageId,
        now: Timestamp,
    ) -> Result<Begun, StoreError> {
        self.take_turn(&turn(person)).await?;
        let rows = self.ledger(person).order_by_asc(Column::Template).all(&self.db()).await?;
        if rows.iter().any(|row| row.in_flight.is_some_and(|other| other != news.as_uuid())) {
            return Ok(Begun::AnotherFirst);
        }
        let own = rows.iter().find(|row| row.template == template.id);
        if !own.map(|row| credit(row, template.kind)).transpose()?.is_some_and(Credit::allows) {
            return Ok(Begun::NotAllowed);
        }
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::InFlight, Expr::value(news.as_uuid()))
            .col_expr(Column::InFlightSince, Expr::value(now))
            .filter(Column::Person.eq(person.as_uuid()))
            .filter(Column::Template.eq(template.id))
            .exec(&self.db())
            .await?;
        Ok(Begun::Reserved)
    }

    /// Ends the sending of news to a person, by whatever template; true where it was under way.
    pub async fn end_sending(&self, person: PersonId, news: MessageId) -> Result<bool, StoreError> {
        // Before the row is locked, as by whoever writes into it: else two would wait for each other.
        self.take_turn(&turn(person)).await?;
        let ended = self.of(row::Entity::update_many(), Column::District).filter(Column::Person.eq(person.as_uuid()));
        let ended = ended.filter(Column::InFlight.eq(news.as_uuid())).set(freed());
        Ok(ended.exec(&self.db()).await?.rows_affected > 0)
    }

    /// Frees the ledgers of those to whom a message has been under way since before `before`: whoever sent it is gone.
    pub async fn end_sendings_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        let stuck = self.of(row::Entity::update_many(), Column::District).filter(Expr::cust("in_flight IS NOT NULL"));
        Ok(stuck.filter(Column::InFlightSince.lt(before)).set(freed()).exec(&self.db()).await?.rows_affected)
    }
}

fn freed() -> row::ActiveModel {
    row::ActiveModel { in_flight: Set(None), in_flight_since: Set(None), ..Default::default() }
}

fn turn(person: PersonId) -> String {
    format!("subscriptions/{person}")
}

/// A template that changed its kind begins anew: a consent of the other kind isn't one of this.
fn credit(row: &row::Model, kind: CreditKind) -> Result<Credit, StoreError> {
    let kept: CreditKind = from_word(TABLE, row.kind.clone())?;
    let left = u32::try_from(row.credit).map_err(|error| StoreError::corrupt(TABLE, error))?;
    Ok(if kept == kind { Credit { kind, left } } else { Credit::none(kind) })
}
