//! `callboard serve`.

use crate::run;
use crate::settings::{Settings, SettingsArgs};
use crate::telemetry;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every setting is also a line of callboard.toml and a variable CALLBOARD_NAME; a flag wins \
over the variable, the variable over the file.

Examples:
  callboard serve
  callboard serve --listen 127.0.0.1:9000 --data-dir /var/lib/callboard
  callboard serve --listen 127.0.0.1:0          on a free port; the log says which"
)]
pub(super) struct Args {
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Serves until SIGTERM or SIGINT; in-flight requests finish.
pub(super) fn run(args: Args) -> Result<(), String> {
    let settings = Settings::load(args.settings).map_err(|error| error.to_string())?;
    telemetry::start_log(&settings)?;
    for notice in &settings.notices {
        tracing::warn!("{notice}");
    }
    let runtime = runtime()?;
    runtime.block_on(async {
        let started = run::start(settings).await.map_err(|error| error.to_string())?;
        started.shutdown.on_signals().map_err(|error| format!("signals cannot be awaited: {error}"))?;
        let url = &started.server.app.public_url;
        // Scripts look for "listening on ADDRESS": the port may have been chosen by the system.
        tracing::info!("listening on {}, known as {url}", started.address());
        started.run().await.map_err(|error| error.to_string())
    })
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| format!("the runtime did not start: {error}"))
}
