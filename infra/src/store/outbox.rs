//! News for people, on their way out: written in the unit that makes them news, and sent after it, at least once.
//! Who sends claims some for a time; if they die, another claims them when that time is over. What is sent or given up stays, as
//! the person's list of messages.

use chrono::Duration;
use domain::ids::{CaseId, ConsentId, CorrectionId, MandateId, MessageId, PersonId, RequestId};
use domain::time::Timestamp;
use domain::{case, consent, correction, counter_request, mandate};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{EntityTrait, ExprTrait, QueryOrder, QuerySelect, UpdateMany};
use serde::{Deserialize, Serialize};

use super::sealed::Safe;
use super::words::{from_word, word};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "outbox";
pub(super) const WAITING: &str = "waiting";
const SENT: &str = "sent";
const GIVEN_UP: &str = "given_up";
const CONTENT: Sealed = Sealed::new(TABLE, "content");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub case_id: Option<Uuid>,
        pub mandate: Option<Uuid>,
        pub correction: Option<Uuid>,
        pub consent: Option<Uuid>,
        pub request: Option<Uuid>,
        pub content: Vec<u8>,
        pub state: String,
        pub attempts: i32,
        pub next_at: DateTimeUtc,
        pub lease_until: Option<DateTimeUtc>,
        pub channel: Option<String>,
        pub error: Option<String>,
        pub at: DateTimeUtc,
        pub sent_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// What somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub id: MessageId,
    pub to: PersonId,
    pub about: About,
}

/// What news are about, and what they say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Case { case: CaseId, tidings: case::Tidings },
    Mandate { mandate: MandateId, tidings: mandate::Tidings },
    Correction { correction: CorrectionId, tidings: correction::Tidings },
    Consent { consent: ConsentId, tidings: consent::Tidings },
    Request { request: RequestId, tidings: counter_request::Tidings },
}

impl About {
    pub fn case(&self) -> Option<CaseId> {
        if let About::Case { case, .. } = self { Some(*case) } else { None }
    }

    pub fn mandate(&self) -> Option<MandateId> {
        if let About::Mandate { mandate, .. } = self { Some(*mandate) } else { None }
    }

    pub fn correction(&self) -> Option<CorrectionId> {
        if let About::Correction { correction, .. } = self { Some(*correction) } else { None }
    }

    pub fn consent(&self) -> Option<ConsentId> {
        if let About::Consent { consent, .. } = self { Some(*consent) } else { None }
    }

    pub fn request(&self) -> Option<RequestId> {
        if let About::Request { request, .. } = self { Some(*request) } else { None }
    }
}

/// News to be sent now, by whoever claimed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub news: News,
    /// This one is counted: 1 at the first.
    pub attempt: u32,
}

/// How news reached the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Wechat,
    Sms,
    /// In their list of messages alone.
    List,
}

/// News as a person's list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub news: News,
    pub at: Timestamp,
    pub channel: Option<Channel>,
    pub sent_at: Option<Timestamp>,
}

impl View {
    /// A page of what a person was told, newest first, after `before`; and how much there is in all.
    pub async fn news_of(&self, person: PersonId, before: Option<MessageId>, limit: u64) -> Result<(Vec<Message>, u64), StoreError> {
        let all = self.of(row::Entity::find(), Column::District).filter(Column::Person.eq(person.as_uuid()));
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((self.opened(&rows, message).await?, total))
    }
}

