//! `callboard demo`: the sample world in a throw-away database, served until it is stopped; with `--events`
//! as large as asked for, and kept where that is asked for.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::{out, serve};
use crate::app::App;
use crate::clock::Entropy;
use crate::demo::large::{self, Large, Size};
use crate::demo::{self, World};
use crate::run::{self, StartError, Started};
use crate::settings::{DatabaseUrl, Settings, SettingsArgs};
use crate::telemetry;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  callboard demo                       on 127.0.0.1:8080, or on a free port if that one is taken
  callboard demo --listen 127.0.0.1:0  on a free port
  callboard demo --json                everything it made as one line of JSON, once it listens
  callboard demo --events 1000000 --organizations 1000
                                       a large world besides the sample one, served from a throw-away file
  callboard demo --events 100000 --data-dir ./large --generate-only --json
                                       the large world in ./large, for `callboard serve --data-dir ./large`

Takes the settings of `serve`; `--data-dir`, `--database-url` and `--secret-file` only with `--events`, and then
what is made is kept. Without them it goes when the demo stops: press Ctrl-C.")]
pub(super) struct Args {
    /// Print what was made as one line of JSON
    #[arg(long)]
    json: bool,
    /// Make so many events besides the sample world
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=large::EVENTS_MAX))]
    events: Option<u64>,
    /// Spread them evenly over so many organizations
    #[arg(long, value_name = "M", default_value_t = 1, requires = "events",
        value_parser = clap::value_parser!(u64).range(1..=large::ORGANIZATIONS_MAX))]
    organizations: u64,
    /// The same seed makes the same events on the same day
    #[arg(long, value_name = "S", default_value_t = 1, requires = "events")]
    seed: u64,
    /// Serve nothing; needs `--data-dir` or `--database-url`
    #[arg(long, requires = "events")]
    generate_only: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) fn run(args: Args) -> Result<(), String> {
    let size = args.events.map(|events| Size { events, organizations: args.organizations, seed: args.seed });
    let is_kept = args.settings.data_dir.is_some() || args.settings.database_url.is_some();
    if args.generate_only && !is_kept {
        return Err("name where the world is to be kept, with `--data-dir` or `--database-url`".to_owned());
    }
    let is_named = args.settings.listen.is_some() || std::env::var_os("CALLBOARD_LISTEN").is_some();
    let (settings, directory) = match size {
        Some(_) if is_kept => (kept(args.settings)?, None),
        _ => {
            let directory = Temporary::make()?;
            (settings(args.settings, &directory.0)?, Some(directory))
        }
    };
    telemetry::start_log(&settings)?;
    serve::runtime()?.block_on(async {
        if args.generate_only {
            let app = run::prepare(settings).await.map_err(|StartError(line)| line)?;
            let (world, large) = make(&app, size).await?;
            say(&world, large.as_ref(), args.json, "Start it with `callboard serve` and the same settings.");
            return Ok(());
        }
        let started = start(settings, is_named).await?;
        started.shutdown.on_signals().map_err(|error| format!("signals cannot be awaited: {error}"))?;
        let (world, large) = make(&started.server.app, size).await?;
        // The door was bound before: whoever reads this line is answered.
        let end = if directory.is_some() { "Everything is gone when this stops: press Ctrl-C." } else { "" };
        say(&world, large.as_ref(), args.json, end);
        started.run().await.map_err(|error| error.to_string())
    })
}

/// The sample world, and what is asked for besides.
async fn make(app: &App, size: Option<Size>) -> Result<(World, Option<Large>), String> {
    if !app.store.is_empty().await.map_err(|error| error.to_string())? {
        let place = app.settings.database_place();
        return Err(format!("{place} holds data already: `callboard serve` serves it"));
    }
    let world = demo::build(app).await?;
    let Some(size) = size else { return Ok((world, None)) };
    let began = std::time::Instant::now();
    let bar = bar(size.events);
    let large = large::extend(app, &world, size, &|done, _| bar.set_position(done)).await;
    bar.finish_and_clear();
    let large = large?;
    let (events, organizations, orders) = (size.events, size.organizations, large.orders());
    let seconds = began.elapsed().as_secs_f64();
    out::aside(&format!("{events} events of {organizations} organizations, {orders} orders: {seconds:.1} s"));
    Ok((world, Some(large)))
}

