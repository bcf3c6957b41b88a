//! People: who staff are, a villager's own profile, their household and their relatives.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{AccountId, DivisionCode, PersonId};
use domain::people::{BadCitizenId, CitizenId, HouseholdNumber, Kinship, Person, Phone, Relative};
use domain::time::Timestamp;
use infra::shared::TooOften;
use infra::store::{StoreError, Tx, View};

use super::App;
use super::cases::PersonEntry;

/// What a villager says of themself. The citizen ID number is left out once it is known.
#[derive(Debug, Clone)]
pub struct ProfileEdit {
    pub name: String,
    pub citizen_id: Option<String>,
    pub phone: Phone,
    pub ethnicity: Option<String>,
    pub registered: Option<DivisionCode>,
    pub residence: Option<DivisionCode>,
    pub address: Option<String>,
    pub household: Option<HouseholdNumber>,
}

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error(transparent)]
    CitizenId(#[from] BadCitizenId),
    #[error("no citizen ID number is given, and none is known")]
    CitizenIdMissing,
    #[error("the citizen ID number is known already and another one")]
    CitizenIdFixed,
    #[error("who proved their name changes it at a station")]
    NameFixed,
    #[error("the citizen ID number is another person's")]
    CitizenIdTaken,
    #[error("there is no such village: {0}")]
    NoSuchDivision(&'static str),
    #[error("the person is gone")]
    Gone,
    #[error("the profile was changed in between")]
    Stale,
    #[error("the profile can't be saved")]
    Store(StoreError),
}

impl From<StoreError> for ProfileError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => ProfileError::CitizenIdTaken,
            StoreError::Stale => ProfileError::Stale,
            other => ProfileError::Store(other),
        }
    }
}

/// A relative who is to be recorded.
#[derive(Debug, Clone)]
pub struct NewRelative {
    pub name: String,
    pub citizen_id: String,
    pub kinship: Kinship,
}

/// A recorded relative, as they are known.
#[derive(Debug, Clone)]
pub struct KnownRelative {
    pub person: Person,
    pub kinship: Kinship,
}

#[derive(Debug, thiserror::Error)]
pub enum RelativeError {
    #[error(transparent)]
    CitizenId(#[from] BadCitizenId),
    #[error("nobody is their own relative")]
    Oneself,
    #[error("the number is known under another name")]
    NameDiffers,
    #[error("no such relative is recorded")]
    NotRecorded,
    #[error("the relative can't be saved")]
    Store(#[from] StoreError),
}

/// The names behind accounts; who has none, or is gone, isn't named.
pub async fn names_of(view: &View, accounts: BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, String>, StoreError> {
    let people_of = view.people_of_accounts(&accounts).await?;
    let people = view.people(people_of.values().copied()).await?;
    let name = |person: &PersonId| people.get(person).and_then(|person| person.name.clone());
    Ok(people_of.iter().filter_map(|(account, person)| name(person).map(|name| (*account, name))).collect())
}

impl App {
    /// Counts that a villager names somebody, themself too, by a citizen ID number. The answer tells whether the number is known here, as
    /// it must: so none is asked for many.
    pub async fn count_named(&self, by: PersonId) -> Result<(), TooOften> {
        self.shared.take(&format!("rate.people_named.{by}"), self.settings.rates.people_named.rate(), self.clock.now()).await
    }

    pub async fn profile(&self, person: PersonId) -> Result<Person, ProfileError> {
        self.store.read(self.district()).person(person).await?.ok_or(ProfileError::Gone)
    }

    /// Saves a profile, if it is still at the version that was seen.
    pub async fn save_profile(&self, person: PersonId, edit: ProfileEdit, seen: u64) -> Result<Person, ProfileError> {
        self.check_divisions(&edit)?;
        self.store.write(self.district(), move |tx| Box::pin(save_profile(tx, person, edit, seen))).await
    }

    fn check_divisions(&self, edit: &ProfileEdit) -> Result<(), ProfileError> {
        let map = self.map();
        let unknown = |code: &Option<DivisionCode>| code.as_ref().is_some_and(|code| map.division(code).is_none());
        match (unknown(&edit.registered), unknown(&edit.residence)) {
            (true, _) => Err(ProfileError::NoSuchDivision("registered")),
            (false, true) => Err(ProfileError::NoSuchDivision("residence")),
            (false, false) => Ok(()),
        }
    }

    /// The person with everybody of their household; alone where it isn't known.
    pub async fn household(&self, person: PersonId) -> Result<Vec<Person>, StoreError> {
        self.store.read(self.district()).household_of(person).await
    }

    /// The relatives whom the person recorded.
    pub async fn relatives(&self, person: PersonId) -> Result<Vec<KnownRelative>, StoreError> {
        let view = self.store.read(self.district());
        let recorded = view.relatives(person).await?;
        let mut people = view.people(recorded.iter().map(|relative| relative.person)).await?;
        let known = recorded.into_iter().map(|Relative { person, kinship }| {
            let person = people.remove(&person).ok_or_else(|| StoreError::corrupt("relatives", "names nobody"))?;
            Ok(KnownRelative { person, kinship })
        });
        known.collect()
    }

    pub async fn remove_relative(&self, person: PersonId, relative: PersonId) -> Result<(), RelativeError> {
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                if !tx.relatives(person).await?.iter().any(|recorded| recorded.person == relative) {
                    return Err(RelativeError::NotRecorded);
                }
                Ok(tx.remove_relative(person, relative).await?)
            })
        });
        unit.await
    }
}

