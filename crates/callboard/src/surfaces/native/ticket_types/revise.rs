//! `PATCH /v1/ticket-types/{id}`. Source: native-api.md §5.

use callboard_core::ids::TicketTypeId;
use callboard_core::rejection::Thing;
use callboard_store::events::ReviseTicketType;
use http::StatusCode;
use serde_json::json;

use super::body::TicketTypeChange;
use super::parse;
use super::view::TicketTypeView;
use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::events;
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/ticket-types/{id}", "reviseTicketType")
        .tag(super::TAG)
        .says(
            "Change a ticket type",
            "What is left out stays as it is, `null` clears. A quantity below what is sold and held is refused with \
             `below_stock`. The event's version rises.",
        )
        .placeholder("id", "The ticket type's id")
        .takes::<TicketTypeChange>(json!({ "price": 2000, "maxPerOrder": null }))
        .answers::<Written<TicketTypeView>>(
            StatusCode::OK,
            "The ticket type as it is now",
            written_example(events::sample::ticket_type()),
        )
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let patch = parse::change(call.body::<TicketTypeChange>()?)?;
    let id: TicketTypeId = call.path.id("id").ok_or(Refusal::not_found(Thing::TicketType))?;
    let if_match = etag::if_match(&call.request)?;
    let command = ReviseTicketType { tenant: grant.tenant().clone(), id, patch, if_match };
    let now = call.now;
    call.write(grant.tenant(), command, move |event| super::reply(StatusCode::OK, event, id, now)).await
}
