//! When and from where sessions were last used: noted in memory, and only where what is written down is old, so that
//! hardly a request of a session costs more than a comparison; written by the task that writes the uses of keys.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use callboard_core::ids::SessionId;
use callboard_core::time::MINUTE;
use callboard_store::Context;
use callboard_store::sessions::{SessionAccess, SessionUse, TouchSessions};
use callboard_store::tenant::Actor;

use crate::app::App;
use crate::http::Request;

/// How old the written use of a session may get.
const LATE_MS: i64 = 5 * MINUTE;
/// Most sessions that wait to be written; a use that finds no room is noted by a later request.
const WAITING_MAX: usize = 10_000;
/// Longest name of a program that is kept. Unit: characters.
const CLIENT_MAX: usize = 200;

/// Uses that are not yet written.
#[derive(Debug, Default)]
pub struct SessionUses(Mutex<HashMap<SessionId, SessionUse>>);

impl SessionUses {
    /// Notes that a session was used by a request.
    pub fn note(&self, access: &SessionAccess, request: &Request) {
        let at = request.received_at;
        let is_known = access.seen_at.is_some_and(|seen| at.millis_since(seen) < LATE_MS);
        let Actor::Session { session: id, .. } = access.tenant.actor() else { return };
        if is_known {
            return;
        }
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() < WAITING_MAX || uses.contains_key(&id) {
            let client = request.header("user-agent").map(|name| name.chars().take(CLIENT_MAX).collect());
            uses.insert(id, SessionUse { id, at, from: request.peer.ip.to_string(), client });
        }
    }

    fn take(&self) -> Vec<SessionUse> {
        let mut uses: Vec<_> = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
            .into_values()
            .collect();
        // Two nodes that write the same sessions take their locks in one order.
        uses.sort_unstable_by_key(|used| used.id.0);
        uses
    }
}

/// Writes what was noted.
pub async fn flush(app: &App) {
    let uses = app.session_uses.take();
    if uses.is_empty() {
        return;
    }
    let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: String::new() };
    if let Err(error) = app.store.write(context, TouchSessions(uses)).await {
        tracing::warn!("the last use of sessions was not written: {error}");
    }
}
