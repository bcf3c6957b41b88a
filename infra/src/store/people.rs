//! Persons, their households and their relatives.
//! Invariants: who somebody is and where they live lies sealed, and is looked up by blind indexes; a citizen ID number, an openid and a phone to sign in with are one person's; a tie holds in both directions, whoever recorded it.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::PersonId;
use domain::people::{CitizenId, Identity, Person, Phone, Proof, Relative, Ties};
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LikeExpr, LockType, OnConflict, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryOrder, QueryResult, QuerySelect, TryInsertResult};

use super::sealed::Safe;
use super::words::{from_word, word};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};
use crate::wechat::Openid;

mod ways_in;

const PERSONS: &str = "persons";
const RELATIVES: &str = "relatives";
/// Rows in one statement: what their values number stays below what either database takes.
const ROWS_AT_ONCE: usize = 1000;

const CITIZEN_ID: Sealed = Sealed::new(PERSONS, "citizen_id");
const PHONE: Sealed = Sealed::new(PERSONS, "phone");
const ADDRESS: Sealed = Sealed::new(PERSONS, "address");
const OPENID: Sealed = Sealed::new(PERSONS, "openid");

/// Where somebody may be named beside cases.
const NAMED_IN: [(&str, &str); 13] = [
    ("accounts", "person"),
    ("relatives", "person"),
    ("relatives", "relative"),
    ("mandates", "grantor"),
    ("mandates", "holder"),
    ("mandates", "witness"),
    ("consents", "person"),
    ("consents", "witness"),
    ("consents", "end_witness"),
    ("uploads", "person"),
    ("tickets", "person"),
    ("appointments", "person"),
    ("sessions", "person"),
];

mod person_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "persons")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: Option<String>,
        pub citizen_id: Option<Vec<u8>>,
        pub citizen_id_index: Option<Vec<u8>>,
        pub phone: Option<Vec<u8>>,
        pub phone_index: Option<Vec<u8>>,
        pub ethnicity: Option<String>,
        pub registered: Option<String>,
        pub residence: Option<String>,
        pub address: Option<Vec<u8>>,
        pub household: Option<String>,
        pub openid: Option<Vec<u8>>,
        pub openid_index: Option<Vec<u8>>,
        pub sign_in_phone: Option<Vec<u8>>,
        pub sign_in_phone_index: Option<Vec<u8>>,
        pub proof: Option<String>,
        pub proved_at: Option<DateTimeUtc>,
        pub demo: bool,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
        pub version: i64,
    }

    // Without the rest, which is personal data.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Model").field("id", &self.id).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod relative_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relatives")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub relative: Uuid,
        pub kinship: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use person_row::Column;
use relative_row::Column as RelativeColumn;

