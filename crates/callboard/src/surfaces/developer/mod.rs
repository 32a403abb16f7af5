//! The developer surface (E): a signed-in person's keys, and registration with such a key. Source: contracts.md §3.

mod contract;
mod create_api_key;
mod delete_api_key;
mod error;
mod error_words;
mod examples;
mod list_api_keys;
mod read_api_key;
mod register;
mod render;
mod wire;

use callboard_core::account::Capability;
use callboard_core::key::Family;
use callboard_core::time::Timestamp;
use http::StatusCode;
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{Authentication, Name, Surface};
use crate::app::App;
use crate::http::operation::{Credential, gather};
use crate::http::pipeline::Seen;
use crate::http::query::QueryRules;
use crate::http::{Operation, Refusal, Reply, Request};
use crate::use_cases::authenticate;

pub static SURFACE: Surface = Surface {
    name: Name::Developer,
    title: "Callboard developer API",
    description: contract::DESCRIPTION,
    server: "/",
    query_rules: QueryRules { refuses_unknown: false, refuses_empty: false },
    // The contract has no scopes: what a key opens follows from what it is bound to.
    scopes: &[],
    unscoped: &[Capability::OrdersWrite],
    tags_replies: false,
    keeps_refusals: true,
    limits_addresses: false,
    error: gather::<error::ErrorReply>,
    error_type: "application/json",
    errors: error_words::all,
    security,
    operations,
    show: register::sight,
    authenticate: known_caller,
    refuse: |_, refusal, _| error::refuse(refusal),
    finish,
    limit: |_, _| None,
    counts_apart: false,
    idempotency_ttl_s: |settings| i64::try_from(settings.idempotency_ttl.as_secs()).unwrap_or(i64::MAX),
};

fn operations() -> Vec<Operation> {
    vec![
        list_api_keys::operation(),
        create_api_key::operation(),
        read_api_key::operation(),
        delete_api_key::operation(),
        register::operation(),
    ]
}

fn security() -> Vec<(&'static str, SecurityScheme)> {
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("A session token of a signed-in person, from `POST /v1/sessions`"))
        .build();
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("evn_prod_…")
        .description(Some("A developer key"))
        .build();
    vec![("key", SecurityScheme::Http(key)), ("session", SecurityScheme::Http(session))]
}

/// Sessions manage keys; nothing else takes a credential of the other kind. Source: contracts.md §3.1.
fn known_caller<'a>(
    app: &'a App,
    request: &'a Request,
    operation: &'static Operation,
    now: Timestamp,
) -> Authentication<'a> {
    Box::pin(async move {
        let token = request.bearer().ok_or(Refusal::Unauthenticated)?;
        match operation.credential {
            Credential::Session => authenticate::by_session(app, token, request, now).await,
            Credential::Usual => authenticate::by_key(app, token, Family::Developer, now).await,
        }
    })
}

fn finish(_: &App, reply: &mut Reply, seen: &Seen) {
    reply.set(CACHE_CONTROL, contract::CACHING);
    if let Some(seconds) = seen.retry_after_s {
        reply.set(RETRY_AFTER, &seconds.to_string());
    }
    if reply.status == StatusCode::UNAUTHORIZED {
        reply.set(WWW_AUTHENTICATE, "Bearer");
    }
}
