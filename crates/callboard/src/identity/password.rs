//! Passwords: Argon2id, hashed in a small pool so that sign-ins cannot starve the API.
//! Source: promises R20 and rule 9.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Hashes that run at one time; each takes 19 MiB and tens of milliseconds.
const POOL: usize = 2;
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes and verifies passwords.
#[derive(Debug)]
pub struct Passwords {
    pool: Semaphore,
    /// A hash that no password has: verifying against it takes as long as against a real one.
    decoy: std::sync::OnceLock<String>,
}

impl Passwords {
    pub fn new() -> Passwords {
        Passwords { pool: Semaphore::new(POOL), decoy: std::sync::OnceLock::new() }
    }

    /// The PHC string of a password, salted with the 16 bytes given.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> String {
        self.run(move || hash(&password, salt)).await
    }

    /// Whether the password is the one behind `hash`; for an unknown account (`None`) it takes as long and says no.
    pub async fn verify(&self, password: String, known: Option<String>) -> bool {
        let is_known = known.is_some();
        let hash = match known {
            Some(hash) => hash,
            None => match self.decoy.get() {
                Some(decoy) => decoy.clone(),
                None => {
                    let fresh = self.run(|| hash("no password is ever this one", [7; 16])).await;
                    self.decoy.get_or_init(|| fresh).clone()
                }
            },
        };
        let matches = self
            .run(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok())
            })
            .await;
        matches && is_known
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _slot = self.pool.acquire().await.expect("the pool is never closed");
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Passwords::new()
    }
}

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the constants are within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str, salt: [u8; 16]) -> String {
    let hashed = argon2().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.expect("a bounded password and a 16-byte salt can be hashed").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_verifies_and_an_unknown_account_never_does() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse battery".to_owned(), [1; 16]).await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse battery".to_owned(), Some(hash.clone())).await);
        assert!(!passwords.verify("wrong".to_owned(), Some(hash)).await);
        assert!(!passwords.verify("no password is ever this one".to_owned(), None).await);
    }
}
