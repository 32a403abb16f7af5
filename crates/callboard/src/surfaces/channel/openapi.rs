//! `GET /api/developer/openapi/public-api-v1` (P8): this surface's document, for everybody.
//! Source: contracts.md §1.1. Case: P-21.

use std::sync::OnceLock;

use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};

use super::SURFACE;
use super::contract::OPENAPI;
use crate::http::openapi::{document, yaml};
use crate::http::{Call, Operation, Refusal, Reply};

/// Source: RFC 9512.
const YAML: HeaderValue = HeaderValue::from_static("application/yaml");

pub(super) fn operation() -> Operation {
    Operation::get(OPENAPI, "getOpenApi")
        .tag("OpenAPI")
        .says("This document", "The OpenAPI document of this API, as YAML.")
        .answers_plain(StatusCode::OK, "The document", "application/yaml")
        .open(handler)
}

async fn handler(call: Call) -> Result<Reply, Refusal> {
    static RENDERED: OnceLock<Bytes> = OnceLock::new();
    let contact = call.app.settings.support_contact.as_deref();
    // The contact is one setting of one process: the first rendering is everyone's.
    let bytes = match RENDERED.get() {
        Some(bytes) => bytes.clone(),
        None => {
            let text = yaml(&document(&SURFACE, contact)).map_err(|error| {
                tracing::error!("the document of the channel surface does not render: {error}");
                Refusal::Internal
            })?;
            RENDERED.get_or_init(|| text.into()).clone()
        }
    };
    Ok(Reply::new(StatusCode::OK, YAML, bytes).with(CACHE_CONTROL, "public, max-age=300"))
}
