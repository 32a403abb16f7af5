//! Making the occurrences of series ahead of time, in small pieces, beside the requests.

use std::sync::Arc;
use std::time::Duration;

use callboard_core::ids::{OrganizationId, SeriesId};
use callboard_store::series::ExtendSeries;
use callboard_store::{Context, Result};
use uuid::Uuid;

use crate::app::App;

/// Occurrences are due weeks before they must be there, so that this is often enough by far.
const EVERY: Duration = Duration::from_secs(600);
/// After a start, for a node that was away for long.
const FIRST: Duration = Duration::from_secs(5);
/// Between two commands, so that the requests come first.
const PAUSE: Duration = Duration::from_millis(20);
/// Most commands for one series of one round; the rest waits for the next.
const BATCHES_MAX: u32 = 40;

/// Extends series every ten minutes, if it is this node's turn, until the program ends.
pub async fn keep_extending(app: Arc<App>) {
    tokio::time::sleep(FIRST).await;
    loop {
        extend(&app).await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Makes every occurrence that is due now; answers how many.
pub async fn extend(app: &App) -> usize {
    let (mut made, mut after) = (0_usize, (OrganizationId(Uuid::nil()), SeriesId(Uuid::nil())));
    loop {
        let found = match app.store.due_series(app.clock.now(), after).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!("series cannot be looked at: {error}");
                return made;
            }
        };
        let Some(last) = found.last() else { return made };
        after = *last;
        for (organization_id, id) in found {
            match extend_one(app, organization_id, id).await {
                Ok(Some(count)) => made = made.saturating_add(count),
                Ok(None) => return made,
                // One series that fails does not keep the others waiting.
                Err(error) => tracing::error!(series = %id, "occurrences were not made: {error}"),
            }
        }
    }
}

/// `None` if it is another node's turn.
async fn extend_one(app: &App, organization_id: OrganizationId, id: SeriesId) -> Result<Option<usize>> {
    let mut made = 0_usize;
    for _ in 0..BATCHES_MAX {
        let context = Context { now: app.clock.now(), seed: app.entropy.draw(), request_id: String::new() };
        let command = ExtendSeries { organization_id, id, node: app.node };
        let extended = app.store.write(context, command).await?;
        if extended.is_elsewhere {
            return Ok(None);
        }
        made = made.saturating_add(extended.made);
        if extended.is_done {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Some(made))
}
