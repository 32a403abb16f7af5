//! `GET /v1/members/{id}`. Source: native-api.md §2.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::wire::{MemberBody, example};
use crate::http::grant::MembersRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/members/{id}", "getMember")
        .tag(super::TAG)
        .says("Get a member", "One member or invited person.")
        .placeholder("id", "The member's id")
        .answers::<MemberBody>(StatusCode::OK, "The member", example())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<MembersRead>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Member))?;
    let found = call.app.store.find_member(grant.tenant(), id).await?;
    let member = found.ok_or(Refusal::not_found(Thing::Member))?;
    Ok(Reply::ok(&MemberBody::from(&member)).versioned(member.version))
}
