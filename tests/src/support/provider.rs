//! An identity provider on this machine, as small as OpenID Connect lets it be: whoever comes to it is whom the test says, and each code works
//! once. It dates its tokens by the stand's clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::client::Api;

pub const CLIENT: &str = "bianmin-test";

pub struct Provider {
    pub issuer: String,
    key: EncodingKey,
    /// The tokens that codes stand for.
    codes: Mutex<BTreeMap<String, String>>,
}

impl Provider {
    pub async fn start() -> Arc<Provider> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        // A PKCS#8 Ed25519 key up to its seed (RFC 8410, section 7).
        let prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        let key = EncodingKey::from_ed_der(&[&prefix[..], &rand::random::<[u8; 32]>()].concat());
        let provider = Arc::new(Provider { issuer, key, codes: Mutex::default() });
        let serving = Arc::clone(&provider);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.serve(stream).await;
            }
        });
        provider
    }

    /// The settings of a stand that has it.
    pub fn settings(&self) -> [(&'static str, &str); 3] {
        [
            ("BIANMIN__OIDC__ISSUER", &self.issuer),
            ("BIANMIN__OIDC__CLIENT_ID", CLIENT),
            ("BIANMIN__OIDC__REDIRECT_URI", "http://127.0.0.1/staff/back"),
        ]
    }

    /// Somebody signs in at the provider, and is sent back with this code.
    pub async fn visited(&self, anyone: &Api, begun: &Value, (subject, login): (&str, &str)) -> String {
        let url = begun["authorization_url"].as_str().expect("a URL");
        assert!(url.starts_with(&self.issuer), "{url}");
        let nonce = url.split("&nonce=").nth(1).and_then(|rest| rest.split('&').next()).expect("a nonce");
        let clock = anyone.get("/demo/clock").await.expect(200).value();
        let at: chrono::DateTime<chrono::FixedOffset> = clock["at"].as_str().expect("an instant").parse().expect("RFC 3339");
        let at = at.timestamp();
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": subject, "nonce": nonce, "iat": at, "exp": at + 300, "preferred_username": login,
        });
        let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::EdDSA) };
        let token = jsonwebtoken::encode(&header, &claims, &self.key).expect("a token");
        let code = uuid::Uuid::new_v4().to_string();
        self.codes.lock().expect("whole").insert(code.clone(), token);
        code
    }

    fn answer(&self, path: &str, body: &str) -> (u16, Value) {
        let issuer = &self.issuer;
        match path {
            "/.well-known/openid-configuration" => {
                let endpoints = json!({
                    "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                    "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
                });
                (200, endpoints)
            }
            "/keys" => {
                let mut public = Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).expect("a key");
                public.common.key_id = Some("k1".to_owned());
                (200, json!({ "keys": [public] }))
            }
            "/token" => {
                let code = body.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap_or_default();
                match self.codes.lock().expect("whole").remove(code) {
                    Some(token) => (200, json!({ "id_token": token, "access_token": "a", "token_type": "Bearer" })),
                    None => (400, json!({ "error": "invalid_grant" })),
                }
            }
            _elsewhere => (404, json!({})),
        }
    }

    /// One request a connection.
    async fn serve(&self, mut stream: TcpStream) {
        let request = read(&mut stream).await;
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
        let (status, answer) = self.answer(head.split(' ').nth(1).unwrap_or_default(), body);
        let answer = answer.to_string();
        let head =
            format!("HTTP/1.1 {status} -\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}", answer.len());
        stream.write_all(format!("{head}\r\n\r\n{answer}").as_bytes()).await.expect("the service listens");
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).await.expect("the service speaks");
        request.push_str(std::str::from_utf8(&buffer[..read]).expect("text"));
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if read == 0 || (request.contains("\r\n\r\n") && body.len() >= length.unwrap_or_default()) {
            return request;
        }
    }
}
