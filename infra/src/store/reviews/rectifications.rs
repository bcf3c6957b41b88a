//! Rectifications: the steps are the truth, and a rectification is what they tell; the row beside them is for lists, deadlines and figures.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::evaluation::rectification::{Event, Overdue, Rectification, State, Step, apply, replay};
use domain::ids::{CaseId, RectificationId};
use domain::live::{Change, Topic, What};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use crate::store::words::{from_json, json, word};
use crate::store::{StoreError, Tx, View};

pub(super) const TABLE: &str = "rectifications";
const STEPS: &str = "rectification_steps";
pub(super) const OPEN: &str = "open";
pub(super) const CLOSED: &str = "closed";
pub(super) const EXCLUDED: &str = "excluded";

pub(super) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "rectifications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub station: String,
        pub role: String,
        pub secrecy: String,
        pub raised_to: Option<String>,
        pub level: String,
        pub opened_at: DateTimeUtc,
        pub state: String,
        pub contact_by: Date,
        pub close_by: Date,
        pub reached_at: Option<DateTimeUtc>,
        pub contact_told: bool,
        pub close_told: bool,
        pub timeliness: Option<String>,
        pub appealed: bool,
        pub steps: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod step_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "rectification_steps")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub rectification: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i32,
        pub case_id: Uuid,
        pub at: DateTimeUtc,
        pub by: Json,
        pub kind: String,
        pub content: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// A rectification with its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RectificationFile {
    pub rectification: Rectification,
    /// In order; their number is the version.
    pub steps: Vec<Step>,
}

impl RectificationFile {
    /// What begins with `first`; none where that is no opening.
    pub fn begin(id: RectificationId, first: Step) -> Option<Self> {
        Some(Self { rectification: replay(id, [&first])?, steps: vec![first] })
    }
}

impl View {
    pub async fn rectification(&self, id: RectificationId) -> Result<Option<RectificationFile>, StoreError> {
        Ok(self.rectification_files(&[id.as_uuid()]).await?.remove(&id))
    }

    /// That of a case, if a bad review opened one.
    pub async fn rectification_of(&self, case: CaseId) -> Result<Option<RectificationFile>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?;
        match found {
            Some(row) => self.rectification(RectificationId::new(row.id)).await,
            None => Ok(None),
        }
    }

    pub(super) async fn rectification_files(&self, ids: &[Uuid]) -> Result<BTreeMap<RectificationId, RectificationFile>, StoreError> {
        let rows = self.of(step_row::Entity::find(), step_row::Column::District);
        let rows = rows.filter(step_row::Column::Rectification.is_in(ids.iter().copied())).order_by_asc(step_row::Column::Seq);
        let mut steps: BTreeMap<_, Vec<Step>> = BTreeMap::new();
        for row in rows.all(&self.db()).await? {
            steps.entry(RectificationId::new(row.rectification)).or_default().push(step(row)?);
        }
        let files = steps.into_iter().map(|(id, steps)| {
            let rectification = replay(id, &steps).ok_or_else(|| StoreError::corrupt(STEPS, "a rectification begins with its opening"))?;
            Ok((id, RectificationFile { rectification, steps }))
        });
        files.collect()
    }

    /// Open ones of which something was to be done before `today`, and no supervisor was told yet.
    pub async fn overdue_rectifications(&self, today: NaiveDate, limit: u64) -> Result<Vec<RectificationId>, StoreError> {
        let contact = Condition::all().add(Column::ContactBy.lt(today)).add(Column::ReachedAt.is_null()).add(Column::ContactTold.eq(false));
        let closing = Condition::all().add(Column::CloseBy.lt(today)).add(Column::CloseTold.eq(false));
        let open = self.of(row::Entity::find(), Column::District).filter(Expr::cust("state = 'open'"));
        let overdue = open.filter(Condition::any().add(contact).add(closing)).order_by_asc(Column::ContactBy).limit(limit);
        Ok(overdue.all(&self.db()).await?.into_iter().map(|row| RectificationId::new(row.id)).collect())
    }
}

