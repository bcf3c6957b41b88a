//! The protocol of `docs/face-check.md` over HTTP.

use std::time::Duration;

use domain::people::FaceState;
use futures_util::future::BoxFuture;
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FaceChecks, FaceError, Whom};
use crate::client::{base_url, client, is_safe};

const CONNECT_MAX: Duration = Duration::from_secs(2);
/// Longest address that a phone is sent to.
const URL_CHARS_MAX: usize = 2000;

#[derive(Debug, Clone)]
pub struct FaceSettings {
    /// Where the provider answers, with whatever path stands before `/checks`.
    pub base_url: String,
    /// Ours at the provider.
    pub key: SecretString,
    /// For a whole call, its connection included.
    pub timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum FaceSetupError {
    #[error("face.base_url is not an https URL (http is let pass on this machine alone)")]
    BaseUrl,
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
}

#[derive(Debug)]
pub struct HttpFaceChecks {
    http: reqwest::Client,
    settings: FaceSettings,
}

#[derive(Serialize)]
struct BeginBody<'a> {
    id: Uuid,
    name: &'a str,
    citizen_id: &'a str,
}

#[derive(Deserialize)]
struct Begun {
    url: String,
}

#[derive(Deserialize)]
struct ResultBody {
    id: Uuid,
    state: FaceState,
}

impl HttpFaceChecks {
    pub fn new(mut settings: FaceSettings) -> Result<Self, FaceSetupError> {
        settings.base_url = base_url(&settings.base_url).filter(|url| is_safe(url)).ok_or(FaceSetupError::BaseUrl)?;
        let http = client(CONNECT_MAX, settings.timeout).map_err(FaceSetupError::Client)?;
        Ok(Self { http, settings })
    }

    async fn begin_check(&self, id: Uuid, whom: &Whom) -> Result<String, FaceError> {
        let body = BeginBody { id, name: &whom.name, citizen_id: whom.citizen_id.as_str() };
        let request = self.http.post(format!("{}/checks", self.settings.base_url)).header("Idempotency-Key", id.to_string());
        let begun: Begun = self.call(request.json(&body)).await?.ok_or_else(|| misconfigured("404"))?;
        if begun.url.len() <= URL_CHARS_MAX && is_safe(&begun.url) {
            Ok(begun.url)
        } else {
            Err(misconfigured("no address for the person"))
        }
    }

    async fn result_of(&self, id: Uuid) -> Result<FaceState, FaceError> {
        let request = self.http.get(format!("{}/checks/{id}", self.settings.base_url));
        match self.call::<ResultBody>(request).await? {
            Some(found) if found.id == id => Ok(found.state),
            Some(_another) => Err(misconfigured("another check's result")),
            None => Ok(FaceState::GivenUp),
        }
    }

    /// None where the provider knows no such thing.
    async fn call<T: for<'a> Deserialize<'a>>(&self, request: RequestBuilder) -> Result<Option<T>, FaceError> {
        let response = request.bearer_auth(self.settings.key.expose_secret()).send().await.map_err(unreachable)?;
        match response.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            status if status.is_success() => read(response).await.map(Some),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(FaceError::TryLater(format!("status {}", status.as_u16()).into()))
            }
            status => Err(misconfigured(status.as_str())),
        }
    }
}

impl FaceChecks for HttpFaceChecks {
    fn begin<'a>(&'a self, id: Uuid, whom: &'a Whom) -> BoxFuture<'a, Result<String, FaceError>> {
        Box::pin(self.begin_check(id, whom))
    }

    fn result(&self, id: Uuid) -> BoxFuture<'_, Result<FaceState, FaceError>> {
        Box::pin(self.result_of(id))
    }
}

async fn read<T: for<'a> Deserialize<'a>>(response: Response) -> Result<T, FaceError> {
    let body = response.bytes().await.map_err(unreachable)?;
    serde_json::from_slice(&body).map_err(|_| misconfigured("what can't be read"))
}

/// The address holds the id of a check; the rest of the error says enough.
fn unreachable(error: reqwest::Error) -> FaceError {
    FaceError::TryLater(error.without_url().into())
}

fn misconfigured(what: &str) -> FaceError {
    FaceError::Misconfigured(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_key_nor_person_is_printed() {
        let settings = FaceSettings { base_url: "http://127.0.0.1:1/face/".into(), key: "hidden".into(), timeout: Duration::from_secs(1) };
        let checks = HttpFaceChecks::new(settings).unwrap();
        assert_eq!(checks.settings.base_url, "http://127.0.0.1:1/face");
        let whom = Whom { name: "王芳".into(), citizen_id: "11010519491231002X".parse().unwrap() };
        let shown = format!("{checks:?} {whom:?}");
        assert!(!shown.contains("hidden") && !shown.contains("王") && !shown.contains("1101"), "{shown}");
    }

    #[test]
    fn a_provider_is_asked_where_nobody_listens() {
        let refused = HttpFaceChecks::new(FaceSettings {
            base_url: "http://face.example.gov.cn/".into(),
            key: "hidden".into(),
            timeout: Duration::from_secs(1),
        });
        assert!(matches!(refused, Err(FaceSetupError::BaseUrl)));
    }
}
