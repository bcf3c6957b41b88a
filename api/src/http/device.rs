//! The mark of a device: a number that the client made up itself and sends in `X-Device`, where it wants to. It says nothing about the
//! device or its owner; it is kept as a keyed hash, for `evaluations.device_days`, and serves to see that many reviews came from one
//! device. No address and no user agent is ever kept for that.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

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

fn read(text: Option<&str>) -> Result<String, BadDevice> {
    let is_mark = |text: &&str| LEN.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.filter(is_mark).map(str::to_owned).ok_or(BadDevice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_made_up_number_and_no_address() {
        assert!(read(Some("0191f3a2-7c1b-7d55-9a30-2f1c0f8e4b11")).is_ok());
        for wrong in ["short", "2001:db8::ff00:42:8329", "Mozilla/5.0 (Linux; Android 14)", &"a".repeat(65)] {
            assert_eq!(read(Some(wrong)), Err(BadDevice), "{wrong}");
        }
        assert_eq!(read(None), Err(BadDevice));
    }
}
