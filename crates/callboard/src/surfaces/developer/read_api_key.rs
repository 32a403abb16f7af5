//! `GET /api/developer/v1/api-keys/{id}`: one key as the list shows it.
//! Source: contracts.md §3.2 (E3). Cases: E-02, E-08.

use callboard_core::ids::KeyId;
use callboard_core::key::{ApiKey, Family};
use callboard_core::rejection::Thing;
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use http::StatusCode;
use serde_json::json;

use super::contract::KEY_PATH;
use super::wire::ApiKeyReply;
use super::{examples, render};
use crate::http::grant::KeysRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get(KEY_PATH, "getApiKey")
        .tag("API keys")
        .says("Get a key", "One of your own developer keys, as the list shows it; never the key itself.")
        .placeholder("id", "The key's id, a UUID")
        .answers::<ApiKeyReply>(
            StatusCode::OK,
            "The key",
            json!({ "success": true, "data": examples::entry() }),
        )
        .refuses(&[StatusCode::FORBIDDEN, StatusCode::NOT_FOUND])
        .sessions_only()
        .granted(read)
}

async fn read(call: Call, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let missing = || Refusal::not_found(Thing::Key);
    let id: KeyId = call.path.id("id").ok_or_else(missing)?;
    let found = call.app.store.find_key(grant.tenant(), id).await?;
    let key = found.filter(|key| is_listed(key, grant.tenant(), call.now)).ok_or_else(missing)?;
    Ok(Reply::ok(&ApiKeyReply { success: true, data: render::entry(&key) }))
}

/// What the list shows: the caller's own developer keys that are not ended.
fn is_listed(key: &ApiKey, tenant: &Tenant, now: Timestamp) -> bool {
    key.family == Family::Developer
        && key.account_id.is_some()
        && key.account_id == tenant.account_id()
        && key.revoked_at.is_none_or(|at| now < at)
}
