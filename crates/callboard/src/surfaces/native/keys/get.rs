//! `GET /v1/keys/{id}`. Source: native-api.md §4.

use callboard_core::rejection::Thing;
use http::StatusCode;

use super::wire::{KeyBody, example};
use crate::http::grant::KeysRead;
use crate::http::{Call, Granted, Operation, Refusal, Reply};

pub(super) fn operation() -> Operation {
    Operation::get("/v1/keys/{id}", "getKey")
        .tag(super::TAG)
        .says("Get a key", "One key, without its token.")
        .placeholder("id", "The key's id")
        .answers::<KeyBody>(StatusCode::OK, "The key", example())
        .refuses(&[StatusCode::NOT_FOUND])
        .granted(handle)
        .sessions_only()
}

async fn handle(call: Call, grant: Granted<KeysRead>) -> Result<Reply, Refusal> {
    let id = call.path.id("id").ok_or(Refusal::not_found(Thing::Key))?;
    let found = call.app.store.find_key(grant.tenant(), id).await?;
    let key = found.ok_or(Refusal::not_found(Thing::Key))?;
    Ok(Reply::ok(&KeyBody::from(&key)).versioned(key.version))
}
