//! `PATCH /v1/members/{id}`: another role. Source: native-api.md §2.

use callboard_core::rejection::Thing;
use callboard_store::members::ReviseMember;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{MemberBody, RoleBody, example};
use crate::http::grant::MembersWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply, etag};
use crate::surfaces::native::wire::{Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::patch("/v1/members/{id}", "reviseMember")
        .tag(super::TAG)
        .says(
            "Change a member's role",
            "Holds from the member's next request on. Only owners make or change owners; the last one stays an owner.",
        )
        .placeholder("id", "The member's id")
        .takes::<MemberPatchBody>(json!({ "role": "admin" }))
        .answers::<Written<MemberBody>>(StatusCode::OK, "The member as it is now", written_example(example()))
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT, StatusCode::PRECONDITION_FAILED])
        .idempotent()
        .if_match()
        .granted(handle)
        .sessions_only()
}

/// What may change about a member; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberPatch)]
struct MemberPatchBody {
    #[schema(nullable = false)]
    role: Option<RoleBody>,
}

async fn handle(call: Call, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let body = call.body::<MemberPatchBody>()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Member))?;
    let role = match body.role {
        Some(role) => role.into(),
        // Nothing is asked for: the role stays.
        None => {
            let found = call.app.store.find_member(grant.tenant(), id).await?;
            found.ok_or(Refusal::not_found(Thing::Member))?.role
        }
    };
    let if_match = etag::if_match(&call.request)?;
    let command = ReviseMember { tenant: grant.tenant().clone(), id, role, if_match };
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(MemberBody::from(after))).versioned(after.version)
    })
    .await
}
