//! Who reads the docs: a guest sees samples, a member the ids and keys of the organization they act in.
//! Secrets are not stored, so a key is its beginning and its last characters.

use callboard_core::account::Capability;
use callboard_core::event::{Event, Lifecycle};
use callboard_core::key::{ApiKey, Family};
use callboard_core::time::Timestamp;
use callboard_store::events::{EventList, EventOrder, Recurring};

use super::values::Values;
use crate::app::App;
use crate::dashboard::cookie;
use crate::dashboard::visitor::{Member, Visitor};
use crate::http::{Refusal, Request};

/// Keys that are looked through for one of each family.
const KEYS_SEEN: i64 = 50;
/// Events that are looked through for one with tickets.
const EVENTS_SEEN: i64 = 20;

/// What is known of a reader.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) values: Values,
    /// `light`, `dark`, or empty for the system's.
    pub(super) theme: &'static str,
    /// The organization of a member.
    pub(super) organization: Option<String>,
}

impl Reader {
    pub(super) async fn of(app: &App, request: &Request) -> Reader {
        let now = app.clock.now();
        let mut values = Values::samples(&app.public_url, app.settings.support_contact.as_deref(), now);
        let theme = match cookie::read(&request.headers, cookie::THEME) {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "",
        };
        let mut organization = None;
        // Without a session's cookie nothing is asked.
        if cookie::read(&request.headers, cookie::SESSION).is_some()
            && let Ok(visitor) = Visitor::of(app, request).await
            && let Some(member) = visitor.member()
        {
            // Who cannot be told their ids reads the samples.
            match own(app, member, now, &mut values).await {
                Ok(name) => organization = name,
                Err(refusal) => tracing::debug!("the docs show samples: {refusal:?}"),
            }
        }
        Reader { values, theme, organization }
    }
}

/// Fills in what the member may see; the organization's name.
async fn own(
    app: &App,
    member: &Member,
    now: Timestamp,
    values: &mut Values,
) -> Result<Option<String>, Refusal> {
    let (store, tenant) = (&app.store, &member.tenant);
    let may = |capability| member.role.allows(capability);
    values.set("organization_id", &tenant.organization_id().to_string());
    values.set("email", &member.account.email);
    if may(Capability::VenuesRead)
        && let Some(venue) = store.list_venues(tenant, None, 1).await?.items.first()
    {
        values.set("venue_id", &venue.id.to_string());
    }
    if may(Capability::ChannelsRead)
        && let Some(channel) = store.list_channels(tenant, None, 1).await?.items.first()
    {
        values.set("channel_id", &channel.id.to_string());
        values.set("channel_number", &channel.number.to_string());
    }
    if may(Capability::BoxOfficesRead)
        && let Some(office) = store.list_box_offices(tenant, None, 1).await?.items.first()
    {
        values.set("box_office_id", &office.id.to_string());
    }
    if may(Capability::EventsRead) {
        let events = store.list_events(tenant, &coming(now)).await?.items;
        let with_tickets = events.iter().find(|event| !event.ticket_types.is_empty());
        if let Some(event) = with_tickets.or_else(|| events.first()) {
            set_event(values, event);
        }
    }
    if may(Capability::KeysRead) {
        for key in store.list_keys(tenant, None, KEYS_SEEN).await?.items.iter().rev() {
            if key.is_active(now) {
                set_key(values, key);
            }
        }
    }
    Ok(Some(store.organization(tenant).await?.name))
}

fn coming(now: Timestamp) -> EventList {
    EventList {
        status: Some(Lifecycle::Published),
        visibility: None,
        category: None,
        venue_id: None,
        channel_id: None,
        box_office_id: None,
        series_id: None,
        recurring: Recurring::Include,
        from: Some(now),
        to: None,
        words: Vec::new(),
        external_source: None,
        external_id: None,
        order: EventOrder::StartsAt,
        after: None,
        limit: EVENTS_SEEN,
        now,
    }
}

fn set_event(values: &mut Values, event: &Event) {
    values.set("event_id", &event.id.to_string());
    values.set("event_number", &event.number.to_string());
    values.set("event_slug", event.details.slug.as_str());
    if let Some(ticket_type) = event.ticket_types.iter().find(|one| !one.terms.hidden) {
        values.set("ticket_type_id", &ticket_type.id.to_string());
    }
}

fn set_key(values: &mut Values, key: &ApiKey) {
    let name = match key.family {
        Family::Channel => "channel",
        Family::Venue => "venue",
        Family::BoxOffice => "box-office",
        Family::Developer => "developer",
        Family::Native => "native",
    };
    values.set(&format!("{name}_key"), &format!("{}…{}", key.prefix, key.hint));
    values.set(&format!("{name}_key_note"), &format!("your key \"{}\"", key.label));
}
