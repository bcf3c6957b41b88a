//! Accounts of staff and their roles, for the security administrator. A first password is answered once: it isn't kept, and a
//! repetition of the request doesn't get it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use domain::ids::{AccountId, DivisionCode, PersonId, StationCode};
use domain::people::{CitizenId, Grant, Phone, Scope};
use infra::store::StaffFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::StaffMember;
use super::body::{Json, Text};
use super::etag::{ETag, IfMatch};
use super::idempotency::{Act, PlainAct, once_showing, repetition};
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{Role, Topic};
use crate::app::staff::{
    AccountChange, NewAccount, StaffEntry, StaffError, add_staff, change_staff, list_staff, reset_password, reset_second_factor, show_staff,
};
use crate::app::{App, Grounds};
use crate::wording;

const FIRST_PASSWORD: &str = "first_password";

#[derive(Debug, Serialize, ToSchema)]
pub struct StaffView {
    #[schema(value_type = Uuid)]
    id: AccountId,
    login: String,
    person: HolderView,
    grants: Vec<GrantView>,
    disabled: bool,
    /// What the queue offers them first; all topics where it is empty.
    topics: Vec<Topic>,
    /// They haven't changed their first password yet.
    must_change_password: bool,
}

/// Whom an account names.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolderView {
    #[schema(value_type = Uuid)]
    id: PersonId,
    name: Option<String>,
    /// Masked.
    citizen_id: Option<String>,
    /// Masked.
    phone: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GrantView {
    role: Role,
    role_name: &'static str,
    /// Where the role holds: at a station, or in a division.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
    #[schema(value_type = Option<String>)]
    division: Option<DivisionCode>,
    place_name: String,
}

/// An account with the password that was just made for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedView {
    #[serde(flatten)]
    staff: StaffView,
    /// In the first answer alone.
    first_password: Option<String>,
}

/// A role, and where it holds: `station` or `division`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    role: Role,
    #[schema(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    #[schema(value_type = Option<String>, pattern = "^[0-9]{12}$")]
    division: Option<DivisionCode>,
}

/// An account to open. A login has 3 to 40 lower-case letters, digits, dots, hyphens or underscores.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffBody {
    #[schema(inline, example = "li.qiang")]
    login: Text<40>,
    #[schema(inline)]
    name: Text<50>,
    #[schema(inline, example = "11010519491231002X")]
    citizen_id: Text<18>,
    #[schema(value_type = Option<String>, example = "13800005678")]
    phone: Option<Phone>,
    #[schema(max_items = 40)]
    grants: Vec<GrantBody>,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffChange {
    /// In place of all that they had.
    #[schema(max_items = 40)]
    grants: Option<Vec<GrantBody>>,
    /// What they are trained for, in place of what stood there; empty for all topics.
    #[schema(max_items = 40)]
    topics: Option<Vec<Topic>>,
    disabled: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffQuery {
    /// Those who have a role there.
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    /// A part of the login or of the name.
    #[param(value_type = Option<String>, max_length = 50)]
    q: Option<Text<50>>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// Lists the accounts of staff, in the order in which they were opened.
#[utoipa::path(tag = "staff", operation_id = "list_staff", params(StaffQuery), responses((status = 200, body = Page<StaffView>)))]
#[get("/staff")]
pub async fn list(app: Data<App>, StaffMember(by): StaffMember, query: Query<StaffQuery>) -> Result<Answer<Page<StaffView>>, Problem> {
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<AccountId>()).transpose().map_err(|_| BadCursor)?;
    let words = query.q.as_ref().map(|words| words.as_str().to_owned());
    let filter = StaffFilter { station: query.station.clone(), words, after };
    let (entries, total) = list_staff(&app.store.read(app.district()), &by, &filter, query.limit.into()).await?;
    let full = entries.len() >= query.limit.get();
    let next = entries.last().filter(|_| full).map(|last| last.account.id.to_string());
    let grounds = app.grounds();
    Ok(Answer(Page::cut(entries.iter().map(|entry| view(entry, &grounds)).collect(), total, next.as_deref())))
}

/// One account; its `ETag` is what a change asks for.
#[utoipa::path(
    tag = "staff", operation_id = "show_staff", params(("id" = Uuid, Path)),
    responses((status = 200, body = StaffView, headers(("etag" = String))))
)]
#[get("/staff/{id}")]
pub async fn show(app: Data<App>, StaffMember(by): StaffMember, id: Path<AccountId>) -> Result<HttpResponse, Problem> {
    let entry = show_staff(&app.store.read(app.district()), &by, *id).await?;
    Ok(tagged(&entry, &app.grounds()))
}

/// Opens an account, and answers its first password.
#[utoipa::path(
    tag = "staff", operation_id = "add_staff", request_body = StaffBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = OpenedView))
)]
#[post("/staff")]
pub async fn add(app: Data<App>, StaffMember(by): StaffMember, act: Act<StaffBody>) -> Result<HttpResponse, Problem> {
    if let Some(answer) = repetition(&app, &act.once).await? {
        return Ok(answer);
    }
    let (new, grounds, id) = (NewAccount::try_from(act.body)?, app.grounds(), AccountId::new(Uuid::now_v7()));
    let made = app.first_password().await.map_err(StaffError::from)?;
    let opened = once_showing(&app, &act.once, StatusCode::CREATED, (FIRST_PASSWORD, made.shown), move |tx| {
        Box::pin(async move {
            let entry = add_staff(tx, &grounds.map, Some(&by), new, (id, made.hash, grounds.now)).await?;
            Ok::<_, StaffError>(OpenedView { staff: view(&entry, &grounds), first_password: None })
        })
    });
    let answer = opened.await?;
    app.staff_changed().await?;
    Ok(answer)
}

