//! A POST that creates or acts is done once, however often it is sent: the client names it in `Idempotency-Key`.
//!
//! How: one transaction writes the key's row first, does the work, and puts the answer into the row last. There is no moment at
//! which the work is done and the answer isn't kept, so whatever dies, a repetition finds either both or neither: nothing
//! acknowledged is lost and nothing is done twice. Writing the row first makes another instance with the same key wait for the
//! first one, before it looks at anything else, and then find its answer.
//! Within one instance a second request with the key is turned away at once with `request_in_progress`.
//!
//! Invariants: a key belongs to its actor, and stands for one method, path and body. A refusal did nothing, keeps nothing, and is
//! judged anew when it is repeated. Answers are kept for `limits.idempotency_hours`.
//! Signing in has no key: it creates nothing that a repetition would double, and an answer with a token isn't to be kept. A refresh may
//! have one, which tells its repetition from a theft; its answer isn't kept either.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use domain::ids::PersonId;
use domain::time::Timestamp;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use infra::store::{KeptAnswer, Tx};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tracing::{Instrument, Span};

use super::auth::{AuthFault, Caller};
use super::body;
use super::problem::Problem;
use crate::app::App;
use crate::jobs::NEWS_WAITING;

pub const KEY_HEADER: &str = "Idempotency-Key";
const REPLAYED_HEADER: &str = "Idempotency-Replayed";
const KEY_LEN_MAX: usize = 64;

#[derive(Debug, PartialEq, Eq)]
pub enum KeyFault {
    Missing,
    Malformed,
    /// It stood for another request before.
    Reused,
    /// The first request with it isn't answered yet.
    InProgress,
}

/// One thing to be done once: whose it is, what the client calls it, and what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Once {
    actor: String,
    /// The villager whose it is.
    villager: Option<PersonId>,
    key: String,
    /// SHA-256 over method, path and body, in hexadecimal.
    digest: String,
}

impl Once {
    /// For a body that isn't JSON: `content` is a digest of it, or the body itself.
    pub fn of(request: &HttpRequest, caller: &Caller, content: &[u8]) -> Result<Self, KeyFault> {
        let key = key_of(request)?;
        let villager = match caller {
            Caller::Villager(person) => Some(*person),
            Caller::Staff(_) => None,
        };
        Ok(Self { actor: caller.label(), villager, key, digest: digest(request, content) })
    }
}

/// The key of a request that may do without one.
pub fn key_if_any(request: &HttpRequest) -> Result<Option<String>, KeyFault> {
    if request.headers().contains_key(KEY_HEADER) { key_of(request).map(Some) } else { Ok(None) }
}

fn key_of(request: &HttpRequest) -> Result<String, KeyFault> {
    let value = request.headers().get(KEY_HEADER).ok_or(KeyFault::Missing)?;
    let text = value.to_str().map_err(|_| KeyFault::Malformed)?;
    let valid = (1..=KEY_LEN_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if valid { Ok(text.to_owned()) } else { Err(KeyFault::Malformed) }
}

fn digest(request: &HttpRequest, content: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [request.method().as_str().as_bytes(), request.path().as_bytes(), content] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// A JSON body that asks for something to be done, with the key under which it is done once.
pub struct Act<T> {
    pub once: Once,
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest for Act<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = body::read(request, payload);
        let caller = Caller::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let caller = caller.await?;
            let bytes = bytes.await?;
            let once = Once::of(&request, &caller, &bytes)?;
            Ok(Act { once, body: body::parse(&bytes)? })
        })
    }
}

/// An act that needs nothing but its path.
pub struct PlainAct {
    pub once: Once,
}

impl FromRequest for PlainAct {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move { Ok(PlainAct { once: Once::of(&request, &caller.await?, b"")? }) })
    }
}

/// What was answered, and is answered again.
struct Answer {
    status: u16,
    body: String,
    replayed: bool,
}

/// Runs `work` once, in one transaction with its answer; a repetition gets that answer again.
pub async fn once<T, E, F>(app: &App, once: &Once, status: StatusCode, work: F) -> Result<HttpResponse, Problem>
where
    T: Serialize + Send + 'static,
    E: Into<Problem> + Send + 'static,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    Ok(respond(answer_once(app, once, status, work).await?))
}

/// The same, where the first answer shows a secret that isn't kept: a repetition doesn't get it.
pub async fn once_showing<T, E, F>(
    app: &App,
    once: &Once,
    status: StatusCode,
    (name, secret): (&str, SecretString),
    work: F,
) -> Result<HttpResponse, Problem>
where
    T: Serialize + Send + 'static,
    E: Into<Problem> + Send + 'static,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    let answer = answer_once(app, once, status, work).await?;
    if answer.replayed {
        return Ok(respond(answer));
    }
    let mut shown: Map<String, Value> = serde_json::from_str(&answer.body).map_err(|error| Problem::internal(&error))?;
    shown.insert(name.to_owned(), secret.expose_secret().into());
    let body = serde_json::to_string(&shown).map_err(|error| Problem::internal(&error))?;
    Ok(respond(Answer { body, ..answer }))
}

