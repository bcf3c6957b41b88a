//! Who asks. `authenticate` stands before every route of `/api/v1` and denies by default: only what the OpenAPI document marks
//! `security(())` may be asked without a token. A handler says whom it serves by what it extracts.
//! Invariant: the district is the deployment's; a token of another one is refused. Roles are read with every request, so that
//! what was taken away is gone at once.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use domain::ids::{AccountId, PersonId, StationCode};
use domain::people::{Role, Staff};
use infra::tokens::{Kind, TokenError};
use tracing::Span;

use super::problem::Problem;
use super::routes::{Access, Routes, refuse};
use crate::app::App;

/// Why somebody may not.
#[derive(Debug, PartialEq, Eq)]
pub enum AuthFault {
    Missing,
    Invalid,
    Expired,
    OtherDistrict,
    NotAVillager,
    NotStaff,
    RoleMissing,
    OutOfScope,
}

impl From<TokenError> for AuthFault {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => AuthFault::Expired,
            TokenError::Malformed
            | TokenError::OtherAlgorithm
            | TokenError::UnknownKey
            | TokenError::BadSignature
            | TokenError::OtherIssuer
            | TokenError::OtherAudience
            | TokenError::OtherKind
            | TokenError::NotYetValid => AuthFault::Invalid,
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

    /// A name for logs and keys that says nothing about the person.
    pub fn label(&self) -> String {
        match self {
            Caller::Villager(person) => format!("villager:{person}"),
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
    let caller = match bearer(&request) {
        Ok(Some(token)) => identify(&app, &token).await.map(Some),
        Ok(None) if routes.access(&request) == Access::Public => Ok(None),
        Ok(None) => Err(AuthFault::Missing.into()),
        Err(fault) => Err(fault.into()),
    };
    match caller {
        Ok(Some(caller)) => {
            Span::current().record("actor", caller.label());
            request.extensions_mut().insert(caller);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Ok(None) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => refuse(request, problem),
    }
}

fn bearer(request: &ServiceRequest) -> Result<Option<String>, AuthFault> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().map_err(|_| AuthFault::Invalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(AuthFault::Invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token.trim().to_owned())) } else { Err(AuthFault::Invalid) }
}

async fn identify(app: &App, token: &str) -> Result<Caller, Problem> {
    let claims = app.tokens.verify(token, app.clock.now()).map_err(AuthFault::from)?;
    if claims.holder.district != *app.district() {
        return Err(AuthFault::OtherDistrict.into());
    }
    match claims.holder.kind {
        Kind::Villager => Ok(Caller::Villager(PersonId::new(claims.holder.subject))),
        Kind::Staff => {
            let staff = app.staff(AccountId::new(claims.holder.subject)).await?;
            staff.map(|staff| Caller::Staff(Box::new(staff))).ok_or_else(|| AuthFault::Invalid.into())
        }
    }
}

fn caller(request: &HttpRequest) -> Option<Caller> {
    request.extensions().get::<Caller>().cloned()
}

fn signed_in(request: &HttpRequest) -> Result<Caller, Problem> {
    caller(request).ok_or_else(|| AuthFault::Missing.into())
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
            Ok(Caller::Staff(_)) => Err(AuthFault::NotAVillager.into()),
            Err(problem) => Err(problem),
        })
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
            Ok(Caller::Villager(_)) => Err(AuthFault::NotStaff.into()),
            Err(problem) => Err(problem),
        })
    }
}

/// A role, as a type.
pub trait Office {
    const ROLE: Role;
}

macro_rules! offices {
    ($($(#[$doc:meta])* $office:ident as $extractor:ident: $role:expr;)*) => {$(
        pub struct $office;
        impl Office for $office {
            const ROLE: Role = $role;
        }
        $(#[$doc])*
        pub type $extractor = Holding<$office>;
    )*};
}

offices! {
    /// Holds the role of clerk somewhere.
    ClerkOffice as Clerk: Role::Clerk;
    ApproverOffice as Approver: Role::Approver;
    CourierOffice as Courier: Role::Courier;
    SupervisorOffice as Supervisor: Role::Supervisor;
    AdminOffice as Admin: Role::Admin;
}

/// A staff member who holds an office somewhere; `at` says whether it holds at a station.
#[derive(Debug)]
pub struct Holding<O> {
    pub staff: Staff,
    office: PhantomData<O>,
}

impl<O: Office> Holding<O> {
    /// Ends the request unless the office holds at `station`.
    pub fn at(&self, station: &StationCode) -> Result<(), AuthFault> {
        if self.staff.has(O::ROLE, station) { Ok(()) } else { Err(AuthFault::OutOfScope) }
    }
}

impl<O: Office> FromRequest for Holding<O> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let member = StaffMember::from_request(request, payload).into_inner();
        ready(member.and_then(|StaffMember(staff)| {
            let holds = staff.grants.iter().any(|grant| grant.role == O::ROLE);
            if holds { Ok(Holding { staff, office: PhantomData }) } else { Err(AuthFault::RoleMissing.into()) }
        }))
    }
}

/// Ends the request unless one of `roles` holds at `station`.
pub fn require_any(staff: &Staff, roles: &[Role], station: &StationCode) -> Result<(), AuthFault> {
    if !staff.grants.iter().any(|grant| roles.contains(&grant.role)) {
        return Err(AuthFault::RoleMissing);
    }
    if roles.iter().any(|role| staff.has(*role, station)) { Ok(()) } else { Err(AuthFault::OutOfScope) }
}
