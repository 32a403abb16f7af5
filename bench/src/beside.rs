//! W8: the list while the same organization is written to, 50 times a second, against the list alone.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Client, Request};
use crate::measure::{Effort, median};
use crate::process::Server;
use crate::world::World;
use crate::wrk::Load;

/// Writes of each second.
const PER_SECOND: u32 = 50;
/// What is owed of the rate without writes.
const OWED: f64 = 0.6;

/// Alternates the two and says what came out.
pub fn measure(
    server: &Server,
    world: &World,
    load: &Load,
    effort: Effort,
    scratch: &Path,
) -> Result<String, String> {
    load.run(&server.address, 1, 1, scratch)?;
    let (mut alone, mut beside, mut ratios, mut p99) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut writes, mut seconds) = (0, 0.0);
    for _ in 0..effort.alternations {
        let first = load.run(&server.address, effort.seconds, 1, scratch)?;
        let began = Instant::now();
        let (second, written) =
            while_writing(server, world, || load.run(&server.address, effort.seconds, 1, scratch))?;
        seconds += began.elapsed().as_secs_f64();
        writes += written;
        alone.push(first.per_second());
        beside.push(second.per_second());
        p99.push(second.p99_us);
        ratios.push(second.per_second() / first.per_second().max(1.0));
    }
    let ratio = median(&ratios);
    let missed = if ratio < OWED { " **missed**" } else { "" };
    Ok(format!(
        "W8: list 20 of the venue feed {:.0}/s alone and {:.0}/s (p99 {:.2} ms) beside {:.0} writes a second in the same \
         organization: {ratio:.3} (owed {OWED}){missed}.",
        median(&alone),
        median(&beside),
        median(&p99) / 1e3,
        f64::from(u32::try_from(writes).unwrap_or(u32::MAX)) / seconds,
    ))
}

/// Runs something while events are revised at a steady pace; answers how many were.
fn while_writing<T>(
    server: &Server,
    world: &World,
    run: impl FnOnce() -> Result<T, String>,
) -> Result<(T, u64), String> {
    let (ended, written) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| -> Result<(), String> {
            let mut client = Client::connect(&server.address)?;
            let mut next = Instant::now();
            while !ended.load(Ordering::Relaxed) {
                let n = written.fetch_add(1, Ordering::Relaxed);
                revise(&mut client, world, n)?;
                next += Duration::from_secs(1) / PER_SECOND;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
            Ok(())
        });
        let outcome = run();
        ended.store(true, Ordering::Relaxed);
        writer.join().map_err(|_| "the writer panicked".to_owned())??;
        Ok((outcome?, written.load(Ordering::Relaxed)))
    })
}

/// Changes the description of one event after the other.
fn revise(client: &mut Client, world: &World, n: u64) -> Result<(), String> {
    let at = usize::try_from(n).unwrap_or(0) % world.events.len().max(1);
    let event = world.events.get(at).unwrap_or(&world.hot_event);
    let body = json!({ "description": format!("Changed while others read, {}.", crate::world::now_ms()) });
    let mut request =
        Request::post(format!("/v1/events/{event}"), body.to_string()).bearer(&world.native_key);
    request.method = "PATCH";
    client.send(&request)?.json(200).map(|_| ())
}
