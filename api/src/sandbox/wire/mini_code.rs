//! Mini-program codes.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use infra::wechat::Endpoint;
use serde::Deserialize;

use super::{Parameters, admit, answer};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::{Sandbox, picture};

const SCENE_CHARS_MAX: usize = 32;
const SCENE_SIGNS: &str = "!#$&'()*+,/:;=?@-._~";

#[derive(Deserialize)]
struct CodeRequest {
    scene: String,
    page: Option<String>,
    #[serde(default = "yes")]
    check_path: bool,
    env_version: Option<String>,
    #[serde(default = "default_width")]
    width: u32,
    #[serde(default)]
    is_hyaline: bool,
}

fn yes() -> bool {
    true
}

fn default_width() -> u32 {
    430
}

/// The type says picture, whatever it is: WeChat's does not tell either.
pub(super) async fn draw(sandbox: Data<Sandbox>, query: Parameters, body: Bytes) -> HttpResponse {
    match drawn(&sandbox, &query, &body) {
        Ok(bytes) => HttpResponse::Ok().content_type(ContentType::jpeg()).body(bytes),
        Err(refusal) => answer(ContentType::jpeg(), Err(refusal)),
    }
}

fn drawn(sandbox: &Sandbox, query: &HashMap<String, String>, body: &[u8]) -> Result<Vec<u8>, Refusal> {
    admit(sandbox, Endpoint::MiniCode, query, sandbox.now())?;
    let request: CodeRequest = serde_json::from_slice(body).map_err(|_| Refusal::LongScene)?;
    check_scene(&request.scene)?;
    let edition = request.env_version.as_deref().unwrap_or("release");
    if !(280..=1280).contains(&request.width) || !matches!(edition, "release" | "trial" | "develop") {
        return Err(Refusal::BadArgument);
    }
    let page = {
        let world = sandbox.world();
        let page = request.page.or_else(|| world.settings.pages.first().cloned()).ok_or(Refusal::UnknownPage)?;
        let is_released = world.settings.pages.contains(&page);
        if page.starts_with('/') || page.contains('?') || (request.check_path && !is_released) {
            return Err(Refusal::UnknownPage);
        }
        page
    };
    picture::of(&page, &request.scene, request.width, request.is_hyaline).ok_or(Refusal::BadArgument)
}

fn check_scene(scene: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || SCENE_SIGNS.contains(c);
    if scene.chars().count() > SCENE_CHARS_MAX {
        Err(Refusal::LongScene)
    } else if scene.is_empty() || !scene.chars().all(allowed) {
        Err(Refusal::BadScene)
    } else if scene.contains("scancode_time") {
        Err(Refusal::ReservedScene)
    } else {
        Ok(())
    }
}
