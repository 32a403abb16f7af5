//! Exactly one of `Authorization: Bearer KEY` and `x-api-key: KEY`. Source: contracts.md §1.2. Cases: P-02, P-03, P-04.

use callboard_core::key::Family;
use callboard_core::time::Timestamp;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::app::App;
use crate::http::{Operation, Refusal, Request};
use crate::surfaces::Authentication;
use crate::use_cases::authenticate::by_key;

const API_KEY: &str = "x-api-key";

pub(super) fn authenticate<'a>(
    app: &'a App,
    request: &'a Request,
    _: &'static Operation,
    now: Timestamp,
) -> Authentication<'a> {
    Box::pin(async move {
        let token = token(request)?;
        by_key(app, token, Family::Channel, now).await
    })
}

/// The one key that was sent. Two are refused even when they agree (U5), and whatever their scheme.
fn token(request: &Request) -> Result<&str, Refusal> {
    let count = |headers: &HeaderMap, name: &str| headers.get_all(name).iter().count();
    match (count(&request.headers, AUTHORIZATION.as_str()), count(&request.headers, API_KEY)) {
        (1.., 1..) => Err(Refusal::TwoCredentials),
        (1, 0) => request.bearer().ok_or(Refusal::Unauthenticated),
        (0, 1) => request.api_key_header().ok_or(Refusal::Unauthenticated),
        // None at all, or one header twice: there is no telling which is meant.
        (0, 0) | (2.., 0) | (0, 2..) => Err(Refusal::Unauthenticated),
    }
}
