//! The examples of the document, invented once.

use serde_json::{Value, json};

pub(super) const KEY: &str = "b8b9d7f0-0d0e-4b3e-9f2c-1a2b3c4d5e6f";

pub(super) fn entry() -> Value {
    json!({
        "id": KEY,
        "name": "Nightly import",
        "prefix": "evn_prod_",
        "event_id": null,
        "created_at": "2026-11-23T10:00:00Z",
        "last_used_at": null,
    })
}

pub(super) fn fresh() -> Value {
    json!({
        "id": KEY,
        "name": "Nightly import",
        "key": "evn_prod_q7Wk0example",
        "event_id": null,
        "created_at": "2026-11-23T10:00:00Z",
    })
}
