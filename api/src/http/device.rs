//! The mark of a device: a number that the client made up itself and sends in `X-Device`, where it wants to. It says nothing about the
//! device or its owner; it is kept as a keyed hash, for `evaluations.device_days`, and serves to see that many reviews came from one
//! device. No address and no user agent is ever kept for that. Of the user agent nothing is kept but the kind of device, with the session
//! that begins on it, so that people tell their own sign-ins apart.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest};

use domain::session::Device as Kind;

use super::problem::Problem;

pub const DEVICE_HEADER: &str = "X-Device";
const LEN: std::ops::RangeInclusive<usize> = 16..=64;

/// None where the client sent none.
pub struct Device(pub Option<String>);

/// What is sent as a mark and is none.
#[derive(Debug, PartialEq, Eq)]
pub struct BadDevice;

impl FromRequest for Device {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mark = request.headers().get(DEVICE_HEADER).map(|value| read(value.to_str().ok())).transpose();
        ready(mark.map(Device).map_err(Problem::from))
    }
}

/// The kind of device that somebody signs in on, as far as its user agent says.
pub struct OnDevice(pub Option<Kind>);

impl FromRequest for OnDevice {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        ready(Ok(OnDevice(agent.and_then(kind_of))))
    }
}

/// Some name others too, for old pages' sake: the rarer word counts.
fn kind_of(agent: &str) -> Option<Kind> {
    const WORDS: [(&str, Kind); 8] = [
        ("HarmonyOS", Kind::Harmony),
        ("OpenHarmony", Kind::Harmony),
        ("Android", Kind::Android),
        ("iPhone", Kind::Iphone),
        ("iPad", Kind::Ipad),
        ("Windows", Kind::Windows),
        ("Macintosh", Kind::Mac),
        ("Linux", Kind::Linux),
    ];
    WORDS.iter().find(|(word, _)| agent.contains(word)).map(|(_, kind)| *kind)
}

fn read(text: Option<&str>) -> Result<String, BadDevice> {
    let is_mark = |text: &&str| LEN.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.filter(is_mark).map(str::to_owned).ok_or(BadDevice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_device_is_told_by_its_rarest_word() {
        let kind = |agent| kind_of(agent);
        assert_eq!(kind("Mozilla/5.0 (Linux; Android 14; HarmonyOS) MicroMessenger/8.0"), Some(Kind::Harmony));
        assert_eq!(kind("Mozilla/5.0 (Linux; Android 14; V2304A) MicroMessenger/8.0"), Some(Kind::Android));
        assert_eq!(kind("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"), Some(Kind::Iphone));
        assert_eq!(kind("Mozilla/5.0 (X11; Linux x86_64)"), Some(Kind::Linux));
        assert_eq!(kind("curl/8.5.0"), None);
    }

    #[test]
    fn a_mark_is_a_made_up_number_and_no_address() {
        assert!(read(Some("0191f3a2-7c1b-7d55-9a30-2f1c0f8e4b11")).is_ok());
        for wrong in ["short", "2001:db8::ff00:42:8329", "Mozilla/5.0 (Linux; Android 14)", &"a".repeat(65)] {
            assert_eq!(read(Some(wrong)), Err(BadDevice), "{wrong}");
        }
        assert_eq!(read(None), Err(BadDevice));
    }
}
