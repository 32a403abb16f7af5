//! `callboard serve`.

use crate::run;
use crate::settings::{Settings, SettingsArgs};
use crate::telemetry;

/// Serves until SIGTERM or SIGINT; in-flight requests finish.
pub(super) fn run(args: SettingsArgs) -> Result<(), String> {
    let settings = Settings::load(args).map_err(|error| error.to_string())?;
    telemetry::start_log(&settings)?;
    for notice in &settings.notices {
        tracing::warn!("{notice}");
    }
    let runtime = runtime()?;
    runtime.block_on(async {
        let started = run::start(settings).map_err(|error| error.to_string())?;
        started.shutdown.on_signals().map_err(|error| format!("signals cannot be awaited: {error}"))?;
        let url = &started.server.app.public_url;
        tracing::info!("listening on {}, known as {url}", started.address());
        started.run().await.map_err(|error| error.to_string())
    })
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| format!("the runtime did not start: {error}"))
}
