//! How long a start takes and how much memory a server holds.

use std::time::Duration;

use crate::measure::median;
use crate::process::{Server, Start};

/// Starts, each with a new database.
const STARTS: usize = 11;
/// When a server that nobody asks anything is looked at.
const IDLE: Duration = Duration::from_millis(700);

#[derive(Debug, Clone, Copy)]
pub struct Life {
    pub start_ms: f64,
    pub start_worst_ms: f64,
    pub idle: u64,
    /// After all works of the run.
    pub loaded: u64,
}

pub fn start_and_idle(start: &Start) -> Result<Life, String> {
    let (mut times, mut memories) = (Vec::new(), Vec::new());
    for n in 0..STARTS {
        let data_dir = start.data_dir.with_extension(format!("start-{n}"));
        let (server, took) = Server::callboard(&Start { data_dir, ..start.clone() })?;
        times.push(took.as_secs_f64() * 1e3);
        std::thread::sleep(IDLE);
        memories.push(server.resident() as f64);
        server.stop()?;
    }
    let worst = times.iter().copied().fold(0.0, f64::max);
    Ok(Life { start_ms: median(&times), start_worst_ms: worst, idle: median(&memories) as u64, loaded: 0 })
}
