//! A villager's own profile and household. The citizen ID number and the phone go out masked.

use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpResponse, get, put};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{DivisionCode, PersonId};
use domain::people::{CitizenId, HouseholdNumber, Person, Phone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::Villager;
use super::body::{Json, Text};
use super::etag::{ETag, IfMatch};
use super::instant::shown;
use super::mask;
use super::problem::Problem;
use super::words::{Gender, IdentityLevel};
use crate::app::{App, ProfileEdit};
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileView {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    name: Option<String>,
    /// Masked.
    #[schema(example = "511*************2X")]
    citizen_id: Option<String>,
    /// Masked.
    #[schema(example = "138****5678")]
    phone: Option<String>,
    gender: Option<Gender>,
    birth_date: Option<NaiveDate>,
    ethnicity: Option<String>,
    /// The division of registration.
    #[schema(value_type = Option<String>)]
    registered: Option<DivisionCode>,
    /// The division where they live.
    #[schema(value_type = Option<String>)]
    residence: Option<DivisionCode>,
    address: Option<String>,
    household: Option<String>,
    /// Whether enough is known to apply.
    complete: bool,
    /// How sure it is that they are who they say.
    level: IdentityLevel,
    #[schema(example = "手机号已验证")]
    level_name: &'static str,
    /// When they last proved it by a face check or a document.
    proved_at: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdate {
    #[schema(inline)]
    name: Text<50>,
    /// Once known it may be left out, and can't be changed here.
    #[schema(inline, example = "11010519491231002X")]
    citizen_id: Option<Text<18>>,
    /// A mobile number, or a landline with its area code.
    #[schema(value_type = String, example = "13800005678")]
    phone: Phone,
    #[schema(inline)]
    ethnicity: Option<Text<20>>,
    #[schema(value_type = Option<String>, pattern = "^[0-9]{12}$")]
    registered: Option<DivisionCode>,
    #[schema(value_type = Option<String>, pattern = "^[0-9]{12}$")]
    residence: Option<DivisionCode>,
    #[schema(inline)]
    address: Option<Text<200>>,
    /// 户号, as the household register has it.
    #[schema(value_type = Option<String>, pattern = "^[0-9A-Za-z]{1,20}$")]
    household: Option<HouseholdNumber>,
}

/// Somebody of the household.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// Masked, but for the person themself.
    name: Option<String>,
    gender: Option<Gender>,
    myself: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdView {
    /// 户号; none where the profile names none.
    number: Option<String>,
    members: Vec<MemberView>,
}

/// The villager's own profile.
#[utoipa::path(tag = "me", operation_id = "show_profile", responses((status = 200, body = ProfileView, headers(("etag" = String)))))]
#[get("/me")]
pub async fn show(app: Data<App>, me: Villager) -> Result<HttpResponse, Problem> {
    Ok(answer(&app.profile(me.person).await?))
}

/// Saves the villager's own profile.
#[utoipa::path(
    tag = "me", operation_id = "save_profile", request_body = ProfileUpdate, params(("If-Match" = String, Header)),
    responses((status = 200, body = ProfileView, headers(("etag" = String))))
)]
#[put("/me")]
pub async fn save(
    app: Data<App>,
    me: Villager,
    IfMatch(seen): IfMatch,
    Json(update): Json<ProfileUpdate>,
) -> Result<HttpResponse, Problem> {
    if update.citizen_id.is_some() {
        app.count_named(me.person).await?;
    }
    let saved = app.save_profile(me.person, update.into(), seen.version()?).await?;
    Ok(answer(&saved))
}

/// Who shares the villager's household number.
#[utoipa::path(tag = "me", operation_id = "show_household", responses((status = 200, body = HouseholdView)))]
#[get("/me/household")]
pub async fn household(app: Data<App>, me: Villager) -> Result<Answer<HouseholdView>, Problem> {
    let members = app.household(me.person).await?;
    let number = members.iter().find_map(|member| member.household.clone()).map(String::from);
    let view = |member: &Person| MemberView {
        id: member.id,
        name: member.name.as_deref().map(|name| if member.id == me.person { name.to_owned() } else { mask::name(name) }),
        gender: gender(member),
        myself: member.id == me.person,
    };
    Ok(Answer(HouseholdView { number, members: members.iter().map(view).collect() }))
}

fn gender(person: &Person) -> Option<Gender> {
    person.citizen_id.as_ref().map(|number| number.gender().into())
}

fn answer(person: &Person) -> HttpResponse {
    ETag::of_version(person.version).ok(&ProfileView::from(person))
}

impl From<&Person> for ProfileView {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id,
            name: person.name.clone(),
            citizen_id: person.citizen_id.as_ref().map(CitizenId::masked),
            phone: person.phone.as_ref().map(Phone::masked),
            gender: gender(person),
            birth_date: person.citizen_id.as_ref().map(CitizenId::birth_date),
            ethnicity: person.ethnicity.clone(),
            registered: person.registered.clone(),
            residence: person.residence.clone(),
            address: person.address.clone(),
            household: person.household.clone().map(String::from),
            level: person.identity.level().into(),
            level_name: wording::identity_level(person.identity.level()),
            proved_at: person.identity.proof.map(|proof| shown(proof.at)),
            complete: person.name.is_some() && person.citizen_id.is_some() && person.phone.is_some(),
        }
    }
}

impl From<ProfileUpdate> for ProfileEdit {
    fn from(update: ProfileUpdate) -> Self {
        Self {
            name: update.name.into_string(),
            citizen_id: update.citizen_id.map(Text::into_string),
            phone: update.phone,
            ethnicity: update.ethnicity.map(Text::into_string),
            registered: update.registered,
            residence: update.residence,
            address: update.address.map(Text::into_string),
            household: update.household,
        }
    }
}
