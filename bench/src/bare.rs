//! The bare server that everything is measured against: `axum::serve`, one route, static bytes, a key-header check.
//! It runs in a process of its own, like the server under test.

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::IF_NONE_MATCH;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use axum::routing::any;
use serde_json::{Value, json};

use crate::http::{Answer, Request};

/// Headers that every server makes itself.
const OWN: [&str; 4] = ["content-length", "connection", "date", "transfer-encoding"];

/// What it answers, to whom.
struct Static {
    key_header: HeaderName,
    key: HeaderValue,
    /// Given, it answers 304 to this tag only.
    tag: Option<HeaderValue>,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The file that tells a bare server what to answer: the request's key and path, and the answer that was read.
pub fn spec(request: &Request, answer: &Answer) -> Result<String, String> {
    let key = request.headers.iter().find(|(name, _)| is_key(name)).ok_or("the request has no key")?;
    let tag = request.headers.iter().find(|(name, _)| name == "If-None-Match").map(|(_, value)| value);
    let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).collect();
    let body = String::from_utf8(answer.body.clone()).map_err(|error| error.to_string())?;
    let path = request.path.split('?').next().unwrap_or_default();
    let spec = json!({ "path": path, "key": key, "tag": tag, "status": answer.status, "headers": headers,
        "body": body });
    Ok(spec.to_string())
}

fn is_key(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("x-api-key")
}

/// Serves until it is killed; prints its address first.
pub fn serve(file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let spec: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let known = Arc::new(parse(&spec).ok_or("the file does not say what to answer")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let listener =
            tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("{address}");
        // Works that ask for one thing after the other have the thing's name in the last part of their path.
        let path = spec["path"].as_str().unwrap_or("/");
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let router = axum::Router::new().route(&format!("{parent}/{{name}}"), any(answer)).with_state(known);
        axum::serve(listener, router).await.map_err(|error| error.to_string())
    })
}

fn parse(spec: &Value) -> Option<Static> {
    let mut headers = HeaderMap::new();
    for pair in spec["headers"].as_array()? {
        let name = HeaderName::from_bytes(pair[0].as_str()?.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_str(pair[1].as_str()?).ok()?);
    }
    Some(Static {
        key_header: HeaderName::from_bytes(spec["key"][0].as_str()?.as_bytes()).ok()?,
        key: HeaderValue::from_str(spec["key"][1].as_str()?).ok()?,
        tag: spec["tag"].as_str().and_then(|tag| HeaderValue::from_str(tag).ok()),
        status: StatusCode::from_u16(u16::try_from(spec["status"].as_u64()?).ok()?).ok()?,
        headers,
        body: Bytes::from(spec["body"].as_str()?.to_owned()),
    })
}

async fn answer(State(known): State<Arc<Static>>, headers: HeaderMap, _read: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    if headers.get(&known.key_header) != Some(&known.key) {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    } else if known.tag.is_some() && headers.get(IF_NONE_MATCH) != known.tag.as_ref() {
        *response.status_mut() = StatusCode::PRECONDITION_FAILED;
    } else {
        *response.status_mut() = known.status;
        *response.headers_mut() = known.headers.clone();
        *response.body_mut() = Body::from(known.body.clone());
    }
    response
}
