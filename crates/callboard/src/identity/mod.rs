//! Who people are: session tokens and passwords. No rule about what they may do is here.

mod password;
mod token;

pub use password::Passwords;
pub use token::{SessionClaims, SessionTokens};

use crate::settings::SigningSecret;

/// The parts that know secrets.
#[derive(Debug)]
pub struct Identities {
    pub tokens: SessionTokens,
    pub passwords: Passwords,
}

impl Identities {
    pub fn new(secret: &SigningSecret) -> Identities {
        Identities { tokens: SessionTokens::new(secret), passwords: Passwords::new() }
    }
}
