//! What every operation on one event does first: `{idOrSlug}` becomes the event, in the key's box office only.

use callboard_core::event::Event;
use callboard_core::ids::EventId;
use callboard_core::rejection::Thing;
use callboard_core::slug::Slug;
use callboard_store::Tenant;
use callboard_store::events::{EventRef, find_event};

use crate::http::{Call, Refusal};

/// Documentation of the placeholder.
pub(super) const ID_OR_SLUG: (&str, &str) =
    ("idOrSlug", "The event's id, or its slug in this box office; a slug is never shaped like an id.");

/// The event that the path names.
///
/// # Errors
/// `Event not found` for an unknown one and another box office's alike.
pub(super) async fn event(call: &Call, tenant: &Tenant) -> Result<Event, Refusal> {
    let absent = || Refusal::not_found(Thing::Event);
    let named = by_text(call.path.text(ID_OR_SLUG.0)).ok_or_else(absent)?;
    find_event(&call.app.store, tenant, &named).await?.ok_or_else(absent)
}

/// The name of the event's venue, if it has one: what is answered where the event itself names no place.
///
/// # Errors
/// Faults only.
pub(super) async fn venue_name(call: &Call, tenant: &Tenant, event: &Event) -> Result<Option<String>, Refusal> {
    let Some(id) = event.details.venue_id else { return Ok(None) };
    let mut names = call.app.store.venue_names(tenant, std::slice::from_ref(event)).await?;
    Ok(names.remove(&id))
}

/// A UUID is an id, a slug is a slug; under anything else nothing can be found.
fn by_text(text: &str) -> Option<EventRef> {
    let id = text.parse::<EventId>().ok().map(EventRef::Id);
    id.or_else(|| Slug::parse(text).ok().map(EventRef::Slug))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_an_id_and_a_slug_is_a_slug() {
        assert!(matches!(by_text("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5"), Some(EventRef::Id(_))));
        assert!(matches!(by_text("low-tide-quartet"), Some(EventRef::Slug(_))));
        assert_eq!(by_text("Low Tide"), None);
    }
}
