//! The box-office surface (T): a developer's key sees and edits the events of one box office.
//! Source: contracts.md §4. Cases: T-01 … T-22.

mod bodies;
mod contract;
mod create_event;
mod error;
mod error_words;
mod examples;
mod find;
mod get_availability;
mod get_event;
mod list_events;
mod list_ticket_types;
mod parse;
mod render;
mod revise_event;
mod wire;
mod words;

use callboard_core::account::Capability;
use callboard_core::key::Family;
use callboard_core::time::Timestamp;
use http::header::RETRY_AFTER;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};

use super::{Authentication, Name, Surface};
use crate::app::App;
use crate::http::operation::gather;
use crate::http::pipeline::Seen;
use crate::http::query::QueryRules;
use crate::http::{Operation, Refusal, Reply, Request};
use crate::use_cases::authenticate;

pub static SURFACE: Surface = Surface {
    name: Name::BoxOffice,
    title: "Callboard box office API",
    description: "Events, ticket types and live availability of one box office. Send the box office's key in \
                  `x-api-key`, from a server: a key in a browser is a published key. 60 requests per key in any \
                  60 seconds. POST and PATCH are not idempotent here: look at the state before you repeat a write.",
    server: "/",
    // A filter that is there must have a value: `status=` is not one of the statuses.
    query_rules: QueryRules { refuses_unknown: false, refuses_empty: true },
    scopes: &[
        ("events:read", &[Capability::EventsRead]),
        ("events:write", &[Capability::EventsCreate, Capability::EventsWrite]),
    ],
    unscoped: &[],
    tags_replies: true,
    keeps_refusals: false,
    limits_addresses: false,
    error: gather::<error::ErrorBody>,
    error_type: "application/json",
    errors: error_words::all,
    security: || {
        let key = ApiKeyValue::new(contract::KEY_HEADER);
        vec![("apiKey", SecurityScheme::ApiKey(ApiKey::Header(key)))]
    },
    operations,
    show: render::sight,
    authenticate,
    refuse: error::refuse,
    finish,
    limit: |settings, _| Some(settings.rate_limit_box_office),
    counts_apart: false,
    idempotency_ttl_s: |settings| i64::try_from(settings.idempotency_ttl.as_secs()).unwrap_or(i64::MAX),
};

fn operations() -> Vec<Operation> {
    vec![
        list_events::operation(),
        create_event::operation(),
        get_event::operation(),
        revise_event::operation(),
        list_ticket_types::operation(),
        get_availability::operation(),
    ]
}

/// The key in `x-api-key` decides; whatever `Authorization` says is not looked at.
fn authenticate<'a>(
    app: &'a App,
    request: &'a Request,
    _: &'static Operation,
    now: Timestamp,
) -> Authentication<'a> {
    Box::pin(async move {
        let token = request.api_key_header().ok_or(Refusal::Unauthenticated)?;
        authenticate::by_key(app, token, Family::BoxOffice, now).await
    })
}

fn finish(_: &App, reply: &mut Reply, seen: &Seen) {
    if let Some(seconds) = seen.retry_after_s {
        reply.set(RETRY_AFTER, &seconds.to_string());
    }
}