/// On a terminal only, so that scripts and logs stay clean.
fn bar(events: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} events, {per_sec}, {eta} left");
    ProgressBar::new(events).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn say(world: &World, large: Option<&Large>, as_json: bool, end: &str) {
    if as_json {
        let mut line = world.to_json();
        if let (Some(large), serde_json::Value::Object(members)) = (large, &mut line) {
            members.insert("generated".to_owned(), large.to_json());
        }
        out::line(&line.to_string());
    } else {
        show(world);
        if !end.is_empty() {
            out::line(&format!("\n{end}"));
        }
    }
}

/// A directory for its owner alone, that goes when this does.
struct Temporary(PathBuf);

impl Temporary {
    fn make() -> Result<Temporary, String> {
        let name = format!("callboard-demo-{}", callboard_core::canonical::hex(&Entropy::System.draw::<6>()));
        let path = std::env::temp_dir().join(name);
        let made = std::fs::DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| format!("cannot make the directory {}: {error}", path.display()))?;
        Ok(Temporary(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be removed is left to the system that cleans its temporary directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn settings(args: SettingsArgs, directory: &Path) -> Result<Settings, String> {
    for (flag, value) in [
        ("--data-dir", &args.data_dir),
        ("--database-url", &args.database_url),
        ("--secret-file", &args.secret_file),
    ] {
        if value.is_some() {
            return Err(format!(
                "the sample world is not kept, `{flag}` needs `--events`: use `callboard serve`"
            ));
        }
    }
    let args = SettingsArgs {
        data_dir: Some(directory.display().to_string()),
        database_url: Some("sqlite://demo.db".to_owned()),
        secret_file: Some(String::new()),
        ..quiet(args)
    };
    Settings::load(args).map_err(|error| error.to_string())
}

/// For a large world that stays.
fn kept(args: SettingsArgs) -> Result<Settings, String> {
    let settings = Settings::load(quiet(args)).map_err(|error| error.to_string())?;
    match &settings.database_url {
        DatabaseUrl::Sqlite(_) => Ok(settings),
        DatabaseUrl::Postgres(_) => {
            Err("a large world is made in a SQLite file: make it there, then `callboard move` it".to_owned())
        }
    }
}

fn quiet(args: SettingsArgs) -> SettingsArgs {
    let is_quiet = args.log.is_none() && std::env::var_os("CALLBOARD_LOG").is_none();
    SettingsArgs { log: if is_quiet { Some("warn".to_owned()) } else { args.log }, ..args }
}

/// Starts where the settings say; on a free port if the default one is taken and nobody asked for it.
async fn start(settings: Settings, is_named: bool) -> Result<Started, String> {
    let usual = Settings::defaults().map_err(|error| error.to_string())?.listen;
    let may_move = !is_named && settings.listen == usual;
    let is_taken = || std::net::TcpListener::bind(usual).is_err();
    let listen = if may_move && is_taken() { SocketAddr::new(usual.ip(), 0) } else { settings.listen };
    run::start(Settings { listen, ..settings }).await.map_err(|StartError(line)| line)
}

/// Tells people what there is.
fn show(world: &World) {
    let main = &world.main;
    out::line(&format!("Callboard demo at {}\n", world.url));
    out::line(&format!(
        "{} ({} events); sign in as {} with {}\n",
        main.organization.name,
        main.events.len(),
        main.email,
        main.password.expose()
    ));
    let mut rows = Vec::new();
    for (_, (key, secret)) in world.keys.named() {
        rows.push(row(["key", key.family.as_str(), &key.label, secret.expose()]));
    }
    for venue in &main.venues {
        rows.push(row(["venue", venue.details.zone.name(), &venue.details.name, &venue.id.to_string()]));
    }
    for channel in &main.channels {
        let number = format!("number {}", channel.number);
        rows.push(row(["channel", &number, &channel.details.name, &channel.id.to_string()]));
    }
    for office in &main.box_offices {
        let details = &office.details;
        rows.push(row(["box office", details.currency.as_str(), &details.name, &office.id.to_string()]));
    }
    out::table(&rows);
    let mut surface = "";
    for curl in &world.curl {
        if curl.surface != surface {
            surface = curl.surface;
            out::line(&format!("\n# {surface}"));
        }
        out::line(&curl.command());
    }
}

fn row(cells: [&str; 4]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
