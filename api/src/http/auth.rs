//! Who asks. `authenticate` stands before every route of `/api/v1`: it finds out who asks and what act the operation is, and
//! refuses whom the policy's table doesn't let in, before anything that was sent is looked at. What a handler extracts says whom
//! it serves; whether they may do this to that thing, it asks `domain::policy::may` once the thing is loaded.
//! Invariants: the district is the deployment's; a token of another one is refused. Accounts and roles are read with every
//! request, together with the session and the key that signed, so that what was taken away, ended or dropped is gone at once, on whatever
//! instance; a session goes with the password that it was got with, and a villager's with their data.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use chrono::{Duration, NaiveDate};
use domain::ids::{PersonId, SessionId};
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, admits, admits_first_password, admits_without_second_factor};
use domain::session::{End, Session};
use domain::time::local_date;
use infra::store::villager_label;
use infra::tokens::{Claims, Kind, TokenError};
use tracing::Span;
use uuid::Uuid;

use super::problem::Problem;
use super::routes::{Routes, refuse};
use crate::app::{App, FirstSteps, VerifyError};

/// What is wrong with a token.
#[derive(Debug, PartialEq, Eq)]
pub enum AuthFault {
    Invalid,
    Expired,
    OtherDistrict,
}

impl From<TokenError> for AuthFault {
    fn from(error: TokenError) -> Self {
        match error {
            // Whoever shows a token of a key that is gone may refresh.
            TokenError::Expired | TokenError::UnknownKey | TokenError::RetiredKey => AuthFault::Expired,
            TokenError::Malformed
            | TokenError::OtherAlgorithm
            | TokenError::BadSignature
            | TokenError::OtherIssuer
            | TokenError::OtherAudience
            | TokenError::OtherKind
            | TokenError::NotYetValid => AuthFault::Invalid,
        }
    }
}

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Token(error) => AuthFault::from(error).into(),
            VerifyError::Store(error) => error.into(),
        }
    }
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub enum Caller {
    Villager(PersonId),
    Staff(Box<Staff>),
}

impl Caller {
    /// The person behind it, whatever they are signed in as.
    pub fn person(&self) -> PersonId {
        match self {
            Caller::Villager(person) => *person,
            Caller::Staff(staff) => staff.person,
        }
    }

    /// What a token calls them: the person of a villager, the account of staff.
    fn id(&self) -> Uuid {
        match self {
            Caller::Villager(person) => person.as_uuid(),
            Caller::Staff(staff) => staff.account.as_uuid(),
        }
    }

    /// As the policy knows them on this day.
    pub fn actor(&self, today: NaiveDate) -> Actor<'_> {
        match self {
            Caller::Villager(person) => Actor::Villager(*person, today),
            Caller::Staff(staff) => Actor::Staff(staff),
        }
    }

    /// A name for logs and keys that says nothing about the person.
    pub fn label(&self) -> String {
        match self {
            Caller::Villager(person) => villager_label(*person),
            Caller::Staff(staff) => format!("staff:{}", staff.account),
        }
    }
}

/// Let in, or refused: middleware of `/api/v1`.
pub async fn authenticate(
    app: Data<App>,
    routes: Data<Routes>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match let_in(&app, &request, routes.act(&request)).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => refuse(request, problem),
    }
}

/// Finds out who asks, and whether the table lets them in. Without a token nothing is even looked for, unless its row is open to
/// anyone. Who is known stands in the request also when they are refused, for the logs.
async fn let_in(app: &App, request: &ServiceRequest, act: Option<Act>) -> Result<(), Problem> {
    // Whoever begins a session or carries one on may send the token along that has run out.
    let token = if act.is_some_and(begins_a_session) { None } else { bearer(request)? };
    let Some(token) = token else {
        return Ok(act.ok_or(Denied::NotSignedIn).and_then(|act| admits(Actor::Anyone, act))?);
    };
    let Identified { caller, first_steps, session } = identify(app, &token).await?;
    Span::current().record("actor", caller.label());
    request.extensions_mut().insert(caller.clone());
    request.extensions_mut().insert(Current(session));
    if let Some(act) = act {
        admits(caller.actor(local_date(app.clock.now())), act)?;
        if first_steps.change_password {
            admits_first_password(act)?;
        }
        if first_steps.enrol {
            admits_without_second_factor(act)?;
        }
    }
    Ok(())
}

fn begins_a_session(act: Act) -> bool {
    let signs_in = matches!(act, Act::SignInWithWechat | Act::SignInStaff | Act::SignInStaffWithWechat);
    let by_phone = matches!(act, Act::SendSmsCode | Act::SignInByPhone);
    signs_in || by_phone || matches!(act, Act::BeginSignInAtProvider | Act::SignInAtProvider | Act::RefreshSession)
}

