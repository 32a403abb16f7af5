//! W6: the same works on worlds of growing size, made by `callboard demo --events N --organizations M`.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::engine::Database;
use crate::http::Client;
use crate::measure::{self, Outcome};
use crate::options::Options;
use crate::process::{Server, Start};
use crate::works;
use crate::world::World;

/// Works that are compared, and how much slower each may become from the smallest world to the largest.
const COMPARED: [(&str, f64); 6] =
    [("W1h", 1.25), ("W1t", 1.25), ("W1tn", 1.2), ("W2t", 1.25), ("W2tn", 1.25), ("W4", 1.5)];
/// A limit that no run reaches; the keys of the generated world have their family's default.
const FLAGS: [&str; 4] = ["--rate-limit-box-office", "100000000", "--rate-limit-native", "100000000"];
const MIB: f64 = 1024.0 * 1024.0;

/// One world and what was measured on it.
struct Grown {
    events: usize,
    outcomes: Vec<Outcome>,
    resident: u64,
}

/// Measures every size, with as many organizations; the table.
pub fn measure(options: &Options, organizations: usize, scratch: &Path) -> Result<String, String> {
    let mut all = Vec::new();
    for events in &options.growth {
        let data_dir = scratch.join(format!("grown-{events}-{organizations}"));
        all.push(one(options, *events, organizations, &data_dir, scratch)?);
        // A million events are some gigabytes.
        let _ = std::fs::remove_dir_all(&data_dir);
    }
    Ok(table(organizations, &all))
}

fn one(
    options: &Options,
    events: usize,
    organizations: usize,
    data_dir: &Path,
    scratch: &Path,
) -> Result<Grown, String> {
    eprintln!("making {events} events of {organizations} organizations");
    let world = generate(&options.binary, events, organizations, data_dir)?;
    let start = Start {
        binary: options.binary.clone(),
        wrapper: Vec::new(),
        data_dir: data_dir.to_owned(),
        flags: FLAGS.map(str::to_owned).into_iter().chain(options.flags.iter().cloned()).collect(),
        env: Vec::new(),
        log: scratch.join("server.log"),
    };
    let (server, _) = Server::callboard(&start)?;
    let mut client = Client::connect(&server.address)?;
    let works = works::all(&world, &mut client)?;
    let mut outcomes = Vec::new();
    for (id, _) in COMPARED {
        let Some(work) = works.iter().find(|work| work.id == id) else { continue };
        let outcome = measure::alternate(&server, work, options.effort, scratch, &Database::File)?;
        eprintln!("{id}\n{}", crate::report::line(&outcome, crate::options::Engine::Sqlite));
        outcomes.push(outcome);
    }
    let resident = server.resident();
    server.stop()?;
    Ok(Grown { events, outcomes, resident })
}

fn generate(binary: &Path, events: usize, organizations: usize, data_dir: &Path) -> Result<World, String> {
    let made = Command::new(binary)
        .args(["demo", "--generate-only", "--json", "--events", &events.to_string()])
        .args(["--organizations", &organizations.to_string(), "--data-dir"])
        .arg(data_dir)
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&made.stdout);
    let line: Value = serde_json::from_str(text.trim())
        .map_err(|_| format!("the world was not made: {}", String::from_utf8_lossy(&made.stderr)))?;
    parse(&line).ok_or_else(|| "the generated world lacks what is needed".to_owned())
}

/// The first organization of the generated world.
fn parse(line: &Value) -> Option<World> {
    let first = line["generated"]["organizations"].get(0)?;
    let key = |name: &str| first["keys"][name].as_str().map(str::to_owned);
    let ids = first["events"].as_array()?.iter();
    let events: Vec<String> = ids.filter_map(|event| event["id"].as_str().map(str::to_owned)).collect();
    let hot = first["events"].get(0)?;
    Some(World {
        venue_key: key("venue")?,
        box_office_key: key("boxOffice")?,
        native_key: key("native")?,
        box_office: first["boxOfficeId"].as_str()?.to_owned(),
        events,
        hot_event: hot["id"].as_str()?.to_owned(),
        hot_type: hot["ticketTypeIds"].get(0)?.as_str()?.to_owned(),
    })
}

fn table(organizations: usize, all: &[Grown]) -> String {
    let mut out = format!("Events in {organizations} organization(s), the first one asked\n\n| Work |");
    // Writing to a string cannot fail.
    for grown in all {
        let _ = write!(out, " {} events |", grown.events);
    }
    out.push_str(" slower by | at most |\n| --- |");
    out.push_str(&" --- |".repeat(all.len()));
    out.push_str(" --: | --: |\n");
    for (at, (id, most)) in COMPARED.iter().enumerate() {
        let cells: Vec<&Outcome> = all.iter().filter_map(|grown| grown.outcomes.get(at)).collect();
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
        let _ = write!(out, "| {id} {} |", first.work.what);
        for cell in &cells {
            let (rate, cpu) = (cell.callboard.per_second, cell.callboard.cpu_us);
            let _ = write!(out, " {rate:.0}/s, {:.3} of bare, {cpu:.1} µs |", cell.ratio);
        }
        let slower = first.ratio / last.ratio.max(0.0001);
        let missed = if slower > *most { " **missed**" } else { "" };
        let _ = writeln!(out, " {slower:.2}{missed} | {most} |");
    }
    out.push_str("| memory |");
    for grown in all {
        let _ = write!(out, " {:.0} MB |", grown.resident as f64 / MIB);
    }
    out + " | |\n"
}
