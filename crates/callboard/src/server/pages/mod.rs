//! What is not an API: health, metrics, documents, media, assets and pages for people.

mod documents;
mod event;
mod media;

use ::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use ::http::{HeaderValue, Method, StatusCode};

use super::Server;
use crate::assets;
use crate::docs;
use crate::http::{Reply, Request};

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Answers a path outside the surfaces: first the dashboard's pages, then what anybody may fetch.
pub(super) async fn answer(server: &Server, request: Box<Request>) -> Reply {
    let request = match server.dashboard.answer(&server.app, request).await {
        Ok(reply) => return reply,
        Err(request) => request,
    };
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let allow = "GET, HEAD";
        let status = if request.method == Method::OPTIONS {
            StatusCode::NO_CONTENT
        } else {
            StatusCode::METHOD_NOT_ALLOWED
        };
        return plain(status).with(ALLOW, allow);
    }
    let request = &*request;
    match request.path() {
        "/healthz" => Reply::new(StatusCode::OK, TEXT, "ok\n"),
        "/readyz" => ready(server).await,
        "/metrics" => Reply::new(StatusCode::OK, METRICS, server.app.metrics.render()),
        // Browsers ask for it where a page names no icon: a picture, a document of the API.
        "/favicon.ico" => {
            or_missing(assets::answer(assets::path("icon.svg"))).with(CACHE_CONTROL, "public, max-age=86400")
        }
        path if path.starts_with(assets::MOUNT) => or_missing(assets::answer(path)),
        path if docs::is_docs(path) => docs::answer(server, request).await,
        path if path.starts_with("/openapi/") => or_missing(documents::answer(server, request)),
        path if path.starts_with("/e/") => or_missing(event::answer(server, request).await),
        path if path.starts_with("/media/") => or_missing(media::answer(server, request).await),
        // A browser says that it takes HTML; programs get a line.
        _ if request.header("accept").is_some_and(|types| types.contains("text/html")) => {
            event::nothing_here()
        }
        _ => plain(StatusCode::NOT_FOUND),
    }
}

fn or_missing(found: Option<Reply>) -> Reply {
    found.unwrap_or_else(|| plain(StatusCode::NOT_FOUND))
}

/// Ready: not stopping, and the database answers within a second.
async fn ready(server: &Server) -> Reply {
    let not = |why: &'static str| Reply::new(StatusCode::SERVICE_UNAVAILABLE, TEXT, why);
    if server.shutdown.is_stopping() {
        return not("stopping\n");
    }
    let deadline = std::time::Duration::from_secs(1);
    match tokio::time::timeout(deadline, server.app.store.ping()).await {
        Ok(Ok(())) => Reply::new(StatusCode::OK, TEXT, "ready\n"),
        Ok(Err(_)) | Err(_) => not("the database does not answer\n"),
    }
}

/// A status in one plain line.
pub(super) fn plain(status: StatusCode) -> Reply {
    if status == StatusCode::NO_CONTENT {
        return Reply::no_content();
    }
    let mut reply = Reply::new(status, TEXT, format!("{}\n", status.canonical_reason().unwrap_or("error")));
    reply.headers.insert(CONTENT_TYPE, TEXT);
    reply
}
