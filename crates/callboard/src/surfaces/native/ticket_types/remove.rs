//! `DELETE /v1/ticket-types/{id}`. Source: native-api.md §5.

use callboard_core::rejection::Thing;
use callboard_store::events::RemoveTicketType;
use http::StatusCode;

use crate::http::grant::EventsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/ticket-types/{id}", "removeTicketType")
        .tag(super::TAG)
        .says(
            "Remove a ticket type",
            "Refused with `ticket_type_has_sales` or `ticket_type_has_holds` where tickets are sold or held: hide it \
             then. The event's version rises.",
        )
        .placeholder("id", "The ticket type's id")
        .answers_plain(StatusCode::NO_CONTENT, "The ticket type is gone", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::TicketType))?;
    let if_match = etag::if_match(&call.request)?;
    let command = RemoveTicketType { tenant: grant.tenant().clone(), id, if_match };
    call.write(grant.tenant(), command, |_| Reply::no_content()).await
}