impl Tx {
    pub async fn add_news(&self, news: &News, now: Timestamp) -> Result<(), StoreError> {
        let (safe, key) = (self.safe(), RowId::of(news.id.as_uuid()));
        let content = match &news.about {
            About::Case { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
            About::Mandate { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
            About::Correction { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
            About::Consent { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
            About::Request { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
        };
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(news.id.as_uuid()),
            person: Set(news.to.as_uuid()),
            case_id: Set(news.about.case().map(|case| case.as_uuid())),
            mandate: Set(news.about.mandate().map(|mandate| mandate.as_uuid())),
            correction: Set(news.about.correction().map(|correction| correction.as_uuid())),
            consent: Set(news.about.consent().map(|consent| consent.as_uuid())),
            request: Set(news.about.request().map(|request| request.as_uuid())),
            content: Set(content),
            state: Set(WAITING.to_owned()),
            attempts: Set(0),
            next_at: Set(now),
            lease_until: NotSet,
            channel: NotSet,
            error: NotSet,
            at: Set(now),
            sent_at: NotSet,
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Claims what is to be sent at `now`, longest due first; nobody else gets it until the lease is over.
    pub async fn claim_news(&self, limit: u64, now: Timestamp, lease: Duration) -> Result<Vec<Claimed>, StoreError> {
        let free = Column::LeaseUntil.is_null().or(Column::LeaseUntil.lte(now));
        let due = self.of(row::Entity::find(), Column::District).filter(Column::State.eq(WAITING)).filter(Column::NextAt.lte(now));
        let due = due.filter(free).order_by_asc(Column::NextAt).order_by_asc(Column::Id).limit(limit);
        // What another sender is claiming is passed over. SQLite, with its one writer, locks no rows.
        let rows = due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).all(&self.db()).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::LeaseUntil, Expr::value(now + lease))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
            .exec(&self.db())
            .await?;
        self.opened(&rows, claimed).await
    }

    pub async fn news_sent(&self, id: MessageId, channel: Channel, now: Timestamp) -> Result<(), StoreError> {
        let sent = self.end_waiting(id, SENT).col_expr(Column::Channel, Expr::value(word(TABLE, &channel)?));
        sent.col_expr(Column::SentAt, Expr::value(now)).exec(&self.db()).await?;
        Ok(())
    }

    /// Lets news that couldn't be sent be claimed again at `next_at`.
    pub async fn news_retry(&self, id: MessageId, error_code: &str, next_at: Timestamp) -> Result<(), StoreError> {
        let retry = self.end_waiting(id, WAITING).col_expr(Column::Error, Expr::value(error_code));
        retry.col_expr(Column::NextAt, Expr::value(next_at)).exec(&self.db()).await?;
        Ok(())
    }

    /// Sends news no more: it stands in the person's list.
    pub async fn news_given_up(&self, id: MessageId, error_code: &str) -> Result<(), StoreError> {
        self.end_waiting(id, GIVEN_UP).col_expr(Column::Error, Expr::value(error_code)).exec(&self.db()).await?;
        Ok(())
    }

    /// Ends a claim. Of two who claimed one after the other, the first that ends it decides.
    fn end_waiting(&self, id: MessageId, state: &'static str) -> UpdateMany<row::Entity> {
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::State, Expr::value(state))
            .col_expr(Column::LeaseUntil, Expr::value(Option::<Timestamp>::None))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::State.eq(WAITING))
    }
}

fn claimed(safe: &Safe<'_>, row: &row::Model) -> Result<Claimed, StoreError> {
    let attempt = u32::try_from(row.attempts).map_err(|error| StoreError::corrupt(TABLE, error))? + 1;
    Ok(Claimed { news: news(safe, row)?, attempt })
}

fn message(safe: &Safe<'_>, row: &row::Model) -> Result<Message, StoreError> {
    let channel = row.channel.clone().map(|channel| from_word(TABLE, channel)).transpose()?;
    Ok(Message { news: news(safe, row)?, at: row.at, channel, sent_at: row.sent_at })
}

fn news(safe: &Safe<'_>, row: &row::Model) -> Result<News, StoreError> {
    Ok(News { id: MessageId::new(row.id), to: PersonId::new(row.person), about: about(safe, row)? })
}

fn about(safe: &Safe<'_>, row: &row::Model) -> Result<About, StoreError> {
    let key = RowId::of(row.id);
    match (row.case_id, row.mandate, row.correction, row.consent, row.request) {
        (Some(case), None, None, None, None) => {
            Ok(About::Case { case: CaseId::new(case), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, Some(mandate), None, None, None) => {
            Ok(About::Mandate { mandate: MandateId::new(mandate), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, Some(correction), None, None) => {
            Ok(About::Correction { correction: CorrectionId::new(correction), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, None, Some(consent), None) => {
            Ok(About::Consent { consent: ConsentId::new(consent), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, None, None, Some(request)) => {
            Ok(About::Request { request: RequestId::new(request), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        _none_or_several => Err(StoreError::corrupt(TABLE, "news are about one thing")),
    }
}
