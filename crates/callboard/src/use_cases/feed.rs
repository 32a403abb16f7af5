//! Waiting for changes. Source: native-api.md §8.

use std::future::pending;
use std::time::Duration;

use callboard_store::feed::Change;
use callboard_store::sql::Engine;
use callboard_store::{Store, Tenant};
use tokio::time::sleep;

use crate::app::App;
use crate::http::Refusal;

/// How often other nodes' commits are looked for, where there may be other nodes.
const LOOK: Duration = Duration::from_millis(250);

/// Which changes, and how long to wait for them.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub after: i64,
    pub limit: i64,
    pub wait: Duration,
}

/// The changes after a place; waits for one where there is none. Nothing when the wait or the program ends.
///
/// # Errors
/// 410 before what is kept · 400 beyond the newest · faults.
pub async fn next_changes(app: &App, tenant: &Tenant, wanted: &Wanted) -> Result<Vec<Change>, Refusal> {
    // Followed before the first look, so that a commit between the two is not missed.
    let mut follow = app.store.follow(tenant);
    let mut end = std::pin::pin!(sleep(wanted.wait));
    loop {
        let found = app.store.changes(tenant, wanted.after, wanted.limit).await?;
        if !found.is_empty() || wanted.wait.is_zero() {
            return Ok(found);
        }
        tokio::select! {
            () = follow.committed() => {}
            looked = elsewhere(&app.store, tenant, wanted.after) => looked?,
            () = &mut end => return Ok(found),
            () = app.shutdown.stopping() => return Ok(found),
        }
    }
}

/// Waits for another node's commit; for ever where this process is the only one.
async fn elsewhere(store: &Store, tenant: &Tenant, after: i64) -> Result<(), Refusal> {
    if store.engine() == Engine::Sqlite {
        return pending().await;
    }
    loop {
        sleep(LOOK).await;
        if store.counters(tenant.organization_id()).await?.change_seq > after {
            return Ok(());
        }
    }
}
