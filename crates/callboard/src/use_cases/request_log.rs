//! What keys and session tokens asked for lately, for people who look for a fault: also what was refused to a key that
//! is revoked, has ended or is another surface's, which its hash tells. Lines are gathered beside the answers and written
//! in batches by a task of their own; a budget per tick keeps the cost near nothing: what is beyond it is only
//! counted. Secrets are taken out before anything is kept. Source: design.md §9, promises R28.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use callboard_core::ids::{KeyId, OrganizationId};
use callboard_core::key::KeyHash;
use callboard_core::time::{DAY, Timestamp};
use callboard_store::requests::{BY_SESSION, RequestLine, TrimRequests, WriteRequests};
use callboard_store::{Context, Result};
use http::HeaderMap;

use crate::app::App;
use crate::http::request::RequestId;
use crate::http::{Caller, Identity, Reply, Request};

/// How often lines are written.
const TICK: Duration = Duration::from_millis(500);
/// Most lines of one tick; requests beyond are not noted.
const PER_TICK: u32 = 50;
/// Most lines of one tick whose key is not known yet: wrong keys must not take the room of those that are right, nor
/// cost a look-up each. Those beyond are only counted.
const UNKNOWN_PER_TICK: u32 = 10;
/// Longest token that is hashed.
const TOKEN_MAX: usize = 256;
/// How long a line is kept. Unit: milliseconds.
const KEPT_MS: i64 = 7 * DAY;
/// Longest path, query, header line and refusal that is kept. Unit: characters.
const TEXT_MAX: usize = 2_000;
/// Most header lines that are kept.
const HEADERS_MAX: usize = 40;

/// Lines that wait to be written, and the budget.
#[derive(Debug)]
pub struct RequestLog {
    budget: AtomicU32,
    unknown_budget: AtomicU32,
    passed_over: AtomicU64,
    unknown_passed_over: AtomicU64,
    lines: Mutex<Vec<Noted>>,
}

impl Default for RequestLog {
    fn default() -> Self {
        RequestLog {
            budget: AtomicU32::new(PER_TICK),
            unknown_budget: AtomicU32::new(UNKNOWN_PER_TICK),
            passed_over: AtomicU64::new(0),
            unknown_passed_over: AtomicU64::new(0),
            lines: Mutex::default(),
        }
    }
}

/// A line, and the token by which it finds its organization where nobody else told.
#[derive(Debug)]
struct Noted {
    line: RequestLine,
    unknown: Option<KeyHash>,
}

/// A request that will be a line as soon as its answer is known.
#[derive(Debug)]
pub struct Begun {
    noted: Noted,
    since: Instant,
}

