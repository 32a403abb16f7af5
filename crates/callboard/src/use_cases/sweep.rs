//! Clearing out what has expired, in small pieces, beside the requests.

use std::sync::Arc;
use std::time::Duration;

use callboard_core::ids::OrganizationId;
use callboard_store::retention::{Log, Trim};
use callboard_store::sweep::Sweep;
use callboard_store::{Command, Context, Result};
use uuid::Uuid;

use super::request_log;
use crate::app::App;

const EVERY: Duration = Duration::from_secs(60);
/// Between two pages, so that the requests come first.
const PAUSE: Duration = Duration::from_millis(20);
/// Most pages of one kind, and of one organization, that one round takes; the rest waits for the next.
const PAGES_MAX: u32 = 200;

/// Sweeps once a minute, if it is this node's turn, until the program ends.
pub async fn keep_sweeping(app: Arc<App>) {
    loop {
        tokio::time::sleep(EVERY).await;
        sweep(&app).await;
        if let Err(error) = app.store.look_at_neighbours().await {
            tracing::warn!("whether an older program works on the database cannot be told: {error}");
        }
    }
}

/// Sweeps what is dead now: expired rows, then what the logs keep no longer.
pub async fn sweep(app: &App) {
    let logs = [(Log::Changes, app.settings.change_retention), (Log::Audit, app.settings.audit_retention)];
    let mut outcome = match expired(app).await {
        Ok(false) => return,
        outcome => outcome.map(|_| ()),
    };
    for (log, kept) in logs {
        outcome = outcome.and(trim(app, log, kept).await);
    }
    outcome = outcome.and(request_log::trim(app, PAGES_MAX, PAUSE).await);
    if let Err(error) = outcome {
        tracing::warn!("not everything that is too old was swept: {error}");
    }
}

/// `false` if it is another node's turn.
async fn expired(app: &App) -> Result<bool> {
    for _ in 0..PAGES_MAX {
        let now = app.clock.now();
        let swept = run(app, Sweep { now, node: app.node }).await?;
        if swept.is_elsewhere {
            return Ok(false);
        }
        if swept.is_done() {
            break;
        }
    }
    Ok(true)
}

/// Deletes what a log has kept for longer than it should; nothing where it keeps for ever.
async fn trim(app: &App, log: Log, kept: Duration) -> Result<()> {
    if kept.is_zero() {
        return Ok(());
    }
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    let before = app.clock.now().plus_millis(kept_ms.saturating_neg());
    // Through all organizations, a few pages of each, so that a large one cannot keep the others waiting.
    let mut after = OrganizationId(Uuid::nil());
    loop {
        let found = app.store.with_old_lines(log, before, after).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = *last;
        for organization_id in found {
            for _ in 0..PAGES_MAX {
                if !run(app, Trim { organization_id, log, before }).await? {
                    break;
                }
            }
        }
    }
}

async fn run<C: Command>(app: &App, command: C) -> Result<C::Out> {
    let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: String::new() };
    let out = app.store.write(context, command).await?;
    tokio::time::sleep(PAUSE).await;
    Ok(out)
}
