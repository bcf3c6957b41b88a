//! Mini-program codes (小程序码) without a limit to their number (`/wxa/getwxacodeunlimit`): pictures that open a page with a scene.
//! A code never expires: keep the picture. A scene says nothing by itself; whoever made it resolves it.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use bytes::Bytes;
use domain::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::answer::{self, CallError};
use super::call::Repeat;
use super::{Endpoint, MiniprogramState, Wechat};

const SCENE_CHARS_MAX: usize = 32;
/// `&` is allowed too, but some phones cut the scene there.
const SCENE_SIGNS: &str = "!#$'()*+,/:;=?@-._~";
const RANDOM_CHARS: usize = 22;
const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const WIDTHS: RangeInclusive<u16> = 280..=1280;

/// What the page is told. Never anything personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene(String);

impl Scene {
    /// One that nobody guesses and that says nothing.
    pub fn random() -> Self {
        let chars = (0..RANDOM_CHARS).filter_map(|_| ALPHANUMERIC.get(rand::random_range(0..ALPHANUMERIC.len())));
        Self(chars.map(|byte| char::from(*byte)).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMiniCode {
    #[error("a scene has 1 to 32 letters, digits and signs")]
    Scene,
    #[error("a page has no leading slash and no query")]
    Page,
    #[error("a width is 280 to 1280")]
    Width,
}

impl FromStr for Scene {
    type Err = BadMiniCode;
    fn from_str(text: &str) -> Result<Self, BadMiniCode> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || SCENE_SIGNS.contains(c);
        let fits = (1..=SCENE_CHARS_MAX).contains(&text.len()) && text.chars().all(allowed) && !text.contains("scancode_time");
        if fits { Ok(Self(text.to_owned())) } else { Err(BadMiniCode::Scene) }
    }
}

/// A code as it is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MiniCode {
    scene: Scene,
    page: Option<String>,
    width: u16,
    background: Background,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    White,
    Transparent,
}

impl MiniCode {
    /// For `page`, or the mini-program's first one; 430 wide, on white.
    pub fn new(scene: Scene, page: Option<&str>) -> Result<Self, BadMiniCode> {
        let is_page = |page: &str| !page.is_empty() && !page.starts_with('/') && !page.contains(['?', '#', '%']);
        if page.is_some_and(|page| !is_page(page)) {
            return Err(BadMiniCode::Page);
        }
        Ok(Self { scene, page: page.map(str::to_owned), width: 430, background: Background::White })
    }

    /// In pixels, 280 to 1280.
    pub fn wide(self, width: u16) -> Result<Self, BadMiniCode> {
        if WIDTHS.contains(&width) { Ok(Self { width, ..self }) } else { Err(BadMiniCode::Width) }
    }

    pub fn on(self, background: Background) -> Self {
        Self { background, ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    Jpeg(Bytes),
    Png(Bytes),
}

impl Picture {
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Jpeg(bytes) | Self::Png(bytes) => bytes,
        }
    }

    /// The type of a picture that was kept.
    pub fn media_type(bytes: &[u8]) -> &'static str {
        if bytes.starts_with(PNG) { "image/png" } else { "image/jpeg" }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    scene: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
    check_path: bool,
    env_version: &'static str,
    width: u16,
    is_hyaline: bool,
}

impl Wechat {
    /// Which edition of the mini program codes open, as WeChat calls it.
    pub fn edition(&self) -> &'static str {
        env_version(self.settings.miniprogram_state)
    }

    /// Has a code drawn. WeChat draws so many in a minute: what it drew is to be kept.
    pub async fn mini_code(&self, code: &MiniCode, now: Timestamp) -> Result<Picture, CallError> {
        let state = self.settings.miniprogram_state;
        let body = Body {
            scene: code.scene.as_str(),
            page: code.page.as_deref(),
            // Pages of an edition that is not released are not known yet.
            check_path: state == MiniprogramState::Formal,
            env_version: env_version(state),
            width: code.width,
            is_hyaline: code.background == Background::Transparent,
        };
        self.post((Endpoint::MiniCode, Repeat::Freely), &body, picture, now).await
    }
}

fn env_version(state: MiniprogramState) -> &'static str {
    match state {
        MiniprogramState::Formal => "release",
        MiniprogramState::Trial => "trial",
        MiniprogramState::Developer => "develop",
    }
}

/// A picture or, whatever its type says, a refusal.
fn picture(endpoint: Endpoint, body: &[u8]) -> Result<Picture, CallError> {
    if body.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(Picture::Jpeg(Bytes::copy_from_slice(body)));
    }
    if body.starts_with(PNG) {
        return Ok(Picture::Png(Bytes::copy_from_slice(body)));
    }
    let refused: Value = answer::json(endpoint, body)?;
    drop(refused);
    Err(CallError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_has_letters_digits_and_signs_and_at_most_32_of_them() {
        for good in ["c", "c=7Kq2", "!#$'()*+,/:;=?@-._~", &"a".repeat(32)] {
            assert!(good.parse::<Scene>().is_ok(), "{good}");
        }
        for bad in ["", "a&b", "a%20b", "办件", "a b", "scancode_time=1", &"a".repeat(33)] {
            assert_eq!(bad.parse::<Scene>(), Err(BadMiniCode::Scene), "{bad}");
        }
    }

    #[test]
    fn a_random_scene_is_one_and_no_two_are_alike() {
        let scenes: std::collections::BTreeSet<String> = (0..100).map(|_| Scene::random().to_string()).collect();
        assert_eq!(scenes.len(), 100);
        assert!(scenes.iter().all(|scene| scene.parse::<Scene>().is_ok() && scene.len() == RANDOM_CHARS));
    }

    #[test]
    fn a_page_is_a_path_alone_and_a_width_within_what_wechat_draws() {
        let code = |page| MiniCode::new("c".parse().unwrap(), page);
        for bad in ["/pages/index", "pages/index?a=1", ""] {
            assert_eq!(code(Some(bad)), Err(BadMiniCode::Page), "{bad}");
        }
        assert!(code(Some("pages/index/index")).unwrap().wide(280).is_ok() && code(None).unwrap().wide(1280).is_ok());
        assert_eq!((code(None).unwrap().wide(279), code(None).unwrap().wide(1281)), (Err(BadMiniCode::Width), Err(BadMiniCode::Width)));
    }

    #[test]
    fn the_content_tells_a_picture_from_a_refusal() {
        let read = |body: &[u8]| picture(Endpoint::MiniCode, body);
        assert!(matches!(read(&[0xff, 0xd8, 0xff, 0xe0]), Ok(Picture::Jpeg(_))));
        assert!(matches!(read(b"\x89PNG\r\n\x1a\n.."), Ok(Picture::Png(_))));
        assert!(
            matches!(read(br#"{"errcode":40129,"errmsg":"invalid scene"}"#), Err(CallError::Refused(refusal)) if refusal.errcode == 40129)
        );
        for body in [b"{}".as_slice(), b"<html>", b""] {
            assert!(matches!(read(body), Err(CallError::Unreadable)));
        }
    }
}
