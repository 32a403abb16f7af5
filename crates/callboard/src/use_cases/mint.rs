//! Making keys: random bytes become a token that is shown once, of which only the hash is stored.
//! Source: native-api.md §4, contracts.md §1.2, §3.2.

use callboard_core::ids::AccountId;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::{ApiKey, Binding, Family, Secret};
use callboard_core::time::{HOUR, Timestamp};
use callboard_store::Tenant;
use callboard_store::keys::{MintKey, RotateKey};

use crate::app::App;
use crate::http::Refusal;
use crate::http::rates::Counted;

/// What someone asks for in a new key.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub family: Family,
    pub label: String,
    /// `None` = the family's published defaults.
    pub scopes: Option<Vec<String>>,
    pub binding: Binding,
    pub expires_at: Option<Timestamp>,
    pub rate_limit_per_minute: Option<i64>,
}

/// Draws a token and makes the command that stores its hash. Counts against the account's hourly limit.
///
/// # Errors
/// Issues at `scopes`, `venueId`, `boxOfficeId`, `eventId`, `channelId`, `expiresAt`; 429 beyond the hourly limit.
pub async fn mint(
    app: &App,
    tenant: &Tenant,
    account: Option<AccountId>,
    new: NewKey,
    now: Timestamp,
) -> Result<(MintKey, Secret), Refusal> {
    let scopes = check(&new, now)?;
    count(app, account, now).await?;
    let prefix = prefix(app, new.family).to_owned();
    let secret = new.family.mint(&prefix, &app.entropy.draw());
    let command = MintKey {
        tenant: tenant.clone(),
        account_id: account,
        family: new.family,
        label: new.label,
        prefix,
        hint: secret.hint(),
        hash: secret.hash(),
        scopes,
        binding: new.binding,
        expires_at: new.expires_at,
        rate_limit_per_minute: new.rate_limit_per_minute,
    };
    Ok((command, secret))
}

/// Draws the token of a key's successor and makes the command that puts it in the key's place.
///
/// # Errors
/// 429 beyond the account's hourly limit.
pub async fn rotate(
    app: &App,
    tenant: &Tenant,
    key: &ApiKey,
    grace_seconds: i64,
    now: Timestamp,
) -> Result<(RotateKey, Secret), Refusal> {
    count(app, tenant.account_id(), now).await?;
    let secret = key.family.mint(&key.prefix, &app.entropy.draw());
    let command = RotateKey {
        tenant: tenant.clone(),
        id: key.id,
        grace_seconds,
        hash: secret.hash(),
        hint: secret.hint(),
    };
    Ok((command, secret))
}

/// Counts a key against what its maker may make in an hour.
async fn count(app: &App, account: Option<AccountId>, now: Timestamp) -> Result<(), Refusal> {
    let Some(account) = account else { return Ok(()) };
    let limit = app.settings.key_creations_per_hour;
    let admission = app.rates.admit_in(Counted::KeyCreation(account.0), limit, HOUR, now).await?;
    if admission.is_admitted { Ok(()) } else { Err(Refusal::RateLimited(admission)) }
}

/// The beginning of a family's tokens here.
pub fn prefix(app: &App, family: Family) -> &str {
    match family {
        Family::Channel => app.settings.key_prefix_channel.as_str(),
        Family::Venue => app.settings.key_prefix_venue.as_str(),
        Family::BoxOffice => app.settings.key_prefix_box_office.as_str(),
        Family::Developer => app.settings.key_prefix_developer.as_str(),
        Family::Native => app.settings.key_prefix_native.as_str(),
    }
}

/// Which scopes the key gets, and whether it is bound as its family must be.
fn check(new: &NewKey, now: Timestamp) -> Result<Vec<String>, Issues> {
    let mut issues = Issues::new();
    let known = new.family.known_scopes();
    let chosen = match &new.scopes {
        Some(chosen) => chosen.clone(),
        None => new.family.default_scopes().iter().map(|scope| (*scope).to_owned()).collect(),
    };
    for scope in chosen.iter().filter(|scope| !known.contains(&scope.as_str())) {
        let message = format!("`{scope}` is no scope of this family; known are: {}", known.join(", "));
        issues.push(Issue::body("scopes", IssueCode::InvalidValue, message));
    }
    if chosen.is_empty() && new.family != Family::Developer {
        issues.push(Issue::body(
            "scopes",
            IssueCode::Required,
            format!("name at least one of: {}", known.join(", ")),
        ));
    }
    check_binding(new, &mut issues);
    if new.expires_at.is_some_and(|at| at <= now) {
        issues.push(Issue::body("expiresAt", IssueCode::InvalidValue, "must lie in the future"));
    }
    let mut scopes: Vec<String> = Vec::new();
    for scope in chosen {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    issues.done().map(|()| scopes)
}

fn check_binding(new: &NewKey, issues: &mut Issues) {
    let bound = &new.binding;
    let set = [
        ("venueId", bound.venue_id.is_some()),
        ("boxOfficeId", bound.box_office_id.is_some()),
        ("eventId", bound.event_id.is_some()),
        ("channelId", bound.channel_id.is_some()),
    ];
    let (must, may): (Option<&str>, &[&str]) = match new.family {
        Family::Channel => (None, &[]),
        Family::Venue => (Some("venueId"), &["venueId"]),
        Family::BoxOffice => (Some("boxOfficeId"), &["boxOfficeId"]),
        Family::Developer => (None, &["eventId"]),
        Family::Native => (None, &["venueId", "boxOfficeId", "eventId", "channelId"]),
    };
    for (name, is_set) in set {
        if is_set && !may.contains(&name) {
            let message = format!("a {} key is not bound to this", new.family.as_str());
            issues.push(Issue::body(name, IssueCode::NotSupported, message));
        }
        if !is_set && must == Some(name) {
            issues.push(Issue::body(
                name,
                IssueCode::Required,
                format!("a {} key needs it", new.family.as_str()),
            ));
        }
    }
    if new.family == Family::Native && bound.count() > 1 {
        issues.push(Issue::body(
            "",
            IssueCode::Conflict,
            "a key is narrowed to at most one venue, channel, box office or event",
        ));
    }
}
