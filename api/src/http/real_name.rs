//! How sure it is that somebody is who they say: a phone of their own, a face check, a clerk who sees their document.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, post, put};
use chrono::{DateTime, FixedOffset};
use domain::ids::{PersonId, StationCode};
use domain::people::{CitizenId, Person, Phone};
use infra::store::FaceCheck;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth::{FreshVillager, StaffMember, Villager};
use super::body::{Json, Text};
use super::idempotency::{Act, once};
use super::instant::shown;
use super::mask;
use super::me::ProfileView;
use super::problem::Problem;
use super::words::{FaceState, IdentityLevel};
use crate::app::{App, CheckIdentityError, IdentityCheck, ProvenBy, check_identity};
use crate::wording;

/// How a phone is shown to be one's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum PhoneProof {
    /// A code that `POST /sessions/phone/codes` sent.
    Sms {
        #[schema(value_type = String, example = "13800005678")]
        phone: Phone,
        #[schema(value_type = String, min_length = 1, max_length = 6, example = "123456")]
        code: Text<6>,
    },
    /// What WeChat's `getPhoneNumber` gave.
    Wechat {
        #[schema(inline)]
        code: Text<128>,
    },
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityCodeView {
    /// Shown to a clerk of any station, who types it.
    #[schema(example = "12345678")]
    code: String,
    ends_at: DateTime<FixedOffset>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FaceCheckView {
    id: Uuid,
    state: FaceState,
    #[schema(example = "等待认脸")]
    state_name: &'static str,
    began_at: DateTime<FixedOffset>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FaceCheckBegun {
    id: Uuid,
    /// The page on which the person shows their face.
    url: String,
}

/// What a clerk has before them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityCheckBody {
    #[schema(value_type = String)]
    station: StationCode,
    /// On the villager's phone.
    #[schema(value_type = String, min_length = 8, max_length = 8, pattern = "^[0-9]{8}$")]
    code: SecretString,
    #[schema(inline)]
    name: Text<50>,
    /// GB 11643. As the document has it, like the name.
    #[schema(value_type = String, example = "11010519491231002X")]
    citizen_id: CitizenId,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityView {
    #[schema(value_type = Uuid)]
    person: PersonId,
    /// Masked.
    name: Option<String>,
    level: IdentityLevel,
    #[schema(example = "站点核对过身份证件")]
    level_name: &'static str,
}

/// Shows that a phone is the villager's own: its codes sign them in from now on, and they may hand in what asks for no more. Whoever has
/// found a phone that is signed in mustn't bind their own: it needs a sign-in of the last minutes. A code of WeChat works once: after a lost
/// answer, `GET /me` tells whether the number was taken.
#[utoipa::path(
    tag = "me", operation_id = "prove_phone", request_body = PhoneProof,
    responses((status = 200, body = ProfileView))
)]
#[put("/me/phone")]
pub async fn prove_phone(app: Data<App>, me: FreshVillager, Json(proof): Json<PhoneProof>) -> Result<Answer<ProfileView>, Problem> {
    let by = match proof {
        PhoneProof::Sms { phone, code } => ProvenBy::Sms { phone, code: code.into_string() },
        PhoneProof::Wechat { code } => ProvenBy::Wechat { code: code.into_string() },
    };
    Ok(Answer(ProfileView::from(&app.prove_phone(me.person, by, app.clock.now()).await?)))
}

/// Makes a code that a clerk types while they see the villager's identity document. An earlier one is good no more, so that asking again
/// doubles nothing.
#[utoipa::path(tag = "me", operation_id = "make_identity_code", responses((status = 201, body = IdentityCodeView)))]
#[post("/me/identity-codes")]
pub async fn make_code(app: Data<App>, me: Villager) -> Result<HttpResponse, Problem> {
    let (code, ends_at) = app.identity_code(me.person, app.clock.now()).await?;
    Ok(HttpResponse::Created().json(IdentityCodeView { code: code.expose_secret().to_owned(), ends_at: shown(ends_at) }))
}

/// Begins a face check of the profile's name and number, or goes on with the one that waits, so that asking again doubles nothing.
#[utoipa::path(tag = "me", operation_id = "begin_face_check", responses((status = 201, body = FaceCheckBegun)))]
#[post("/me/face-checks")]
pub async fn begin_face_check(app: Data<App>, me: Villager) -> Result<HttpResponse, Problem> {
    let (check, url) = app.begin_face_check(me.person, app.clock.now()).await?;
    Ok(HttpResponse::Created().json(FaceCheckBegun { id: check.id, url }))
}

/// What has come of a face check of the villager's own.
#[utoipa::path(
    tag = "me", operation_id = "show_face_check", params(("id" = Uuid, Path)), responses((status = 200, body = FaceCheckView))
)]
#[get("/me/face-checks/{id}")]
pub async fn show_face_check(app: Data<App>, me: Villager, id: Path<Uuid>) -> Result<Answer<FaceCheckView>, Problem> {
    Ok(Answer(FaceCheckView::from(&app.face_check(me.person, *id, app.clock.now()).await?)))
}

/// Notes that a clerk saw the identity document of whoever shows the code. Somebody who is known here by the number already, from a counter or
/// through another phone, is the same person from now on, and signs in anew.
#[utoipa::path(
    tag = "people", operation_id = "check_identity", request_body = IdentityCheckBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = IdentityView))
)]
#[post("/people/identity-checks")]
pub async fn check_document(app: Data<App>, StaffMember(staff): StaffMember, act: Act<IdentityCheckBody>) -> Result<HttpResponse, Problem> {
    app.count_identity_check(&staff).await?;
    let (grounds, body) = (app.grounds(), act.body);
    let check = IdentityCheck { station: body.station, code: body.code, name: body.name.into_string(), citizen_id: body.citizen_id };
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { Ok::<_, CheckIdentityError>(IdentityView::from(&check_identity(tx, &grounds, &staff, check).await?)) })
    })
    .await
}

impl From<&FaceCheck> for FaceCheckView {
    fn from(check: &FaceCheck) -> Self {
        let state_name = wording::face_state(check.state);
        Self { id: check.id, state: check.state.into(), state_name, began_at: shown(check.began_at) }
    }
}

impl From<&Person> for IdentityView {
    fn from(person: &Person) -> Self {
        let level = person.identity.level();
        Self {
            person: person.id,
            name: person.name.as_deref().map(mask::name),
            level: level.into(),
            level_name: wording::identity_level(level),
        }
    }
}