impl View {
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.one_person(Column::Id.eq(id.as_uuid())).await
    }

    pub async fn person_by_citizen_id(&self, citizen_id: &CitizenId) -> Result<Option<Person>, StoreError> {
        self.one_person(Column::CitizenIdIndex.eq(self.safe().index(CITIZEN_ID, citizen_id.as_str())?)).await
    }

    pub async fn person_by_openid(&self, openid: &Openid) -> Result<Option<Person>, StoreError> {
        self.one_person(Column::OpenidIndex.eq(self.safe().index(OPENID, openid.as_str())?)).await
    }

    /// Those who gave this number: a phone may be shared.
    pub async fn people_by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        let index = self.safe().index(PHONE, phone.as_str())?;
        let rows = self.persons().filter(Column::PhoneIndex.eq(index)).order_by_asc(Column::Id).all(&self.db()).await?;
        self.opened(&rows, person).await
    }

    /// Many people in one statement; who isn't there is left out.
    pub async fn people(&self, ids: impl IntoIterator<Item = PersonId>) -> Result<BTreeMap<PersonId, Person>, StoreError> {
        let ids = ids.into_iter().map(|id| id.as_uuid());
        let rows = self.persons().filter(Column::Id.is_in(ids)).all(&self.db()).await?;
        Ok(self.opened(&rows, person).await?.into_iter().map(|person| (person.id, person)).collect())
    }

    /// Somebody whom nothing names any more: entered before `before`, without a sign-in, an account, a case that is kept, a mandate, a
    /// consent or a tie.
    pub async fn unused_people(&self, before: Timestamp, limit: u64) -> Result<Vec<PersonId>, StoreError> {
        let rows = self.unused(before).order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| PersonId::new(row.id)).collect())
    }

    /// Whether the person is one of these still.
    pub async fn is_unused(&self, person: PersonId, before: Timestamp) -> Result<bool, StoreError> {
        Ok(self.unused(before).filter(Column::Id.eq(person.as_uuid())).count(&self.db()).await? > 0)
    }

    fn unused(&self, before: Timestamp) -> Select<person_row::Entity> {
        let old =
            self.persons().filter(Column::CreatedAt.lt(before)).filter(Column::ClosedAt.is_null()).filter(Column::OpenidIndex.is_null());
        let old = old.filter(Column::SignInPhoneIndex.is_null());
        let free = NAMED_IN.iter().fold(old, |old, (table, column)| old.filter(Column::Id.not_in_subquery(self.named_in(table, column))));
        free.filter(Column::Id.not_in_subquery(self.people_of_kept_cases()))
    }

    fn named_in(&self, table: &'static str, column: &'static str) -> SelectStatement {
        let named = Expr::col(column).is_not_null();
        Query::select().column(column).from(table).and_where(Expr::col("district").eq(self.district().as_str())).and_where(named).to_owned()
    }

    /// Whether there is such a person, and they didn't have their data erased.
    pub async fn is_open_person(&self, id: PersonId) -> Result<bool, StoreError> {
        let open = self.persons().filter(Column::Id.eq(id.as_uuid())).filter(Column::ClosedAt.is_null());
        Ok(open.count(&self.db()).await? > 0)
    }

    async fn one_person(&self, which: Expr) -> Result<Option<Person>, StoreError> {
        let row = self.persons().filter(which).one(&self.db()).await?;
        self.opened_one(row, person).await
    }

    /// Where WeChat reaches a person; none if they never signed in with it.
    pub async fn openid_of(&self, person: PersonId) -> Result<Option<Openid>, StoreError> {
        let row = self.persons().filter(Column::Id.eq(person.as_uuid())).one(&self.db()).await?;
        Ok(self.opened_one(row, openid).await?.flatten())
    }

    /// The ids of those whose name is like that.
    pub(super) fn people_named(&self, like: LikeExpr) -> SelectStatement {
        Query::select()
            .column(Column::Id)
            .from(person_row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Expr::col(Column::Name).like(like))
            .to_owned()
    }

    /// The person's household, with themself; alone where their household isn't known. Nobody where there is no such person.
    pub async fn household_of(&self, id: PersonId) -> Result<Vec<Person>, StoreError> {
        let own = Query::select()
            .column(Column::Household)
            .from(person_row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Id.eq(id.as_uuid()))
            .and_where(Column::Household.is_not_null())
            .to_owned();
        // Who had their data erased is of no household any more, though still close to those who handle the kept file.
        let open = self.persons().filter(Column::ClosedAt.is_null());
        let rows = open
            .filter(Column::Id.eq(id.as_uuid()).or(Column::Household.in_subquery(own)))
            .order_by_asc(Column::Id)
            .all(&self.db())
            .await?;
        self.opened(&rows, person).await
    }

    /// The relatives that a person recorded.
    pub async fn relatives(&self, person: PersonId) -> Result<Vec<Relative>, StoreError> {
        let all = self.of(relative_row::Entity::find(), RelativeColumn::District);
        let own = all.filter(RelativeColumn::Person.eq(person.as_uuid())).order_by_asc(RelativeColumn::Relative);
        own.all(&self.db()).await?.into_iter().map(relative).collect()
    }

    /// The person, their household, and who recorded a kinship with them or was recorded by them.
    pub async fn ties(&self, person: PersonId) -> Result<Ties, StoreError> {
        Ok(self.ties_of(&[person]).await?.remove(&person).unwrap_or_default())
    }

    pub(super) async fn ties_of(&self, people: &[PersonId]) -> Result<BTreeMap<PersonId, Ties>, StoreError> {
        let mut ties: BTreeMap<_, _> = people.iter().map(|person| (*person, Ties { people: BTreeSet::from([*person]) })).collect();
        for (one, other) in self.tied_pairs(people).await? {
            for (from, to) in [(one, other), (other, one)] {
                if let Some(ties) = ties.get_mut(&from) {
                    ties.people.insert(to);
                }
            }
        }
        Ok(ties)
    }

    /// Each of `people` with each of their household, and whoever recorded a kinship that one of them is in with whom they recorded.
    async fn tied_pairs(&self, people: &[PersonId]) -> Result<Vec<(PersonId, PersonId)>, StoreError> {
        let ids = || people.iter().map(PersonId::as_uuid);
        let kinships = Query::select()
            .columns([RelativeColumn::Person, RelativeColumn::Relative])
            .from(relative_row::Entity)
            .and_where(RelativeColumn::District.eq(self.district().as_str()))
            .and_where(RelativeColumn::Person.is_in(ids()).or(RelativeColumn::Relative.is_in(ids())))
            .to_owned();
        let same = |column: Column| Expr::col(("other", column)).equals(("one", column));
        let pairs = Query::select()
            .columns([("one", Column::Id), ("other", Column::Id)])
            .from_as(person_row::Entity, "one")
            .join_as(JoinType::InnerJoin, person_row::Entity, "other", same(Column::District).and(same(Column::Household)))
            .and_where(Expr::col(("one", Column::District)).eq(self.district().as_str()))
            .and_where(Expr::col(("one", Column::Id)).is_in(ids()))
            .union(UnionType::All, kinships)
            .to_owned();
        let pair = |row: QueryResult| Ok((PersonId::new(row.try_get_by_index(0)?), PersonId::new(row.try_get_by_index(1)?)));
        self.db().query_all(&pairs).await?.into_iter().map(pair).collect()
    }

    fn persons(&self) -> Select<person_row::Entity> {
        self.of(person_row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// Whether the person is there and open, and stays so to the end of this unit: an erasure waits for it.
    pub async fn holds_open(&self, person: PersonId) -> Result<bool, StoreError> {
        self.open_row(person, LockType::KeyShare).await
    }

    /// Whether the person is there and open. Whoever acts for them now comes first, and whoever comes later finds what this unit leaves.
    pub async fn begins_to_close(&self, person: PersonId) -> Result<bool, StoreError> {
        self.open_row(person, LockType::Update).await
    }

    async fn open_row(&self, person: PersonId, lock: LockType) -> Result<bool, StoreError> {
        let open = self.persons().filter(Column::Id.eq(person.as_uuid())).filter(Column::ClosedAt.is_null());
        Ok(open.lock(lock).one(&self.db()).await?.is_some())
    }

    /// `Taken` where somebody else has their citizen ID number.
    pub async fn add_person(&self, person: &Person, now: Timestamp) -> Result<(), StoreError> {
        person_row::Entity::insert(self.new_person_row(person, now)?).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Many at once, each with where WeChat reaches them.
    pub async fn add_people(&self, people: &[(Person, Option<Openid>)], now: Timestamp) -> Result<(), StoreError> {
        for some in people.chunks(ROWS_AT_ONCE) {
            let rows = some.iter().map(|(person, openid)| {
                let row = self.new_person_row(person, now)?;
                match openid {
                    Some(openid) => self.with_openid(row, person.id, openid),
                    None => Ok(person_row::ActiveModel { openid: Set(None), openid_index: Set(None), ..row }),
                }
            });
            let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
            person_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        }
        Ok(())
    }

    /// The person who has the citizen ID number of `new`, as they stand; else `new`, whom a clerk just entered. Nobody erases or forgets
    /// them to the end of this unit, so that whatever it names them in finds them there.
    pub async fn find_or_add_person(&self, new: Person, now: Timestamp) -> Result<Person, StoreError> {
        // Who is forgotten just now has no number any more: then there is nobody, and `new` is entered.
        for _there_or_just_forgotten in 0..2 {
            let row = person_row::Entity::insert(self.new_person_row(&new, now)?);
            let added =
                row.on_conflict_do_nothing_on([Column::District, Column::CitizenIdIndex]).exec_without_returning(&self.db()).await?;
            match (added, &new.citizen_id) {
                (TryInsertResult::Inserted(0) | TryInsertResult::Conflicted | TryInsertResult::Empty, Some(citizen_id)) => {
                    if let Some(there) = self.holds_by_citizen_id(citizen_id).await? {
                        return Ok(there);
                    }
                }
                (TryInsertResult::Inserted(_) | TryInsertResult::Conflicted | TryInsertResult::Empty, _) => return Ok(new),
            }
        }
        Err(StoreError::corrupt(PERSONS, "a citizen ID number that is taken is nobody's"))
    }

    /// The person who has the number, if there is one; they stay open to the end of this unit.
    pub async fn holds_by_citizen_id(&self, citizen_id: &CitizenId) -> Result<Option<Person>, StoreError> {
        let theirs = Column::CitizenIdIndex.eq(self.safe().index(CITIZEN_ID, citizen_id.as_str())?);
        let row = self.persons().filter(theirs).lock(LockType::KeyShare).one(&self.db()).await?;
        self.opened_one(row, person).await
    }

    /// Saves a profile, and gives it at its new version. `Stale` where it was saved since it was read, `Taken` where somebody else
    /// has the citizen ID number.
    pub async fn save_person(&self, person: Person) -> Result<Person, StoreError> {
        let saved = Person { version: person.version + 1, ..person };
        let updated = self
            .of(person_row::Entity::update_many(), Column::District)
            .set(self.person_row(&saved)?)
            .filter(Column::Id.eq(saved.id.as_uuid()))
            .filter(Column::Version.eq(number(person.version)?))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 { Err(StoreError::Stale) } else { Ok(saved) }
    }

    /// Notes where WeChat reaches a person. `Taken` where it is somebody else's.
    pub async fn set_openid(&self, person: PersonId, openid: &Openid) -> Result<(), StoreError> {
        self.change_row(person, self.with_openid(Default::default(), person, openid)?).await
    }

    async fn change_row(&self, person: PersonId, row: person_row::ActiveModel) -> Result<(), StoreError> {
        let theirs = self.of(person_row::Entity::update_many(), Column::District).filter(Column::Id.eq(person.as_uuid()));
        theirs.set(row).exec(&self.db()).await?;
        Ok(())
    }

    /// Records a relative, or what they are to the person if that was recorded otherwise.
    pub async fn add_relative(&self, person: PersonId, relative: Relative) -> Result<(), StoreError> {
        let row = relative_row::ActiveModel {
            district: Set(self.district().to_string()),
            person: Set(person.as_uuid()),
            relative: Set(relative.person.as_uuid()),
            kinship: Set(word(RELATIVES, &relative.kinship)?),
        };
        let replace = OnConflict::columns([RelativeColumn::District, RelativeColumn::Person, RelativeColumn::Relative])
            .update_column(RelativeColumn::Kinship)
            .to_owned();
        relative_row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Takes back what `person` recorded; what the relative recorded stays.
    pub async fn remove_relative(&self, person: PersonId, relative: PersonId) -> Result<(), StoreError> {
        self.of(relative_row::Entity::delete_many(), RelativeColumn::District)
            .filter(RelativeColumn::Person.eq(person.as_uuid()))
            .filter(RelativeColumn::Relative.eq(relative.as_uuid()))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    fn new_person_row(&self, person: &Person, now: Timestamp) -> Result<person_row::ActiveModel, StoreError> {
        Ok(person_row::ActiveModel { created_at: Set(now), ..self.person_row(person)? })
    }

    fn with_openid(&self, row: person_row::ActiveModel, person: PersonId, openid: &Openid) -> Result<person_row::ActiveModel, StoreError> {
        let safe = self.safe();
        let sealed = safe.seal(OPENID, &RowId::of(person.as_uuid()), openid.as_str())?;
        Ok(person_row::ActiveModel { openid: Set(Some(sealed)), openid_index: Set(Some(safe.index(OPENID, openid.as_str())?)), ..row })
    }

    fn person_row(&self, person: &Person) -> Result<person_row::ActiveModel, StoreError> {
        let (safe, row) = (self.safe(), RowId::of(person.id.as_uuid()));
        let citizen_id = person.citizen_id.as_ref().map(CitizenId::as_str);
        let phone = person.phone.as_ref().map(Phone::as_str);
        Ok(person_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(person.id.as_uuid()),
            name: Set(person.name.clone()),
            citizen_id: Set(safe.seal_if_any(CITIZEN_ID, &row, citizen_id)?),
            citizen_id_index: Set(safe.index_if_any(CITIZEN_ID, citizen_id)?),
            phone: Set(safe.seal_if_any(PHONE, &row, phone)?),
            phone_index: Set(safe.index_if_any(PHONE, phone)?),
            ethnicity: Set(person.ethnicity.clone()),
            registered: Set(person.registered.clone().map(String::from)),
            residence: Set(person.residence.clone().map(String::from)),
            address: Set(safe.seal_if_any(ADDRESS, &row, person.address.as_deref())?),
            household: Set(person.household.clone().map(String::from)),
            openid: NotSet,
            openid_index: NotSet,
            sign_in_phone: NotSet,
            sign_in_phone_index: NotSet,
            proof: NotSet,
            proved_at: NotSet,
            demo: Set(person.demo),
            created_at: NotSet,
            closed_at: NotSet,
            version: Set(number(person.version)?),
        })
    }
}

fn number(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|error| StoreError::corrupt(PERSONS, error))
}

fn person(safe: &Safe<'_>, row: &person_row::Model) -> Result<Person, StoreError> {
    let id = RowId::of(row.id);
    Ok(Person {
        id: PersonId::new(row.id),
        name: row.name.clone(),
        citizen_id: parsed(safe.open_if_any(CITIZEN_ID, &id, row.citizen_id.as_deref())?)?,
        phone: parsed(safe.open_if_any(PHONE, &id, row.phone.as_deref())?)?,
        ethnicity: row.ethnicity.clone(),
        registered: parsed(row.registered.clone())?,
        residence: parsed(row.residence.clone())?,
        address: safe.open_if_any(ADDRESS, &id, row.address.as_deref())?,
        household: parsed(row.household.clone())?,
        identity: identity(row)?,
        demo: row.demo,
        version: u64::try_from(row.version).map_err(|error| StoreError::corrupt(PERSONS, error))?,
    })
}

fn identity(row: &person_row::Model) -> Result<Identity, StoreError> {
    let proof = match (row.proof.clone(), row.proved_at) {
        (Some(kind), Some(at)) => Some(Proof { kind: from_word(PERSONS, kind)?, at }),
        (_, None) | (None, _) => None,
    };
    Ok(Identity { phone_proven: row.sign_in_phone_index.is_some(), proof })
}

fn openid(safe: &Safe<'_>, row: &person_row::Model) -> Result<Option<Openid>, StoreError> {
    parsed(safe.open_if_any(OPENID, &RowId::of(row.id), row.openid.as_deref())?)
}

fn parsed<T: std::str::FromStr<Err: ToString>>(text: Option<String>) -> Result<Option<T>, StoreError> {
    text.map(|text| text.parse()).transpose().map_err(|error: T::Err| StoreError::corrupt(PERSONS, error))
}

fn relative(row: relative_row::Model) -> Result<Relative, StoreError> {
    Ok(Relative { person: PersonId::new(row.relative), kinship: from_word(RELATIVES, row.kinship)? })
}
