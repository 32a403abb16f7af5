//! Clearing out what has expired, in small pieces, beside the requests.

use std::sync::Arc;
use std::time::Duration;

use callboard_store::Context;
use callboard_store::sweep::Sweep;

use crate::app::App;

const EVERY: Duration = Duration::from_secs(60);

/// Sweeps once a minute, if it is this node's turn, until the program ends.
pub async fn keep_sweeping(app: Arc<App>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let now = app.clock.now();
        let context = Context { now, seed: app.entropy.draw(), request_id: String::new() };
        if let Err(error) = app.store.write(context, Sweep { now, node: app.node }).await {
            tracing::warn!("expired rows were not swept: {error}");
        }
    }
}
