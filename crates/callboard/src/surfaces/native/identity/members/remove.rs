//! `DELETE /v1/members/{id}`: removing a member or an invitation. Source: native-api.md §2.

use callboard_core::rejection::Thing;
use callboard_store::members::RemoveMember;
use http::StatusCode;

use crate::http::grant::MembersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};

pub(super) fn operation() -> Operation {
    Operation::delete("/v1/members/{id}", "removeMember")
        .tag(super::TAG)
        .says(
            "Remove a member",
            "The person's sessions in the organization end at once, and its channel keys no longer reach the \
             organization's channels. The last owner cannot be removed.",
        )
        .placeholder("id", "The member's id")
        .answers_plain(StatusCode::NO_CONTENT, "The member is removed", "")
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Member))?;
    let if_match = etag::if_match(&call.request)?;
    let command = RemoveMember { tenant: grant.tenant().clone(), id, if_match };
    call.write(grant.tenant(), command, |()| Reply::no_content()).await
}
