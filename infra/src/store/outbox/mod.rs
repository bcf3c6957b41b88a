//! News for people, on their way out: written in the unit that makes them news, and sent after it, at least once.
//! Who sends claims some for a time; if they die, another claims them when that time is over, and finds in the tries how far they came.
//! What is settled stays, as the person's list of messages.

mod tries;

use std::collections::BTreeMap;

use chrono::Duration;
use domain::channel::Weight;
use domain::ids::{AppointmentId, CaseId, ConsentId, CorrectionId, ErrandId, MandateId, MessageId, PersonId, RequestId};
use domain::time::Timestamp;
use domain::{case, channel, consent, correction, counter_request, floor, mandate};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{EntityTrait, ExprTrait, QueryOrder, QuerySelect, UpdateMany};

use super::sealed::Safe;
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "outbox";
pub(super) const WAITING: &str = "waiting";
const SETTLED: &str = "settled";
pub use tries::Try;

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
        pub errand: Option<Uuid>,
        pub appointment: Option<Uuid>,
        pub content: Vec<u8>,
        pub state: String,
        pub next_at: DateTimeUtc,
        pub lease_until: Option<DateTimeUtc>,
        pub at: DateTimeUtc,
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
    Errand { errand: ErrandId, tidings: channel::Tidings },
    Appointment { appointment: AppointmentId, tidings: floor::Tidings },
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

    pub fn errand(&self) -> Option<ErrandId> {
        if let About::Errand { errand, .. } = self { Some(*errand) } else { None }
    }

    pub fn appointment(&self) -> Option<AppointmentId> {
        if let About::Appointment { appointment, .. } = self { Some(*appointment) } else { None }
    }

    /// How much it matters that they are heard.
    pub fn weight(&self) -> Weight {
        match self {
            About::Case { tidings, .. } => channel::of_case(tidings),
            About::Mandate { tidings, .. } => channel::of_mandate(*tidings),
            About::Correction { tidings, .. } => channel::of_correction(*tidings),
            About::Consent { tidings, .. } => channel::of_consent(*tidings),
            About::Request { tidings, .. } => channel::of_request(*tidings),
            About::Errand { tidings, .. } => channel::of_errand(*tidings),
            About::Appointment { tidings, .. } => channel::of_appointment(*tidings),
        }
    }
}

/// News to be sent now, by whoever claimed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub news: News,
    /// Until then it is theirs alone; it tells their claim from a later one.
    pub until: Timestamp,
}

