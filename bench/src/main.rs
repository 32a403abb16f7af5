//! Measures Callboard against a bare server in the same run. See `docs/benchmarks.md`.

mod bare;
mod beside;
mod engine;
mod growth;
mod http;
mod instructions;
mod measure;
mod memory;
mod options;
mod process;
mod report;
mod rush;
mod works;
mod world;
mod wrk;

use std::path::{Path, PathBuf};

use crate::engine::Database;
use crate::http::Client;
use crate::measure::Outcome;
use crate::memory::Life;
use crate::options::{Engine, Options};
use crate::process::{Server, Start};
use crate::works::Work;

/// Switches the kept answers off, for works in which nothing is rendered beforehand.
const NOTHING_KEPT: [&str; 2] = ["--rendered-max-bytes", "0"];

/// What was measured on one engine.
#[derive(Debug)]
pub struct Measured {
    pub engine: Engine,
    pub outcomes: Vec<Outcome>,
    pub life: Option<Life>,
    pub notes: Vec<String>,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let done = match args.next().as_deref() {
        Some("bare") => {
            args.next().ok_or("which file?".to_owned()).and_then(|file| bare::serve(Path::new(&file)))
        }
        Some("instructions") => counted(args),
        first => {
            Options::parse(first.map(str::to_owned).into_iter().chain(args)).and_then(|options| run(&options))
        }
    };
    if let Err(text) = done {
        eprintln!("{text}");
        std::process::exit(1);
    }
}

/// `instructions [--bless] [--binary FILE]`.
fn counted(args: impl Iterator<Item = String>) -> Result<(), String> {
    let words: Vec<String> = args.collect();
    let binary = words.iter().position(|word| word == "--binary").and_then(|at| words.get(at + 1));
    let binary = binary.map_or_else(|| PathBuf::from("target/release/callboard"), PathBuf::from);
    let scratch = Scratch::make()?;
    instructions::run(binary, words.iter().any(|word| word == "--bless"), &scratch.0)
}

fn run(options: &Options) -> Result<(), String> {
    let scratch = Scratch::make()?;
    let mut all = Vec::new();
    for engine in &options.engines {
        let measured = on_engine(options, *engine, &scratch.0)?;
        println!("\n{}", report::table(&measured));
        all.push(measured);
    }
    let mut grown = Vec::new();
    for organizations in options.organizations.iter().filter(|_| !options.growth.is_empty()) {
        let table = growth::measure(options, *organizations, &scratch.0)?;
        println!("\n{table}");
        grown.push(table);
    }
    if options.write {
        report::write(Path::new("docs/benchmarks.md"), options, &all, &grown)?;
    }
    Ok(())
}

fn on_engine(options: &Options, engine: Engine, scratch: &Path) -> Result<Measured, String> {
    let database = Database::start(engine, scratch)?;
    let start = Start {
        binary: options.binary.clone(),
        wrapper: Vec::new(),
        data_dir: scratch.join(engine.name()),
        flags: database.flags().into_iter().chain(options.flags.iter().cloned()).collect(),
        env: Vec::new(),
        log: scratch.join("server.log"),
    };
    let wants_life = options.wants("W7") && engine == Engine::Sqlite;
    let mut life = if wants_life { Some(memory::start_and_idle(&start)?) } else { None };
    let (server, _) = Server::callboard(&start)?;
    eprintln!("making a world of {} events on {}", options.events, engine.name());
    let world = world::make(&server.address, options.events)?;
    let mut client = Client::connect(&server.address)?;
    let works = works::all(&world, &mut client)?.into_iter();
    let (fresh, usual): (Vec<_>, Vec<_>) =
        works.filter(|work| options.wants(work.id)).partition(|work| work.is_fresh);
    let measure = |server: &Server, works: Vec<Work>| -> Result<Vec<Outcome>, String> {
        let one = |work: &Work| {
            eprintln!("{} {}", work.id, work.what);
            let outcome = measure::alternate(server, work, options.effort, scratch, &database)?;
            eprintln!("{}", report::line(&outcome, engine));
            Ok(outcome)
        };
        works.iter().map(one).collect()
    };
    let (mut outcomes, mut notes) = (Vec::new(), Vec::new());
    let server = if fresh.is_empty() {
        server
    } else {
        // Nothing is kept ready, however often the same thing comes round.
        server.stop()?;
        let mut bare_start = start.clone();
        bare_start.flags.extend(NOTHING_KEPT.map(str::to_owned));
        let (server, _) = Server::callboard(&bare_start)?;
        outcomes.extend(measure(&server, fresh)?);
        server.stop()?;
        Server::callboard(&start)?.0
    };
    if options.wants("W8") {
        notes.push(beside::measure(&server, &world, &works::feed(&world), options.effort, scratch)?);
    }
    outcomes.extend(measure(&server, usual)?);
    outcomes.sort_by_key(|outcome| outcome.work.id);
    let rush: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.work.is_rush).collect();
    if !rush.is_empty() {
        notes.push(rush::check_sold(&server, &world, &rush)?);
    }
    if let Some(life) = &mut life {
        life.loaded = server.resident();
    }
    server.stop()?;
    if !rush.is_empty() {
        notes.push(rush::verify(&start)?);
    }
    Ok(Measured { engine, outcomes, life, notes })
}

/// A directory that goes when the run ends.
struct Scratch(PathBuf);

impl Scratch {
    fn make() -> Result<Scratch, String> {
        let path = std::env::temp_dir().join(format!("callboard-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
