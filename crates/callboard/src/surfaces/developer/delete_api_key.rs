//! `DELETE /api/developer/v1/api-keys/{id}`: ends a key for good, from the next request on.
//! Source: contracts.md §3.2 (E4). Cases: E-07, E-08.

use callboard_core::ids::KeyId;
use callboard_core::rejection::Thing;
use callboard_store::keys::DeleteDeveloperKey;
use http::StatusCode;
use serde_json::json;

use super::contract::KEY_PATH;
use super::examples;
use super::wire::{DeletedApiKey, DeletedApiKeyReply};
use crate::http::grant::KeysWrite;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::delete(KEY_PATH, "deleteApiKey")
        .tag("API keys")
        .says(
            "Delete a key",
            "Final and immediate: applications that still use the key are refused from the next request on, so \
             give them another one first.",
        )
        .placeholder("id", "The key's id, a UUID")
        .answers::<DeletedApiKeyReply>(
            StatusCode::OK,
            "It is gone",
            json!({ "success": true, "data": { "id": examples::KEY, "deleted": true } }),
        )
        .refuses(&[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND])
        .sessions_only()
        .granted(delete)
}

async fn delete(call: Call, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let id: KeyId = call.path.id("id").ok_or_else(|| Refusal::not_found(Thing::Key))?;
    let command = DeleteDeveloperKey { tenant: grant.tenant().clone(), id };
    let body = DeletedApiKeyReply { success: true, data: DeletedApiKey { id, deleted: true } };
    call.write(grant.tenant(), command, move |()| Reply::ok(&body)).await
}
