//! From a token to a caller. Every failure is one answer: nobody learns which part was wrong.

use callboard_core::key::{Family, KeyHash};
use callboard_core::time::Timestamp;

use crate::app::App;
use crate::http::{Caller, Identity, Refusal, Request};

/// Longest token that is hashed.
const TOKEN_MAX: usize = 256;

/// The caller behind an API key of one family. Source: contracts.md §5 (families never cross).
///
/// # Errors
/// [`Refusal::Unauthenticated`], or a fault of the store.
pub async fn by_key(app: &App, token: &str, family: Family, now: Timestamp) -> Result<Caller, Refusal> {
    if token.len() > TOKEN_MAX || is_mistyped(app, token, family) {
        return Err(Refusal::Unauthenticated);
    }
    let access = app.store.authenticate(&KeyHash::of(token), now).await?;
    let access = access.filter(|access| access.key.family == family).ok_or(Refusal::Unauthenticated)?;
    app.key_uses.note(&access.key, now);
    Ok(Caller::known(Identity::Key(access.key), access.tenant).stamped(access.stamp))
}

/// The caller behind a session token.
///
/// # Errors
/// [`Refusal::Unauthenticated`], or a fault of the store.
pub async fn by_session(
    app: &App,
    token: &str,
    request: &Request,
    now: Timestamp,
) -> Result<Caller, Refusal> {
    let claims = app.identities.tokens.read(token, now).ok_or(Refusal::Unauthenticated)?;
    let access = app.store.session(claims.session, now).await?.ok_or(Refusal::Unauthenticated)?;
    app.session_uses.note(&access, request);
    let identity = Identity::Session { role: access.role, expires_at: access.expires_at };
    Ok(Caller::known(identity, access.tenant).stamped(Some(access.stamp)))
}

/// A native token whose checksum is wrong is refused without a look-up.
fn is_mistyped(app: &App, token: &str, family: Family) -> bool {
    let prefix = app.settings.key_prefix_native.as_str();
    family == Family::Native && token.starts_with(prefix) && !family.is_well_formed(prefix, token)
}