fn has_room(budget: &AtomicU32) -> bool {
    budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

impl RequestLog {
    /// Begins a line for a known caller, if the budget of this tick has room. Cost without room: one look at a counter.
    pub fn begin(&self, request: &Request, caller: &Caller, surface: &'static str) -> Option<Begun> {
        let owner = match &caller.identity {
            Identity::Key(key) => (key.organization_id, key.id),
            Identity::Session { .. } => (caller.tenant()?.organization_id(), BY_SESSION),
            Identity::Anonymous | Identity::Operator => return None,
        };
        if !has_room(&self.budget) {
            self.passed_over.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(begun(request, surface, owner, None))
    }

    /// Begins a line for a request that was refused before its caller was known; its token tells later whose it was.
    pub fn begin_unknown(&self, request: &Request, surface: &'static str) -> Option<Begun> {
        let token = request.api_key_header().or_else(|| request.bearer());
        let token = token.filter(|token| !token.is_empty() && token.len() <= TOKEN_MAX)?;
        if !has_room(&self.unknown_budget) {
            self.unknown_passed_over.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let nobody = (OrganizationId(uuid::Uuid::nil()), BY_SESSION);
        Some(begun(request, surface, nobody, Some(KeyHash::of(token))))
    }

    /// Ends a line with its answer.
    pub fn end(&self, begun: Begun, reply: &Reply) {
        let Begun { mut noted, since } = begun;
        let line = &mut noted.line;
        line.status = i64::from(reply.status.as_u16());
        line.micros = i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX);
        line.problem = (line.status >= 400).then(|| refusal(&reply.body));
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(noted);
    }

    /// Requests that were not noted since the start because too many came at once.
    pub fn passed_over(&self) -> u64 {
        self.passed_over.load(Ordering::Relaxed)
    }

    /// Requests that were refused before their caller was known and not noted since the start. Whose they were nobody
    /// looked up: some may be strangers' wrong keys.
    pub fn unknown_passed_over(&self) -> u64 {
        self.unknown_passed_over.load(Ordering::Relaxed)
    }

    fn take(&self) -> Vec<Noted> {
        self.budget.store(PER_TICK, Ordering::Relaxed);
        self.unknown_budget.store(UNKNOWN_PER_TICK, Ordering::Relaxed);
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn begun(
    request: &Request,
    surface: &'static str,
    (organization_id, key_id): (OrganizationId, KeyId),
    unknown: Option<KeyHash>,
) -> Begun {
    let line = RequestLine {
        organization_id,
        id: request.id.to_string(),
        at: request.received_at,
        key_id,
        surface: surface.to_owned(),
        method: request.method.to_string(),
        path: bounded(request.path()),
        query: request.query().map(bounded),
        status: 0,
        micros: 0,
        headers: headers(&request.headers),
        problem: None,
    };
    Begun { noted: Noted { line, unknown }, since: Instant::now() }
}

fn bounded(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

fn refusal(body: &Bytes) -> String {
    bounded(&String::from_utf8_lossy(body))
}

/// Header lines; in place of a credential stands what a person would put there.
fn headers(all: &HeaderMap) -> String {
    let shown = all.iter().take(HEADERS_MAX).map(|(name, value)| match name.as_str() {
        "authorization" => "authorization: Bearer $KEY".to_owned(),
        "x-api-key" => "x-api-key: $KEY".to_owned(),
        "cookie" | "proxy-authorization" => format!("{name}: …"),
        _ => format!(
            "{name}: {}",
            bounded(&String::from_utf8_lossy(value.as_bytes()).replace(['\r', '\n'], " "))
        ),
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// Writes what waits.
pub async fn flush(app: &App) {
    let mut lines = Vec::new();
    for Noted { mut line, unknown } in app.request_log.take() {
        if let Some(hash) = unknown {
            // What no key of ours ever was is nobody's.
            let Ok(Some(owner)) = app.store.owner_of_token(&hash).await else { continue };
            (line.organization_id, line.key_id) = owner;
        }
        lines.push(line);
    }
    if lines.is_empty() {
        return;
    }
    let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: String::new() };
    if let Err(error) = app.store.write(context, WriteRequests(lines)).await {
        tracing::warn!("what keys asked for was not noted: {error}");
    }
}

/// Writes lines until the program ends.
pub async fn keep_writing(app: Arc<App>) {
    loop {
        tokio::time::sleep(TICK).await;
        flush(&app).await;
    }
}

/// The id that a request at this instant, with nothing else in it, would have: older ones sort before it.
pub fn oldest_kept(now: Timestamp) -> String {
    RequestId::first_at(now.plus_millis(-KEPT_MS)).to_string()
}

/// Deletes lines that are too old or too many, a page per command.
///
/// # Errors
/// Faults only.
pub async fn trim(app: &App, pages_max: u32, pause: Duration) -> Result<()> {
    let before = oldest_kept(app.clock.now());
    let mut after = callboard_core::ids::OrganizationId(uuid::Uuid::nil());
    loop {
        let found = app.store.with_old_requests(&before, after).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = *last;
        for organization_id in found {
            for _ in 0..pages_max {
                let context =
                    Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: String::new() };
                let command = TrimRequests { organization_id, before: before.clone() };
                let has_more = app.store.write(context, command).await?;
                tokio::time::sleep(pause).await;
                if !has_more {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_become_lines() {
        let mut all = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer hdlr_live_secret"),
            ("x-api-key", "ts_sk_live_secret"),
            ("cookie", "__Host-callboard=secret"),
            ("proxy-authorization", "Basic secret"),
            ("accept", "application/json"),
        ] {
            all.insert(http::HeaderName::from_static(name), value.parse().unwrap());
        }
        let shown = headers(&all);
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("x-api-key: $KEY") && shown.contains("accept: application/json"), "{shown}");
    }

    #[test]
    fn a_tick_has_a_budget_and_what_is_beyond_is_counted() {
        let log = RequestLog::default();
        let spend = || has_room(&log.budget);
        assert_eq!((0..PER_TICK + 9).filter(|_| spend()).count(), PER_TICK as usize);
        assert!(log.take().is_empty());
        assert!(spend());
    }
}
