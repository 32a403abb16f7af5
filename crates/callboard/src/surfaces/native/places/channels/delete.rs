//! `DELETE /v1/channels/{id}`. Source: native-api.md §3.

use callboard_core::rejection::Thing;
use callboard_store::channels::DeleteChannel;
use http::StatusCode;

use crate::http::grant::ChannelsWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/channels/{id}", "deleteChannel")
        .tag(super::TAG)
        .says(
            "Delete a channel",
            "Refused with `in_use` while upcoming events use it. Past events keep it; keys that are bound to it are \
             revoked.",
        )
        .placeholder("id", "The channel's id")
        .answers_plain(StatusCode::NO_CONTENT, "The channel is deleted", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
}

async fn handle(call: Call, grant: Granted<ChannelsWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Channel))?;
    let if_match = etag::if_match(&call.request)?;
    let command = DeleteChannel { tenant: grant.tenant().clone(), id, if_match };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
