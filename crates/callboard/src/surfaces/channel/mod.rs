//! The channel surface (P): what a key's owner publishes to the channels that people follow.
//! Source: contracts.md §1. Cases: P-01 … P-23.

mod body;
mod change;
mod contract;
mod create_event;
mod credential;
mod error;
mod error_words;
mod examples;
mod fields;
mod get_event;
mod list;
mod list_channels;
mod list_classifications;
mod list_events;
mod openapi;
mod render;
mod update_event;
mod upload_media;
mod wire;

use callboard_core::account::Capability;
use http::header::{CACHE_CONTROL, RETRY_AFTER, VARY};
use http::{HeaderName, HeaderValue};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};

use super::{Name, Surface};
use crate::app::App;
use crate::http::operation::gather;
use crate::http::pipeline::Seen;
use crate::http::query::QueryRules;
use crate::http::{Operation, RateClass, Reply};
use crate::settings::Settings;

pub static SURFACE: Surface = Surface {
    name: Name::Channel,
    title: "Channel API",
    description: "Publish events to the channels that people follow. Send your key as `Authorization: Bearer KEY` from a \
                  server, never from a browser.",
    server: "/",
    query_rules: QueryRules { refuses_unknown: false, refuses_empty: false },
    scopes: &[
        ("channels:read", &[Capability::ChannelsRead]),
        ("events:create", &[Capability::EventsCreate]),
        ("events:read", &[Capability::EventsRead]),
        ("events:update", &[Capability::EventsWrite]),
        ("media:create", &[Capability::MediaCreate]),
    ],
    unscoped: &[],
    tags_replies: true,
    keeps_refusals: false,
    limits_addresses: true,
    error: gather::<error::ErrorBody>,
    error_type: "application/json",
    errors: error_words::all,
    security,
    operations,
    show: render::sight,
    authenticate: credential::authenticate,
    refuse: error::refuse,
    finish,
    limit,
    counts_apart: true,
    idempotency_ttl_s: |settings| {
        i64::try_from(settings.channel_idempotency_ttl.as_secs()).unwrap_or(i64::MAX)
    },
};

fn operations() -> Vec<Operation> {
    vec![
        list_channels::operation(),
        list_classifications::operation(),
        create_event::operation(),
        list_events::operation(),
        get_event::operation(),
        update_event::operation(),
        upload_media::operation(),
        openapi::operation(),
    ]
}

fn security() -> Vec<(&'static str, SecurityScheme)> {
    let api_key =
        ApiKey::Header(ApiKeyValue::with_description("x-api-key", "The same key, in a header of its own"));
    vec![
        ("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        ("apiKey", SecurityScheme::ApiKey(api_key)),
    ]
}

/// Requests per minute; 0 in the settings is no limit.
fn limit(settings: &Settings, class: RateClass) -> Option<u32> {
    let limit = match class {
        RateClass::Read => settings.rate_limit_channel_reads,
        RateClass::Create => settings.rate_limit_channel_creates,
        RateClass::Media => settings.rate_limit_channel_media,
    };
    (limit > 0).then_some(limit)
}

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// No CORS headers: a key never reaches a browser. Source: contracts.md §1.1, §1.7.
fn finish(_: &App, reply: &mut Reply, seen: &Seen) {
    if let Some(admission) = seen.admission {
        reply.set(LIMIT, &admission.limit.to_string());
        reply.set(REMAINING, &admission.remaining.to_string());
        // The next whole second, so that one more is really free then.
        let reset = admission.reset_at.as_millis().saturating_add(999).div_euclid(1_000);
        reply.set(RESET, &reset.to_string());
    }
    if let Some(seconds) = seen.retry_after_s {
        reply.set(RETRY_AFTER, &seconds.to_string());
    }
    // What is for everybody says so itself; the rest depends on who asks.
    if !reply.headers.contains_key(CACHE_CONTROL) {
        reply.headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        reply.headers.insert(VARY, HeaderValue::from_static("Authorization, X-Api-Key"));
    }
}
