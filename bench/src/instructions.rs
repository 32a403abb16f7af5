//! The guard against slow growth of cost: how many instructions the server executes for one request, counted by
//! callgrind, compared with the committed figures. No time is measured, so that a busy machine changes nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::http::{Client, Request};
use crate::process::{Server, Start};
use crate::world::{self, World, event_body, instant};

/// The committed figures.
const BASELINE: &str = "bench/instructions.json";
/// How much more than committed is still no failure, in percent.
const TOLERANCE: u64 = 10;
/// Requests before the count begins, and counted ones. Each asks for another thing, where the work says so; every event
/// was asked for once before it counts.
const WARM: usize = EVENTS;
const COUNTED: usize = 60;
/// Enough for another event in each request.
const EVENTS: usize = 100;

/// A work of the guard: the n-th request and the status of its answer.
struct Guarded {
    id: &'static str,
    what: &'static str,
    request: Box<dyn Fn(usize) -> Request>,
    status: u16,
}

/// Counts, and compares with the baseline or, with `bless`, writes it.
pub fn run(binary: PathBuf, bless: bool, scratch: &Path) -> Result<(), String> {
    let dump = scratch.join("callgrind");
    let start = Start {
        binary,
        wrapper: vec![
            "valgrind".to_owned(),
            "--tool=callgrind".to_owned(),
            format!("--callgrind-out-file={}", dump.display()),
        ],
        data_dir: scratch.join("counted"),
        flags: Vec::new(),
        // One thread for all requests: what runs where does not change the sum.
        // Without the request log: its lines are written twice a second, up to a number, so that what a count holds of
        // that would be chance.
        env: vec![
            ("TOKIO_WORKER_THREADS".to_owned(), "1".to_owned()),
            ("CALLBOARD_REQUEST_LOG".to_owned(), "false".to_owned()),
        ],
        log: scratch.join("server.log"),
    };
    let (server, _) = Server::callboard(&start)?;
    let world = world::make(&server.address, EVENTS)?;
    let mut client = Client::connect(&server.address)?;
    let mut counts = Vec::new();
    for (at, guarded) in works(&world).into_iter().enumerate() {
        ask(&mut client, &guarded, 0..WARM)?;
        count(&server, &dump, 2 * at + 1)?;
        ask(&mut client, &guarded, WARM..WARM + COUNTED)?;
        let each = count(&server, &dump, 2 * at + 2)? / COUNTED as u64;
        println!("{:4} {:60} {each:>9} instructions", guarded.id, guarded.what);
        counts.push((guarded.id, each));
    }
    if bless { write(&counts) } else { compare(&counts) }
}

fn ask(client: &mut Client, guarded: &Guarded, numbers: std::ops::Range<usize>) -> Result<(), String> {
    for n in numbers {
        let answer = client.send(&(guarded.request)(n))?;
        if answer.status != guarded.status {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(format!("{}: answered {}: {text}", guarded.id, answer.status));
        }
    }
    Ok(())
}

/// Instructions since the last count: callgrind writes what it has and begins anew.
fn count(server: &Server, dump: &Path, number: usize) -> Result<u64, String> {
    let asked = Command::new("callgrind_control").args(["--dump", &server.pid().to_string()]).output();
    let asked = asked.map_err(|error| format!("callgrind_control does not run: {error}"))?;
    let file = format!("{}.{number}", dump.display());
    let text = std::fs::read_to_string(&file)
        .map_err(|error| format!("{file}: {error}: {}", String::from_utf8_lossy(&asked.stderr)))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = total.and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse().ok());
    total.ok_or_else(|| format!("{file} has no total"))
}

