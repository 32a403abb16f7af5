//! `DELETE /v1/box-offices/{id}`. Source: native-api.md §3.

use callboard_core::rejection::Thing;
use callboard_store::box_offices::DeleteBoxOffice;
use http::StatusCode;

use crate::http::grant::BoxOfficesWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/box-offices/{id}", "deleteBoxOffice")
        .tag(super::TAG)
        .says(
            "Delete a box office",
            "Refused with `in_use` while upcoming events use it. Past events keep it; keys that are bound to it are \
             revoked.",
        )
        .placeholder("id", "The box office's id")
        .answers_plain(StatusCode::NO_CONTENT, "The box office is deleted", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<BoxOfficesWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::BoxOffice))?;
    let if_match = etag::if_match(&call.request)?;
    let command = DeleteBoxOffice { tenant: grant.tenant().clone(), id, if_match };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
