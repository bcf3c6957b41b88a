//! What a person's device does: asks over HTTP, with the person's token, and shows the whole answer where a test expected another.
//!
//! An answer must be judged: one that nobody looks at proves nothing. Each POST carries an `Idempotency-Key` of its own unless the test gives one.

use reqwest::header::{AUTHORIZATION, ETAG, IF_MATCH};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::pass::{Door, Pass};

/// More pages than any list of the demo data has: past it, the cursor goes round in circles.
const PAGES_MAX: usize = 200;
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The API as one person, or anyone, sees it.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base_url: String,
    pass: Option<Pass>,
}

impl Api {
    pub fn new(base_url: &str) -> Api {
        Api { http: Client::new(), base_url: base_url.to_owned(), pass: None }
    }

    /// Whoever shows this token, whatever becomes of it.
    pub fn with_token(&self, token: &str) -> Api {
        Api { pass: Some(Pass::token_alone(token)), ..self.clone() }
    }

    /// Whoever came through `door` and was answered `session`.
    pub fn signed_in(&self, session: &Value, door: Door) -> Api {
        Api { pass: Some(Pass::of(session, door)), ..self.clone() }
    }

    /// The same person, in the same session, asking elsewhere.
    pub fn at(&self, base_url: &str) -> Api {
        Api { base_url: base_url.to_owned(), ..self.clone() }
    }

    /// The same person, signed in once more.
    pub async fn once_more(&self) -> Api {
        let (anyone, door) = (self.anyone(), self.pass().door().clone());
        let session = door.knock(&anyone).await.expect(201).value();
        anyone.signed_in(&session, door)
    }

    fn anyone(&self) -> Api {
        Api { pass: None, ..self.clone() }
    }

    fn pass(&self) -> &Pass {
        self.pass.as_ref().expect("signed in")
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The token that it signs its requests with now. A test that asks for it has signed in.
    pub fn token(&self) -> String {
        self.pass().token()
    }

    pub fn refresh_token(&self) -> String {
        self.pass().refresh_token()
    }

    /// Whether the answer said that the token had run out, and there is another one now.
    async fn has_renewed(&self, spent: Option<String>, answer: &Answer) -> bool {
        match (&self.pass, spent) {
            (Some(pass), Some(spent)) if answer.is_run_out() => Box::pin(pass.renew(&self.anyone(), &spent)).await,
            (Some(_) | None, _) => false,
        }
    }

    #[must_use]
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).send().await
    }

    #[must_use]
    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.ask(Method::POST, path).json(body).send().await
    }

    #[must_use]
    pub async fn put(&self, path: &str, body: impl Serialize) -> Answer {
        self.ask(Method::PUT, path).json(body).send().await
    }

    #[must_use]
    pub async fn patch(&self, path: &str, body: impl Serialize) -> Answer {
        self.ask(Method::PATCH, path).json(body).send().await
    }

    #[must_use]
    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path).send().await
    }

    /// Sends one file as the field `file` of a form.
    #[must_use]
    pub async fn upload(&self, path: &str, name: &str, media_type: &str, content: Vec<u8>) -> Answer {
        let key = Uuid::new_v4().to_string();
        let send = async || {
            let part = Part::bytes(content.clone()).file_name(name.to_owned()).mime_str(media_type).expect("a media type");
            self.ask(Method::POST, path).key(&key).form(Form::new().part("file", part)).send().await
        };
        let (spent, answer) = (self.pass.as_ref().map(Pass::token), send().await);
        if self.has_renewed(spent, &answer).await { send().await } else { answer }
    }

    /// All that a list holds, page after page. `path` has its filters, not its cursor.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = path.to_owned();
        for _ in 0..PAGES_MAX {
            let page = self.get(&next).await.ok().value();
            items.extend(page["items"].as_array().expect("a page has `items`").iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return items };
            let joint = if path.contains('?') { '&' } else { '?' };
            next = format!("{path}{joint}cursor={cursor}");
        }
        panic!("{path} has more than {PAGES_MAX} pages");
    }

    /// A request to put together by hand, where the short forms don't say enough.
    pub fn ask(&self, method: Method, path: &str) -> Ask {
        let request = self.http.request(method.clone(), format!("{}{path}", self.base_url));
        let key = (method == Method::POST).then(|| Uuid::new_v4().to_string());
        Ask { api: self.clone(), request, key, what: format!("{method} {path}") }
    }
}

