//! `DELETE /v1/series/{id}`. Source: native-api.md §6.

use callboard_core::rejection::Thing;
use callboard_store::series::EndSeries;
use http::StatusCode;

use super::PATH_DOC;
use crate::http::grant::EventsDelete;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/series/{id}", "endSeries")
        .tag(super::TAG)
        .says(
            "End a series",
            "Dates ahead of which nothing is sold or held are deleted, those changed alone too. Past dates and those \
             with tickets stay as ordinary events and keep `seriesId`.",
        )
        .placeholder(PATH_DOC.0, PATH_DOC.1)
        .answers_plain(StatusCode::NO_CONTENT, "The series has ended", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<EventsDelete>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Series))?;
    let if_match = etag::if_match(&call.request)?;
    let command = EndSeries { tenant: grant.tenant().clone(), id, if_match };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
