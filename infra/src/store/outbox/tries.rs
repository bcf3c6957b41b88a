//! The ways that news took, and how it stands with each: one row a way, written in the unit that finds out.

use std::collections::BTreeMap;

use domain::channel::{AtWechat, Channel, Doubt, Tried, TryState};
use domain::ids::{MessageId, PersonId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryOrder};

use super::News;
use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "outbox_tries";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox_tries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub news: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: String,
        pub person: Uuid,
        pub case_id: Option<Uuid>,
        pub state: String,
        pub attempts: i32,
        pub number: Option<String>,
        pub error: Option<String>,
        pub begun_at: Option<DateTimeUtc>,
        pub at: DateTimeUtc,
        pub changed_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// One way that news take, or took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    pub channel: Channel,
    pub state: TryState,
    /// How often it was sent.
    pub attempts: u32,
    /// What the gateway calls the message.
    pub number: Option<String>,
    /// Why it didn't go, in a word.
    pub error: Option<String>,
    /// While it is being sent. Whoever finds this under a claim of their own knows that the sender died.
    pub begun_at: Option<Timestamp>,
    pub at: Timestamp,
    pub changed_at: Timestamp,
}

impl Try {
    pub fn new(channel: Channel, now: Timestamp) -> Self {
        let state = TryState::Waiting;
        Self { channel, state, attempts: 0, number: None, error: None, begun_at: None, at: now, changed_at: now }
    }

    pub fn tried(&self) -> Tried {
        Tried { channel: self.channel, state: self.state }
    }

    /// Whether WeChat has it, or may have it, and hasn't said what became of it.
    fn is_at_wechat(&self) -> bool {
        match (self.channel, self.state) {
            (Channel::Wechat, TryState::HandedOver | TryState::Unknown) => true,
            (Channel::Wechat, TryState::Waiting) => self.begun_at.is_some(),
            (Channel::Wechat, TryState::Delivered | TryState::Failed) | (Channel::Sms | Channel::Errand, _) => false,
        }
    }
}

impl View {
    /// The ways that some news took, in the order in which they were taken.
    pub(super) async fn tries_of(&self, news: Vec<Uuid>) -> Result<BTreeMap<MessageId, Vec<Try>>, StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(Column::News.is_in(news));
        let mut tries: BTreeMap<_, Vec<Try>> = BTreeMap::new();
        for row in all.order_by_asc(Column::At).order_by_asc(Column::ChangedAt).all(&self.db()).await? {
            tries.entry(MessageId::new(row.news)).or_default().push(Try::try_from(row)?);
        }
        Ok(tries)
    }

    /// What WeChat has of a person's, or may have, and hasn't said what became of it, if it left after `after`; in the order in which it
    /// left. All go out by one template (`wechat.templates`), which is why none is named.
    pub async fn at_wechat(&self, person: PersonId, after: Timestamp) -> Result<Vec<AtWechat>, StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(Column::Person.eq(person.as_uuid()));
        let all = all.filter(Column::Channel.eq(word(TABLE, &Channel::Wechat)?)).filter(Column::ChangedAt.gt(after));
        let mut open = Vec::new();
        for row in all.order_by_asc(Column::ChangedAt).order_by_asc(Column::News).all(&self.db()).await? {
            let news = MessageId::new(row.news);
            let kept = Try::try_from(row)?;
            if kept.is_at_wechat() {
                let doubt = if kept.state == TryState::Unknown { Doubt::WhetherItWasTaken } else { Doubt::None };
                open.push(AtWechat { news, left_at: kept.begun_at.unwrap_or(kept.changed_at), number: kept.number, doubt });
            }
        }
        Ok(open)
    }

    pub async fn tries(&self, news: MessageId) -> Result<Vec<Try>, StoreError> {
        Ok(self.tries_of(vec![news.as_uuid()]).await?.remove(&news).unwrap_or_default())
    }
}

impl Tx {
    /// Notes how it stands with one way. Whoever does this holds the claim, or the news.
    pub async fn save_try(&self, news: &News, kept: &Try) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            news: Set(news.id.as_uuid()),
            channel: Set(word(TABLE, &kept.channel)?),
            person: Set(news.to.as_uuid()),
            case_id: Set(news.about.case().map(|case| case.as_uuid())),
            state: Set(word(TABLE, &kept.state)?),
            attempts: Set(i32::try_from(kept.attempts).unwrap_or(i32::MAX)),
            number: Set(kept.number.clone()),
            error: Set(kept.error.clone()),
            begun_at: Set(kept.begun_at),
            at: Set(kept.at),
            changed_at: Set(kept.changed_at),
        };
        let known = OnConflict::columns([Column::District, Column::News, Column::Channel])
            .update_columns([Column::State, Column::Attempts, Column::Number, Column::Error, Column::BegunAt, Column::ChangedAt])
            .to_owned();
        row::Entity::insert(row).on_conflict(known).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Notes what a carrier, or a clerk, says of news that went this way; whether it was news. The same again changes nothing, and what
    /// was known to have arrived stays arrived. What turns out not to have arrived is looked at again, also where nothing more was to
    /// be sent.
    pub async fn note_receipt(
        &self,
        news: MessageId,
        channel: Channel,
        (state, error): (TryState, Option<&str>),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if !self.takes_news(news).await? {
            return Ok(false);
        }
        let noted = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel {
                state: Set(word(TABLE, &state)?),
                error: Set(error.map(str::to_owned)),
                changed_at: Set(now),
                ..Default::default()
            })
            .filter(Column::News.eq(news.as_uuid()))
            .filter(Column::Channel.eq(word(TABLE, &channel)?))
            .filter(Column::State.ne(word(TABLE, &TryState::Delivered)?))
            .filter(Column::State.ne(word(TABLE, &state)?));
        if noted.exec(&self.db()).await?.rows_affected == 0 {
            return Ok(false);
        }
        match state {
            TryState::Failed => self.reopen_news(news, now).await?,
            TryState::Waiting | TryState::HandedOver | TryState::Delivered | TryState::Unknown => {}
        }
        self.wake_news(news, now).await?;
        Ok(true)
    }

    /// How it stands with news that WeChat may have, and stands so to the end of this unit; none where WeChat has them not, or has said
    /// already what became of them.
    pub async fn take_at_wechat(&self, news: MessageId) -> Result<Option<TryState>, StoreError> {
        if !self.takes_news(news).await? {
            return Ok(None);
        }
        let kept = self.tries(news).await?.into_iter().find(|kept| kept.channel == Channel::Wechat);
        Ok(kept.filter(Try::is_at_wechat).map(|kept| kept.state))
    }
}

impl TryFrom<row::Model> for Try {
    type Error = StoreError;

    fn try_from(row: row::Model) -> Result<Self, StoreError> {
        Ok(Self {
            channel: from_word(TABLE, row.channel)?,
            state: from_word(TABLE, row.state)?,
            attempts: u32::try_from(row.attempts).map_err(|error| StoreError::corrupt(TABLE, error))?,
            number: row.number,
            error: row.error,
            begun_at: row.begun_at,
            at: row.at,
            changed_at: row.changed_at,
        })
    }
}
