//! The OpenAPI documents, `/openapi/SURFACE.json`.

use std::sync::OnceLock;

use bytes::Bytes;
use http::StatusCode;

use crate::http::reply::JSON;
use crate::http::{Reply, Request, openapi};
use crate::server::Server;

/// Answers a document by its name; `None` if there is none of that name.
pub(super) fn answer(server: &Server, request: &Request) -> Option<Reply> {
    static RENDERED: OnceLock<Vec<(&'static str, Bytes)>> = OnceLock::new();
    let name = request.path().strip_prefix("/openapi/")?.strip_suffix(".json")?;
    let contact = server.app.settings.support_contact.as_deref();
    let documents = RENDERED.get_or_init(|| {
        let all = openapi::all(contact).into_iter();
        all.filter_map(|(name, document)| Some((name, Bytes::from(document.to_pretty_json().ok()?))))
            .collect()
    });
    let (_, bytes) = documents.iter().find(|(known, _)| *known == name)?;
    Some(Reply::new(StatusCode::OK, JSON, bytes.clone()))
}
