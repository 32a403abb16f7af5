//! What keys asked for lately, for people who look for a fault. Lines are gathered beside the answers and written
//! in batches by a task of their own; a budget per tick keeps the cost near nothing: what is beyond it is only
//! counted. Secrets are taken out before anything is kept. Source: design.md §9, promises R28.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use callboard_core::key::ApiKey;
use callboard_core::time::{DAY, Timestamp};
use callboard_store::requests::{RequestLine, TrimRequests, WriteRequests};
use callboard_store::{Context, Result};
use http::HeaderMap;

use crate::app::App;
use crate::http::request::RequestId;
use crate::http::{Reply, Request};

/// How often lines are written.
const TICK: Duration = Duration::from_millis(500);
/// Most lines of one tick; requests beyond are not noted.
const PER_TICK: u32 = 50;
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
    passed_over: AtomicU64,
    lines: Mutex<Vec<RequestLine>>,
}

impl Default for RequestLog {
    fn default() -> Self {
        RequestLog {
            budget: AtomicU32::new(PER_TICK),
            passed_over: AtomicU64::new(0),
            lines: Mutex::default(),
        }
    }
}

/// A request that will be a line as soon as its answer is known.
#[derive(Debug)]
pub struct Begun {
    line: RequestLine,
    since: Instant,
}

impl RequestLog {
    /// Begins a line, if the budget of this tick has room. Cost without room: one look at a counter.
    pub fn begin(&self, request: &Request, key: &ApiKey, surface: &'static str) -> Option<Begun> {
        let has_room =
            self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if has_room.is_err() {
            self.passed_over.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let line = RequestLine {
            organization_id: key.organization_id,
            id: request.id.to_string(),
            at: request.received_at,
            key_id: key.id,
            surface: surface.to_owned(),
            method: request.method.to_string(),
            path: bounded(request.path()),
            query: request.query().map(bounded),
            status: 0,
            micros: 0,
            headers: headers(&request.headers),
            problem: None,
        };
        Some(Begun { line, since: Instant::now() })
    }

    /// Ends a line with its answer.
    pub fn end(&self, begun: Begun, reply: &Reply) {
        let Begun { mut line, since } = begun;
        line.status = i64::from(reply.status.as_u16());
        line.micros = i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX);
        line.problem = (line.status >= 400).then(|| refusal(&reply.body));
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Requests that were not noted since the start because too many came at once.
    pub fn passed_over(&self) -> u64 {
        self.passed_over.load(Ordering::Relaxed)
    }

    fn take(&self) -> Vec<RequestLine> {
        self.budget.store(PER_TICK, Ordering::Relaxed);
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
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
    let lines = app.request_log.take();
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
        let spend = || {
            log.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
        };
        assert_eq!((0..PER_TICK + 9).filter(|_| spend()).count(), PER_TICK as usize);
        assert!(log.take().is_empty());
        assert!(spend());
    }
}
