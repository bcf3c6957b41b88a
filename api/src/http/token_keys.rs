//! The public halves of the keys that access tokens are signed with (RFC 7517), for whoever verifies them elsewhere.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use infra::tokens::TokenKey;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

#[derive(Debug, Serialize, ToSchema)]
pub struct TokenKeysView {
    /// Those that sign, will soon, or did so lately.
    keys: Vec<TokenKeyView>,
}

/// An Ed25519 key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenKeyView {
    #[schema(example = "OKP")]
    kty: &'static str,
    #[schema(example = "Ed25519")]
    crv: &'static str,
    #[schema(example = "EdDSA")]
    alg: &'static str,
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    used_for: &'static str,
    kid: String,
    x: String,
}

/// The keys that access tokens are verified with. It may be kept as long as it says: a new key is published longer than that before it signs.
#[utoipa::path(tag = "sessions", operation_id = "show_token_keys", responses((status = 200, body = TokenKeysView)))]
#[get("/.well-known/jwks.json")]
pub async fn show(app: Data<App>) -> HttpResponse {
    let keys = app.tokens.known().published(app.clock.now()).map(view).collect();
    let secs = u64::from(app.settings.token.key_lead_minutes) * 60 / 2;
    HttpResponse::Ok().insert_header((CACHE_CONTROL, format!("public, max-age={secs}"))).json(TokenKeysView { keys })
}

fn view(key: &TokenKey) -> TokenKeyView {
    TokenKeyView { kty: "OKP", crv: "Ed25519", alg: "EdDSA", used_for: "sig", kid: key.kid().to_owned(), x: key.pair.x.clone() }
}
