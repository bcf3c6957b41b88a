//! Demo data (演示数据): invented people at every desk, villagers with phones in the WeChat sandbox, two partner districts.
//! Invariants: nobody here is real, and everybody is marked as demo; the same people come out every time; a data folder is made
//! with all of this or with none of it, and stays so. Units: ages by 2026.
//! Source of the staff: `Station::staff` of the district's data.

mod census;
mod couriers;
mod partners;
pub mod past_cases;
mod staff;
mod villagers;

use domain::catalogue::Catalogue;
use domain::channel::CreditKind;
use domain::district::{DistrictMap, Opening, Partner};
use domain::ids::{AccountId, DistrictCode, PersonId};
use domain::people::{Grant, Person, Proof, ProofKind, Relative};
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Passwords};
use infra::second_factor::Authenticator;
use infra::store::{Account, InForce, SecondFactor, Store, StoreError, Template, Tx, View};
use infra::wechat::Openid;

use census::Census;

use crate::sandbox::SandboxSettings;

pub use couriers::TOUR_COURIER;
pub use staff::{TOUR_LOGINS, TourLogin};
pub use villagers::{PHONES, Phone};

/// All demo staff share it; it is printed at every start.
pub const PASSWORD: &str = "bianmin-demo";
/// Messages that each villager of the demo has allowed, in the sandbox and in the ledger.
pub const CONSENTS_AT_START: u32 = 100;
/// The fact that a data folder was made as a demo.
const FACT: &str = "demo";
/// Who is there when all are.
const LAST_LOGIN: &str = "shenji";

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo's password can't be hashed")]
    Password(#[from] PasswordError),
    #[error("the demo data don't fit the district: {0} is missing")]
    Missing(String),
    #[error("the demo data can't be saved")]
    Store(#[from] StoreError),
}

/// Everybody and everything of the demo, before it is saved.
#[derive(Debug, Default)]
struct Cast {
    people: Vec<(Person, Option<Openid>)>,
    accounts: Vec<(Account, Vec<Grant>)>,
    shifts: Vec<(AccountId, Vec<Opening>)>,
    relatives: Vec<(PersonId, Relative)>,
    partners: Vec<Partner>,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoCount {
    pub people: usize,
    pub accounts: usize,
    pub partners: usize,
}

/// Whether the data folder was made as a demo.
pub async fn is_demo(view: &View) -> Result<bool, StoreError> {
    Ok(view.fact(FACT).await?.is_some())
}

/// Marks an empty data folder as a demo.
pub async fn mark(store: &Store, district: &DistrictCode) -> Result<(), StoreError> {
    store.write(district, |tx| Box::pin(async move { tx.set_fact(FACT, "true").await })).await
}

/// Whether all of the demo data are there.
pub async fn is_complete(view: &View) -> Result<bool, StoreError> {
    Ok(view.account_by_login(LAST_LOGIN).await?.is_some())
}

/// Adds the demo data to a store that was just seeded. Of two who do so at once, one does.
pub async fn seed(
    store: &Store,
    map: &DistrictMap,
    catalogue: &Catalogue,
    passwords: &Passwords,
    now: Timestamp,
) -> Result<DemoCount, DemoError> {
    let password_hash = passwords.hash(PASSWORD.into()).await?;
    let cast = cast(map, catalogue, &password_hash)?;
    let count = DemoCount { people: cast.people.len(), accounts: cast.accounts.len(), partners: cast.partners.len() };
    store.write(&map.code, move |tx| Box::pin(async move { save(tx, &cast, now).await })).await?;
    Ok(count)
}

fn cast(map: &DistrictMap, catalogue: &Catalogue, password_hash: &str) -> Result<Cast, DemoError> {
    let mut census = Census::default();
    let mut cast = Cast { partners: partners::partners(catalogue), ..Cast::default() };
    staff::add(&mut cast, &mut census, map, password_hash);
    couriers::add(&mut cast, &mut census, map, password_hash);
    villagers::add(&mut cast, &mut census, map)?;
    Ok(cast)
}

/// The fact comes first: whoever else seeds waits for it, and then finds everybody there.
async fn save(tx: &Tx, cast: &Cast, now: Timestamp) -> Result<(), StoreError> {
    tx.set_fact(FACT, "true").await?;
    if is_complete(tx).await? {
        return Ok(());
    }
    tx.seed_partners(&cast.partners).await?;
    tx.add_people(&cast.people, now).await?;
    tx.add_accounts(&cast.accounts).await?;
    tx.add_second_factors(&enrolled(cast, now)?).await?;
    for (account, hours) in &cast.shifts {
        tx.set_shift(*account, hours).await?;
    }
    let with_phones = cast.people.iter().filter(|(_, openid)| openid.is_some());
    for (person, _) in with_phones {
        // The tour asks for nobody's face.
        tx.set_proof(person.id, Proof { kind: ProofKind::Document, at: now }).await?;
    }
    let allowing: Vec<_> = cast.people.iter().filter(|(_, openid)| openid.is_some()).map(|(person, _)| person.id).collect();
    let progress = SandboxSettings::demo().templates.into_iter().map(|template| template.id).next().unwrap_or_default();
    let template = Template { id: &progress, kind: CreditKind::OneTime };
    tx.give_credits(&allowing, template, CONSENTS_AT_START).await?;
    for (person, relative) in &cast.relatives {
        tx.add_relative(*person, *relative).await?;
    }
    Ok(())
}

/// An authenticator for each account, whose codes `bianmin demo-code` prints: nobody has a phone for it. They are made by chance, as
/// anybody's, and are no part of what comes out the same every time.
fn enrolled(cast: &Cast, now: Timestamp) -> Result<Vec<(AccountId, SecondFactor)>, StoreError> {
    let factors = cast.accounts.iter().map(|(account, _)| {
        let authenticator = Authenticator::generate().map_err(|error| StoreError::corrupt("second_factors", error))?;
        let in_force = Some(InForce { authenticator, used: None, since: now });
        Ok((account.id, SecondFactor { in_force, pending: None }))
    });
    factors.collect()
}

#[cfg(test)]
mod tests;