/// Changes an account's roles, or disables it; at once.
#[utoipa::path(
    tag = "staff", operation_id = "change_staff", request_body = StaffChange,
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = StaffView, headers(("etag" = String))))
)]
#[patch("/staff/{id}")]
pub async fn change(
    app: Data<App>,
    StaffMember(by): StaffMember,
    id: Path<AccountId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<StaffChange>,
) -> Result<HttpResponse, Problem> {
    let (change, grounds, at) = (AccountChange::try_from(body)?, app.grounds(), (*id, seen.version()?));
    let (map, now) = (grounds.map.clone(), grounds.now);
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { change_staff(tx, &map, (&by, now), at, change).await }));
    let changed = unit.await?;
    app.staff_changed().await?;
    Ok(tagged(&changed, &grounds))
}

/// Makes a new first password for somebody who lost theirs, and answers it.
#[utoipa::path(
    tag = "staff", operation_id = "reset_password", params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = OpenedView))
)]
#[post("/staff/{id}/password")]
pub async fn reset(app: Data<App>, StaffMember(by): StaffMember, id: Path<AccountId>, act: PlainAct) -> Result<HttpResponse, Problem> {
    if let Some(answer) = repetition(&app, &act.once).await? {
        return Ok(answer);
    }
    let (id, grounds) = (*id, app.grounds());
    let made = app.first_password().await.map_err(StaffError::from)?;
    once_showing(&app, &act.once, StatusCode::OK, (FIRST_PASSWORD, made.shown), move |tx| {
        Box::pin(async move {
            let entry = reset_password(tx, (&by, grounds.now), id, made.hash).await?;
            Ok::<_, StaffError>(OpenedView { staff: view(&entry, &grounds), first_password: None })
        })
    })
    .await
}

/// Takes somebody's authenticator and recovery codes away, who lost both: their sessions end, and they set up another one at their next
/// sign-in.
#[utoipa::path(
    tag = "staff", operation_id = "reset_second_factor", params(("id" = Uuid, Path)),
    responses((status = 204, description = "已重置"))
)]
#[delete("/staff/{id}/second-factor")]
pub async fn reset_factor(app: Data<App>, StaffMember(by): StaffMember, id: Path<AccountId>) -> Result<HttpResponse, Problem> {
    let (id, now) = (*id, app.clock.now());
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { reset_second_factor(tx, (Some(&by), now), id).await }));
    unit.await?;
    Ok(HttpResponse::NoContent().finish())
}

fn tagged(entry: &StaffEntry, grounds: &Grounds) -> HttpResponse {
    ETag::of_version(entry.account.version).ok(&view(entry, grounds))
}

fn view(entry: &StaffEntry, grounds: &Grounds) -> StaffView {
    let StaffEntry { account, grants, person } = entry;
    StaffView {
        id: account.id,
        login: account.login.clone(),
        person: HolderView {
            id: person.id,
            name: person.name.clone(),
            citizen_id: person.citizen_id.as_ref().map(CitizenId::masked),
            phone: person.phone.as_ref().map(Phone::masked),
        },
        grants: grants.iter().map(|grant| grant_view(grant, grounds)).collect(),
        disabled: account.disabled,
        topics: account.topics.iter().copied().map(Topic::from).collect(),
        must_change_password: account.first_password,
    }
}

fn grant_view(grant: &Grant, grounds: &Grounds) -> GrantView {
    let (station, division) = match &grant.scope {
        Scope::Station(code) => (Some(code.clone()), None),
        Scope::Division(code) => (None, Some(code.clone())),
    };
    let of_station = station.as_ref().and_then(|code| grounds.map.station(code)).map(|station| station.name.clone());
    let of_division = division.as_ref().and_then(|code| grounds.map.division(code)).map(|division| division.name.clone());
    let place_name = of_station.or(of_division).unwrap_or_default();
    GrantView { role: grant.role.into(), role_name: wording::role(grant.role), station, division, place_name }
}

impl TryFrom<GrantBody> for Grant {
    type Error = Problem;
    fn try_from(body: GrantBody) -> Result<Self, Problem> {
        let scope = match (body.station, body.division) {
            (Some(station), None) => Scope::Station(station),
            (None, Some(division)) => Scope::Division(division),
            (Some(_), Some(_)) | (None, None) => return Err(Problem::one_place_a_grant()),
        };
        Ok(Grant { role: body.role.into(), scope })
    }
}

/// Without what is said twice.
fn grants(bodies: Vec<GrantBody>) -> Result<Vec<Grant>, Problem> {
    let mut grants = bodies.into_iter().map(Grant::try_from).collect::<Result<Vec<_>, _>>()?;
    grants.sort();
    grants.dedup();
    Ok(grants)
}

impl TryFrom<StaffBody> for NewAccount {
    type Error = Problem;
    fn try_from(body: StaffBody) -> Result<Self, Problem> {
        Ok(Self {
            login: body.login.into_string(),
            name: body.name.into_string(),
            citizen_id: body.citizen_id.into_string(),
            phone: body.phone,
            grants: grants(body.grants)?,
        })
    }
}

impl TryFrom<StaffChange> for AccountChange {
    type Error = Problem;
    fn try_from(body: StaffChange) -> Result<Self, Problem> {
        let topics = body.topics.map(|topics| topics.into_iter().map(Into::into).collect());
        Ok(Self { grants: body.grants.map(grants).transpose()?, topics, disabled: body.disabled })
    }
}
