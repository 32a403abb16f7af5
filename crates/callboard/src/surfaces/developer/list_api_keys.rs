//! `GET /api/developer/v1/api-keys`: the signed-in person's developer keys.
//! Source: contracts.md §3.2 (E1). Cases: E-02, E-05.

use http::StatusCode;
use serde_json::json;

use super::contract::KEYS_PATH;
use super::wire::ApiKeyList;
use super::{examples, render};
use crate::http::grant::KeysRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get(KEYS_PATH, "listApiKeys")
        .tag("API keys")
        .says(
            "List your keys",
            "Your own developer keys in the session's organization, newest first; deleted ones are left out. \
             No entry holds a key: that is shown once, when it is made.",
        )
        .answers::<ApiKeyList>(
            StatusCode::OK,
            "Your keys",
            json!({ "success": true, "data": [examples::entry()] }),
        )
        .refuses(&[StatusCode::FORBIDDEN])
        .sessions_only()
        .granted(list)
}

async fn list(call: Call, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let keys = call.app.store.list_developer_keys(grant.tenant(), call.now).await?;
    Ok(Reply::ok(&ApiKeyList { success: true, data: keys.iter().map(render::entry).collect() }))
}
