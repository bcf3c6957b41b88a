//! Staff passwords: argon2id, kept as PHC strings.
//! Invariants: at most `concurrency` hashes run at once, off the async threads, since each takes memory and a core; an unknown login costs
//! the same work as a known one. Units: KiB of memory, bytes of password. Source of the defaults: OWASP Password Storage Cheat Sheet.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Semaphore;

/// Longer ones only serve to keep us busy.
pub const PASSWORD_BYTES_MAX: usize = 256;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordSettings {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    /// How many hashes may run at once; more wait.
    pub concurrency: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1, concurrency: 2 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the password is longer than {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
    #[error("the argon2 settings are out of range: {0}")]
    Settings(argon2::Error),
    #[error("the stored password hash is not readable: {0}")]
    Stored(argon2::password_hash::phc::Error),
    #[error("argon2 failed: {0}")]
    Hashing(argon2::password_hash::Error),
    #[error("hashing stopped: the service is shutting down")]
    Stopped,
}

const GENERATED_GROUPS: usize = 4;
const GENERATED_GROUP_LEN: usize = 5;

/// A password that nobody can guess (99 bits), in groups that can be read out.
pub fn generate() -> SecretString {
    crate::readable::groups(GENERATED_GROUPS, GENERATED_GROUP_LEN).into()
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Matches,
    Differs,
}

#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    gate: Arc<Semaphore>,
    /// A well-formed hash that no password is known to match.
    dummy: Arc<PasswordHash>,
}

impl Passwords {
    pub fn new(settings: &PasswordSettings) -> Result<Self, PasswordError> {
        let params = Params::new(settings.memory_kib, settings.passes, settings.lanes, None).map_err(PasswordError::Settings)?;
        let dummy = Arc::new(unmatched(&params)?);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self { argon2, gate: Arc::new(Semaphore::new(settings.concurrency.max(1))), dummy })
    }

    /// The PHC string to store for `password`.
    pub async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        let argon2 = self.argon2.clone();
        self.run(password, move |password| argon2.hash_password(password).map(|hash| hash.to_string()).map_err(PasswordError::Hashing))
            .await
    }

    pub async fn verify(&self, password: SecretString, stored: &str) -> Result<Verdict, PasswordError> {
        let stored = PasswordHash::new(stored).map_err(PasswordError::Stored)?;
        self.compare(password, Arc::new(stored)).await
    }

    /// The work of `verify` for a login that doesn't exist, so that time does not tell which logins do.
    pub async fn verify_dummy(&self, password: SecretString) -> Result<Verdict, PasswordError> {
        self.compare(password, Arc::clone(&self.dummy)).await
    }

    async fn compare(&self, password: SecretString, stored: Arc<PasswordHash>) -> Result<Verdict, PasswordError> {
        let argon2 = self.argon2.clone();
        self.run(password, move |password| match argon2.verify_password(password, stored.as_ref()) {
            Ok(()) => Ok(Verdict::Matches),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Differs),
            Err(error) => Err(PasswordError::Hashing(error)),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        password: SecretString,
        work: impl FnOnce(&[u8]) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        if password.expose_secret().len() > PASSWORD_BYTES_MAX {
            return Err(PasswordError::TooLong);
        }
        let permit = Arc::clone(&self.gate).acquire_owned().await.map_err(|_| PasswordError::Stopped)?;
        let done = tokio::task::spawn_blocking(move || {
            let _held_until_done = permit;
            work(password.expose_secret().as_bytes())
        });
        done.await.map_err(|_| PasswordError::Stopped)?
    }
}

/// Random bytes in the place of a hash: as costly to compare with as a real one, and free to make.
fn unmatched(params: &Params) -> Result<PasswordHash, PasswordError> {
    let salt: [u8; 16] = rand::random();
    let output: [u8; Params::DEFAULT_OUTPUT_LEN] = rand::random();
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(PasswordError::Hashing)?,
        salt: Some(Salt::new(&salt).map_err(PasswordError::Stored)?),
        hash: Some(Output::new(&output).map_err(PasswordError::Stored)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readable::LETTERS;

    /// Strong enough to be argon2id, quick enough for a test.
    fn passwords() -> Passwords {
        Passwords::new(&PasswordSettings { memory_kib: 16, passes: 1, lanes: 1, concurrency: 1 }).unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let passwords = passwords();
        let stored = passwords.hash("乡村振兴-2026".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=16,t=1,p=1$"), "{stored}");
        assert_eq!(passwords.verify("乡村振兴-2026".into(), &stored).await.unwrap(), Verdict::Matches);
        assert_eq!(passwords.verify("乡村振兴-2027".into(), &stored).await.unwrap(), Verdict::Differs);
    }

    #[tokio::test]
    async fn the_same_password_hashes_differently_each_time() {
        let passwords = passwords();
        assert_ne!(passwords.hash("same".into()).await.unwrap(), passwords.hash("same".into()).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_login_never_matches_and_costs_a_full_hash_of_the_same_strength() {
        let passwords = passwords();
        assert_eq!(passwords.verify_dummy("anything".into()).await.unwrap(), Verdict::Differs);
        let real = PasswordHash::new(&passwords.hash("x".into()).await.unwrap()).unwrap();
        assert_eq!((passwords.dummy.algorithm, &passwords.dummy.params), (real.algorithm, &real.params));
        assert_eq!(passwords.dummy.hash.map(|hash| hash.len()), real.hash.map(|hash| hash.len()));
    }

    #[tokio::test]
    async fn a_hash_made_under_older_settings_still_verifies() {
        let stored = passwords().hash("kept".into()).await.unwrap();
        let stronger = Passwords::new(&PasswordSettings { memory_kib: 32, passes: 2, lanes: 1, concurrency: 1 }).unwrap();
        assert_eq!(stronger.verify("kept".into(), &stored).await.unwrap(), Verdict::Matches);
    }

    #[test]
    fn a_generated_password_is_long_readable_and_never_the_same() {
        let made: std::collections::BTreeSet<_> = (0..50).map(|_| generate().expose_secret().to_owned()).collect();
        assert_eq!(made.len(), 50);
        for password in made {
            assert_eq!(password.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5], "{password}");
            assert!(password.bytes().all(|b| b == b'-' || LETTERS.contains(&b)));
        }
    }

    #[tokio::test]
    async fn an_over_long_password_and_a_broken_hash_are_refused() {
        let passwords = passwords();
        let long = "x".repeat(PASSWORD_BYTES_MAX + 1);
        assert!(matches!(passwords.hash(long.into()).await, Err(PasswordError::TooLong)));
        assert!(matches!(passwords.verify("x".into(), "plain").await, Err(PasswordError::Stored(_))));
    }
}