async fn answer_once<T, E, F>(app: &App, once: &Once, status: StatusCode, work: F) -> Result<Answer, Problem>
where
    T: Serialize + Send + 'static,
    E: Into<Problem> + Send + 'static,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    let _turn = app.in_progress.enter(once)?;
    let (once, now, span) = (once.clone(), app.clock.now(), Span::current());
    let answer = app.store.write(app.district(), move |tx| Box::pin(perform(tx, once, status, now, work).instrument(span)));
    let answer = answer.await?;
    // What the act has for people to hear goes out at once.
    app.shared.notify(NEWS_WAITING).await;
    Ok(answer)
}

/// The answer of an act that was done before: what is long to prepare needn't be prepared for a repetition, and what changed
/// since doesn't matter to it.
pub async fn repetition(app: &App, once: &Once) -> Result<Option<HttpResponse>, Problem> {
    match app.store.read(app.district()).answer_under(&once.actor, &once.key).await? {
        Some(kept) => Ok(Some(respond(again(kept, &once.digest)?))),
        None => Ok(None),
    }
}

/// What was answered, unless the key stood for another request.
fn again(kept: KeptAnswer, digest: &str) -> Result<Answer, KeyFault> {
    if kept.digest == digest { Ok(Answer { status: kept.status, body: kept.body, replayed: true }) } else { Err(KeyFault::Reused) }
}

async fn perform<T, E, F>(tx: &Tx, once: Once, status: StatusCode, now: Timestamp, work: F) -> Result<Answer, Problem>
where
    T: Serialize + Send + 'static,
    E: Into<Problem> + Send + 'static,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    let Once { actor, villager, key, digest } = &once;
    if let Some(person) = villager
        && !tx.holds_open(*person).await?
    {
        return Err(AuthFault::Invalid.into());
    }
    match tx.begin_once(actor, key, digest, now).await? {
        Some(kept) => Ok(again(kept, digest)?),
        None => {
            let done = work(tx).await.map_err(Into::into)?;
            let body = serde_json::to_string(&done).map_err(|error| Problem::internal(&error))?;
            tx.end_once(actor, key, status.as_u16(), &body).await?;
            Ok(Answer { status: status.as_u16(), body, replayed: false })
        }
    }
}

fn respond(answer: Answer) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
    if answer.replayed {
        response.insert_header((REPLAYED_HEADER, "true"));
    }
    response.content_type("application/json").body(answer.body)
}

/// The acts under way in this instance.
#[derive(Debug, Default)]
pub struct InProgress(Mutex<HashSet<(String, String)>>);

impl InProgress {
    /// Takes the turn of this act; it is given back when the turn is dropped.
    fn enter(&self, once: &Once) -> Result<Turn<'_>, KeyFault> {
        let name = (once.actor.clone(), once.key.clone());
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        if entered { Ok(Turn { acts: self, name }) } else { Err(KeyFault::InProgress) }
    }
}

#[derive(Debug)]
struct Turn<'a> {
    acts: &'a InProgress,
    name: (String, String),
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.acts.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn act(key: &str, body: &[u8]) -> Result<Once, KeyFault> {
        let request = TestRequest::post().uri("/api/v1/cases").insert_header((KEY_HEADER, key)).to_http_request();
        Once::of(&request, &Caller::Villager(PersonId::new(uuid::Uuid::nil())), body)
    }

    #[test]
    fn the_same_request_has_the_same_digest_and_another_body_another() {
        assert_eq!(act("k", b"{}").unwrap(), act("k", b"{}").unwrap());
        assert_ne!(act("k", b"{}").unwrap().digest, act("k", b"[]").unwrap().digest);
    }

    #[test]
    fn a_key_is_1_to_64_visible_characters() {
        assert_eq!(act("", b""), Err(KeyFault::Malformed));
        assert_eq!(act("a b", b""), Err(KeyFault::Malformed));
        assert_eq!(act(&"k".repeat(65), b""), Err(KeyFault::Malformed));
        assert!(act(&"k".repeat(64), b"").is_ok());
    }

    #[test]
    fn a_second_request_waits_its_turn_and_gets_it_when_the_first_is_answered() {
        let (acts, once) = (InProgress::default(), act("k", b"").unwrap());
        let turn = acts.enter(&once).unwrap();
        assert_eq!(acts.enter(&once).unwrap_err(), KeyFault::InProgress);
        drop(turn);
        assert!(acts.enter(&once).is_ok());
    }
}
