use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, TimeZone, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::id_token::{Expected, verify};
use super::*;

const CLIENT: &str = "bianmin";
const NONCE: &str = "n-1";

fn now() -> Timestamp {
    Utc.with_ymd_and_hms(2026, 9, 14, 1, 30, 0).unwrap()
}

fn settings(issuer: &str) -> OidcSettings {
    OidcSettings {
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some("a secret/with=signs".to_owned().into()),
        redirect_uri: "http://127.0.0.1/staff/back".to_owned(),
        login_claim: "preferred_username".to_owned(),
        timeout: Duration::from_secs(5),
    }
}

/// A provider's key pair.
struct Key {
    signing: EncodingKey,
    public: Jwk,
}

fn key(kid: &str) -> Key {
    // A PKCS#8 Ed25519 key up to its seed (RFC 8410, section 7).
    let prefix = hex::decode("302e020100300506032b657004220420").unwrap();
    let signing = EncodingKey::from_ed_der(&[prefix, rand::random::<[u8; 32]>().to_vec()].concat());
    let mut public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).unwrap();
    public.common.key_id = Some(kid.to_owned());
    Key { signing, public }
}

fn claims(issuer: &str) -> Value {
    let at = now().timestamp();
    json!({ "iss": issuer, "aud": CLIENT, "sub": "u-7", "nonce": NONCE, "iat": at, "exp": at + 300, "preferred_username": "cunwu" })
}

impl Key {
    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: self.public.common.key_id.clone(), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, &self.signing).unwrap()
    }
}

const ISSUER: &str = "https://id.example.cn";

fn verified(token: &str, key: &Key, nonce: &str, now: Timestamp) -> Result<Identity, TokenFault> {
    verify(token, &key.public, &Expected { settings: &settings(ISSUER), nonce, now })
}

/// What a token is refused with when `change` has been at its claims, and it was signed all the same.
fn refused(change: impl FnOnce(&mut Value)) -> TokenFault {
    let (key, mut claims) = (key("k1"), claims(ISSUER));
    change(&mut claims);
    verified(&key.sign(&claims), &key, NONCE, now()).unwrap_err()
}

#[test]
fn a_token_that_holds_says_who_it_was() {
    let key = key("k1");
    let expected = Identity { subject: "u-7".to_owned(), login: "cunwu".to_owned() };
    assert_eq!(verified(&key.sign(&claims(ISSUER)), &key, NONCE, now()).unwrap(), expected);
}

#[test]
fn a_token_of_another_issuer_service_or_sign_in_is_refused() {
    assert_eq!(refused(|claims| claims["iss"] = json!("https://id.example.com")), TokenFault::OtherIssuer);
    assert_eq!(refused(|claims| claims["aud"] = json!("another")), TokenFault::OtherAudience);
    assert_eq!(refused(|claims| claims["azp"] = json!("another")), TokenFault::OtherAudience);
    assert_eq!(refused(|claims| claims["nonce"] = json!("n-2")), TokenFault::OtherNonce);
    assert_eq!(refused(|claims| drop(claims.as_object_mut().unwrap().remove("nonce"))), TokenFault::OtherNonce);
}

#[test]
fn a_token_holds_for_its_time_alone() {
    let at = now().timestamp();
    assert_eq!(refused(|claims| claims["exp"] = json!(at - 60)), TokenFault::OutOfTime);
    assert_eq!(refused(|claims| claims["iat"] = json!(at + 61)), TokenFault::OutOfTime);
    assert_eq!(refused(|claims| claims["iat"] = json!(at - 601)), TokenFault::OutOfTime);
    let key = key("k1");
    assert!(verified(&key.sign(&claims(ISSUER)), &key, NONCE, now() + TimeDelta::seconds(359)).is_ok());
}

#[test]
fn a_token_without_a_login_is_refused() {
    assert_eq!(refused(|claims| claims["preferred_username"] = json!("")), TokenFault::NoLogin);
    assert_eq!(refused(|claims| claims["preferred_username"] = json!(7)), TokenFault::NoLogin);
}