impl Tx {
    pub async fn open_rectification(&self, file: &RectificationFile) -> Result<(), StoreError> {
        let own = &file.rectification;
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(own.id.as_uuid()),
            case_id: Set(own.case.as_uuid()),
            station: Set(own.place.station.to_string()),
            role: Set(word(TABLE, &own.place.role)?),
            secrecy: Set(word(TABLE, &own.place.secrecy)?),
            level: Set(word(TABLE, &own.level)?),
            opened_at: Set(own.opened_at),
            ..now_standing(own)?
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        self.add_steps(own, 0, &file.steps).await
    }

    /// What happened next. `Stale` where somebody else did something meanwhile.
    pub async fn append_to_rectification(&self, file: RectificationFile, new: Vec<Step>) -> Result<RectificationFile, StoreError> {
        let RectificationFile { rectification: before, mut steps } = file;
        let number = count(steps.len())?;
        let after = new.iter().fold(before, apply);
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel { steps: Set(number + count(new.len())?), ..now_standing(&after)? })
            .filter(Column::Id.eq(after.id.as_uuid()))
            .filter(Column::Steps.eq(number))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Stale);
        }
        self.add_steps(&after, number, &new).await?;
        steps.extend(new);
        Ok(RectificationFile { rectification: after, steps })
    }

    async fn add_steps(&self, own: &Rectification, before: i32, steps: &[Step]) -> Result<(), StoreError> {
        let rows = (before + 1..).zip(steps).map(|(seq, step)| {
            Ok(step_row::ActiveModel {
                district: Set(self.district().to_string()),
                rectification: Set(own.id.as_uuid()),
                seq: Set(seq),
                case_id: Set(own.case.as_uuid()),
                at: Set(step.at),
                by: Set(json(STEPS, &step.by)?),
                kind: Set(kind(&step.event).to_owned()),
                content: Set(json(STEPS, &step.event)?),
            })
        });
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        step_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        if let Some(shown) = steps.iter().rfind(|step| step.event.is_shown_to_the_reviewer()) {
            self.tell(Change::new(Topic::Review(own.case), What::Changed, own.case), shown.at);
        }
        Ok(())
    }
}

/// The columns that change. What is closed stays in the list where its deadline put it.
fn now_standing(own: &Rectification) -> Result<row::ActiveModel, StoreError> {
    let mut standing = row::ActiveModel {
        raised_to: Set(own.raised_to.as_ref().map(ToString::to_string)),
        timeliness: Set(own.first_closing.map(|timeliness| word(TABLE, &timeliness)).transpose()?),
        appealed: Set(own.waits_for_a_decision()),
        steps: Set(1),
        ..Default::default()
    };
    match &own.state {
        State::Open(open) => {
            standing.state = Set(OPEN.to_owned());
            standing.contact_by = Set(open.contact_by);
            standing.close_by = Set(open.close_by);
            standing.reached_at = Set(open.reached_at);
            standing.contact_told = Set(open.told.contains(&Overdue::Contact));
            standing.close_told = Set(open.told.contains(&Overdue::Closing));
        }
        State::Closed(_) => standing.state = Set(CLOSED.to_owned()),
        State::Excluded { .. } => standing.state = Set(EXCLUDED.to_owned()),
    }
    Ok(standing)
}

fn kind(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "opened",
        Event::Contacted { .. } => "contacted",
        Event::Closed { .. } => "closed",
        Event::Rated { .. } => "rated",
        Event::Reopened { .. } => "reopened",
        Event::Appealed { .. } => "appealed",
        Event::AppealDecided { .. } => "appeal_decided",
        Event::Raised { .. } => "raised",
        Event::OverdueTold { .. } => "overdue_told",
    }
}

fn step(row: step_row::Model) -> Result<Step, StoreError> {
    Ok(Step { at: row.at, by: from_json(STEPS, row.by)?, event: from_json(STEPS, row.content)? })
}

fn count(steps: usize) -> Result<i32, StoreError> {
    i32::try_from(steps).map_err(|error| StoreError::corrupt(STEPS, error))
}
