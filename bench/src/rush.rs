//! After the rush: what was sold is what was ordered, and the ledger proves it.

use std::process::Command;
use std::time::Duration;

use crate::http::{Client, Request};
use crate::measure::Outcome;
use crate::process::{Server, Start};
use crate::world::{HOT, World};
use crate::wrk::CONNECTIONS;

/// So long must nothing be sold for the load to be over.
const QUIET: Duration = Duration::from_millis(500);

/// Compares what the load counted with what is stored, order by order.
pub fn check_sold(server: &Server, world: &World, rush: &[&Outcome]) -> Result<String, String> {
    let mut client = Client::connect(&server.address)?;
    // Writes go on when their clients hang up: what was under way when the load ended is waited for.
    let mut free = free_now(&mut client, world)?;
    loop {
        std::thread::sleep(QUIET);
        let now = free_now(&mut client, world)?;
        if now == free {
            break;
        }
        free = now;
    }
    let sold = u64::from(HOT).saturating_sub(free);
    let stored = orders(&mut client, world)?;
    if sold != stored {
        return Err(format!("{sold} tickets are sold and {stored} stand in orders"));
    }
    // One more each for the sample that the bare server repeats; what was under way when a run ended is not counted.
    let counted: u64 = rush.iter().map(|outcome| outcome.good + 1).sum();
    let runs = rush.len() as u64 * 64;
    if stored < counted || stored > counted + runs * u64::from(CONNECTIONS) {
        return Err(format!("{counted} orders were answered and {stored} are stored"));
    }
    Ok(format!(
        "The rush sold {sold} tickets in as many orders; {counted} of them were answered in time to be counted."
    ))
}

fn free_now(client: &mut Client, world: &World) -> Result<u64, String> {
    let path = format!("/v1/events/{}/availability", world.hot_event);
    let left = client.send(&Request::get(path).bearer(&world.native_key))?.json(200)?;
    let free = left["ticketTypes"][0]["available"].as_u64();
    free.ok_or_else(|| format!("nobody says what is left: {left}"))
}

/// Tickets in all orders of the hot event, read page by page.
fn orders(client: &mut Client, world: &World) -> Result<u64, String> {
    let base = format!("/v1/orders?eventId={}&limit=200", world.hot_event);
    let (mut sum, mut path) = (0, base.clone());
    loop {
        let page = client.send(&Request::get(path).bearer(&world.native_key))?.json(200)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let lines = items.iter().filter_map(|order| order["items"].as_array()).flatten();
        sum += lines.filter_map(|line| line["quantity"].as_u64()).sum::<u64>();
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("{base}&cursor={cursor}"),
            None => return Ok(sum),
        }
    }
}

/// Replays the ledgers of the stopped server.
pub fn verify(start: &Start) -> Result<String, String> {
    let mut command = Command::new(&start.binary);
    command.arg("verify").arg("--data-dir").arg(&start.data_dir);
    let flags = start.flags.iter().zip(start.flags.iter().skip(1));
    for (flag, value) in flags.filter(|(flag, _)| *flag == "--database-url") {
        command.arg(flag).arg(value);
    }
    let ran = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() {
        return Err(format!("the ledgers are broken: {text}{}", String::from_utf8_lossy(&ran.stderr)));
    }
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("").trim();
    Ok(format!("`callboard verify` afterwards: {last}"))
}
