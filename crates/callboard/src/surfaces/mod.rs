//! The surfaces: each translates between wire words and core words, and holds no rule.
//!
//! A surface is a value: its name, its operations, how it knows its callers, how it says no, and which
//! headers it adds. Surfaces never import each other.

pub mod box_office;
pub mod channel;
pub mod developer;
pub mod native;
pub mod venue;

use std::pin::Pin;

use callboard_core::account::Capability;
use callboard_core::event::Event;
use callboard_core::key::ApiKey;
use callboard_core::place::Venue;
use callboard_core::time::Timestamp;

use crate::app::App;
use utoipa::openapi::security::SecurityScheme;

use crate::http::operation::Gathered;
use crate::http::pipeline::Seen;
use crate::http::query::QueryRules;
use crate::http::request::RequestId;
use crate::http::{Caller, Operation, RateClass, Refusal, Reply, Request};
use crate::settings::Settings;

/// Which surface; the word is used in documents, metrics and idempotency rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Name {
    Channel,
    Venue,
    Developer,
    BoxOffice,
    Native,
}

impl Name {
    pub const ALL: [Name; 5] = [Name::Channel, Name::Venue, Name::Developer, Name::BoxOffice, Name::Native];

    pub fn as_str(self) -> &'static str {
        match self {
            Name::Channel => "channel",
            Name::Venue => "venue",
            Name::Developer => "developer",
            Name::BoxOffice => "box-office",
            Name::Native => "native",
        }
    }
}

impl From<Name> for crate::telemetry::Surface {
    fn from(name: Name) -> Self {
        use crate::telemetry::Surface as Label;
        match name {
            Name::Channel => Label::Channel,
            Name::Venue => Label::Venue,
            Name::Developer => Label::Developer,
            Name::BoxOffice => Label::BoxOffice,
            Name::Native => Label::Native,
        }
    }
}

pub type Authentication<'a> = Pin<Box<dyn Future<Output = Result<Caller, Refusal>> + Send + 'a>>;

/// A word that a surface answers where it refuses: its `code`, or, where the contract has none, its `error`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorWord {
    pub word: &'static str,
    pub status: u16,
    /// When it is answered, and what to do.
    pub meaning: &'static str,
}

/// One surface.
pub struct Surface {
    pub name: Name,
    pub title: &'static str,
    pub description: &'static str,
    /// The document's server address, relative to this one.
    pub server: &'static str,
    pub query_rules: QueryRules,
    /// Which capabilities a wire scope carries: the one table of the surface.
    pub scopes: &'static [(&'static str, &'static [Capability])],
    /// Capabilities of every key of the family, whatever its scopes (E has none).
    pub unscoped: &'static [Capability],
    /// Answers carry an `ETag`.
    pub tags_replies: bool,
    /// Refusals decided inside the transaction are kept under the idempotency key.
    pub keeps_refusals: bool,
    /// Requests also count against their address.
    pub limits_addresses: bool,
    /// The schema of its errors, and their content type.
    pub(crate) error: fn() -> Gathered,
    pub error_type: &'static str,
    /// Every word that it refuses with, for the docs.
    pub errors: fn() -> Vec<ErrorWord>,
    /// How its credentials are sent, for the document; `session` where sessions are taken.
    pub(crate) security: fn() -> Vec<(&'static str, SecurityScheme)>,
    pub(crate) operations: fn() -> Vec<Operation>,
    /// How it shows an event to whoever may read it here.
    pub(crate) show: fn(&App, &Sight<'_>) -> Shown,
    pub(crate) authenticate:
        for<'a> fn(&'a App, &'a Request, &'static Operation, Timestamp) -> Authentication<'a>,
    pub(crate) refuse: fn(&App, &Refusal, &RequestId) -> Reply,
    pub(crate) finish: fn(&App, &mut Reply, &Seen),
    /// Requests per minute for a key without a limit of its own; `None` = unlimited.
    pub(crate) limit: fn(&Settings, RateClass) -> Option<u32>,
    /// Counts reads, creations and uploads apart (P) or together.
    pub(crate) counts_apart: bool,
    pub(crate) idempotency_ttl_s: fn(&Settings) -> i64,
}

/// An event as it stands, or would after a step, with its places: what every surface can be asked to show.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    pub event: &'a Event,
    pub channel_number: Option<i64>,
    pub venue: Option<&'a Venue>,
    pub now: Timestamp,
}

/// What a surface shows of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// The very JSON of its answers.
    Json(serde_json::Value),
    /// Nothing, and why, in a sentence for people.
    Nothing(&'static str),
}

impl Shown {
    pub(crate) fn json(wire: &impl serde::Serialize) -> Shown {
        // Wire types hold strings, numbers and lists only; serialising them cannot fail.
        Shown::Json(serde_json::to_value(wire).unwrap_or_default())
    }
}

impl std::fmt::Debug for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Surface({})", self.name.as_str())
    }
}

/// All surfaces.
pub fn all() -> [&'static Surface; 5] {
    [&channel::SURFACE, &venue::SURFACE, &developer::SURFACE, &box_office::SURFACE, &native::SURFACE]
}

impl Surface {
    pub fn of(name: Name) -> &'static Surface {
        match name {
            Name::Channel => &channel::SURFACE,
            Name::Venue => &venue::SURFACE,
            Name::Developer => &developer::SURFACE,
            Name::BoxOffice => &box_office::SURFACE,
            Name::Native => &native::SURFACE,
        }
    }

    pub fn operations(&self) -> Vec<Operation> {
        (self.operations)()
    }

    pub fn authenticate<'a>(
        &self,
        app: &'a App,
        request: &'a Request,
        operation: &'static Operation,
        now: Timestamp,
    ) -> Authentication<'a> {
        (self.authenticate)(app, request, operation, now)
    }

    pub fn refuse(&self, app: &App, refusal: &Refusal, request: &RequestId) -> Reply {
        (self.refuse)(app, refusal, request)
    }

    pub fn finish(&self, app: &App, reply: &mut Reply, seen: &Seen) {
        (self.finish)(app, reply, seen);
    }

    /// The scope that is lacking for a capability, if one is.
    pub fn missing_scope(&self, key: &ApiKey, capability: Capability) -> Option<&'static str> {
        if self.unscoped.contains(&capability) {
            return None;
        }
        let mut granting =
            self.scopes.iter().filter(|(_, capabilities)| capabilities.contains(&capability)).peekable();
        let first = granting.peek().map_or(capability.as_str(), |(scope, _)| scope);
        let has = granting.any(|(scope, _)| key.scopes.iter().any(|held| held == scope));
        if has { None } else { Some(first) }
    }

    pub fn limit(&self, app: &App, caller: &Caller, class: RateClass) -> Option<u32> {
        let own = caller.key().and_then(|key| key.rate_limit_per_minute);
        own.and_then(|limit| u32::try_from(limit).ok()).or_else(|| (self.limit)(&app.settings, class))
    }

    pub fn class(&self, class: RateClass) -> RateClass {
        if self.counts_apart { class } else { RateClass::Read }
    }

    pub fn idempotency_ttl_ms(&self, settings: &Settings) -> i64 {
        (self.idempotency_ttl_s)(settings).saturating_mul(1_000)
    }
}