/// News as a person's list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub news: News,
    pub at: Timestamp,
    /// Whether nothing more is sent.
    pub settled: bool,
    /// The ways that it took.
    pub tries: Vec<Try>,
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
        let mut tries = self.tries_of(rows.iter().map(|row| row.id).collect()).await?;
        let opened = self.opened(&rows, |safe, row| Ok((news(safe, row)?, row.at, row.state == SETTLED))).await?;
        let messages = opened.into_iter().map(|(news, at, settled)| {
            let tries = tries.remove(&news.id).unwrap_or_default();
            Message { news, at, settled, tries }
        });
        Ok((messages.collect(), total))
    }

    /// What each of these say.
    pub async fn news_by_id(&self, ids: impl IntoIterator<Item = MessageId>) -> Result<BTreeMap<MessageId, News>, StoreError> {
        let ids = ids.into_iter().map(|id| id.as_uuid());
        let rows = self.of(row::Entity::find(), Column::District).filter(Column::Id.is_in(ids)).all(&self.db()).await?;
        Ok(self.opened(&rows, news).await?.into_iter().map(|news| (news.id, news)).collect())
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
            About::Errand { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
            About::Appointment { tidings, .. } => safe.seal_json(CONTENT, &key, tidings)?,
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
            errand: Set(news.about.errand().map(|errand| errand.as_uuid())),
            appointment: Set(news.about.appointment().map(|appointment| appointment.as_uuid())),
            content: Set(content),
            state: Set(WAITING.to_owned()),
            next_at: Set(now),
            lease_until: NotSet,
            at: Set(now),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Claims what is to be sent at `now`, longest due first; nobody else gets it until the lease is over. What can't be read waits as
    /// long, and holds up nothing else.
    pub async fn claim_news(&self, limit: u64, now: Timestamp, lease: Duration) -> Result<Vec<Claimed>, StoreError> {
        let free = Column::LeaseUntil.is_null().or(Column::LeaseUntil.lte(now));
        let due = self.of(row::Entity::find(), Column::District).filter(Column::State.eq(WAITING)).filter(Column::NextAt.lte(now));
        let due = due.filter(free).order_by_asc(Column::NextAt).order_by_asc(Column::Id).limit(limit);
        // What another sender is claiming is passed over. SQLite, with its one writer, locks no rows.
        let rows = due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).all(&self.db()).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let until = now + lease;
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::LeaseUntil, Expr::value(until))
            .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
            .exec(&self.db())
            .await?;
        let read = self.opened(&rows, |safe, row| Ok((row.id, news(safe, row)))).await?;
        let claimed = read.into_iter().filter_map(|(id, news)| match news {
            Ok(news) => Some(Claimed { news, until }),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, news = %id, "the news {id} can't be read");
                None
            }
        });
        Ok(claimed.collect())
    }

    /// Whether the claim still holds, and it does to the end of this unit: a receipt that comes in now waits for it.
    pub async fn holds_news(&self, claimed: &Claimed) -> Result<bool, StoreError> {
        let held = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(claimed.news.id.as_uuid()));
        let held = held.filter(Column::State.eq(WAITING)).filter(Column::LeaseUntil.eq(claimed.until));
        Ok(held.lock(LockType::Update).one(&self.db()).await?.is_some())
    }

    /// Nothing more is sent: the news stand in the person's list.
    pub async fn settle_news(&self, id: MessageId) -> Result<(), StoreError> {
        self.end_claim(id).col_expr(Column::State, Expr::value(SETTLED)).exec(&self.db()).await?;
        Ok(())
    }

    /// Nothing of what waits is sent.
    pub async fn settle_all_news(&self) -> Result<u64, StoreError> {
        let waiting = self.of(row::Entity::update_many(), Column::District).filter(Column::State.eq(WAITING));
        Ok(waiting.col_expr(Column::State, Expr::value(SETTLED)).exec(&self.db()).await?.rows_affected)
    }

    /// Ends a claim: the news can be claimed again from `next_at` on.
    pub async fn put_news_back(&self, id: MessageId, next_at: Timestamp) -> Result<(), StoreError> {
        self.end_claim(id).col_expr(Column::NextAt, Expr::value(next_at)).exec(&self.db()).await?;
        Ok(())
    }

    /// The news, if there are such; nobody else changes how they go out to the end of this unit.
    async fn takes_news(&self, id: MessageId) -> Result<bool, StoreError> {
        let row = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        Ok(row.lock(LockType::Update).one(&self.db()).await?.is_some())
    }

    /// What was settled since it was taken over didn't arrive after all: it is looked at again.
    async fn reopen_news(&self, id: MessageId, now: Timestamp) -> Result<(), StoreError> {
        let settled = self.of(row::Entity::update_many(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        let reopened = settled.filter(Column::State.eq(SETTLED)).col_expr(Column::State, Expr::value(WAITING));
        reopened.col_expr(Column::NextAt, Expr::value(now)).exec(&self.db()).await?;
        Ok(())
    }

    /// Lets news that wait for a receipt be looked at now.
    async fn wake_news(&self, id: MessageId, now: Timestamp) -> Result<(), StoreError> {
        let woken = self.of(row::Entity::update_many(), Column::District).filter(Column::Id.eq(id.as_uuid()));
        woken.filter(Column::State.eq(WAITING)).col_expr(Column::NextAt, Expr::value(now)).exec(&self.db()).await?;
        Ok(())
    }

    /// Whoever does this holds the claim.
    fn end_claim(&self, id: MessageId) -> UpdateMany<row::Entity> {
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::LeaseUntil, Expr::value(Option::<Timestamp>::None))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::State.eq(WAITING))
    }
}

fn news(safe: &Safe<'_>, row: &row::Model) -> Result<News, StoreError> {
    Ok(News { id: MessageId::new(row.id), to: PersonId::new(row.person), about: about(safe, row)? })
}

fn about(safe: &Safe<'_>, row: &row::Model) -> Result<About, StoreError> {
    let key = RowId::of(row.id);
    match (row.case_id, row.mandate, row.correction, row.consent, row.request, row.errand, row.appointment) {
        (Some(case), None, None, None, None, None, None) => {
            Ok(About::Case { case: CaseId::new(case), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, Some(mandate), None, None, None, None, None) => {
            Ok(About::Mandate { mandate: MandateId::new(mandate), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, Some(correction), None, None, None, None) => {
            Ok(About::Correction { correction: CorrectionId::new(correction), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, None, Some(consent), None, None, None) => {
            Ok(About::Consent { consent: ConsentId::new(consent), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, None, None, Some(request), None, None) => {
            Ok(About::Request { request: RequestId::new(request), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, None, None, None, Some(errand), None) => {
            Ok(About::Errand { errand: ErrandId::new(errand), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        (None, None, None, None, None, None, Some(appointment)) => {
            Ok(About::Appointment { appointment: AppointmentId::new(appointment), tidings: safe.open_json(CONTENT, &key, &row.content)? })
        }
        _none_or_several => Err(StoreError::corrupt(TABLE, "news are about one thing")),
    }
}
