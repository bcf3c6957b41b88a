//! What staff sign in with: a login, and a password that is strong by its length.
//! Units: characters. Source: ASVS 5.0, 6.2 (length before composition; no rotation without a reason).

use std::fmt;
use std::str::FromStr;

pub const PASSWORD_CHARS_MIN: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a login has 3 to 40 lower-case letters, digits, dots, hyphens or underscores")]
pub struct BadLogin;

/// The name of an account, in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Login {
    type Err = BadLogin;
    fn from_str(text: &str) -> Result<Self, BadLogin> {
        let of_a_login = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        let valid = (3..=40).contains(&text.len()) && text.bytes().all(of_a_login);
        if valid { Ok(Self(text.to_owned())) } else { Err(BadLogin) }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    #[error("a password isn't made of one or two characters alone")]
    Monotonous,
    #[error("a password doesn't have the login in it")]
    HasLogin,
}

/// Whether a password may be chosen for an account of that login.
pub fn check_password(password: &str, login: &str) -> Result<(), WeakPassword> {
    let letters: std::collections::BTreeSet<_> = password.chars().collect();
    if password.chars().count() < PASSWORD_CHARS_MIN {
        Err(WeakPassword::TooShort)
    } else if letters.len() < 3 {
        Err(WeakPassword::Monotonous)
    } else if password.to_lowercase().contains(&login.to_lowercase()) {
        Err(WeakPassword::HasLogin)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_one_spelling() {
        for good in ["cunwu", "511499101204-01.1", "li_qiang"] {
            assert!(good.parse::<Login>().is_ok(), "{good}");
        }
        for bad in ["", "ab", "Cunwu", "村务", "a b c", &"a".repeat(41)] {
            assert_eq!(bad.parse::<Login>(), Err(BadLogin), "{bad}");
        }
    }

    #[test]
    fn a_password_is_strong_by_its_length_and_tells_nothing_that_is_known() {
        assert_eq!(check_password("山高水长人来人往春去秋来", "cunwu"), Ok(()));
        assert_eq!(check_password("four words in a row", "cunwu"), Ok(()));
        assert_eq!(check_password("elevenchars", "cunwu"), Err(WeakPassword::TooShort));
        assert_eq!(check_password("abababababababab", "cunwu"), Err(WeakPassword::Monotonous));
        assert_eq!(check_password("welcome-CUNWU-2026", "cunwu"), Err(WeakPassword::HasLogin));
    }
}
