//! The venue surface (H): the feed of one venue. Source: contracts.md §2.

mod contract;
mod create_event;
mod delete_event;
mod error;
mod error_words;
mod examples;
mod list_events;
mod read_event;
mod render;
mod update_event;
mod wire;

use callboard_core::key::Family;
use callboard_core::place::Venue;
use callboard_core::time::Timestamp;
use callboard_store::Tenant;
use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{Authentication, Name, Surface};
use crate::app::App;
use crate::http::operation::gather;
use crate::http::pipeline::Seen;
use crate::http::query::QueryRules;
use crate::http::{Operation, Refusal, Reply, Request};
use crate::use_cases::authenticate;

pub static SURFACE: Surface = Surface {
    name: Name::Venue,
    title: "Callboard venue feed",
    description: contract::DESCRIPTION,
    server: "/",
    query_rules: QueryRules { refuses_unknown: false, refuses_empty: true },
    scopes: contract::SCOPES,
    unscoped: &[],
    tags_replies: true,
    keeps_refusals: false,
    limits_addresses: false,
    error: gather::<error::ErrorBody>,
    error_type: "application/json",
    errors: error_words::all,
    security,
    operations,
    show: render::sight,
    authenticate: known_caller,
    refuse: |_, refusal, _| error::refuse(refusal),
    finish,
    // The contract has no limit; an owner may set a ceiling against abuse.
    limit: |settings, _| Some(settings.venue_abuse_ceiling).filter(|ceiling| *ceiling > 0),
    counts_apart: false,
    idempotency_ttl_s: |settings| i64::try_from(settings.idempotency_ttl.as_secs()).unwrap_or(i64::MAX),
};

fn operations() -> Vec<Operation> {
    vec![
        list_events::operation(),
        read_event::operation(),
        create_event::operation(),
        update_event::operation(),
        delete_event::operation(),
    ]
}

fn security() -> Vec<(&'static str, SecurityScheme)> {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A venue key; it decides where both headers are sent"))
        .build();
    let header = ApiKeyValue::with_description("x-api-key", "A venue key");
    vec![("bearer", SecurityScheme::Http(bearer)), ("apiKey", SecurityScheme::ApiKey(ApiKey::Header(header)))]
}

/// A bearer decides if there is one; an `Authorization` of another scheme is ignored, knowingly.
/// Source: contracts.md §2.1, §8 (U16). Cases: H-12, H-13.
fn known_caller<'a>(
    app: &'a App,
    request: &'a Request,
    _: &'static Operation,
    now: Timestamp,
) -> Authentication<'a> {
    Box::pin(async move {
        let token = request.bearer().or_else(|| request.api_key_header()).ok_or(Refusal::Unauthenticated)?;
        authenticate::by_key(app, token, Family::Venue, now).await
    })
}

/// The venue of the key. Its keys end when a venue is deleted; a request that crosses the deletion is too late.
async fn own_venue(app: &App, tenant: &Tenant) -> Result<Venue, Refusal> {
    let id = tenant.binding().venue_id.ok_or(Refusal::Unauthenticated)?;
    app.store.find_venue(tenant, id).await?.ok_or(Refusal::Unauthenticated)
}

fn finish(_: &App, reply: &mut Reply, seen: &Seen) {
    if let Some(seconds) = seen.retry_after_s {
        reply.set(RETRY_AFTER, &seconds.to_string());
    }
    if reply.status == StatusCode::UNAUTHORIZED {
        reply.set(WWW_AUTHENTICATE, "Bearer");
    }
}
