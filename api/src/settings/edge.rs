//! What the edge lets in: whose word is taken for an address, which pages elsewhere may ask, and how often who may ask what.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use chrono::Duration;
use domain::backoff::BackOff;
use infra::shared::Rate;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where requests come from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edge {
    /// Proxies whose `X-Forwarded-For` is believed: addresses or networks, such as `10.0.0.0/8`. Default: none, and the peer's address
    /// is the client's.
    pub trusted_proxies: Listed<Network>,
    /// Origins of web pages that may ask from a browser, such as `https://h5.example.gov.cn`. Default: none.
    pub allowed_origins: Listed<Origin>,
    /// For how long browsers shall insist on HTTPS (`Strict-Transport-Security`); only where TLS ends in front. Default: 0, nothing said.
    pub hsts_days: u32,
}

/// How often who may ask what. A refusal is 429 `rate_limited` with `Retry-After`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// Somebody signed in. The defaults are far above what a busy clerk's day needs.
    #[serde(deserialize_with = "person_rates")]
    pub person: ClassRates,
    /// A client's address: a whole office may share one, and a mobile carrier's customers do. An IPv6 network of 64 bits counts as one.
    #[serde(deserialize_with = "address_rates")]
    pub address: ClassRates,
    /// Failed sign-ins of one login from one address: after them it rests there for a minute, then for two, four and so on. Default:
    /// 10, and an hour at most.
    #[serde(deserialize_with = "here")]
    pub failed_sign_ins: Attempts,
    /// Failed sign-ins of one login from anywhere. Default: 100, and a quarter of an hour at most: its owner has to get in.
    #[serde(deserialize_with = "anywhere")]
    pub failed_sign_ins_anywhere: Attempts,
    /// People whom one villager names by their citizen ID number: a whole family in a sitting, and no list of guessed numbers. Default:
    /// 10 per hour, burst 20.
    pub people_named: RateLimit,
    /// Codes by short message to one phone. Default: 10 per hour, burst 3.
    pub sms_codes: RateLimit,
    /// Codes by short message asked for from one address, which a whole village may share. Default: 60 per hour, burst 20.
    pub sms_codes_from: RateLimit,
    /// Face checks that one villager begins; each costs. Default: 3 per hour, burst 3.
    pub face_checks: RateLimit,
    /// Codes of villagers that one clerk types. Default: 60 per hour, burst 10.
    pub identity_checks: RateLimit,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            person: ClassRates::of_person(),
            address: ClassRates::of_address(),
            failed_sign_ins: Attempts::FROM_HERE,
            failed_sign_ins_anywhere: Attempts::FROM_ANYWHERE,
            people_named: RateLimit::hourly(10, 20),
            sms_codes: RateLimit::hourly(10, 3),
            sms_codes_from: RateLimit::hourly(60, 20),
            face_checks: RateLimit::hourly(3, 3),
            identity_checks: RateLimit::hourly(60, 10),
        }
    }
}

/// After how many attempts a login begins to rest, and how long it does so at most.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Attempts {
    pub free: u32,
    pub rest_minutes_max: u32,
}

impl Attempts {
    const FROM_HERE: Attempts = Attempts { free: 10, rest_minutes_max: 60 };
    const FROM_ANYWHERE: Attempts = Attempts { free: 100, rest_minutes_max: 15 };

    pub fn rule(self) -> BackOff {
        BackOff { free: self.free, rest_max: Duration::minutes(self.rest_minutes_max.into()) }
    }
}

/// What a source says of it; the rest keeps its default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SomeAttempts {
    free: Option<u32>,
    rest_minutes_max: Option<u32>,
}

impl SomeAttempts {
    fn over(self, defaults: Attempts) -> Attempts {
        Attempts { free: self.free.unwrap_or(defaults.free), rest_minutes_max: self.rest_minutes_max.unwrap_or(defaults.rest_minutes_max) }
    }
}

fn here<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Attempts, D::Error> {
    Ok(SomeAttempts::deserialize(deserializer)?.over(Attempts::FROM_HERE))
}

fn anywhere<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Attempts, D::Error> {
    Ok(SomeAttempts::deserialize(deserializer)?.over(Attempts::FROM_ANYWHERE))
}

/// A limit for each class of operations.
#[derive(Debug, Clone, Serialize)]
pub struct ClassRates {
    pub sign_in: RateLimit,
    pub read: RateLimit,
    pub write: RateLimit,
    pub upload: RateLimit,
    /// Searching the catalogue, planning: what computes.
    pub search: RateLimit,
    /// The public check of a certificate.
    pub check: RateLimit,
}

impl ClassRates {
    fn of_person() -> Self {
        Self {
            sign_in: RateLimit::by_minute(30, 30),
            read: RateLimit::by_minute(600, 300),
            write: RateLimit::by_minute(120, 120),
            upload: RateLimit::by_minute(30, 60),
            search: RateLimit::by_minute(120, 120),
            check: RateLimit::by_minute(120, 60),
        }
    }

    fn of_address() -> Self {
        Self {
            sign_in: RateLimit::by_minute(240, 120),
            read: RateLimit::by_minute(6000, 3000),
            write: RateLimit::by_minute(1200, 600),
            upload: RateLimit::by_minute(300, 200),
            search: RateLimit::by_minute(1800, 600),
            check: RateLimit::by_minute(300, 200),
        }
    }
}

