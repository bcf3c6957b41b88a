//! The second factor of staff: one-time codes from an authenticator app, and recovery codes for whoever has lost it.
//! Invariants: a step of time is accepted once (`Authenticator::check` says which one it was, its keeper remembers it); recovery codes are
//! kept by digest alone. Units: steps of 30 seconds since the epoch. Source: RFC 6238 with SHA-1, six digits and 30 seconds, which
//! is what every app makes whatever it was asked for; NIST SP 800-63B for look-up secrets.

use domain::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::percent::encoded;
use crate::readable::{self, LETTERS};

const STEP_SECS: u32 = 30;
const DIGITS: u8 = 6;
/// A phone's clock may be this many steps off.
const SKEW_STEPS: u16 = 1;
/// What RFC 4226 recommends.
const SECRET_LEN: usize = 20;
/// How the accounts of one service stand together in an app.
const ISSUER: &str = "便民服务";

/// The step of time that a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(i64);

impl Step {
    pub fn new(number: i64) -> Self {
        Self(number)
    }

    pub fn number(self) -> i64 {
        self.0
    }

    /// The one that `now` lies in.
    pub fn at(now: Timestamp) -> Self {
        Self(now.timestamp().div_euclid(i64::from(STEP_SECS)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of an authenticator")]
pub struct BadSecret;

/// What an app and we share about one account.
pub struct Authenticator(Totp);

impl Authenticator {
    /// A new secret that nobody can guess.
    pub fn generate() -> Result<Self, BadSecret> {
        Self::of(rand::random::<[u8; SECRET_LEN]>().to_vec())
    }

    /// From what `secret` gave.
    pub fn parse(secret: &SecretString) -> Result<Self, BadSecret> {
        Self::of(Secret::try_from_base32(secret.expose_secret()).map_err(|_| BadSecret)?.as_bytes().to_vec())
    }

    fn of(secret: Vec<u8>) -> Result<Self, BadSecret> {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS).with_skew(SKEW_STEPS);
        builder.with_step_duration(STEP_SECS.into()).with_secret(secret).build().map(Self).map_err(|_| BadSecret)
    }

    /// In Base32, as it is typed into an app by hand.
    pub fn secret(&self) -> SecretString {
        self.0.secret().to_base32().into()
    }

    /// What an app reads from a QR code, for the account of this login.
    /// Source: the key URI format that all apps follow, `otpauth://totp/…`.
    pub fn uri(&self, login: &str) -> SecretString {
        let issuer = encoded(ISSUER);
        let label = format!("{issuer}:{}", encoded(login));
        format!("otpauth://totp/{label}?secret={}&issuer={issuer}", self.secret().expose_secret()).into()
    }

    /// The code of this instant.
    pub fn code(&self, now: Timestamp) -> String {
        self.0.generate(seconds(now)).to_string()
    }

    /// A code that is accepted now, for whoever holds the secret: of this step, or of the next one where this one was used; else how
    /// many seconds to wait for one.
    pub fn unused_code(&self, used: Option<Step>, now: Timestamp) -> Result<String, u64> {
        let this = Step::at(now);
        let next = used.map_or(this, |used| this.max(Step(used.0 + 1)));
        if next.0 - this.0 > i64::from(SKEW_STEPS) {
            return Err(u64::try_from((next.0 - i64::from(SKEW_STEPS)) * i64::from(STEP_SECS) - now.timestamp()).unwrap_or_default());
        }
        Ok(self.0.generate(u64::try_from(next.0).unwrap_or_default() * u64::from(STEP_SECS)).to_string())
    }

    /// The step that `code` belongs to, if it is one of about now and later than `used`, the last one that was accepted.
    pub fn check(&self, code: &str, used: Option<Step>, now: Timestamp) -> Option<Step> {
        let digits = code.len() == usize::from(DIGITS) && code.bytes().all(|byte| byte.is_ascii_digit());
        let step = self.0.check(code, seconds(now)).filter(|_| digits)?;
        let step = Step(i64::try_from(step).ok()?);
        used.is_none_or(|used| step > used).then_some(step)
    }
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or_default()
}

/// How many are made at a time.
pub const RECOVERY_CODES: usize = 10;
const GROUPS: usize = 2;
const GROUP_LEN: usize = 5;

/// A code that stands in for the app once. 49 bits: guessed at the rate that sign-in allows, that is far more than a lifetime.
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    pub fn generate() -> Self {
        Self(readable::groups(GROUPS, GROUP_LEN).into())
    }

    /// As somebody typed it: blanks, hyphens and case don't matter. None where it can't be one.
    pub fn parse(typed: &str) -> Option<Self> {
        let letters: Vec<char> = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_lowercase()).collect();
        let sound = letters.len() == GROUPS * GROUP_LEN && letters.iter().all(|c| u8::try_from(*c).is_ok_and(|c| LETTERS.contains(&c)));
        let groups: Vec<String> = letters.chunks(GROUP_LEN).map(String::from_iter).collect();
        sound.then(|| Self(groups.join("-").into()))
    }

    pub fn text(&self) -> &SecretString {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    /// The secret of RFC 6238, appendix B: `12345678901234567890`.
    fn authenticator() -> Authenticator {
        Authenticator::parse(&"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned().into()).unwrap()
    }

    fn at(secs: i64) -> Timestamp {
        DateTime::from_timestamp(secs, 0).unwrap()
    }

    /// Appendix B gives eight digits; six are their end.
    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (secs, code) in vectors {
            assert_eq!(authenticator().code(at(secs)), code, "{secs}");
            assert_eq!(authenticator().check(code, None, at(secs)), Some(Step(secs / 30)), "{secs}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_late_and_no_longer() {
        let code = authenticator().code(at(3000));
        for (now, good) in [(2939, false), (2970, true), (3029, true), (3059, true), (3060, false)] {
            assert_eq!(authenticator().check(&code, None, at(now)).is_some(), good, "{now}");
        }
    }

    #[test]
    fn a_step_is_accepted_once() {
        let (before, code) = (authenticator().code(at(2970)), authenticator().code(at(3000)));
        let used = authenticator().check(&code, None, at(3000));
        assert_eq!(authenticator().check(&code, used, at(3001)), None);
        assert_eq!(authenticator().check(&before, used, at(3001)), None);
        assert!(authenticator().check(&authenticator().code(at(3030)), used, at(3001)).is_some());
    }

    #[test]
    fn whoever_holds_the_secret_has_two_codes_at_hand_and_then_waits() {
        let (own, now) = (authenticator(), at(3010));
        let mut used = None;
        for step in [100, 101] {
            let code = own.unused_code(used, now).unwrap();
            used = own.check(&code, used, now);
            assert_eq!(used, Some(Step(step)));
        }
        assert_eq!(own.unused_code(used, now), Err(20));
        assert!(own.unused_code(used, at(3030)).is_ok());
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for code in ["", "12345", "1234567", "12345a", " 28708", "２８７０８２"] {
            assert_eq!(authenticator().check(code, None, at(59)), None, "{code}");
        }
    }

    #[test]
    fn a_secret_comes_back_from_its_text_and_a_bad_one_is_refused() {
        let made = Authenticator::generate().unwrap();
        assert_eq!(Authenticator::parse(&made.secret()).unwrap().code(at(59)), made.code(at(59)));
        assert_eq!(made.secret().expose_secret().len(), 32);
        for bad in ["", "GEZDGNBV", "0189"] {
            assert!(Authenticator::parse(&bad.to_owned().into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_app_learns_the_account_from_the_uri() {
        let uri = authenticator().uri("cun wu");
        let issuer = "%E4%BE%BF%E6%B0%91%E6%9C%8D%E5%8A%A1";
        let expected = format!("otpauth://totp/{issuer}:cun%20wu?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer={issuer}");
        assert_eq!(uri.expose_secret(), expected);
    }

    #[test]
    fn a_recovery_code_is_read_as_it_is_typed() {
        let code = RecoveryCode::generate();
        let text = code.text().expose_secret().to_owned();
        for typed in [text.clone(), text.to_uppercase(), text.replace('-', ""), text.replace('-', " ")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().text().expose_secret(), &text, "{typed}");
        }
        for bad in ["", "abcde", "abcde-fghl1", "abcde-fghjkm"] {
            assert!(RecoveryCode::parse(bad).is_none(), "{bad}");
        }
    }
}
