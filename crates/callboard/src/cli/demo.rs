//! `callboard demo`: the sample world in a throw-away database, served until it is stopped.

use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::{out, serve};
use crate::clock::Entropy;
use crate::demo::{self, World};
use crate::run::{self, StartError, Started};
use crate::settings::{Settings, SettingsArgs};
use crate::telemetry;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  callboard demo                       on 127.0.0.1:8080, or on a free port if that one is taken
  callboard demo --listen 127.0.0.1:0  on a free port
  callboard demo --json                everything it made as one line of JSON, once it listens

Takes the settings of `serve`, except `--data-dir`, `--database-url` and `--secret-file`.
Stop it with Ctrl-C; what was stored goes with it.")]
pub(super) struct Args {
    /// Print what was made as one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) fn run(args: Args) -> Result<(), String> {
    let directory = Temporary::make()?;
    let is_named = args.settings.listen.is_some() || std::env::var_os("CALLBOARD_LISTEN").is_some();
    let settings = settings(args.settings, &directory.0)?;
    telemetry::start_log(&settings)?;
    serve::runtime()?.block_on(async {
        let started = start(settings, is_named).await?;
        started.shutdown.on_signals().map_err(|error| format!("signals cannot be awaited: {error}"))?;
        let world = demo::build(&started.server.app).await?;
        // The door was bound before: whoever reads this line is answered.
        if args.json {
            out::line(&world.to_json().to_string())
        } else {
            show(&world)
        }
        started.run().await.map_err(|error| error.to_string())
    })
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
            return Err(format!("`demo` keeps nothing and takes no `{flag}`: use `callboard serve`"));
        }
    }
    let is_quiet = args.log.is_none() && std::env::var_os("CALLBOARD_LOG").is_none();
    let args = SettingsArgs {
        data_dir: Some(directory.display().to_string()),
        database_url: Some("sqlite://demo.db".to_owned()),
        secret_file: Some(String::new()),
        log: if is_quiet { Some("warn".to_owned()) } else { args.log },
        ..args
    };
    Settings::load(args).map_err(|error| error.to_string())
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
    out::line("\nEverything is gone when this stops: press Ctrl-C.");
}

fn row(cells: [&str; 4]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
