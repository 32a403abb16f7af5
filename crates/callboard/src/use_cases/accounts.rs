//! Signing up: who may, and the account with its organization and first session.
//! Source: native-api.md §2, promises R20.

use callboard_core::account::{PASSWORD_MAX_BYTES, PASSWORD_MIN};
use callboard_core::canonical::{hex, sha256};
use callboard_core::issue::{Issue, IssueCode};
use callboard_core::key::Secret;
use callboard_core::rejection::Rejection;
use callboard_core::time::Timestamp;
use callboard_store::accounts::{Registration, SignUp};

use super::sign_in;
use crate::app::App;
use crate::http::Refusal;
use crate::settings;

/// The beginning of invite tokens, so that scanners know one when they see it.
const INVITE_PREFIX: &str = "cb_invite_";
/// Random bytes of an invite token.
const INVITE_BYTES: usize = 20;

/// Who signs up; texts are trimmed and bounded.
#[derive(Debug)]
pub struct NewAccount {
    pub email: String,
    pub name: String,
    pub password: Secret,
    pub organization_name: Option<String>,
    pub invite_token: Option<Secret>,
}

/// Checks who signs up and hashes the password; cheap checks come first, so that a closed server hashes nothing.
///
/// `is_operator`: the machine's owner signs somebody up, which every setting allows.
///
/// # Errors
/// An issue at `password`; [`Rejection::RegistrationClosed`]; [`Rejection::EmailTaken`]. The command
/// that it makes decides again.
pub async fn sign_up(
    app: &App,
    new: NewAccount,
    is_operator: bool,
    now: Timestamp,
) -> Result<SignUp, Refusal> {
    check_password(new.password.expose())?;
    let registration = if is_operator { Registration::Open } else { registration(app) };
    let may_be_open = match registration {
        _ if new.invite_token.is_some() => true,
        Registration::Open => true,
        Registration::Closed => false,
        Registration::First => app.store.has_no_account().await?,
    };
    if !may_be_open {
        return Err(Rejection::RegistrationClosed.into());
    }
    let password_hash =
        app.identities.passwords.hash(new.password.expose().to_owned(), app.entropy.draw()).await;
    Ok(SignUp {
        email: new.email,
        name: new.name,
        password_hash,
        organization_name: new.organization_name,
        registration,
        invite: new.invite_token.map(|token| invite_hash(&token)),
        expires_at: sign_in::ends_at(app, now),
    })
}

fn check_password(password: &str) -> Result<(), Issue> {
    let wrong = |code, message: String| Err(Issue::body("password", code, message));
    if password.chars().count() < PASSWORD_MIN {
        wrong(IssueCode::TooSmall, format!("must have at least {PASSWORD_MIN} characters"))
    } else if password.len() > PASSWORD_MAX_BYTES {
        wrong(IssueCode::TooBig, format!("must have at most {PASSWORD_MAX_BYTES} bytes"))
    } else {
        Ok(())
    }
}

fn registration(app: &App) -> Registration {
    match app.settings.registration {
        settings::Registration::First => Registration::First,
        settings::Registration::Open => Registration::Open,
        settings::Registration::Closed => Registration::Closed,
    }
}

/// Where someone who was invited signs up; the token follows. [inferred]
const INVITE_PATH: &str = "/join/";

/// The address under which an invited person signs up.
pub fn invite_url(public_url: &str, token: &Secret) -> String {
    format!("{public_url}{INVITE_PATH}{}", token.expose())
}

/// Draws the token of an invitation.
pub fn invite_token(app: &App) -> Secret {
    Secret::new(format!("{INVITE_PREFIX}{}", hex(&app.entropy.draw::<INVITE_BYTES>())))
}

/// What is stored of an invite token.
pub fn invite_hash(token: &Secret) -> [u8; 32] {
    sha256(token.expose().as_bytes())
}
