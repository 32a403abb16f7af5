//! `POST /v1/keys/{id}/revoke`. Source: native-api.md §4.

use callboard_core::rejection::Thing;
use callboard_store::keys::RevokeKey;
use http::StatusCode;
use serde_json::json;

use super::wire::{KeyBody, example};
use crate::http::grant::KeysWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::wire::{Empty, Written, written_example};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/keys/{id}/revoke", "revokeKey")
        .tag(super::TAG)
        .says(
            "Revoke a key",
            "Ends a key for ever, from its next request on; a rotation's grace ends too. Repeating it changes nothing.",
        )
        .placeholder("id", "The key's id")
        .may_take::<Empty>(json!({}))
        .answers::<Written<KeyBody>>(StatusCode::OK, "The key as it is now", written_example(example()))
        .refuses(&[StatusCode::NOT_FOUND])
        .idempotent()
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    call.body::<Empty>()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Key))?;
    let command = RevokeKey { tenant: grant.tenant().clone(), id };
    call.write(grant.tenant(), command, |after| {
        Reply::ok(&Written::plain(KeyBody::from(after))).versioned(after.version)
    })
    .await
}
