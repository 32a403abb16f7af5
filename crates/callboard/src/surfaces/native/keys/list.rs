//! `GET /v1/keys`. Source: native-api.md §4.

use http::StatusCode;
use serde_json::json;

use super::wire::{KeyBody, example};
use crate::http::grant::KeysRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};
use crate::surfaces::native::list::{self, List};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/keys", "listKeys")
        .tag(super::TAG)
        .says("List keys", "The organization's keys of every family, revoked ones too, newest first.")
        .query(list::PARAMS)
        .answers::<List<KeyBody>>(
            StatusCode::OK,
            "A page of keys",
            json!({ "items": [example()], "nextCursor": null }),
        )
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let (after, limit) = list::wanted(&call.args)?;
    let page = call.app.store.list_keys(grant.tenant(), after, limit).await?;
    Ok(list::reply(&page, |key| KeyBody::from(key)))
}