fn works(world: &World) -> Vec<Guarded> {
    let (venue, office, native) =
        (world.venue_key.clone(), world.box_office_key.clone(), world.native_key.clone());
    let one = format!("/api/v1/events/{}", world.hot_event);
    let list = "/api/v1/events?limit=20";
    let asked = |id, what, request: Box<dyn Fn(usize) -> Request>| Guarded { id, what, request, status: 200 };
    let written =
        |id, what, request: Box<dyn Fn(usize) -> Request>| Guarded { id, what, request, status: 201 };
    let office_get = move |path: String| Request::get(path).with("x-api-key", &office);
    let (fresh_get, one_get, other_get, left_get) =
        (office_get.clone(), office_get.clone(), office_get.clone(), office_get);
    let (left, events) = (format!("{one}/availability"), world.events.clone());
    let (create, order) = (create(world, native.clone()), order(world, native));
    let keyed = order.clone();
    vec![
        asked("W1", "list 20, venue feed", Box::new(move |_| Request::get(list).bearer(&venue))),
        asked(
            "W1n",
            "list 20 with total, box office, another query each time",
            Box::new(move |n| fresh_get(format!("{list}&dateFrom={}", instant(n * 60)))),
        ),
        asked("W2", "one event, box office", Box::new(move |_| one_get(one.clone()))),
        asked(
            "W2n",
            "one event, box office, another each time",
            Box::new(move |n| other_get(format!("/api/v1/events/{}", events[n % events.len()]))),
        ),
        asked("W3", "availability, box office", Box::new(move |_| left_get(left.clone()))),
        written("W4", "create an event with a ticket type", Box::new(create)),
        written("W5", "an order", Box::new(move |_| order.clone())),
        written(
            "W5k",
            "an order with an idempotency key",
            Box::new(move |n| keyed.clone().with("Idempotency-Key", &format!("count-{n}"))),
        ),
    ]
}

fn create(world: &World, key: String) -> impl Fn(usize) -> Request + use<> {
    let office = world.box_office.clone();
    move |n| {
        let types = json!([{ "name": "General Admission", "price": 2500, "quantity": 120 }]);
        let body = event_body(1_000_000 + n, &office, types).to_string();
        Request::post("/v1/events", body).bearer(&key)
    }
}

fn order(world: &World, key: String) -> Request {
    let order = json!({ "eventId": world.hot_event, "items": [{ "ticketTypeId": world.hot_type, "quantity": 1 }],
        "buyer": { "name": "Ingrid Vale", "email": "ingrid@example.org" },
        "payment": { "method": "external", "reference": "pay-1" } });
    Request::post("/v1/orders", order.to_string()).bearer(&key)
}

fn toolchain() -> Result<String, String> {
    let asked = Command::new("rustc").arg("--version").output().map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&asked.stdout).split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn write(counts: &[(&str, u64)]) -> Result<(), String> {
    let figures: serde_json::Map<String, Value> =
        counts.iter().map(|(id, count)| ((*id).to_owned(), json!(count))).collect();
    let known = json!({ "toolchain": toolchain()?, "instructions": figures });
    let text = serde_json::to_string_pretty(&known).map_err(|error| error.to_string())?;
    std::fs::write(BASELINE, text + "\n").map_err(|error| format!("{BASELINE}: {error}"))
}

fn compare(counts: &[(&str, u64)]) -> Result<(), String> {
    let text = std::fs::read_to_string(BASELINE).map_err(|error| format!("{BASELINE}: {error}"))?;
    let known: Value = serde_json::from_str(&text).map_err(|error| format!("{BASELINE}: {error}"))?;
    let own = toolchain()?;
    if known["toolchain"] != own.as_str() {
        println!("{BASELINE} was counted with {}, this is {own}: nothing was compared", known["toolchain"]);
        return Ok(());
    }
    let mut wrong = String::new();
    for (id, count) in counts {
        let Some(before) = known["instructions"][*id].as_u64() else {
            wrong.push_str(&format!("{id} has no committed figure\n"));
            continue;
        };
        let most = before + before * TOLERANCE / 100;
        if *count > most {
            wrong.push_str(&format!(
                "{id} takes {count} instructions, {before} were committed, {most} may be\n"
            ));
        } else if *count < before - before * TOLERANCE / 100 {
            println!(
                "{id} takes {count} instructions instead of {before}: commit the better figure with --bless"
            );
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{wrong}Make it cheaper again, or say in the commit why it costs more and write the new figures with\n  \
         target/bench/release/callboard-bench instructions --bless"
    ))
}
