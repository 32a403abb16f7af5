//! Signing in: the throttle, the password, the session and its token.
//! Source: native-api.md §2, promises R17, R20; the throttle's rule is `callboard_core::sign_in`.

use std::net::IpAddr;

use callboard_core::ids::OrganizationId;
use callboard_core::key::Secret;
use callboard_core::sign_in::Attempt;
use callboard_core::time::Timestamp;
use callboard_store::Context;
use callboard_store::sessions::{OpenSession, OpenedSession};
use callboard_store::sign_in::{Bucket, ClearFailures, CountAttempt};

use crate::app::App;
use crate::http::Refusal;
use crate::identity::SessionClaims;

/// What someone shows to sign in.
#[derive(Debug)]
pub struct Credentials {
    pub email: String,
    pub password: Secret,
    /// Where the session shall act; the first organization joined, if it is not named.
    pub organization_id: Option<OrganizationId>,
    /// Where the attempt comes from.
    pub address: IpAddr,
}

/// Counts the attempt and checks the password; the command that it answers opens the session.
///
/// An unknown e-mail address costs the same time and gets the same answer as a wrong password.
///
/// # Errors
/// [`Refusal::SignInBlocked`] · [`Refusal::InvalidCredentials`].
pub async fn check(app: &App, shown: Credentials, context: Context) -> Result<OpenSession, Refusal> {
    let now = context.now;
    let bucket = bucket(&shown);
    match app.store.write(context, CountAttempt { bucket }).await? {
        Attempt::Admitted(_) => {}
        Attempt::Blocked { retry_after_s } => return Err(Refusal::SignInBlocked { retry_after_s }),
    }
    let known = app.store.find_account_by_email(&shown.email).await?;
    let (account, hash) = known.map(|known| (known.account, known.password_hash)).unzip();
    let hash = hash.map(|hash| hash.expose().to_owned());
    let is_right = app.identities.passwords.verify(shown.password.expose().to_owned(), hash).await;
    match account {
        Some(account) if is_right => Ok(OpenSession {
            account_id: account.id,
            organization_id: shown.organization_id,
            expires_at: ends_at(app, now),
            clears: Some(bucket),
        }),
        Some(_) | None => Err(Refusal::InvalidCredentials),
    }
}

/// Forgets the failures of someone whose password was right but who got no session all the same.
///
/// # Errors
/// Faults only.
pub async fn forgive(app: &App, command: &OpenSession, context: Context) -> Result<(), Refusal> {
    if let Some(bucket) = command.clears {
        app.store.write(context, ClearFailures { bucket }).await?;
    }
    Ok(())
}

/// When a session that begins now ends.
pub fn ends_at(app: &App, now: Timestamp) -> Timestamp {
    let life = i64::try_from(app.settings.session_ttl.as_millis()).unwrap_or(i64::MAX);
    now.plus_millis(life)
}

/// The token of a session.
pub fn token(app: &App, session: &OpenedSession, now: Timestamp) -> String {
    let claims = SessionClaims {
        session: session.id,
        account: session.account_id,
        organization: session.organization_id,
    };
    app.identities.tokens.sign(claims, now, session.expires_at)
}

/// One household of IPv6 has 2^64 addresses, so a network of 64 bits counts as one.
fn bucket(shown: &Credentials) -> Bucket {
    let network = match shown.address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => format!("{:x}/64", address.to_bits() >> 64),
        },
    };
    Bucket::of(&shown.email, &network)
}
