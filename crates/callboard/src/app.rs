//! The running program's parts, shared by every request.

use std::sync::Arc;

use callboard_store::Tenant;
use uuid::Uuid;

use crate::clock::{Clock, Entropy};
use crate::front::Shutdown;
use crate::http::rates::Rates;
use crate::http::rendered::Rendered;
use crate::http::request::RequestIds;
use crate::http::write::Running;
use crate::http::{Caller, Identity, Refusal};
use crate::identity::Identities;
use crate::settings::{Settings, SigningSecret};
use crate::surfaces::Name;
use crate::telemetry::Metrics;

/// Everything that a handler may need. No part of it is global.
#[derive(Debug)]
pub struct App {
    pub settings: Arc<Settings>,
    /// The address that people use, without a slash at its end.
    pub public_url: String,
    pub store: callboard_store::Store,
    pub clock: Clock,
    pub entropy: Entropy,
    pub rates: Rates,
    /// Answers that were rendered before.
    pub rendered: Rendered,
    /// This process among those that share a database.
    pub node: Uuid,
    pub running: Running,
    pub metrics: Metrics,
    pub request_ids: RequestIds,
    /// Session tokens and passwords.
    pub identities: Identities,
    /// `last_used_at` of keys, collected here and written in batches.
    pub key_uses: crate::use_cases::key_uses::KeyUses,
    /// When and from where sessions were last used, collected here and written in batches.
    pub session_uses: crate::use_cases::session_uses::SessionUses,
    /// What keys asked for lately, collected here and written in batches.
    pub request_log: crate::use_cases::request_log::RequestLog,
    /// The order to stop: whoever waits for long gives up then.
    pub shutdown: Shutdown,
}

impl App {
    /// Puts a program together. `secret` signs session tokens.
    pub fn new(
        settings: Arc<Settings>,
        public_url: &str,
        store: callboard_store::Store,
        metrics: Metrics,
        clock: Clock,
        entropy: Entropy,
        secret: &SigningSecret,
    ) -> Arc<App> {
        let request_ids = RequestIds::new(entropy.draw());
        let node = entropy.draw();
        Arc::new(App {
            public_url: public_url.trim_end_matches('/').to_owned(),
            identities: Identities::new(secret),
            rates: Rates::new(store.clone()),
            rendered: Rendered::new(settings.rendered_max_bytes),
            settings,
            store,
            clock,
            entropy,
            node: Uuid::from_bytes(node),
            running: Running::default(),
            metrics,
            request_ids,
            key_uses: crate::use_cases::key_uses::KeyUses::default(),
            session_uses: crate::use_cases::session_uses::SessionUses::default(),
            request_log: crate::use_cases::request_log::RequestLog::default(),
            shutdown: Shutdown::new(),
        })
    }

    /// The rate window of a caller: its key's, or its session's account.
    pub fn window_of(&self, caller: &Caller, tenant: &Tenant) -> Uuid {
        match &caller.identity {
            Identity::Key(key) => key.id.0,
            Identity::Anonymous | Identity::Session { .. } | Identity::Operator => tenant.principal(),
        }
    }

    /// The address of an event's page, the same on every surface. Source: contracts.md §6.8.
    pub fn event_url(&self, number: i64, slug: &str) -> String {
        format!("{}/e/{number}/{slug}", self.public_url)
    }

    pub fn media_url(&self, number: i64) -> String {
        format!("{}/media/{number}", self.public_url)
    }

    pub fn count_panic(&self) {
        self.metrics.panicked();
    }

    pub fn count_refusal(&self, surface: Name, refusal: &Refusal) {
        if matches!(refusal, Refusal::RateLimited(_)) {
            self.metrics.rate_limited(surface.into());
        }
    }
}