/// The person of that number, known or new; none where the number is known under another name: a mistake of whoever typed.
pub async fn person_entered(tx: &Tx, now: Timestamp, entry: &PersonEntry) -> Result<Option<Person>, StoreError> {
    let person = Person {
        name: Some(entry.name.clone()),
        citizen_id: Some(entry.citizen_id.clone()),
        phone: entry.phone.clone(),
        ..Person::unknown(PersonId::new(uuid::Uuid::now_v7()))
    };
    let person = tx.find_or_add_person(person, now).await?;
    Ok((person.name.as_deref() == Some(entry.name.as_str())).then_some(person))
}

/// A number that somebody has already, with a phone or without, is theirs: knowing it and their name proves nothing.
async fn save_profile(tx: &Tx, person: PersonId, edit: ProfileEdit, seen: u64) -> Result<Person, ProfileError> {
    if !tx.holds_open(person).await? {
        return Err(ProfileError::Gone);
    }
    let person = tx.person(person).await?.ok_or(ProfileError::Gone)?;
    if person.version != seen {
        return Err(ProfileError::Stale);
    }
    let citizen_id = citizen_id(&person, edit.citizen_id.as_deref())?;
    if person.identity.proof.is_some() && person.name.as_deref() != Some(edit.name.as_str()) {
        return Err(ProfileError::NameFixed);
    }
    match tx.person_by_citizen_id(&citizen_id).await?.filter(|holder| holder.id != person.id) {
        Some(_) => Err(ProfileError::CitizenIdTaken),
        None => Ok(tx.save_person(edited(person, edit, citizen_id)).await?),
    }
}

fn citizen_id(person: &Person, given: Option<&str>) -> Result<CitizenId, ProfileError> {
    match (person.citizen_id.clone(), given.map(str::parse).transpose()?) {
        (Some(known), Some(given)) if known != given => Err(ProfileError::CitizenIdFixed),
        (Some(known), _) => Ok(known),
        (None, Some(given)) => Ok(given),
        (None, None) => Err(ProfileError::CitizenIdMissing),
    }
}

fn edited(person: Person, edit: ProfileEdit, citizen_id: CitizenId) -> Person {
    Person {
        name: Some(edit.name),
        citizen_id: Some(citizen_id),
        phone: Some(edit.phone),
        ethnicity: edit.ethnicity,
        registered: edit.registered,
        residence: edit.residence,
        address: edit.address,
        household: edit.household,
        ..person
    }
}

/// Records a relative; somebody not known yet becomes known by it.
pub async fn add_relative(
    tx: &Tx,
    person: PersonId,
    new: NewRelative,
    id: PersonId,
    now: Timestamp,
) -> Result<KnownRelative, RelativeError> {
    let citizen_id: CitizenId = new.citizen_id.parse()?;
    let unknown = Person { name: Some(new.name.clone()), citizen_id: Some(citizen_id), ..Person::unknown(id) };
    let relative = tx.find_or_add_person(unknown, now).await?;
    if relative.id == person {
        return Err(RelativeError::Oneself);
    }
    if relative.name.as_deref() != Some(new.name.as_str()) {
        return Err(RelativeError::NameDiffers);
    }
    tx.add_relative(person, Relative { person: relative.id, kinship: new.kinship }).await?;
    Ok(KnownRelative { person: relative, kinship: new.kinship })
}
