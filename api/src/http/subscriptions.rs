//! What a villager allows WeChat to bring them: the phone asks by which templates, and tells what came of its dialog.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::Villager;
use super::body::Text;
use super::idempotency::{Act, once};
use super::problem::Problem;
use super::words::SubscriptionKind;
use crate::app::App;
use crate::app::news::{self, CountedBy, Subscribed, SubscriptionError, note_dialog, subscriptions};

/// What `wx.requestSubscribeMessage` answered for one template.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub enum DialogOutcome {
    #[serde(rename = "accept")]
    Accept,
    #[serde(rename = "reject")]
    Reject,
    #[serde(rename = "ban")]
    Ban,
    #[serde(rename = "filter")]
    Filter,
    #[serde(rename = "acceptWithAudio")]
    AcceptWithAudio,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DialogBody {
    /// The template's id at WeChat.
    template: Text<64>,
    outcome: DialogOutcome,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionView {
    /// The template's id at WeChat, for `tmplIds`.
    template: String,
    kind: SubscriptionKind,
    /// Messages that may still be sent; of a long-term consent 1 while it holds.
    credit: u32,
    /// Whether to ask for it at the next tap.
    ask: bool,
}

impl From<Subscribed> for SubscriptionView {
    fn from(subscribed: Subscribed) -> Self {
        Self {
            ask: subscribed.is_to_be_asked(),
            template: subscribed.template,
            kind: subscribed.credit.kind.into(),
            credit: subscribed.credit.left,
        }
    }
}

/// The templates by which news are sent, with what the caller allows of each; templates of one kind may be asked for together, three at
/// most.
#[utoipa::path(tag = "me", operation_id = "list_subscriptions", responses((status = 200, body = Vec<SubscriptionView>)))]
#[get("/me/subscriptions")]
pub async fn list(app: Data<App>, me: Villager) -> Result<Answer<Vec<SubscriptionView>>, Problem> {
    let subscribed = subscriptions(&app.store.read(app.district()), &app.settings.wechat.templates, me.person).await?;
    Ok(Answer(subscribed.into_iter().map(SubscriptionView::from).collect()))
}

/// Tells what came of the dialog for a template: each `accept` allows one message more, or for long. Where WeChat pushes such answers to the
/// service, they are counted as they come from there, and this changes nothing.
#[utoipa::path(
    tag = "me", operation_id = "note_subscription", request_body = DialogBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = SubscriptionView))
)]
#[post("/me/subscriptions")]
pub async fn note(app: Data<App>, me: Villager, act: Act<DialogBody>) -> Result<HttpResponse, Problem> {
    let (templates, counted_by) = (app.settings.wechat.templates.clone(), CountedBy::of(&app));
    let DialogBody { template, outcome } = act.body;
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let noted = note_dialog(tx, (&templates, counted_by), me.person, (&template.into_string(), outcome.into())).await?;
            Ok::<_, SubscriptionError>(SubscriptionView::from(noted))
        })
    })
    .await
}

impl From<DialogOutcome> for news::DialogOutcome {
    fn from(outcome: DialogOutcome) -> Self {
        match outcome {
            DialogOutcome::Accept => Self::Accept,
            DialogOutcome::Reject => Self::Reject,
            DialogOutcome::Ban => Self::Ban,
            DialogOutcome::Filter => Self::Filter,
            DialogOutcome::AcceptWithAudio => Self::AcceptWithAudio,
        }
    }
}
