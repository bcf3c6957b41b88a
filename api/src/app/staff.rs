//! Accounts of staff and their roles: opened, changed and given new first passwords by the security administrator.
//! Invariants: an account names its person, so that conflicts of interest are seen; nobody changes an account of their own;
//! an administrator's role excludes every other role of the same person, over all of their accounts.
//! A first password is made here, shown once, and kept as a hash alone.

use std::collections::BTreeSet;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::catalogue::Topic;
use domain::district::DistrictMap;
use domain::ids::{AccountId, PersonId};
use domain::people::{BadCitizenId, BadGrants, BadLogin, CitizenId, Grant, Login, Person, Phone, Scope, Staff, check_grants};
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::session::End;
use domain::time::Timestamp;
use infra::passwords::{self, PasswordError};
use infra::store::{Account, Granted, SessionsOf, StaffFilter, StoreError, Tx, View};
use secrecy::SecretString;

use super::App;

/// The fact that accounts were changed: its row is held until the change is committed.
const CHANGED: &str = "staff";

/// An account that is to be opened.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub login: String,
    pub name: String,
    pub citizen_id: String,
    pub phone: Option<Phone>,
    pub grants: Vec<Grant>,
}

/// What is changed of an account; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    pub grants: Option<Vec<Grant>>,
    pub topics: Option<BTreeSet<Topic>>,
    pub disabled: Option<bool>,
}

/// An account with whom it names.
#[derive(Debug, Clone)]
pub struct StaffEntry {
    pub account: Account,
    pub grants: Vec<Grant>,
    pub person: Person,
}

/// A password made for somebody, with what is kept of it.
pub struct FirstPassword {
    pub shown: SecretString,
    pub hash: String,
}

