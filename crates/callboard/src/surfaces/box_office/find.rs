//! What every operation on one event does first: `{idOrSlug}` becomes the event, in the key's box office only.

use std::sync::Arc;

use callboard_core::event::Event;
use callboard_core::rejection::Thing;
use callboard_store::Tenant;
use callboard_store::events::EventRef;

use crate::http::{Call, Refusal};

/// Documentation of the placeholder.
pub(super) const ID_OR_SLUG: (&str, &str) =
    ("idOrSlug", "The event's id, or its slug in this box office; a slug is never shaped like an id.");

/// The event that the path names.
///
/// # Errors
/// `Event not found` for an unknown one and another box office's alike.
pub(super) async fn event(call: &Call, tenant: &Tenant) -> Result<Arc<Event>, Refusal> {
    let absent = || Refusal::not_found(Thing::Event);
    let named = EventRef::parse(call.path.text(ID_OR_SLUG.0)).ok_or_else(absent)?;
    call.app.store.find_event(tenant, &named, call.now).await?.ok_or_else(absent)
}

/// The name of the event's venue, if it has one: what is answered where the event itself names no place.
///
/// # Errors
/// Faults only.
pub(super) async fn venue_name(
    call: &Call,
    tenant: &Tenant,
    event: &Event,
) -> Result<Option<String>, Refusal> {
    let Some(id) = event.details.venue_id else { return Ok(None) };
    let mut names = call.app.store.venue_names(tenant, std::slice::from_ref(event)).await?;
    Ok(names.remove(&id))
}
