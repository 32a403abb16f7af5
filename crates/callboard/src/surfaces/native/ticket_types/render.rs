//! Ticket types from the core's words into those of `/v1`.

use callboard_core::event::Event;
use callboard_core::ids::EventId;
use callboard_core::ticket::TicketType;
use callboard_core::time::Timestamp;

use super::view::TicketTypeView;

/// All of an event's, hidden ones flagged.
pub(in crate::surfaces::native) fn all(event: &Event, now: Timestamp) -> Vec<TicketTypeView> {
    event.ticket_types.iter().map(|ticket_type| one(event, ticket_type, now)).collect()
}

/// One as it is at `now`.
pub(in crate::surfaces::native) fn one(
    event: &Event,
    ticket_type: &TicketType,
    now: Timestamp,
) -> TicketTypeView {
    TicketTypeView {
        held: Some(ticket_type.held),
        available: Some(ticket_type.available()),
        on_sale: Some(event.is_on_sale(ticket_type, now)),
        ..stored(event.id, ticket_type)
    }
}

/// The stored members only.
pub(in crate::surfaces::native) fn stored(event: EventId, ticket_type: &TicketType) -> TicketTypeView {
    let terms = &ticket_type.terms;
    TicketTypeView {
        id: ticket_type.id.to_string(),
        event_id: event.to_string(),
        name: terms.name.clone(),
        description: terms.description.clone(),
        price: terms.price.0,
        quantity: terms.quantity,
        sale_starts_at: terms.sale_starts_at.map(Timestamp::to_utc_text),
        sale_ends_at: terms.sale_ends_at.map(Timestamp::to_utc_text),
        min_per_order: terms.min_per_order,
        max_per_order: terms.max_per_order,
        hidden: terms.hidden,
        sold: ticket_type.sold,
        held: None,
        available: None,
        on_sale: None,
    }
}
