//! `callboard migrate`: the database's schema, before the nodes are replaced.

use std::sync::Arc;

use callboard_store::Store;

use super::{out, serve};
use crate::run;
use crate::settings::{DatabaseUrl, Settings, SettingsArgs};
use crate::telemetry::Metrics;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every start migrates by itself, one node at a time; steps only add, so that nodes of two \
versions may run together.

Examples:
  callboard migrate --check           say what is missing; exit code 1 if anything is
  callboard migrate                   apply it
  callboard migrate --adopt-secret    make this node's signing secret the one of all (everyone is signed out)"
)]
pub(super) struct Args {
    /// Change nothing; fail and name the migrations that are missing
    #[arg(long, conflicts_with = "adopt_secret")]
    check: bool,
    /// Put this node's signing secret in the place of the one that the database knows
    #[arg(long)]
    adopt_secret: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) fn run(args: Args) -> Result<(), String> {
    let settings = Settings::load(args.settings).map_err(|error| error.to_string())?;
    let place = settings.database_place();
    serve::runtime()?.block_on(async {
        if args.check {
            let missing = match &settings.database_url {
                DatabaseUrl::Sqlite(path) => Store::missing_in_sqlite(&settings.data_dir.join(path)),
                DatabaseUrl::Postgres(url) => Store::missing_in_postgres(url).await,
            };
            let missing = missing.map_err(|error| format!("the database {place} cannot be read: {error}"))?;
            if missing.is_empty() {
                out::line(&format!("{place} is up to date"));
                return Ok(());
            }
            let numbers: Vec<String> = missing.iter().map(i64::to_string).collect();
            return Err(format!("{place} lacks the migrations {}", numbers.join(", ")));
        }
        let metrics = Metrics::new();
        let store = run::open_store(&settings, &metrics).await.map_err(|error| error.to_string())?;
        if args.adopt_secret {
            run::adopt_secret(&Arc::new(settings), &store).await.map_err(|error| error.to_string())?;
        }
        out::line(&format!("{place} is up to date"));
        Ok(())
    })
}
