//! Session tokens: JWT, HS256 and nothing else. Source: promises R17 and rule 10, native-api.md §2.

use std::sync::Once;

use callboard_core::ids::{AccountId, OrganizationId, SessionId};
use callboard_core::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::settings::SigningSecret;

/// Longest token that is looked at.
const TOKEN_MAX: usize = 4_096;
const ISSUER: &str = "callboard";
const AUDIENCE: &str = "callboard";
/// Says that it is an access token and not some other signed thing.
const TYPE: &str = "at+jwt";

/// Signs and reads session tokens.
pub struct SessionTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    key_id: String,
}

impl std::fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionTokens(…)")
    }
}

/// What a valid token says. Whether the session still lives, the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionClaims {
    pub session: SessionId,
    pub account: AccountId,
    pub organization: OrganizationId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    org: OrganizationId,
    jti: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl SessionTokens {
    pub fn new(secret: &SigningSecret) -> SessionTokens {
        install();
        let print = callboard_core::canonical::sha256(secret.bytes());
        SessionTokens {
            encoding: EncodingKey::from_secret(secret.bytes()),
            decoding: DecodingKey::from_secret(secret.bytes()),
            key_id: callboard_core::canonical::hex(print.first_chunk::<4>().map_or(&[], |chunk| chunk)),
        }
    }

    /// A signed token for a session.
    pub fn sign(&self, claims: SessionClaims, now: Timestamp, expires_at: Timestamp) -> String {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let body = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: claims.account,
            org: claims.organization,
            jti: claims.session,
            iat: now.as_seconds(),
            nbf: now.as_seconds(),
            exp: expires_at.as_seconds(),
        };
        jsonwebtoken::encode(&header, &body, &self.encoding).expect("an HMAC over our own claims cannot fail")
    }

    /// What a token says, if it is ours, whole and in time.
    pub fn read(&self, token: &str, now: Timestamp) -> Option<SessionClaims> {
        if token.len() > TOKEN_MAX {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let is_ours = header.alg == Algorithm::HS256
            && header.typ.as_deref() == Some(TYPE)
            && header.kid.as_deref() == Some(&self.key_id);
        if !is_ours {
            return None;
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Time is compared below with this program's own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        let in_time = claims.nbf <= now.as_seconds() && now.as_seconds() < claims.exp;
        in_time.then_some(SessionClaims {
            session: claims.jti,
            account: claims.sub,
            organization: claims.org,
        })
    }
}

/// HMAC-SHA-256 only: the library's own providers bring RSA and curves that no token of ours uses.
struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> JwtResult<Hs256> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Hmac::new_from_slice(key).map(Hs256).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl signature::Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}
impl signature::Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.clone().chain_update(message).verify_slice(signature).map_err(|_| signature::Error::new())
    }
}
impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
        verifier_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?)),
        key_utils: KeyUtils::new_unimplemented(),
    };
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // A second installation is refused; the first is this very provider.
        let _ = PROVIDER.install_default();
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn tokens(bytes: [u8; 32]) -> SessionTokens {
        let dir = tempfile::tempdir().unwrap();
        let secret = SigningSecret::load_or_make(&dir.path().join("secret"), || Ok(bytes)).unwrap();
        SessionTokens::new(&secret)
    }

    fn claims() -> SessionClaims {
        SessionClaims {
            session: SessionId(Uuid::from_u128(1)),
            account: AccountId(Uuid::from_u128(2)),
            organization: OrganizationId(Uuid::from_u128(3)),
        }
    }

    #[test]
    fn only_our_own_unexpired_tokens_are_read() {
        let (ours, now) = (tokens([1; 32]), Timestamp::from_millis(1_000_000));
        let token = ours.sign(claims(), now, now.plus_millis(60_000));
        assert_eq!(ours.read(&token, now), Some(claims()));
        assert_eq!(ours.read(&token, now.plus_millis(60_000)), None);
        assert_eq!(ours.read(&token, now.plus_millis(-2_000)), None);
        assert_eq!(tokens([2; 32]).read(&token, now), None);
        let mut parts = token.split('.');
        let (header, body) = (parts.next().unwrap(), parts.next().unwrap());
        // {"typ":"at+jwt","alg":"none"}
        let none = format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0.{body}.");
        for bad in [
            none,
            format!("{header}.{body}."),
            format!("{header}.{body}.AAAA"),
            String::new(),
            "x".repeat(5_000),
        ] {
            assert_eq!(ours.read(&bad, now), None);
        }
    }
}
