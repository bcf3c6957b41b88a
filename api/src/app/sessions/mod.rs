//! Sessions: begun with a sign-in, carried on with refresh tokens, ended by their owner, by time, or by who may close the account.
//! A refresh token is 256 bits by chance; here only its digest stays. What was ended holds for nobody's next request, on any instance:
//! each request asks for its session.

mod by_phone;
mod ends;
mod provider;
mod refresh;
mod sign_in;
mod wechat_bound;

use domain::audit::Who;
use domain::ids::SessionId;
use domain::session::{Device, Holder, RefreshToken, Session, SessionRules, StaffDoor};
use domain::time::Timestamp;
use infra::store::{Account, StaffSession, StoreError, Tx};
use infra::tokens::{self, IssueError, Issued, Kind};
use secrecy::SecretString;
use uuid::Uuid;

pub use provider::{BegunAtProvider, ProviderError};
pub use refresh::RefreshError;
pub(super) use sign_in::holder_of;
pub use sign_in::{Credentials, SignInDevice, SignInError};
pub use wechat_bound::BindWechatError;

use super::{App, secret};

/// Somebody who is signed in, with what they show from now on.
pub struct SignedIn {
    pub session: Session,
    pub issued: Issued,
    pub refresh_token: SecretString,
    pub first_steps: FirstSteps,
}

/// What staff have to do before they can do anything else: of both, the password comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstSteps {
    /// They have the password still that somebody else gave them.
    pub change_password: bool,
    /// They have no second factor yet.
    pub enrol: bool,
}

impl FirstSteps {
    /// Of an account, by whether it has a second factor, and by the way that they came in: at the provider's, both are its to ask.
    pub fn of(account: &Account, enrolled: bool, door: StaffDoor) -> Self {
        match door {
            StaffDoor::Own => Self { change_password: account.first_password, enrol: !enrolled },
            StaffDoor::Provider => Self::default(),
        }
    }
}

/// A session that begins, with its first refresh token.
pub(super) struct Opening {
    session: Session,
    first: RefreshToken,
    secret: SecretString,
}

impl Opening {
    pub fn new(holder: Holder, device: Option<Device>, rules: &SessionRules, now: Timestamp) -> Self {
        let session = Session::begin(SessionId::new(Uuid::now_v7()), holder, device, rules, now);
        let (first, secret) = new_token(session.id, None, now);
        Self { session, first, secret }
    }

    pub async fn save(&self, tx: &Tx) -> Result<(), StoreError> {
        tx.add_session(&self.session, &self.first).await
    }
}

impl App {
    pub(super) fn session_rules(&self) -> SessionRules {
        self.settings.token.session_rules()
    }

    /// What somebody shows from now on, once their session is saved.
    fn let_in(
        &self,
        session: Session,
        refresh_token: SecretString,
        first_steps: FirstSteps,
        now: Timestamp,
    ) -> Result<SignedIn, IssueError> {
        let (subject, kind) = match session.holder {
            Holder::Villager { person } => (person.as_uuid(), Kind::Villager),
            Holder::Staff { account, .. } => (account.as_uuid(), Kind::Staff),
        };
        let holder = tokens::Holder { subject, kind, district: self.district().clone(), session: session.id };
        let issued = self.tokens.issue(holder, session.ends_at, now)?;
        Ok(SignedIn { session, issued, refresh_token, first_steps })
    }

    pub(super) fn let_in_anew(&self, opened: Opening, first_steps: FirstSteps, now: Timestamp) -> Result<SignedIn, IssueError> {
        self.let_in(opened.session, opened.secret, first_steps, now)
    }

    /// A villager's session that goes on; `kid` names the key that signed what they show.
    pub async fn villager_session(&self, id: SessionId, kid: Option<&str>) -> Result<Option<Session>, StoreError> {
        self.store.read(self.district()).villager_session(id, kid).await
    }

    /// The same of staff, with account and roles as they are now.
    pub async fn staff_session(&self, id: SessionId, kid: Option<&str>) -> Result<Option<StaffSession>, StoreError> {
        self.store.read(self.district()).staff_session(id, kid).await
    }
}

/// A refresh token got with `parent`, and what of it the client is shown.
fn new_token(session: SessionId, parent: Option<String>, now: Timestamp) -> (RefreshToken, SecretString) {
    let made = secret::made();
    let token = RefreshToken { digest: secret::digest(&made), session, parent, issued_at: now, used: None };
    (token, made.into())
}

/// The holder of a session, for the audit log.
fn who(holder: Holder) -> Who {
    match holder {
        Holder::Villager { person } => Who::Person { person },
        Holder::Staff { account, person, .. } => Who::Staff { account, person, office: None },
    }
}