#[test]
fn a_token_signed_by_somebody_else_or_with_a_shared_secret_is_refused() {
    let (ours, theirs) = (key("k1"), key("k1"));
    assert_eq!(verified(&theirs.sign(&claims(ISSUER)), &ours, NONCE, now()), Err(TokenFault::BadSignature));
    let secret = EncodingKey::from_secret(serde_json::to_string(&ours.public).unwrap().as_bytes());
    let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::HS256) };
    let forged = jsonwebtoken::encode(&header, &claims(ISSUER), &secret).unwrap();
    assert_eq!(verified(&forged, &ours, NONCE, now()), Err(TokenFault::OtherAlgorithm));
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims(ISSUER).to_string()));
    assert!(matches!(verified(&unsigned, &ours, NONCE, now()), Err(TokenFault::OtherAlgorithm | TokenFault::Malformed)));
}

/// A provider on this machine: what it answers, by path, and what it was sent.
struct Fake {
    issuer: String,
    answers: Mutex<BTreeMap<&'static str, (u16, Value)>>,
    asked: Mutex<Vec<String>>,
}

impl Fake {
    async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
        });
        let fake = Arc::new(Self { issuer, answers: Mutex::default(), asked: Mutex::default() });
        fake.answer("/.well-known/openid-configuration", 200, discovery);
        let serving = Arc::clone(&fake);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.serve(stream).await;
            }
        });
        fake
    }

    fn answer(&self, path: &'static str, status: u16, body: Value) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(path, (status, body));
    }

    fn asked(&self, path: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|request| request.split(' ').nth(1) == Some(path)).cloned().collect()
    }

    /// One request a connection.
    async fn serve(&self, mut stream: TcpStream) {
        let request = read(&mut stream).await;
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let (status, body) =
            self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(path.as_str()).cloned().unwrap_or((404, json!({})));
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let body = body.to_string();
        let head =
            format!("HTTP/1.1 {status} -\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if read == 0 || (request.contains("\r\n\r\n") && body.len() >= length.unwrap_or_default()) {
            return request;
        }
    }
}

/// Somebody comes back from the provider, whose token is made by `token`.
async fn come_back(fake: &Fake, oidc: &Oidc, token: impl FnOnce(&str) -> String) -> Result<Identity, OidcError> {
    let begun = oidc.begin(now()).await.unwrap();
    let nonce = begun.authorization_url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    fake.answer("/token", 200, json!({ "id_token": token(&nonce) }));
    oidc.finish(&begun.pending, &"c-1".to_owned().into(), now()).await
}

fn token_of(fake: &Fake, key: &Key, nonce: &str) -> String {
    let mut claims = claims(&fake.issuer);
    claims["nonce"] = json!(nonce);
    key.sign(&claims)
}

#[tokio::test]
async fn somebody_goes_to_the_provider_and_comes_back_known() {
    let (fake, key) = (Fake::start().await, key("k1"));
    fake.answer("/keys", 200, json!({ "keys": [key.public] }));
    let oidc = Oidc::new(settings(&fake.issuer)).unwrap();
    let begun = oidc.begin(now()).await.unwrap();
    let sent: BTreeMap<_, _> = begun.authorization_url.query_pairs().into_owned().collect();
    assert_eq!(sent["state"], begun.state);
    assert_eq!(sent["code_challenge"], URL_SAFE_NO_PAD.encode(Sha256::digest(&begun.pending.verifier)));
    assert_eq!((sent["response_type"].as_str(), sent["code_challenge_method"].as_str()), ("code", "S256"));

    fake.answer("/token", 200, json!({ "id_token": token_of(&fake, &key, &sent["nonce"]) }));
    let identity = oidc.finish(&begun.pending, &"c-1".to_owned().into(), now()).await.unwrap();
    assert_eq!(identity.login, "cunwu");
    let [exchange] = fake.asked("/token").try_into().unwrap();
    let basic = STANDARD.encode("bianmin:a%20secret%2Fwith%3Dsigns");
    assert!(exchange.contains(&format!("authorization: Basic {basic}")), "{exchange}");
    assert!(exchange.contains(&format!("code_verifier={}", begun.pending.verifier)) && exchange.contains("code=c-1"), "{exchange}");
}