fn bearer(request: &ServiceRequest) -> Result<Option<String>, AuthFault> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| AuthFault::Invalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(AuthFault::Invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token.trim().to_owned())) } else { Err(AuthFault::Invalid) }
}

/// Somebody whose token holds.
struct Identified {
    caller: Caller,
    first_steps: FirstSteps,
    session: Session,
}

/// The token says who they were when it was signed; the store, in one answer, what became of them since.
async fn identify(app: &App, token: &str) -> Result<Identified, Problem> {
    let now = app.clock.now();
    let Claims { holder, kid, .. } = app.verify_token(token, now).await?;
    if holder.district != *app.district() {
        return Err(AuthFault::OtherDistrict.into());
    }
    let known = match holder.kind {
        Kind::Villager => {
            let session = app.villager_session(holder.session, Some(&kid)).await?;
            session.map(|session| Identified {
                caller: Caller::Villager(session.holder.person()),
                first_steps: FirstSteps::default(),
                session,
            })
        }
        Kind::Staff => app.staff_session(holder.session, Some(&kid)).await?.map(|found| Identified {
            first_steps: FirstSteps::of(&found.account, found.enrolled, found.session.holder.door()),
            caller: Caller::Staff(Box::new(found.staff)),
            session: found.session,
        }),
    };
    let Some(known) = known.filter(|known| known.caller.id() == holder.subject) else {
        return Err(why_unknown(app, holder.session).await?.into());
    };
    match known.session.over(now) {
        None => Ok(known),
        Some(End::AtRest | End::TimeIsUp) => Err(AuthFault::Expired.into()),
        Some(
            End::SignedOut
            | End::SignedOutEverywhere
            | End::Reused
            | End::OtherPassword
            | End::AccountClosed
            | End::OtherSecondFactor
            | End::OtherWayIn,
        ) => Err(AuthFault::Invalid.into()),
    }
}

/// The session has ended, or the key that signed was dropped, which this instance hasn't heard.
async fn why_unknown(app: &App, session: SessionId) -> Result<AuthFault, Problem> {
    let goes_on = app.villager_session(session, None).await?.is_some() || app.staff_session(session, None).await?.is_some();
    if !goes_on {
        return Ok(AuthFault::Invalid);
    }
    app.load_token_keys().await?;
    Ok(AuthFault::Expired)
}

fn caller(request: &HttpRequest) -> Option<Caller> {
    request.extensions().get::<Caller>().cloned()
}

fn signed_in(request: &HttpRequest) -> Result<Caller, Problem> {
    caller(request).ok_or_else(|| Denied::NotSignedIn.into())
}

/// Signed in or not.
pub struct Anyone(pub Option<Caller>);

impl FromRequest for Anyone {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Anyone(caller(request))))
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(signed_in(request))
    }
}

/// The session of whoever asks.
#[derive(Debug, Clone)]
pub struct Current(pub Session);

impl FromRequest for Current {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Current>().cloned().ok_or_else(|| Denied::NotSignedIn.into()))
    }
}

/// A villager, for themself or as an agent.
#[derive(Debug, Clone, Copy)]
pub struct Villager {
    pub person: PersonId,
}

impl FromRequest for Villager {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match signed_in(request) {
            Ok(Caller::Villager(person)) => Ok(Villager { person }),
            Ok(Caller::Staff(_)) => Err(Denied::VillagersOnly.into()),
            Err(problem) => Err(problem),
        })
    }
}

/// A villager who has just signed in: for what mustn't be done with a phone that lies about.
#[derive(Debug, Clone, Copy)]
pub struct FreshVillager {
    pub person: PersonId,
}

impl FromRequest for FreshVillager {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let me = Villager::from_request(request, payload).into_inner();
        let app = request.app_data::<Data<App>>().cloned();
        let signed_in_at = request.extensions().get::<Current>().map(|Current(session)| session.signed_in_at);
        ready(me.and_then(|me| {
            let fresh = app
                .zip(signed_in_at)
                .is_some_and(|(app, at)| app.clock.now() - at < Duration::minutes(i64::from(app.settings.token.fresh_minutes)));
            if fresh { Ok(Self { person: me.person }) } else { Err(Problem::sign_in_again()) }
        }))
    }
}

/// A staff member, whatever their roles.
#[derive(Debug, Clone)]
pub struct StaffMember(pub Staff);

impl FromRequest for StaffMember {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match signed_in(request) {
            Ok(Caller::Staff(staff)) => Ok(StaffMember(*staff)),
            Ok(Caller::Villager(_)) => Err(Denied::StaffOnly.into()),
            Err(problem) => Err(problem),
        })
    }
}
