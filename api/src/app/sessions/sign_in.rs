//! Signing in. Failed attempts at a staff login are counted in shared state (`domain::backoff`): after some from one address
//! (`rates.failed_sign_ins`) the login rests for that address, longer each time, so that nobody locks a colleague out from elsewhere; after
//! far more from anywhere, for all. An attempt is counted before it is looked at, so that many at once are no way around it, and forgotten
//! when all of it was right, password and code.

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::backoff::Rests;
use domain::ids::{AccountId, PersonId};
use domain::people::{Person, Phone};
use domain::session::{Device, Holder, StaffDoor};
use domain::time::Timestamp;
use infra::passwords::{PasswordError, Verdict};
use infra::store::{Account, StoreError, Tried, Tx};
use infra::tokens::IssueError;
use infra::wechat::{LoginError, Openid};
use secrecy::SecretString;
use uuid::Uuid;

use super::{FirstSteps, Opening, SignedIn};
use crate::app::App;
use crate::app::second_factor::proves;

/// What staff sign in on.
#[derive(Debug, Clone, Default)]
pub struct SignInDevice {
    /// A number that it made up itself.
    pub mark: Option<String>,
    pub kind: Option<Device>,
}

/// What staff show who sign in.
#[derive(Debug)]
pub struct Credentials {
    pub password: SecretString,
    /// Of their authenticator, or a recovery code; asked of whoever has set one up.
    pub code: Option<SecretString>,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// With the account that the login names, if it names one: for the audit log, never for the answer.
    #[error("the login or the password is wrong")]
    Credentials(Option<AccountId>),
    /// The password was right, and more is asked.
    #[error("a code is needed beside the password")]
    CodeNeeded(AccountId),
    #[error("the code is wrong, or was used before")]
    CodeWrong(AccountId),
    #[error("too many failed attempts")]
    TooManyAttempts(Option<AccountId>, #[source] Rests),
    #[error("this WeChat is bound to no account")]
    NotBound,
    #[error("WeChat isn't set up")]
    NoWechat,
    #[error("WeChat refuses the sign-in")]
    Wechat(#[source] LoginError),
    #[error("the code is {0:?}")]
    SmsCode(Tried),
    #[error("the password can't be checked")]
    Password(#[source] PasswordError),
    #[error("no token can be issued")]
    Token(#[from] IssueError),
    #[error("the account can't be read")]
    Store(#[from] StoreError),
}

impl App {
    /// Signs in whoever holds the phone that got `code`; a phone seen for the first time becomes a person.
    pub async fn sign_in_with_wechat(&self, code: &str, device: Option<Device>, now: Timestamp) -> Result<SignedIn, SignInError> {
        let wechat = self.wechat.as_ref().ok_or(SignInError::NoWechat)?;
        let openid = wechat.code2session(code).await.map_err(SignInError::Wechat)?.openid;
        let Opening { session, secret, .. } = match self.open_for_phone(openid.clone(), device, now).await {
            // Two first sign-ins of one phone at once: by now it is known.
            Err(StoreError::Taken) => self.open_for_phone(openid, device, now).await?,
            opened => opened?,
        };
        Ok(self.let_in(session, secret, FirstSteps::default(), now)?)
    }

    async fn open_for_phone(&self, openid: Openid, device: Option<Device>, now: Timestamp) -> Result<Opening, StoreError> {
        let (id, rules) = (PersonId::new(Uuid::now_v7()), self.session_rules());
        let unit = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let person = known_or_new(tx, &openid, id, now).await?;
                let opening = Opening::new(Holder::Villager { person }, device, &rules, now);
                opening.save(tx).await?;
                tx.audit(&signed_in(Who::Person { person }, now)).await.map(|()| opening)
            })
        });
        unit.await
    }

    /// Signs a staff member in, who asks from an address. An unknown login costs as much as a wrong password and is answered alike.
    pub async fn sign_in_staff(
        &self,
        (login, from): (&str, &str),
        (credentials, device): (Credentials, SignInDevice),
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let account = self.store.read(self.district()).account_by_login(login).await?;
        if let Err(rests) = self.count_attempt((login, from), now).await {
            return Err(SignInError::TooManyAttempts(account.map(|account| account.id), rests));
        }
        let Credentials { password, code } = credentials;
        let verdict = match &account {
            Some(account) => self.passwords.verify(password, &account.password_hash).await,
            None => self.passwords.verify_dummy(password).await,
        };
        match (account, verdict) {
            (Some(account), Ok(Verdict::Matches)) if !account.disabled => {
                let signed_in = self.open_for_staff(&account, (code, device), now).await?;
                self.forget_attempts((login, from)).await;
                Ok(signed_in)
            }
            (account, Ok(Verdict::Matches | Verdict::Differs) | Err(PasswordError::TooLong)) => {
                Err(SignInError::Credentials(account.map(|account| account.id)))
            }
            (_, Err(error)) => Err(SignInError::Password(error)),
        }
    }

    /// After the right password, or what stands in for it: with the code that goes with it, where the account has a second factor.
    pub(super) async fn open_for_staff(
        &self,
        account: &Account,
        (code, device): (Option<SecretString>, SignInDevice),
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let opening = Opening::new(holder_of(account, StaffDoor::Own), device.kind, &self.session_rules(), now);
        let shown = Shown { password: account.password_number, code, mark: device.mark };
        let id = account.id;
        let unit = self.store.write(self.district(), move |tx| Box::pin(open(tx, id, shown, (opening, now))));
        match unit.await? {
            Opened::In(opening, first_steps) => Ok(self.let_in_anew(*opening, first_steps, now)?),
            Opened::Closed => Err(SignInError::Credentials(Some(id))),
            Opened::CodeNeeded => Err(SignInError::CodeNeeded(id)),
            Opened::CodeWrong => Err(SignInError::CodeWrong(id)),
        }
    }

    /// Counts an attempt to show the password or a code of `login` from an address, unless the login rests. Who asks while it rests for
    /// all isn't counted for their own address.
    pub(in crate::app) async fn count_attempt(&self, who: (&str, &str), now: Timestamp) -> Result<(), Rests> {
        let ([here, anywhere], rates) = (attempts_of(who), &self.settings.rates);
        let (from_here, from_anywhere) = (rates.failed_sign_ins.rule(), rates.failed_sign_ins_anywhere.rule());
        self.shared.may_attempt(&anywhere, from_anywhere, now).await?;
        self.shared.attempt(&here, from_here, now).await?;
        self.shared.attempt(&anywhere, from_anywhere, now).await
    }

    /// After what was asked for was right.
    pub(in crate::app) async fn forget_attempts(&self, who: (&str, &str)) {
        for attempts in attempts_of(who) {
            self.shared.forget_attempts(&attempts).await;
        }
    }
}

/// What was shown for an account, its password being right.
struct Shown {
    /// The number of the password.
    password: u32,
    code: Option<SecretString>,
    mark: Option<String>,
}

enum Opened {
    In(Box<Opening>, FirstSteps),
    /// The account was closed, or got another password, while this one was checked.
    Closed,
    CodeNeeded,
    CodeWrong,
}

/// Opens a session of the account, with the device that they sign in with, so that reviews from it can be told. The account is held: of two
/// who come with one code the second finds it used.
async fn open(tx: &Tx, id: AccountId, shown: Shown, (opening, now): (Opening, Timestamp)) -> Result<Opened, StoreError> {
    let Some(account) = tx.hold_account(id).await?.filter(|account| !account.disabled && account.password_number == shown.password) else {
        return Ok(Opened::Closed);
    };
    let factor = tx.second_factor(id).await?;
    let enrolled = factor.in_force.is_some();
    if enrolled {
        let Some(code) = shown.code else { return Ok(Opened::CodeNeeded) };
        if !proves(tx, &account, factor, (&code, now)).await? {
            return Ok(Opened::CodeWrong);
        }
    }
    if let Some(mark) = shown.mark {
        tx.note_staff_device(id, &mark, now).await?;
    }
    opening.save(tx).await?;
    let who = Who::Staff { account: id, person: account.person, office: None };
    tx.audit(&signed_in(who, now)).await?;
    Ok(Opened::In(Box::new(opening), FirstSteps::of(&account, enrolled, StaffDoor::Own)))
}

async fn known_or_new(tx: &Tx, openid: &Openid, id: PersonId, now: Timestamp) -> Result<PersonId, StoreError> {
    if let Some(known) = held(tx, WayIn::Wechat(openid)).await? {
        return Ok(known);
    }
    tx.add_person(&Person::unknown(id), now).await?;
    tx.set_openid(id, openid).await.map(|()| id)
}

/// How a villager comes in.
#[derive(Debug, Clone, Copy)]
pub(super) enum WayIn<'w> {
    Wechat(&'w Openid),
    Phone(&'w Phone),
}

impl WayIn<'_> {
    async fn leads_to(self, tx: &Tx) -> Result<Option<PersonId>, StoreError> {
        let person = match self {
            WayIn::Wechat(openid) => tx.person_by_openid(openid).await?,
            WayIn::Phone(phone) => tx.person_by_sign_in_phone(phone).await?,
        };
        Ok(person.map(|person| person.id))
    }
}

/// Whom a way in leads to, their record being held: whoever has their data erased meanwhile has no way in any more, and one that a clerk
/// gives to another record meanwhile leads to that.
pub(super) async fn held(tx: &Tx, way: WayIn<'_>) -> Result<Option<PersonId>, StoreError> {
    let mut found = way.leads_to(tx).await?;
    while let Some(known) = found {
        let open = tx.holds_open(known).await?;
        let still = way.leads_to(tx).await?;
        if still == Some(known) {
            return Ok(open.then_some(known));
        }
        found = still;
    }
    Ok(None)
}

/// Whoever signs in to the account as it is now.
pub(in crate::app) fn holder_of(account: &Account, door: StaffDoor) -> Holder {
    Holder::Staff { account: account.id, person: account.person, password: account.password_number, door }
}

pub(super) fn signed_in(who: Who, now: Timestamp) -> Entry {
    Entry::done(now, who, Deed::SignIn, On::of(Thing::Nothing))
}

/// Where the attempts at a login are counted: those from one address, and those from anywhere.
fn attempts_of((login, from): (&str, &str)) -> [String; 2] {
    [format!("attempts.{login}.{from}"), format!("attempts.{login}")]
}