#[tokio::test]
async fn a_provider_that_changes_its_key_is_asked_for_it_once() {
    let (fake, old, new) = (Fake::start().await, key("k1"), key("k2"));
    fake.answer("/keys", 200, json!({ "keys": [old.public] }));
    let oidc = Oidc::new(settings(&fake.issuer)).unwrap();
    come_back(&fake, &oidc, |nonce| token_of(&fake, &old, nonce)).await.unwrap();

    fake.answer("/keys", 200, json!({ "keys": [old.public, new.public] }));
    for _ in 0..3 {
        // A minute has to pass before keys are asked for again: unknown ones are anybody's to name.
        let refused = come_back(&fake, &oidc, |nonce| token_of(&fake, &new, nonce)).await;
        assert!(matches!(refused, Err(OidcError::Token(TokenFault::UnknownKey))), "{refused:?}");
    }
    assert_eq!(fake.asked("/keys").len(), 1);
    let later = now() + TimeDelta::minutes(1);
    let begun = oidc.begin(later).await.unwrap();
    let nonce = begun.authorization_url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    fake.answer("/token", 200, json!({ "id_token": token_of(&fake, &new, &nonce) }));
    assert!(oidc.finish(&begun.pending, &"c-2".to_owned().into(), later).await.is_ok());
    assert_eq!(fake.asked("/keys").len(), 2);
}

#[tokio::test]
async fn a_code_that_was_used_lets_nobody_in() {
    let fake = Fake::start().await;
    let oidc = Oidc::new(settings(&fake.issuer)).unwrap();
    let begun = oidc.begin(now()).await.unwrap();
    fake.answer("/token", 400, json!({ "error": "invalid_grant" }));
    let refused = oidc.finish(&begun.pending, &"used".to_owned().into(), now()).await;
    assert!(matches!(refused, Err(OidcError::CodeRefused)), "{refused:?}");
    fake.answer("/token", 401, json!({ "error": "invalid_client" }));
    let refused = oidc.finish(&begun.pending, &"used".to_owned().into(), now()).await;
    assert!(matches!(refused, Err(OidcError::Misconfigured(_))), "{refused:?}");
}

#[tokio::test]
async fn a_document_of_another_issuer_is_not_followed() {
    let fake = Fake::start().await;
    let other = json!({
        "issuer": "https://id.example.com", "authorization_endpoint": "https://id.example.com/a",
        "token_endpoint": "https://id.example.com/t", "jwks_uri": "https://id.example.com/k",
    });
    fake.answer("/.well-known/openid-configuration", 200, other.clone());
    let oidc = Oidc::new(settings(&fake.issuer)).unwrap();
    assert!(matches!(oidc.begin(now()).await, Err(OidcError::Misconfigured(_))));
    let in_the_clear = json!({ "token_endpoint": "http://id.example.com/t", "issuer": fake.issuer });
    let mut document = other;
    in_the_clear.as_object().unwrap().iter().for_each(|(name, value)| document[name] = value.clone());
    fake.answer("/.well-known/openid-configuration", 200, document);
    assert!(matches!(oidc.begin(now()).await, Err(OidcError::Misconfigured(_))));
}

#[test]
fn a_provider_in_the_clear_is_let_pass_on_this_machine_alone() {
    for bad in ["http://id.example.cn", "ftp://id.example.cn", "id.example.cn", ""] {
        assert!(matches!(Oidc::new(settings(bad)), Err(OidcSetupError::Url("issuer"))), "{bad}");
    }
    assert!(Oidc::new(settings("http://127.0.0.1:9")).is_ok());
}
