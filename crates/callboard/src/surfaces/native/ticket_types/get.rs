//! `GET /v1/ticket-types/{id}`: what `Location` of a new one names. Source: native-api.md §5.

use callboard_core::ids::TicketTypeId;
use callboard_core::rejection::Thing;
use callboard_store::Depends;
use http::StatusCode;

use super::render;
use super::view::TicketTypeView;
use crate::http::grant::EventsRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::events;

pub(super) fn operation() -> Operation {
    Operation::get("/v1/ticket-types/{id}", "getTicketType")
        .tag(super::TAG)
        .says("Read a ticket type", "With its live stock. The version in its `ETag` is its event's.")
        .kept(Depends::OnStock)
        .placeholder("id", "The ticket type's id")
        .answers::<TicketTypeView>(StatusCode::OK, "The ticket type", events::sample::ticket_type())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let not_found = || Refusal::not_found(Thing::TicketType);
    let id: TicketTypeId = call.path.id("id").ok_or_else(not_found)?;
    let event =
        call.app.store.find_event_of_type(grant.tenant(), id, call.now).await?.ok_or_else(not_found)?;
    let one = event.ticket_types.iter().find(|one| one.id == id).ok_or_else(not_found)?;
    let reply = Reply::ok(&render::one(&event, one, call.now)).versioned(event.version);
    Ok(reply.fresh_until(event.next_change(call.now)))
}
