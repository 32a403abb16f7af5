//! `callboard verify`: replays the ledgers of ticket types and proves that nothing was sold twice.
//! Source: native-api.md §7.

use std::io::IsTerminal;

use callboard_core::canonical::hex;
use callboard_store::sales::{Auditor, Ledger};
use indicatif::{ProgressBar, ProgressStyle};

use super::{out, serve};
use crate::settings::{DatabaseUrl, Settings, SettingsArgs};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every stock change is one row of an append-only ledger, each hashed together with the one before. \
This follows all of them, proves that sold + held + free = quantity after every row, and compares the end with the \
ticket type. It reads only and may run beside the server. Keep the head hashes elsewhere, and a later run shows \
whether the past was rewritten.

Examples:
  callboard verify
  callboard verify low-tide-quartet --data-dir /var/lib/callboard"
)]
pub(super) struct Args {
    /// Only this event, by id or slug
    event: Option<String>,
    /// Settings file, instead of `callboard.toml` in the working directory
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// Directory of the database
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// sqlite://FILE or postgres://…
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

/// Prints a line per ticket type.
///
/// # Errors
/// One line that names the first bad row.
pub(super) fn run(args: Args) -> Result<(), String> {
    let said = SettingsArgs {
        config: args.config,
        data_dir: args.data_dir,
        database_url: args.database_url,
        ..SettingsArgs::default()
    };
    let settings = Settings::load(said).map_err(|error| error.to_string())?;
    serve::runtime()?.block_on(verify(&settings, args.event.as_deref()))
}

/// Opens the database for reading only, beside whatever server has it open.
async fn open(settings: &Settings) -> Result<Auditor, String> {
    let opened = match (&settings.database_url, settings.database_path()) {
        (DatabaseUrl::Postgres(url), _) => Auditor::open_postgres(url).await,
        (DatabaseUrl::Sqlite(_), Some(path)) if path.exists() => Auditor::open_sqlite(&path),
        (DatabaseUrl::Sqlite(path), _) => {
            let place = settings.data_dir.join(path);
            let place = place.display();
            return Err(format!("there is no database at {place}: name its directory with --data-dir"));
        }
    };
    opened.map_err(|error| error.to_string())
}

async fn verify(settings: &Settings, event: Option<&str>) -> Result<(), String> {
    let auditor = open(settings).await?;
    let ledgers = auditor.ledgers(event).await.map_err(|error| error.to_string())?;
    if let (Some(event), true) = (event, ledgers.is_empty()) {
        return Err(format!("no event `{event}` with ticket types"));
    }
    let bar = bar(ledgers.iter().map(|ledger| u64::try_from(ledger.head.seq).unwrap_or(0)).sum());
    let mut table =
        vec![["EVENT", "TICKET TYPE", "ROWS", "SOLD", "HELD", "FREE", "HEAD"].map(str::to_owned).to_vec()];
    let mut rows: u64 = 0;
    for ledger in &ledgers {
        let replayed = auditor.replay(ledger, |more| bar.inc(more)).await;
        let head = match replayed.map_err(|error| error.to_string())? {
            Ok(head) => head,
            Err(broken) => {
                bar.finish_and_clear();
                out::table(&table);
                return Err(format!("{}: {broken}", name(ledger)));
            }
        };
        rows = rows.saturating_add(u64::try_from(head.seq).unwrap_or(0));
        table.push(line(ledger, head));
    }
    bar.finish_and_clear();
    out::table(&table);
    out::line(&format!("{} ticket types, {rows} rows: every row adds up", ledgers.len()));
    Ok(())
}

/// On a terminal only, so that scripts and logs stay clean.
fn bar(rows: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} rows, {eta} left");
    ProgressBar::new(rows).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn name(ledger: &Ledger) -> String {
    format!("event `{}`, ticket type `{}` ({})", ledger.event_slug, ledger.name, ledger.book.ticket_type)
}

fn line(ledger: &Ledger, head: callboard_core::inventory::ledger::Head) -> Vec<String> {
    let stock = head.stock;
    vec![
        ledger.event_slug.clone(),
        ledger.name.clone(),
        head.seq.to_string(),
        stock.sold.to_string(),
        stock.held.to_string(),
        stock.free().to_string(),
        hex(&head.hash),
    ]
}
