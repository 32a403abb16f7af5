//! `DELETE /v1/events/{idOrSlug}`. Source: native-api.md §5.

use callboard_store::events::DeleteEvent;
use http::StatusCode;

use super::named;
use crate::http::grant::EventsDelete;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/events/{idOrSlug}", "deleteEvent")
        .tag(super::TAG)
        .says(
            "Delete an event",
            "Refused with `has_sales` once tickets are sold: cancel it then. Its slug is free again.",
        )
        .placeholder(super::PATH_DOC.0, super::PATH_DOC.1)
        .answers_plain(StatusCode::NO_CONTENT, "The event is deleted", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsDelete>) -> Result<Reply, Refusal> {
    let event = named(&call)?;
    let if_match = etag::if_match(&call.request)?;
    let command = DeleteEvent { tenant: grant.tenant().clone(), event, if_match };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
