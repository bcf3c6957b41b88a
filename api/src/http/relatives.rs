//! Relatives that a villager recorded: whoever handles a case mustn't be one of them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, delete, get, post};
use domain::ids::PersonId;
use domain::people::CitizenId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth::Villager;
use super::body::Text;
use super::idempotency::{Act, once};
use super::mask;
use super::problem::Problem;
use super::words::Kinship;
use crate::app::{App, KnownRelative, NewRelative, add_relative};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelativeRecord {
    #[schema(inline)]
    name: Text<50>,
    #[schema(inline, example = "11010519491231002X")]
    citizen_id: Text<18>,
    /// What they are to the villager.
    kinship: Kinship,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RelativeView {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// Masked.
    name: Option<String>,
    /// Masked.
    citizen_id: Option<String>,
    kinship: Kinship,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RelativesView {
    items: Vec<RelativeView>,
}

/// The villager's relatives.
#[utoipa::path(tag = "me", operation_id = "list_relatives", responses((status = 200, body = RelativesView)))]
#[get("/me/relatives")]
pub async fn list(app: Data<App>, me: Villager) -> Result<Answer<RelativesView>, Problem> {
    let relatives = app.relatives(me.person).await?;
    Ok(Answer(RelativesView { items: relatives.iter().map(RelativeView::from).collect() }))
}

/// Records a relative.
#[utoipa::path(
    tag = "me", operation_id = "record_relative", request_body = RelativeRecord, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = RelativeView))
)]
#[post("/me/relatives")]
pub async fn record(app: Data<App>, me: Villager, act: Act<RelativeRecord>) -> Result<HttpResponse, Problem> {
    app.count_named(me.person).await?;
    let (new, now, id) = (NewRelative::from(act.body), app.clock.now(), PersonId::new(Uuid::now_v7()));
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { add_relative(tx, me.person, new, id, now).await.map(|relative| RelativeView::from(&relative)) })
    })
    .await
}

/// Takes a relative off the record.
#[utoipa::path(tag = "me", operation_id = "remove_relative", params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
#[delete("/me/relatives/{id}")]
pub async fn remove(app: Data<App>, me: Villager, id: Path<PersonId>) -> Result<HttpResponse, Problem> {
    app.remove_relative(me.person, *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl From<&KnownRelative> for RelativeView {
    fn from(relative: &KnownRelative) -> Self {
        let person = &relative.person;
        Self {
            id: person.id,
            name: person.name.as_deref().map(mask::name),
            citizen_id: person.citizen_id.as_ref().map(CitizenId::masked),
            kinship: relative.kinship.into(),
        }
    }
}

impl From<RelativeRecord> for NewRelative {
    fn from(asked: RelativeRecord) -> Self {
        Self { name: asked.name.into_string(), citizen_id: asked.citizen_id.into_string(), kinship: asked.kinship.into() }
    }
}
