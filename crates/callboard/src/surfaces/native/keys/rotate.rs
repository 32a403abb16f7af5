//! `POST /v1/keys/{id}/rotate`. Source: native-api.md §4.

use callboard_core::rejection::Thing;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wire::{MintedBody, minted, minted_example};
use crate::http::grant::KeysWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::use_cases::mint;

pub(super) fn operation() -> Operation {
    Operation::post("/v1/keys/{id}/rotate", "rotateKey")
        .tag(super::TAG)
        .says(
            "Rotate a key",
            "Makes a key like this one with a new token, shown in this answer only; the old token works until the \
             grace ends, at once by default. A channel or developer key is rotated by the account that it belongs \
             to.",
        )
        .placeholder("id", "The key's id")
        .may_take::<RotationBody>(json!({ "graceSeconds": 3600 }))
        .answers::<MintedBody>(StatusCode::CREATED, "The new key with its token", minted_example())
        .refuses(&[StatusCode::NOT_FOUND, StatusCode::CONFLICT])
        .idempotent()
        .granted(handle)
        .sessions_only()
}

/// How a key is rotated.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = KeyRotation)]
struct RotationBody {
    /// How long the old token goes on working.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 86400)]
    grace_seconds: i64,
}

async fn handle(call: Call, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let body = call.body::<RotationBody>()?;
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Key))?;
    let found = call.app.store.find_key(grant.tenant(), id).await?;
    let key = found.ok_or(Refusal::not_found(Thing::Key))?;
    let (command, secret) =
        mint::rotate(&call.app, grant.tenant(), &key, body.grace_seconds, call.now).await?;
    let shown = (!call.is_rehearsal()).then_some(secret);
    call.write(grant.tenant(), command, move |made| minted(made, shown.as_ref())).await
}