#[must_use = "nothing is asked until it is sent"]
pub struct Ask {
    api: Api,
    request: RequestBuilder,
    key: Option<String>,
    what: String,
}

impl Ask {
    pub fn json(self, body: impl Serialize) -> Ask {
        Ask { request: self.request.json(&body), ..self }
    }

    /// A body as it is, for what is not JSON or only looks like it.
    pub fn raw(self, media_type: &str, body: impl Into<reqwest::Body>) -> Ask {
        self.header("Content-Type", media_type).map(|request| request.body(body))
    }

    pub fn form(self, form: Form) -> Ask {
        self.map(|request| request.multipart(form))
    }

    pub fn header(self, name: &str, value: &str) -> Ask {
        self.map(|request| request.header(name, value))
    }

    /// Asks for the change only if the thing is still as it was at `etag`.
    pub fn if_match(self, etag: &str) -> Ask {
        self.map(|request| request.header(IF_MATCH, etag))
    }

    /// Another `Idempotency-Key` than a new one.
    pub fn key(self, key: &str) -> Ask {
        Ask { key: Some(key.to_owned()), ..self }
    }

    pub fn without_key(self) -> Ask {
        Ask { key: None, ..self }
    }

    #[must_use]
    pub async fn send(self) -> Answer {
        let what = self.what.clone();
        self.answer().await.unwrap_or_else(|error| panic!("{what}: no whole answer: {error}"))
    }

    /// The answer, if there is one: the server may be gone, or go while it answers.
    #[must_use]
    pub async fn try_send(self) -> Option<Answer> {
        self.answer().await.ok()
    }

    async fn answer(self) -> reqwest::Result<Answer> {
        let Ask { api, mut request, key, what } = self;
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        // A form is sent once: `Api::upload` makes it anew.
        let (spent, again) = (api.pass.as_ref().map(Pass::token), request.try_clone());
        let answer = sent(request, spent.as_deref(), &what).await?;
        match again {
            Some(again) if api.has_renewed(spent, &answer).await => sent(again, Some(&api.token()), &what).await,
            Some(_) | None => Ok(answer),
        }
    }

    fn map(self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Ask {
        Ask { request: change(self.request), ..self }
    }
}

async fn sent(request: RequestBuilder, token: Option<&str>, what: &str) -> reqwest::Result<Answer> {
    let request = match token {
        Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    };
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Answer { what: what.to_owned(), status, headers, body: response.bytes().await?.into() })
}

/// A whole answer, with what was asked.
#[derive(Clone, Debug)]
pub struct Answer {
    what: String,
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether it says that the token has run out, and that a refresh may give another.
    fn is_run_out(&self) -> bool {
        let code = || serde_json::from_slice::<Value>(&self.body).ok().map(|body| body["code"] == "token_expired");
        self.status() == 401 && code() == Some(true)
    }

    /// Goes on only with this status; else fails with what was asked and all that was answered.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status(), status, "{self}");
        self
    }

    /// Goes on only with any status of success.
    #[track_caller]
    pub fn ok(self) -> Answer {
        assert!(self.status.is_success(), "{self}");
        self
    }

    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    #[track_caller]
    pub fn value(&self) -> Value {
        self.json()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no header `{name}`: {self}"));
        value.to_str().unwrap_or_else(|_| panic!("header `{name}` is not text: {self}"))
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    #[track_caller]
    pub fn etag(&self) -> &str {
        self.header(ETAG.as_str())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} answered {}\n{}", self.what, self.status, self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Answer {
        let body = r#"{"status":409,"code":"stale_version","detail":"已被别人改过，请刷新后再改"}"#;
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("content-type", "application/problem+json".parse().unwrap());
        Answer { what: "PUT /api/v1/stations/1".to_owned(), status: StatusCode::CONFLICT, headers, body: body.into() }
    }

    #[test]
    #[should_panic(expected = "已被别人改过")]
    fn an_unexpected_status_shows_the_whole_answer() {
        refusal().expect(200);
    }

    #[test]
    fn a_refusal_is_known_by_its_code() {
        assert_eq!(refusal().problem(409, "stale_version").detail, "已被别人改过，请刷新后再改");
    }

    #[test]
    #[should_panic(expected = "stale_version")]
    fn a_refusal_with_another_code_is_another_refusal() {
        refusal().problem(409, "plan_changed");
    }
}
