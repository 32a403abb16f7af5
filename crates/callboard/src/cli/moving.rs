//! `callboard move`: the whole database to another place and engine.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Instant;

use callboard_core::canonical::hex;
use callboard_store::moving::{self, End, Phase, Place, Report, Step, Stop, Sum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{out, serve};
use crate::settings::{DatabaseUrl, Settings, SettingsArgs};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "From a SQLite file to PostgreSQL, back, or to another file. Stop every node first; the source is only \
read. A move that was stopped goes on when it is run again; until it is complete, no node starts on the target. \
At the end both ends are read once more and compared table by table.

Images, keys, sessions, logs and numbers travel with the database. The signing secret is a file and does not: \
what runs on the target needs the same one, or everyone is signed out.

Examples:
  callboard move --to postgres://callboard:…@db.example/callboard
  callboard move --from postgres://callboard:…@db.example/callboard --to sqlite://callboard.db
  callboard move --to sqlite:///mnt/new/callboard.db --data-dir /var/lib/callboard"
)]
pub(super) struct Args {
    /// Where to: sqlite://FILE or postgres://…; it must be empty
    #[arg(long, value_name = "URL")]
    to: String,
    /// Where from, instead of the database of the settings
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// Throw away what an earlier run brought to the target, and begin anew
    #[arg(long)]
    restart: bool,
    /// Print what was moved as one line of JSON
    #[arg(long)]
    json: bool,
    /// Settings file, instead of `callboard.toml` in the working directory
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of SQLite files and of the secret
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
}

/// Moves, then prints a line per table.
///
/// # Errors
/// One line that says which end is why.
pub(super) fn run(args: Args) -> Result<(), String> {
    let load = |database_url: Option<String>| {
        let (config, data_dir) = (args.config.clone(), args.data_dir.clone());
        let said = SettingsArgs { config, data_dir, database_url, ..SettingsArgs::default() };
        Settings::load(said).map_err(|error| error.to_string())
    };
    let (from, to) = (load(args.from.clone())?, load(Some(args.to.clone()))?);
    let began = Instant::now();
    let mut bars = Bars::default();
    let mut watch = |step: Step<'_>| bars.show(&step);
    let moved = serve::runtime()?.block_on(moving::run(&place(&from), &place(&to), args.restart, &mut watch));
    bars.finish();
    let report = match moved {
        Ok(report) => report,
        Err(stop) => return Err(words(&stop, &from, &to)),
    };
    if args.json {
        out::line(&document(&report, &from, &to, began).to_string());
    } else {
        show(&report);
        let (rows, seconds) = (rows(&report), began.elapsed().as_secs_f64());
        out::line(&format!(
            "\n{rows} rows in {} tables are the same at both ends: {seconds:.1} s",
            report.tables.len()
        ));
        out::line(&secret_line(&from));
    }
    Ok(())
}

fn place(settings: &Settings) -> Place {
    match &settings.database_url {
        DatabaseUrl::Sqlite(path) => Place::Sqlite(settings.data_dir.join(path)),
        DatabaseUrl::Postgres(url) => Place::Postgres(url.clone()),
    }
}

fn words(stop: &Stop, from: &Settings, to: &Settings) -> String {
    let (from, to) = (from.database_place(), to.database_place());
    match stop {
        Stop::Same => format!("{from}: {stop}"),
        Stop::Refused(End::Source, _) | Stop::Fault(End::Source, _) => format!("the source {from}: {stop}"),
        Stop::Refused(End::Target, _) | Stop::Fault(End::Target, _) => format!("the target {to}: {stop}"),
        Stop::Differs(report) => {
            show(report);
            format!("{from} and {to}: {stop}; the target stays closed: run again with `--restart`")
        }
    }
}

fn secret_line(from: &Settings) -> String {
    let secret = from.secret_file.clone().unwrap_or_else(|| from.data_dir.join("secret"));
    format!(
        "The signing secret does not travel: what runs on the target needs {} (CALLBOARD_SECRET_FILE names it).",
        secret.display()
    )
}

/// Both ends side by side.
fn show(report: &Report) {
    let head = ["TABLE", "ROWS", "ARRIVED", "CHECKSUM", "ARRIVED", ""].map(str::to_owned).to_vec();
    let row = |table: &moving::Carried| {
        let same = if table.source == table.target { "same" } else { "DIFFERS" };
        let (source, target) = (&table.source, &table.target);
        vec![
            table.table.clone(),
            source.rows.to_string(),
            target.rows.to_string(),
            short(source),
            short(target),
            same.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(report.tables.iter().map(row)).collect();
    out::table(&rows);
}

/// Enough of a checksum for eyes; the JSON has all of it.
fn short(sum: &Sum) -> String {
    hex(&sum.checksum).chars().take(16).collect()
}

fn rows(report: &Report) -> u64 {
    report.tables.iter().map(|table| table.target.rows).sum()
}

fn document(report: &Report, from: &Settings, to: &Settings, began: Instant) -> Value {
    let table = |table: &moving::Carried| {
        json!({ "table": table.table, "rows": table.target.rows, "carried": table.carried,
            "checksum": hex(&table.target.checksum) })
    };
    json!({ "from": from.database_place(), "to": to.database_place(), "isResumed": report.is_resumed,
        "rows": rows(report), "seconds": began.elapsed().as_secs_f64(),
        "tables": report.tables.iter().map(table).collect::<Vec<_>>() })
}

/// A bar per table and phase, on a terminal only, so that scripts and logs stay clean.
#[derive(Default)]
struct Bars {
    now: Option<(String, Phase, ProgressBar)>,
}

impl Bars {
    fn show(&mut self, step: &Step<'_>) {
        if !std::io::stderr().is_terminal() {
            return;
        }
        let is_next =
            self.now.as_ref().is_none_or(|(table, phase, _)| table != step.table || *phase != step.phase);
        if is_next {
            self.finish();
            self.now = Some((step.table.to_owned(), step.phase, bar(step)));
        }
        if let Some((_, _, bar)) = &self.now {
            bar.set_length(step.of.max(step.rows));
            bar.set_position(step.rows);
        }
    }

    fn finish(&mut self) {
        if let Some((_, _, bar)) = self.now.take() {
            bar.finish();
        }
    }
}

fn bar(step: &Step<'_>) -> ProgressBar {
    let text = "{msg:32} {bar:30} {human_pos}/{human_len} rows, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_bar());
    let doing = match step.phase {
        Phase::Carry => "carrying",
        Phase::Verify => "verifying",
    };
    // A resumed table goes on at its place: the rate counts what is new.
    let bar = ProgressBar::new(step.of).with_style(style).with_message(format!("{doing} {}", step.table));
    bar.with_position(step.rows)
}
