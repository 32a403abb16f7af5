//! When keys were last used: noted in memory per request, written in batches by a task of their own.
//! A key's first use shows within a second, later ones within a minute. Source: promises R16.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use callboard_core::ids::{KeyId, OrganizationId};
use callboard_core::key::ApiKey;
use callboard_core::time::{SECOND, Timestamp};
use callboard_store::Context;
use callboard_store::keys::TouchKeys;
use foldhash::fast::RandomState;

use super::session_uses;
use crate::app::App;

const SHARDS: usize = 16;
/// How often first uses are written.
const TICK: Duration = Duration::from_millis(400);
/// How old a later use may get before it is written.
const LATE_MS: i64 = 30 * SECOND;

#[derive(Debug, Clone, Copy)]
struct Use {
    organization: OrganizationId,
    at: Timestamp,
    /// Since when it waits to be written.
    since: Timestamp,
    is_first: bool,
}

/// Uses that are not yet written.
#[derive(Debug)]
pub struct KeyUses(Vec<Mutex<HashMap<KeyId, Use, RandomState>>>);

impl Default for KeyUses {
    fn default() -> Self {
        KeyUses((0..SHARDS).map(|_| Mutex::default()).collect())
    }
}

impl KeyUses {
    /// Notes that a key was used now.
    pub fn note(&self, key: &ApiKey, now: Timestamp) {
        let shard = key.id.0.as_bytes().last().map_or(0, |byte| usize::from(*byte) % SHARDS);
        let Some(shard) = self.0.get(shard) else { return };
        let mut uses = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = key.last_used_at.is_none();
        let fresh = Use { organization: key.organization_id, at: now, since: now, is_first };
        uses.entry(key.id).or_insert(fresh).at = now;
    }

    /// Takes what is due at `now`; everything, if `all`.
    pub fn take_due(&self, now: Timestamp, all: bool) -> Vec<(KeyId, OrganizationId, Timestamp)> {
        let is_due = |used: &Use| all || used.is_first || now.millis_since(used.since) >= LATE_MS;
        let mut due = Vec::new();
        for shard in &self.0 {
            let mut uses = shard.lock().unwrap_or_else(PoisonError::into_inner);
            uses.retain(|key, used| {
                let takes = is_due(used);
                if takes {
                    due.push((*key, used.organization, used.at));
                }
                !takes
            });
        }
        // Two nodes that write the same keys take their locks in one order.
        due.sort_unstable_by_key(|(key, ..)| key.0);
        due
    }
}

/// Writes what is due.
pub async fn flush(app: &App, all: bool) {
    let now = app.clock.now();
    let due = app.key_uses.take_due(now, all);
    if due.is_empty() {
        return;
    }
    let context = Context { now, seed: app.entropy.draw(), request_id: String::new() };
    if let Err(error) = app.store.write(context, TouchKeys(due)).await {
        tracing::warn!("the last use of keys was not written: {error}");
    }
}

/// Writes uses, those of sessions too, until the program ends.
pub async fn keep_flushing(app: Arc<App>) {
    loop {
        tokio::time::sleep(TICK).await;
        flush(&app, false).await;
        session_uses::flush(&app).await;
    }
}
