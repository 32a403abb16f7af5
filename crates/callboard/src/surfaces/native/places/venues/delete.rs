//! `DELETE /v1/venues/{id}`. Source: native-api.md §3.

use callboard_core::rejection::Thing;
use callboard_store::venues::DeleteVenue;
use http::StatusCode;

use crate::http::grant::VenuesWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/venues/{id}", "deleteVenue")
        .tag(super::TAG)
        .says(
            "Delete a venue",
            "Refused with `in_use` while upcoming events use it. Past events keep it; keys that are bound to it are \
             revoked.",
        )
        .placeholder("id", "The venue's id")
        .answers_plain(StatusCode::NO_CONTENT, "The venue is deleted", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<VenuesWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Venue))?;
    let if_match = etag::if_match(&call.request)?;
    let command = DeleteVenue { tenant: grant.tenant().clone(), id, if_match };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