#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("there is no such account")]
    NotFound,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Login(#[from] BadLogin),
    #[error("the login is another account's")]
    LoginTaken,
    #[error(transparent)]
    CitizenId(#[from] BadCitizenId),
    #[error("the number is known under another name")]
    NameDiffers,
    #[error(transparent)]
    Grants(#[from] BadGrants),
    #[error("there is no station or division {0}")]
    NoSuchPlace(String),
    #[error("the account was changed in between")]
    Stale,
    #[error("no password can be made")]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// A new first password. Hashing takes long, so this is done before the transaction.
    pub async fn first_password(&self) -> Result<FirstPassword, PasswordError> {
        let shown = passwords::generate();
        let hash = self.passwords.hash(shown.clone()).await?;
        Ok(FirstPassword { shown, hash })
    }
}

/// A page of accounts, with how many there are in all.
pub async fn list_staff(view: &View, by: &Staff, filter: &StaffFilter, limit: u64) -> Result<(Vec<StaffEntry>, u64), StaffError> {
    may(Actor::Staff(by), Act::ListStaff, &Object::District)?;
    let (accounts, total) = view.list_accounts(filter, limit).await?;
    let mut entries = Vec::new();
    for granted in accounts {
        entries.push(entry(view, granted).await?);
    }
    Ok((entries, total))
}

pub async fn show_staff(view: &View, by: &Staff, id: AccountId) -> Result<StaffEntry, StaffError> {
    may(Actor::Staff(by), Act::ShowStaff, &Object::District)?;
    let found = view.granted_account(id).await?.ok_or(StaffError::NotFound)?;
    entry(view, found).await
}

/// Opens an account for a person, known by their number or new. `by` is none for the command line, whose user has the database.
pub async fn add_staff(
    tx: &Tx,
    map: &DistrictMap,
    by: Option<&Staff>,
    new: NewAccount,
    (id, password_hash, now): (AccountId, String, Timestamp),
) -> Result<StaffEntry, StaffError> {
    let login: Login = new.login.parse()?;
    check_places(map, &new.grants)?;
    one_after_another(tx).await?;
    let person = person_of(tx, &new, now).await?;
    if let Some(by) = by {
        may(Actor::Staff(by), Act::AddStaff, &Object::Account { holder: person.id })?;
    }
    check_with_other_accounts(tx, person.id, id, &new.grants).await?;
    let account = Account {
        id,
        login: login.to_string(),
        password_hash,
        password_number: 1,
        first_password: true,
        topics: BTreeSet::new(),
        person: person.id,
        disabled: false,
        demo: false,
        version: 1,
    };
    match tx.add_account(&account, &new.grants).await {
        Ok(()) => {}
        Err(StoreError::Taken) => return Err(StaffError::LoginTaken),
        Err(other) => return Err(other.into()),
    }
    let deeds = [Deed::AccountOpening].into_iter().chain((!new.grants.is_empty()).then_some(Deed::RoleGrant));
    log(tx, (by, now), deeds, &account).await?;
    Ok(StaffEntry { account, grants: new.grants, person })
}

/// Changes roles, or closes an account and opens it again; if it is still at the version that was seen. It holds from the next
/// request on.
pub async fn change_staff(
    tx: &Tx,
    map: &DistrictMap,
    (by, now): (&Staff, Timestamp),
    (id, seen): (AccountId, u64),
    change: AccountChange,
) -> Result<StaffEntry, StaffError> {
    let (account, had) = others_account(tx, by, Act::ChangeStaff, id).await?;
    if account.version != seen {
        return Err(StaffError::Stale);
    }
    let grants = change.grants.unwrap_or_else(|| had.clone());
    check_places(map, &grants)?;
    check_with_other_accounts(tx, account.person, id, &grants).await?;
    let disabled = change.disabled.unwrap_or(account.disabled);
    let was_disabled = account.disabled;
    let topics = change.topics.unwrap_or_else(|| account.topics.clone());
    let trained = topics != account.topics;
    let account = tx.save_account(Account { disabled, topics, ..account }).await?;
    tx.set_grants(id, &grants).await?;
    if disabled {
        tx.end_sessions(SessionsOf::Account(id), End::AccountClosed, now).await?;
        tx.unbind_wechat(id).await?;
        tx.unbind_subject(id).await?;
    }
    log(tx, (Some(by), now), changes((was_disabled, &had), (disabled, &grants)).chain(trained.then_some(Deed::AccountChange)), &account)
        .await?;
    entry(tx, (account, grants)).await
}

/// What a change does, as the audit log says it.
fn changes((was_disabled, had): (bool, &[Grant]), (disabled, has): (bool, &[Grant])) -> impl Iterator<Item = Deed> {
    let closing = match (was_disabled, disabled) {
        (false, true) => Some(Deed::AccountClosing),
        (true, false) => Some(Deed::AccountChange),
        (true, true) | (false, false) => None,
    };
    let granted = has.iter().any(|grant| !had.contains(grant)).then_some(Deed::RoleGrant);
    let withdrawn = had.iter().any(|grant| !has.contains(grant)).then_some(Deed::RoleWithdrawal);
    [closing, granted, withdrawn].into_iter().flatten()
}

/// Logs what was done to an account, in the unit that does it. Nobody means the command line.
async fn log(
    tx: &Tx,
    (by, now): (Option<&Staff>, Timestamp),
    deeds: impl Iterator<Item = Deed>,
    account: &Account,
) -> Result<(), StoreError> {
    let who = by.map_or(Who::System, |by| Who::staff(by, None));
    let on = On::person(Thing::Account(account.id), account.person);
    let entries: Vec<_> = deeds.map(|deed| Entry::done(now, who.clone(), deed, on.clone())).collect();
    tx.audit_all(&entries).await
}

/// Gives an account a new first password; who is signed in with the old one is signed in no more.
pub async fn reset_password(
    tx: &Tx,
    (by, now): (&Staff, Timestamp),
    id: AccountId,
    password_hash: String,
) -> Result<StaffEntry, StaffError> {
    let (account, grants) = others_account(tx, by, Act::ResetPassword, id).await?;
    let password_number = account.password_number.saturating_add(1);
    let account = tx.save_account(Account { password_hash, password_number, first_password: true, ..account }).await?;
    tx.end_sessions(SessionsOf::Account(id), End::OtherPassword, now).await?;
    // It stands in for a password that is lost, and perhaps with the same phone.
    tx.unbind_wechat(id).await?;
    log(tx, (Some(by), now), [Deed::PasswordReset].into_iter(), &account).await?;
    entry(tx, (account, grants)).await
}

/// Takes the second factor of an account away, for somebody who lost both phone and recovery codes: they are out, and set up another one
/// at their next sign-in. `by` is none for the command line, whose user has the database.
pub async fn reset_second_factor(tx: &Tx, (by, now): (Option<&Staff>, Timestamp), id: AccountId) -> Result<(), StaffError> {
    let account = match by {
        Some(by) => others_account(tx, by, Act::ResetSecondFactor, id).await?.0,
        None => tx.account(id).await?.ok_or(StaffError::NotFound)?,
    };
    tx.hold_account(id).await?;
    tx.remove_second_factor(id).await?;
    tx.end_sessions(SessionsOf::Account(id), End::OtherSecondFactor, now).await?;
    Ok(log(tx, (by, now), [Deed::SecondFactorReset].into_iter(), &account).await?)
}

/// What a person may hold rests on all of their accounts, so that two changes at once mustn't miss each other: the second waits
/// here for the first to be committed.
async fn one_after_another(tx: &Tx) -> Result<(), StoreError> {
    tx.set_fact(CHANGED, "true").await
}

async fn others_account(tx: &Tx, by: &Staff, act: Act, id: AccountId) -> Result<Granted, StaffError> {
    one_after_another(tx).await?;
    let granted = tx.granted_account(id).await?.ok_or(StaffError::NotFound)?;
    may(Actor::Staff(by), act, &Object::Account { holder: granted.0.person })?;
    Ok(granted)
}

async fn entry(view: &View, (account, grants): Granted) -> Result<StaffEntry, StaffError> {
    let person = view.person(account.person).await?.ok_or_else(|| StoreError::corrupt("accounts", "names nobody"))?;
    Ok(StaffEntry { account, grants, person })
}

/// Somebody not known yet becomes known by it; under another name it is a mistake of whoever typed.
async fn person_of(tx: &Tx, new: &NewAccount, now: Timestamp) -> Result<Person, StaffError> {
    let citizen_id: CitizenId = new.citizen_id.parse()?;
    let id = PersonId::new(uuid::Uuid::now_v7());
    let unknown = Person { name: Some(new.name.clone()), citizen_id: Some(citizen_id), phone: new.phone.clone(), ..Person::unknown(id) };
    let person = tx.find_or_add_person(unknown, now).await?;
    if person.name.as_deref() == Some(new.name.as_str()) { Ok(person) } else { Err(StaffError::NameDiffers) }
}

fn check_places(map: &DistrictMap, grants: &[Grant]) -> Result<(), StaffError> {
    let unknown = grants.iter().find_map(|grant| match &grant.scope {
        Scope::Station(code) => map.station(code).is_none().then(|| code.to_string()),
        Scope::Division(code) => map.division(code).is_none().then(|| code.to_string()),
    });
    unknown.map_or(Ok(()), |code| Err(StaffError::NoSuchPlace(code)))
}

/// What the person would hold in all, disabled accounts included: those can be opened again.
async fn check_with_other_accounts(tx: &Tx, person: PersonId, account: AccountId, grants: &[Grant]) -> Result<(), StaffError> {
    let others = tx.accounts_of(person).await?.into_iter().filter(|(other, _)| other.id != account);
    let held: Vec<Grant> = others.flat_map(|(_, grants)| grants).chain(grants.iter().cloned()).collect();
    Ok(check_grants(&held)?)
}
