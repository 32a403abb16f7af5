//! Keeping a node's clock with the database's, which all nodes go by.

use std::sync::Arc;
use std::time::Duration;

use callboard_core::time::steer::{self, Reading, STEP_EVERY_MS};
use callboard_store::Result;

use crate::app::App;

/// Between two looks at the database's clock. Units: steps.
const LOOK_EVERY: u32 = 150;
const STEP_EVERY: Duration = Duration::from_millis(STEP_EVERY_MS.unsigned_abs());
/// A difference that somebody should know of. Units: milliseconds.
const NOTEWORTHY_MS: i64 = 1_000;

/// Follows until the program ends; at once where the database is not shared.
pub async fn keep_following(app: Arc<App>) {
    let mut behind = 0;
    loop {
        match look(&app).await {
            Ok(Some(seen)) => behind = seen,
            Ok(None) => return,
            // What is left of the last look is still the best guess.
            Err(error) => tracing::debug!("the database's clock was not read: {error}"),
        }
        if behind.abs() > NOTEWORTHY_MS {
            tracing::warn!(
                behind_ms = behind,
                "this node's clock and the database's differ; the node follows slowly"
            );
        }
        for _ in 0..LOOK_EVERY {
            tokio::time::sleep(STEP_EVERY).await;
            let (step, left) = steer::step(behind);
            app.clock.steer_ms(step);
            behind = left;
        }
    }
}

/// How far this node is behind; `None` where it is alone.
async fn look(app: &App) -> Result<Option<i64>> {
    let asked = app.clock.now();
    let theirs = app.store.shared_time().await?;
    let answered = app.clock.now();
    Ok(theirs.map(|theirs| steer::behind_by(Reading { asked, theirs, answered })))
}