/// What a source says of some classes; the others keep their defaults.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SomeRates {
    sign_in: Option<RateLimit>,
    read: Option<RateLimit>,
    write: Option<RateLimit>,
    upload: Option<RateLimit>,
    search: Option<RateLimit>,
    check: Option<RateLimit>,
}

impl SomeRates {
    fn over(self, defaults: ClassRates) -> ClassRates {
        ClassRates {
            sign_in: self.sign_in.unwrap_or(defaults.sign_in),
            read: self.read.unwrap_or(defaults.read),
            write: self.write.unwrap_or(defaults.write),
            upload: self.upload.unwrap_or(defaults.upload),
            search: self.search.unwrap_or(defaults.search),
            check: self.check.unwrap_or(defaults.check),
        }
    }
}

fn person_rates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClassRates, D::Error> {
    Ok(SomeRates::deserialize(deserializer)?.over(ClassRates::of_person()))
}

fn address_rates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClassRates, D::Error> {
    Ok(SomeRates::deserialize(deserializer)?.over(ClassRates::of_address()))
}

/// `600 per minute, burst 300`: in the long run, and at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    number: u32,
    per: Per,
    burst: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Per {
    Second,
    Minute,
    Hour,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a rate is written as `600 per minute, burst 300`, by the second, minute or hour, each number at least 1")]
pub struct BadRate;

impl RateLimit {
    fn hourly(number: u32, burst: u32) -> Self {
        Self { number, per: Per::Hour, burst }
    }

    fn by_minute(number: u32, burst: u32) -> Self {
        Self { number, per: Per::Minute, burst }
    }

    pub fn rate(self) -> Rate {
        let per_hour = match self.per {
            Per::Second => self.number.saturating_mul(3600),
            Per::Minute => self.number.saturating_mul(60),
            Per::Hour => self.number,
        };
        Rate::new(per_hour, self.burst)
    }
}

impl FromStr for RateLimit {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Self, BadRate> {
        let (rate, burst) = text.split_once(", burst ").ok_or(BadRate)?;
        let (number, unit) = rate.split_once(" per ").ok_or(BadRate)?;
        let per = match unit {
            "second" => Per::Second,
            "minute" => Per::Minute,
            "hour" => Per::Hour,
            _other => return Err(BadRate),
        };
        let at_least_one = |text: &str| text.trim().parse().ok().filter(|number: &u32| *number > 0).ok_or(BadRate);
        Ok(Self { number: at_least_one(number)?, per, burst: at_least_one(burst)? })
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per {
            Per::Second => "second",
            Per::Minute => "minute",
            Per::Hour => "hour",
        };
        write!(f, "{} per {per}, burst {}", self.number, self.burst)
    }
}

/// An address or a network of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither an address nor a network such as 10.0.0.0/8")]
pub struct BadNetwork;

impl Network {
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.bits),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| BadNetwork)?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(whole), str::parse).map_err(|_| BadNetwork)?;
        if bits <= whole { Ok(Self { address, bits }) } else { Err(BadNetwork) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// Where a web page comes from, as browsers send it: scheme, host and perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no origin: write `https://host`, without a path")]
pub struct BadOrigin;

impl Origin {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(BadOrigin)?;
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
        if !host.is_empty() && host.bytes().all(is_plain) { Ok(Self(text.to_owned())) } else { Err(BadOrigin) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

as_text!(RateLimit, Network, Origin);

/// A list, or in the environment a text with commas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Listed<T>(pub Vec<T>);

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned + FromStr<Err: fmt::Display>> Deserialize<'de> for Listed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            List(Vec<String>),
            Text(String),
        }
        let texts = match Form::deserialize(deserializer)? {
            Form::List(texts) => texts,
            Form::Text(text) => text.split(',').map(str::to_owned).collect(),
        };
        let named = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
        named.map(|text| text.parse().map_err(D::Error::custom)).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        for text in ["600 per minute, burst 300", "1 per hour, burst 1", "50 per second, burst 9"] {
            assert_eq!(text.parse::<RateLimit>().unwrap().to_string(), text);
        }
        for text in
            ["", "600", "600 per minute", "0 per minute, burst 1", "1 per day, burst 1", "1 per minute, burst 0", "-1 per hour, burst 2"]
        {
            assert_eq!(text.parse::<RateLimit>(), Err(BadRate), "{text}");
        }
        assert_eq!(
            "2 per minute, burst 1".parse::<RateLimit>().unwrap().rate(),
            "120 per hour, burst 1".parse::<RateLimit>().unwrap().rate()
        );
    }

    #[test]
    fn a_network_holds_its_addresses_alone() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().holds(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.1.2") && holds("10.1.2.3", "10.1.2.3") && holds("10.0.0.0/8", "::ffff:10.0.0.1"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1") && !holds("10.1.2.3", "10.1.2.4") && !holds("10.0.0.0/8", "fd00::1"));
        assert!(holds("fd00::/8", "fdab::1") && !holds("fd00::/8", "fe80::1") && holds("0.0.0.0/0", "8.8.8.8"));
        for text in ["", "10.0.0.0/33", "proxy.local", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork), "{text}");
        }
    }

    #[test]
    fn an_origin_has_no_path_and_is_no_pattern() {
        assert!("https://h5.example.gov.cn:8443".parse::<Origin>().is_ok());
        for text in ["*", "null", "h5.example.gov.cn", "https://h5.example.gov.cn/", "https://*.gov.cn", "https://"] {
            assert_eq!(text.parse::<Origin>(), Err(BadOrigin), "{text}");
        }
    }
}
