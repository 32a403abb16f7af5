//! A key as its pages show it: state, use, reach, and a request that tries it.

use callboard_core::ids::{BoxOfficeId, ChannelId, EventId, VenueId};
use callboard_core::key::{ApiKey, Binding, Family};
use callboard_core::time::{DAY, Timestamp};
use callboard_store::Tenant;
use callboard_store::events::EventRef;

use crate::app::App;
use crate::dashboard::times;
use crate::http::Refusal;

/// Days without use after which a key is looked at with suspicion.
const IDLE_DAYS: i64 = 30;

/// A family as people call it, and what it is for.
pub(in crate::dashboard) fn family(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Channel => (
            "Channel",
            "Partners create events in your channels. The key is yours: it reaches the channels of every organization in which you are owner, admin or editor.",
        ),
        Family::Venue => {
            ("Venue feed", "A venue's website reads what is on there. The key sees this one venue.")
        }
        Family::BoxOffice => {
            ("Box office", "A ticket system lists, creates and changes the events of one box office.")
        }
        Family::Developer => ("Developer", "Your own apps register attendees, for all events or for one."),
        Family::Native => {
            ("Native", "Everything that its scopes name, in the whole organization or in one place.")
        }
    }
}

/// A label with its tone, for a badge.
#[derive(Debug, Clone)]
pub(in crate::dashboard) struct Mark {
    pub tone: &'static str,
    pub text: String,
}

/// One key.
#[derive(Debug, Clone)]
pub(in crate::dashboard) struct KeyView {
    pub path: String,
    pub label: String,
    pub family: &'static str,
    /// The beginning and the end of the token.
    pub token: String,
    pub scopes: Vec<String>,
    pub bound_to: String,
    pub state: Mark,
    pub used: Mark,
    /// What to think about, if anything.
    pub hint: Option<String>,
    pub made: String,
    /// It authenticates now.
    pub is_active: bool,
    /// It has not ended for ever.
    pub is_living: bool,
}

impl KeyView {
    pub(in crate::dashboard) fn new(key: &ApiKey, names: &Names, now: Timestamp) -> KeyView {
        let is_ended = key.revoked_at.is_some_and(|at| at <= now);
        KeyView {
            path: format!("{}/{}", super::PATH, key.id),
            label: key.label.clone(),
            family: family(key.family).0,
            token: format!("{}…{}", key.prefix, key.hint),
            scopes: key.scopes.clone(),
            bound_to: names.of(key),
            state: state(key, now),
            used: used(key, now),
            hint: if key.is_active(now) { hint(key, now) } else { None },
            made: times::day(key.created_at),
            is_active: key.is_active(now),
            is_living: !is_ended,
        }
    }
}

fn state(key: &ApiKey, now: Timestamp) -> Mark {
    let mark = |tone, text: String| Mark { tone, text };
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) if at <= now => mark("", format!("revoked {}", times::ago(at, now))),
        (Some(at), _) => mark("warn", format!("replaced, ends {}", times::ago(at, now))),
        (None, Some(at)) if at <= now => mark("", format!("expired {}", times::ago(at, now))),
        _ if key.disabled => mark("warn", "disabled".to_owned()),
        (None, Some(at)) => mark("good", format!("active, ends {}", times::ago(at, now))),
        (None, None) => mark("good", "active".to_owned()),
    }
}

fn used(key: &ApiKey, now: Timestamp) -> Mark {
    match key.last_used_at {
        None => Mark { tone: "warn", text: "never used".to_owned() },
        Some(at) if now.millis_since(at) >= IDLE_DAYS * DAY => {
            Mark { tone: "bad", text: times::ago(at, now) }
        }
        Some(at) => Mark { tone: "good", text: times::ago(at, now) },
    }
}

fn hint(key: &ApiKey, now: Timestamp) -> Option<String> {
    let idle_days = now.millis_since(key.last_used_at.unwrap_or(key.created_at)) / DAY;
    (idle_days >= IDLE_DAYS)
        .then(|| format!("Not used for {idle_days} days. If nothing needs it any more, revoke it."))
}

/// The names of what keys are bound to.
#[derive(Debug, Default)]
pub(in crate::dashboard) struct Names(Vec<(uuid::Uuid, String)>);

impl Names {
    /// Looks up what these keys are bound to; each once.
    pub(in crate::dashboard) async fn of_all(
        app: &App,
        tenant: &Tenant,
        keys: &[ApiKey],
        now: Timestamp,
    ) -> Result<Names, Refusal> {
        let mut names = Names::default();
        for key in keys {
            let Some(id) = bound_id(&key.bound) else { continue };
            if !names.0.iter().any(|(known, _)| *known == id)
                && let Some(name) = name(app, tenant, &key.bound, now).await?
            {
                names.0.push((id, name));
            }
        }
        Ok(names)
    }

    fn of(&self, key: &ApiKey) -> String {
        let whole = || {
            if key.family == Family::Channel { "all channels of its owner" } else { "the whole organization" }
        };
        match bound_id(&key.bound) {
            None => whole().to_owned(),
            Some(id) => {
                let found = self.0.iter().find(|(known, _)| *known == id);
                found.map_or_else(|| "what is deleted".to_owned(), |(_, name)| name.clone())
            }
        }
    }
}

fn bound_id(bound: &Binding) -> Option<uuid::Uuid> {
    let venue = bound.venue_id.map(|VenueId(id)| id);
    let channel = bound.channel_id.map(|ChannelId(id)| id);
    let office = bound.box_office_id.map(|BoxOfficeId(id)| id);
    venue.or(channel).or(office).or(bound.event_id.map(|EventId(id)| id))
}

async fn name(
    app: &App,
    tenant: &Tenant,
    bound: &Binding,
    now: Timestamp,
) -> Result<Option<String>, Refusal> {
    let store = &app.store;
    if let Some(id) = bound.venue_id {
        return Ok(store.find_venue(tenant, id).await?.map(|venue| venue.details.name));
    }
    if let Some(id) = bound.channel_id {
        return Ok(store.find_channel(tenant, id).await?.map(|channel| channel.details.name));
    }
    if let Some(id) = bound.box_office_id {
        return Ok(store.find_box_office(tenant, id).await?.map(|office| office.details.name));
    }
    let Some(id) = bound.event_id else { return Ok(None) };
    let found = store.find_event(tenant, &EventRef::Id(id), now).await?;
    Ok(found.map(|event| event.details.display_title().to_owned()))
}

/// A request to paste that uses a key for the first time.
pub(in crate::dashboard) fn first_request(url: &str, key: &ApiKey, token: &str) -> String {
    match key.family {
        Family::Channel if key.scopes.iter().any(|scope| scope == "channels:read") => {
            format!("curl -H 'Authorization: Bearer {token}' {url}/api/public/v1/channels")
        }
        Family::Channel => format!("curl -H 'Authorization: Bearer {token}' {url}/api/public/v1/events"),
        Family::Venue => format!("curl -H 'Authorization: Bearer {token}' {url}/api/v1/events"),
        Family::BoxOffice => format!("curl -H 'x-api-key: {token}' {url}/api/v1/events"),
        Family::Developer => format!(
            "curl -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \\\n  -d '{{\"event_id\": \"EVENT\", \"ticket_id\": \"TICKET TYPE\", \"email\": \"ada@example.org\", \"first_name\": \"Ada\", \"last_name\": \"Lovelace\"}}' \\\n  {url}/api/developer/v1/registration"
        ),
        Family::Native => format!("curl -H 'Authorization: Bearer {token}' {url}/v1/me"),
    }
}
