//! One work, measured on both servers in turn.

use std::path::Path;

use crate::bare;
use crate::engine::Database;
use crate::http::Client;
use crate::process::Server;
use crate::works::Work;
use crate::wrk::Counted;

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub seconds: u64,
    pub alternations: usize,
}

/// Medians of one server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    pub per_second: f64,
    pub p50_us: f64,
    pub p99_us: f64,
    /// Processor time of the server's process.
    pub cpu_us: f64,
    pub resident: u64,
}

/// What became of a work.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub work: Work,
    pub callboard: Figures,
    pub bare: Figures,
    /// Median of the alternations' ratios.
    pub ratio: f64,
    pub ratio_min: f64,
    pub ratio_max: f64,
    /// Answers that were counted on the server under test, and those that were none or refusals.
    pub good: u64,
    pub bad: u64,
}

struct Turn {
    counted: Counted,
    cpu_us: f64,
    resident: u64,
}

/// Alternates the servers. `database` is what the server under test leans on; its processor time counts, too.
pub fn alternate(
    server: &Server,
    work: &Work,
    effort: Effort,
    scratch: &Path,
    database: &Database,
) -> Result<Outcome, String> {
    let answer = Client::connect(&server.address)?.send(work.load.sample())?;
    if !matches!(answer.status, 200..=399) {
        return Err(format!(
            "{}: answered {}: {}",
            work.id,
            answer.status,
            String::from_utf8_lossy(&answer.body)
        ));
    }
    let file = scratch.join("bare.json");
    std::fs::write(&file, bare::spec(work.load.sample(), &answer)?).map_err(|error| error.to_string())?;
    let bare = Server::bare(&file)?;
    let mut start = 1;
    let mut run = |server: &Server, seconds: u64, others: &dyn Fn() -> f64| -> Result<Turn, String> {
        let before = server.cpu_s() + others();
        let counted = work.load.run(&server.address, seconds, start, scratch)?;
        // No number comes twice on either server; it stays within nine digits.
        start += 2_000_000;
        let used = server.cpu_s() + others() - before;
        let cpu_us = used * 1e6 / (counted.good.max(1) as f64);
        Ok(Turn { counted, cpu_us, resident: server.resident() })
    };
    let alone = || 0.0;
    // Connections, caches and the processor's clock find their pace first.
    let others = || database.cpu_s();
    let warm = run(server, 1, &others)?;
    database.settle()?;
    run(&bare, 1, &alone)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..effort.alternations {
        theirs.push(run(&bare, effort.seconds, &alone)?);
        ours.push(run(server, effort.seconds, &others)?);
    }
    let mut ratios: Vec<f64> = ours
        .iter()
        .zip(&theirs)
        .map(|(our, their)| our.counted.per_second() / their.counted.per_second().max(1.0))
        .collect();
    ratios.sort_by(f64::total_cmp);
    Ok(Outcome {
        work: work.clone(),
        callboard: figures(&ours),
        bare: figures(&theirs),
        ratio: median(&ratios),
        ratio_min: ratios.first().copied().unwrap_or(0.0),
        ratio_max: ratios.last().copied().unwrap_or(0.0),
        good: warm.counted.good + ours.iter().map(|turn| turn.counted.good).sum::<u64>(),
        bad: warm.counted.bad + ours.iter().map(|turn| turn.counted.bad).sum::<u64>(),
    })
}

fn figures(turns: &[Turn]) -> Figures {
    let of = |pick: &dyn Fn(&Turn) -> f64| median(&turns.iter().map(pick).collect::<Vec<_>>());
    Figures {
        per_second: of(&|turn| turn.counted.per_second()),
        p50_us: of(&|turn| turn.counted.p50_us),
        p99_us: of(&|turn| turn.counted.p99_us),
        cpu_us: of(&|turn| turn.cpu_us),
        resident: turns.last().map_or(0, |turn| turn.resident),
    }
}

/// The middle one; of two the lower.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
