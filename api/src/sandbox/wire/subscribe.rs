//! Subscription messages.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use infra::wechat::Endpoint;
use serde::Deserialize;
use serde_json::Value;

use super::{Parameters, admit, answer, read};
use crate::sandbox::Sandbox;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::Outgoing;

#[derive(Deserialize)]
struct SendRequest {
    touser: String,
    template_id: String,
    page: Option<String>,
    data: BTreeMap<String, SendValue>,
}

#[derive(Deserialize)]
struct SendValue {
    value: String,
}

pub(super) async fn send(sandbox: Data<Sandbox>, query: Parameters, body: Bytes) -> HttpResponse {
    answer(ContentType::json(), sent(&sandbox, &query, &body).await)
}

async fn sent(sandbox: &Sandbox, query: &HashMap<String, String>, body: &[u8]) -> Result<Value, Refusal> {
    admit(sandbox, Endpoint::Send, query, sandbox.now())?;
    let request: SendRequest = read(body)?;
    let data = request.data.into_iter().map(|(key, text)| (key, text.value)).collect();
    let message = Outgoing { touser: request.touser, template_id: request.template_id, page: request.page, data };
    let _under_way = UnderWay::begin(sandbox, message.touser.clone())?;
    let takes = Duration::from_millis(sandbox.world().settings.send_takes_ms);
    if !takes.is_zero() {
        tokio::time::sleep(takes).await;
    }
    sandbox.world().send(message, sandbox.now())
}

/// A message on its way; it has arrived, or its caller has gone, when this ends.
struct UnderWay<'s> {
    sandbox: &'s Sandbox,
    touser: String,
}

impl<'s> UnderWay<'s> {
    fn begin(sandbox: &'s Sandbox, touser: String) -> Result<Self, Refusal> {
        sandbox.world().begin_to_send(&touser)?;
        Ok(Self { sandbox, touser })
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.sandbox.world().end_to_send(&self.touser);
    }
}
